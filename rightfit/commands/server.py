"""``rightfit serve``, ``work`` and ``doctor``: the server, and whether it could work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from rightfit.commands.in_slack import slack_set_up
from rightfit.commands.model import train_now
from rightfit.commands.outside import (
    Address,
    SmtpHost,
    SmtpPasswordFile,
    SmtpPort,
    SmtpSender,
    SmtpTls,
    SmtpUser,
    WebhookSecretFile,
    address_told,
    mail_server,
    webhook_secret,
)
from rightfit.commands.places import (
    PRACTICE_FOLDER,
    PracticeFolder,
    fail,
    folder_of,
    practice_in,
    project,
)
from rightfit.commands.practice import faults_of
from rightfit.commands.running import (
    DATA_FOLDER,
    Data,
    DatabaseUrl,
    run,
    settings_of,
    writable,
)
from rightfit.engine import model

if TYPE_CHECKING:
    from aiohttp import web

    from rightfit.engine.assembly import Engine

app = typer.Typer()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8080,
    data: Data = DATA_FOLDER,
    database: DatabaseUrl = None,
    practice: PracticeFolder = PRACTICE_FOLDER,
    behind_proxy: Annotated[
        bool,
        typer.Option(
            "--behind-proxy",
            help="Believe X-Forwarded-For and -Proto of the proxy in front.",
            envvar="RIGHTFIT_BEHIND_PROXY",
        ),
    ] = False,
    without_slack: Annotated[
        bool,
        typer.Option(
            "--without-slack",
            help="Leave Slack out, though its tokens are in the environment (RIGHTFIT_SLACK_...).",
        ),
    ] = False,
    max_characters: Annotated[int, typer.Option(help="Characters a message.", min=1)] = 8000,
    max_body: Annotated[int, typer.Option(help="Bytes a request body.", min=1024)] = 65536,
    messages_per_minute: Annotated[
        float, typer.Option(help="Messages a minute, for each conversation.", min=0.1)
    ] = 30,
    messages_at_once: Annotated[
        float, typer.Option(help="Messages at once, for each conversation.", min=1)
    ] = 10,
    conversations_per_minute: Annotated[
        float, typer.Option(help="New conversations a minute, for each address.", min=0.1)
    ] = 60,
    conversations_at_once: Annotated[
        float, typer.Option(help="New conversations at once, for each address.", min=1)
    ] = 120,
    address: Address = None,
    smtp_host: SmtpHost = None,
    smtp_port: SmtpPort = 587,
    smtp_tls: SmtpTls = "starttls",
    smtp_sender: SmtpSender = None,
    smtp_user: SmtpUser = None,
    smtp_password_file: SmtpPasswordFile = None,
    webhook_secret_file: WebhookSecretFile = None,
) -> None:
    """Start the server: client page, chat API and coach pages."""
    # First of all, and before Rasa is imported: whoever edits a practice starts often.
    faults = faults_of(folder_of(practice), project() / "domain.yml")
    if faults:
        fail("\n".join(str(fault) for fault in faults))

    from rightfit.engine.outcomes import Limits
    from rightfit.store.allowances import Rate
    from rightfit.web.serving import PortTaken, serve_until_stopped

    limits = Limits(
        characters=max_characters,
        body=max_body,
        messages=Rate(messages_per_minute, messages_at_once),
        arrivals=Rate(conversations_per_minute, conversations_at_once),
    )
    mail = mail_server(smtp_host, smtp_port, smtp_tls, smtp_sender, smtp_user, smtp_password_file)
    settings = msgspec.structs.replace(
        settings_of(data, database, practice),
        limits=limits,
        behind_proxy=behind_proxy,
        # Links in mail begin with it; on this machine alone, this is where it is.
        address=address_told(address) or (f"http://{host}:{port}" if mail else None),
        mail=mail,
        webhook_secret=webhook_secret(practice_in(practice), webhook_secret_file),
    )
    if database is None:
        writable(settings.data)
    in_slack = None if without_slack else slack_set_up()
    if not model.is_fresh(settings.project, settings.model):
        typer.echo("The content has changed since the last training, or there was none.")
        train_now(settings.project)

    def join(app: web.Application, engine: Engine) -> None:
        if in_slack is not None and in_slack.any:
            # Slack's libraries take a third of a second, and most practices do without.
            from rightfit.slack.room import join as join_slack

            join_slack(app, engine, in_slack)
            typer.echo(f"Slack: joined for {' and '.join(in_slack.joined)}")

    async def work() -> int:
        try:
            await serve_until_stopped(settings, host, port, typer.echo, join)
        except PortTaken as error:
            typer.echo(str(error), err=True)
            return 2
        return 0

    run(work)


@app.command()
def work(
    data: Data = DATA_FOLDER,
    database: DatabaseUrl = None,
    practice: PracticeFolder = PRACTICE_FOLDER,
    address: Address = None,
    smtp_host: SmtpHost = None,
    smtp_port: SmtpPort = 587,
    smtp_tls: SmtpTls = "starttls",
    smtp_sender: SmtpSender = None,
    smtp_user: SmtpUser = None,
    smtp_password_file: SmtpPasswordFile = None,
    webhook_secret_file: WebhookSecretFile = None,
) -> None:
    """Give waiting messages their turn and do the day's upkeep, without listening."""
    faults = faults_of(folder_of(practice), project() / "domain.yml")
    if faults:
        fail("\n".join(str(fault) for fault in faults))

    from rightfit.web.serving import work_until_stopped

    settings = msgspec.structs.replace(
        settings_of(data, database, practice),
        address=address_told(address),
        mail=mail_server(
            smtp_host, smtp_port, smtp_tls, smtp_sender, smtp_user, smtp_password_file
        ),
        webhook_secret=webhook_secret(practice_in(practice), webhook_secret_file),
    )
    if database is None:
        writable(settings.data)

    async def at_work() -> int:
        await work_until_stopped(settings, typer.echo)
        return 0

    run(at_work)


@app.command()
def doctor(
    data: Data = DATA_FOLDER,
    database: DatabaseUrl = None,
    practice: PracticeFolder = PRACTICE_FOLDER,
) -> None:
    """Look at every part that has to work, and say of each how it is."""
    from rightfit.engine.doctor import examine

    settings = settings_of(data, database, practice)

    async def work() -> int:
        well = True
        async for finding in examine(settings):
            typer.echo(f"{'ok   ' if finding.well else 'WRONG'}  {finding.part}: {finding.says}")
            well = well and finding.well
        return 0 if well else 1

    run(work)
