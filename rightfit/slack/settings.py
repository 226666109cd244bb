"""Where the two Slack apps' tokens come from: the environment, or a file that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Literal

import msgspec

Which = Literal["clients", "coaches"]
WHICH: tuple[Which, ...] = ("clients", "coaches")

_PREFIX = "RIGHTFIT_SLACK_"
SLACK_API = "https://slack.com/api/"
_TEAM = re.compile(r"[TE][A-Z0-9]{2,20}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}")
_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class SlackSetUpFaulty(ValueError):
    """The set-up cannot be used: place, fault, remedy. Never quotes a secret."""


class Credentials(msgspec.Struct, frozen=True):
    """What one app needs. Two signing secrets are good while one is being replaced.

    ``app_token`` is for Socket Mode; null where Slack calls this server.
    """

    bot_token: str
    signing_secrets: tuple[str, ...] = ()
    app_token: str | None = None

    def __repr__(self) -> str:
        return "Credentials(...)"

    @property
    def by_socket(self) -> bool:
        """Whether this server calls Slack, instead of Slack calling it."""
        return self.app_token is not None


class SlackSettings(msgspec.Struct, frozen=True):
    """The set-up of both apps; one of them may be missing.

    ``workspaces`` are the ids of those that are let in; empty for the one that the app is
    installed in. ``channel`` is where cards are posted; null for direct messages to the
    coaches. ``quiet`` is when nobody is reminded, in the practice's time zone.
    """

    clients: Credentials | None = None
    coaches: Credentials | None = None
    workspaces: frozenset[str] = frozenset()
    channel: str | None = None
    quiet: tuple[time, time] = (time(18, 0), time(9, 0))
    remind_after_hours: int = 24
    address: str | None = None
    api: str = SLACK_API

    def of(self, which: Which) -> Credentials | None:
        """The credentials of one app."""
        return self.clients if which == "clients" else self.coaches

    @property
    def joined(self) -> tuple[Which, ...]:
        """The apps that are set up."""
        return tuple(which for which in WHICH if self.of(which) is not None)

    @property
    def any(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.joined)


def settings_from(environment: Mapping[str, str]) -> SlackSettings:
    """Read the set-up. Raises SlackSetUpFaulty."""
    workspaces = frozenset(_words(_value(environment, "WORKSPACES") or ""))
    for id in workspaces:
        if not _TEAM.fullmatch(id):
            raise SlackSetUpFaulty(
                f"{_PREFIX}WORKSPACES: '{id}' is no id of a workspace; it starts with a T,"
                " and rightfit slack doctor tells yours"
            )
    channel = _value(environment, "COACHES_CHANNEL")
    if channel is not None and not _CHANNEL.fullmatch(channel):
        raise SlackSetUpFaulty(
            f"{_PREFIX}COACHES_CHANNEL: '{channel}' is no id of a channel; it starts with a C"
            " and stands at the foot of the channel's details in Slack"
        )
    return SlackSettings(
        clients=_credentials(environment, "clients"),
        coaches=_credentials(environment, "coaches"),
        workspaces=workspaces,
        channel=channel,
        quiet=_quiet(_value(environment, "QUIET") or "18:00-09:00"),
        remind_after_hours=_hours(_value(environment, "REMIND_HOURS") or "24"),
        address=_value(environment, "ADDRESS"),
        api=_value(environment, "API") or SLACK_API,
    )


def _credentials(environment: Mapping[str, str], which: Which) -> Credentials | None:
    name = f"{which.upper()}_"
    bot = _value(environment, f"{name}BOT_TOKEN")
    app = _value(environment, f"{name}APP_TOKEN")
    secrets = tuple(_words(_value(environment, f"{name}SIGNING_SECRET") or ""))
    if bot is None and app is None and not secrets:
        return None
    if bot is None:
        raise SlackSetUpFaulty(
            f"{_PREFIX}{name}BOT_TOKEN is missing; it stands under OAuth & Permissions of the"
            f" app for {which}, and starts with xoxb-"
        )
    if not bot.startswith("xoxb-"):
        raise SlackSetUpFaulty(
            f"{_PREFIX}{name}BOT_TOKEN does not start with xoxb-; take the Bot User OAuth Token"
        )
    if app is not None and not app.startswith("xapp-"):
        raise SlackSetUpFaulty(
            f"{_PREFIX}{name}APP_TOKEN does not start with xapp-; make an App-Level Token with"
            " the scope connections:write under Basic Information"
        )
    if app is None and not secrets:
        raise SlackSetUpFaulty(
            f"{_PREFIX}{name}SIGNING_SECRET is missing; it stands under Basic Information of the"
            f" app. Or set {_PREFIX}{name}APP_TOKEN for Socket Mode, which needs none"
        )
    if len(secrets) > 2:
        raise SlackSetUpFaulty(
            f"{_PREFIX}{name}SIGNING_SECRET holds {len(secrets)} secrets; two are good, while"
            " one is being replaced"
        )
    return Credentials(bot, secrets, app)


def _value(environment: Mapping[str, str], name: str) -> str | None:
    """The value of a variable, or the content of the file named by its ``_FILE``."""
    direct = environment.get(f"{_PREFIX}{name}", "").strip()
    if direct:
        return direct
    file = environment.get(f"{_PREFIX}{name}_FILE", "").strip()
    if not file:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        raise SlackSetUpFaulty(
            f"{_PREFIX}{name}_FILE: {file} cannot be read; check the path and its rights"
        ) from None


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[,\s]+", text) if word]


def _quiet(text: str) -> tuple[time, time]:
    found = _QUIET.fullmatch(text)
    if not found:
        raise SlackSetUpFaulty(
            f"{_PREFIX}QUIET: '{text}' is no stretch of time; write it as 18:00-09:00"
        )
    hours = [int(part) for part in found.groups()]
    return time(hours[0], hours[1]), time(hours[2], hours[3])


def _hours(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 1000):
        raise SlackSetUpFaulty(
            f"{_PREFIX}REMIND_HOURS: '{text}' is no number of hours; write it as 24"
        )
    return int(text)
