"""How the server reaches the outside: its own address, a mail server, the secret of webhooks."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rightfit.commands.places import fail
from rightfit.practice import Practice

if TYPE_CHECKING:
    from rightfit.outbox.mail import MailServer

_WAYS: tuple[Literal["starttls", "tls", "none"], ...] = ("starttls", "tls", "none")

Address = Annotated[
    str | None,
    typer.Option(
        help="Where the pages are reached from outside, such as https://intake.example.org.",
        envvar="RIGHTFIT_ADDRESS",
    ),
]
SmtpHost = Annotated[
    str | None,
    typer.Option(help="Mail server; without it no mail is sent.", envvar="RIGHTFIT_SMTP_HOST"),
]
SmtpPort = Annotated[
    int, typer.Option(help="Its port.", min=1, max=65535, envvar="RIGHTFIT_SMTP_PORT")
]
SmtpTls = Annotated[
    str, typer.Option(help=f"Encryption: {', '.join(_WAYS)}.", envvar="RIGHTFIT_SMTP_TLS")
]
SmtpSender = Annotated[
    str | None,
    typer.Option(help="The address that mail comes from.", envvar="RIGHTFIT_SMTP_SENDER"),
]
SmtpUser = Annotated[
    str | None,
    typer.Option(help="Name of the account at the mail server.", envvar="RIGHTFIT_SMTP_USER"),
]
SmtpPasswordFile = Annotated[
    Path | None,
    typer.Option(
        help="File with its password; or the password itself in RIGHTFIT_SMTP_PASSWORD.",
        envvar="RIGHTFIT_SMTP_PASSWORD_FILE",
    ),
]
WebhookSecretFile = Annotated[
    Path | None,
    typer.Option(
        help="File with the secret of webhooks; or the secret in RIGHTFIT_WEBHOOK_SECRET.",
        envvar="RIGHTFIT_WEBHOOK_SECRET_FILE",
    ),
]

_ADDRESS = re.compile(r"https?://[^\s/?#]+")
_SENDER = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_LEAST_SECRET = 16


def address_told(address: str | None) -> str | None:
    """The address as links begin with it; ends the command where it is none."""
    if address is None:
        return None
    plain = address.rstrip("/")
    if not _ADDRESS.fullmatch(plain):
        fail(f"--address: '{address}' is no address of a site; write https://intake.example.org", 2)
    return plain


def mail_server(
    host: str | None,
    port: int,
    tls: str,
    sender: str | None,
    user: str | None,
    password_file: Path | None,
) -> MailServer | None:
    """The mail server as told; null where none is. Ends the command where something is wrong."""
    from rightfit.outbox.mail import MailServer

    if not host:
        return None
    way = next((each for each in _WAYS if each == tls), None)
    if way is None:
        fail(f"--smtp-tls: '{tls}' is no way to encrypt; choose one of {', '.join(_WAYS)}", 2)
    if not sender or not _SENDER.fullmatch(sender):
        fail("--smtp-sender: mail needs an address that it comes from; write name@example.org", 2)
    password = _secret("--smtp-password-file", password_file, "RIGHTFIT_SMTP_PASSWORD")
    if user and not password:
        fail(
            "--smtp-user: the account has no password; give --smtp-password-file"
            " or RIGHTFIT_SMTP_PASSWORD",
            2,
        )
    if password and way == "none" and host not in ("127.0.0.1", "::1", "localhost"):
        fail("--smtp-tls: with 'none' the password would travel in the clear; use starttls", 2)
    return MailServer(host, sender, port, way, user or None, password)


def webhook_secret(practice: Practice, file: Path | None) -> str | None:
    """The secret that webhooks are signed with; ends the command where they have none."""
    secret = _secret("--webhook-secret-file", file, "RIGHTFIT_WEBHOOK_SECRET")
    if not practice.webhooks:
        return None
    if not secret:
        fail(
            "practice/coaches.yml: there are webhooks and no secret to sign them with; give"
            " --webhook-secret-file or RIGHTFIT_WEBHOOK_SECRET",
            2,
        )
    if len(secret) < _LEAST_SECRET:
        fail(
            f"--webhook-secret-file: a secret of {len(secret)} characters is soon guessed;"
            " make one with openssl rand -hex 32",
            2,
        )
    return secret


def _secret(option: str, file: Path | None, variable: str) -> str | None:
    """A secret out of a file or the environment; what it is appears in no message."""
    if file is None:
        return os.environ.get(variable, "").strip() or None
    try:
        return file.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        fail(f"{option}: {file} cannot be read ({why}); look at its path and permissions", 2)
