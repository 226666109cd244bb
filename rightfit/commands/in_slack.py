"""``rightfit slack``: whether Slack is set up so that it can work."""

from __future__ import annotations

import os

import typer

from rightfit.commands.places import fail
from rightfit.slack.settings import SlackSettings, SlackSetUpFaulty, settings_from

app = typer.Typer(help="Slack: whether it is set up so that it can work.", no_args_is_help=True)


def slack_set_up() -> SlackSettings:
    """The set-up in the environment; ends the command where it cannot be used."""
    try:
        return settings_from(os.environ)
    except SlackSetUpFaulty as error:
        fail(str(error), 2)
