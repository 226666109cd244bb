"""``rightfit slack``: whether Slack is set up so that it can work."""

from __future__ import annotations

import os

import typer

from rightfit.commands.places import PRACTICE_FOLDER, PracticeFolder, fail, practice_in
from rightfit.commands.running import run
from rightfit.slack.settings import SlackSettings, SlackSetUpFaulty, settings_from

app = typer.Typer(help="Slack: whether it is set up so that it can work.", no_args_is_help=True)


def slack_set_up() -> SlackSettings:
    """The set-up in the environment; ends the command where it cannot be used."""
    try:
        return settings_from(os.environ)
    except SlackSetUpFaulty as error:
        fail(str(error), 2)


@app.command("doctor")
def slack_doctor(practice: PracticeFolder = PRACTICE_FOLDER) -> None:
    """Ask Slack about tokens, scopes, channel and accounts, and say what to fix."""
    settings, found = slack_set_up(), practice_in(practice)
    from rightfit.slack.doctor import examine

    async def work() -> int:
        well = True
        async for finding in examine(settings, found):
            typer.echo(f"{'ok   ' if finding.well else 'WRONG'}  {finding.part}: {finding.says}")
            well = well and finding.well
        return 0 if well else 1

    run(work)


@app.callback()
def _slack() -> None:
    """Slack: whether it is set up so that it can work."""
