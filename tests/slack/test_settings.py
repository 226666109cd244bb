"""Tokens come from the environment or a file, and a mistake in them is named without them."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from rightfit.slack.settings import SlackSetUpFaulty, settings_from

BOT, APP = "xoxb-1-secret", "xapp-1-secret"
P = "RIGHTFIT_SLACK_"


def test_nothing_is_nothing() -> None:
    assert not settings_from({}).any


def test_both_apps_and_what_goes_with_them(tmp_path: Path) -> None:
    file = tmp_path / "bot"
    file.write_text(f"{BOT}\n")
    found = settings_from(
        {
            f"{P}CLIENTS_BOT_TOKEN_FILE": str(file),
            f"{P}CLIENTS_SIGNING_SECRET": "new, old",
            f"{P}COACHES_BOT_TOKEN": BOT,
            f"{P}COACHES_APP_TOKEN": APP,
            f"{P}WORKSPACES": "T0ONE T0TWO",
            f"{P}COACHES_CHANNEL": "C0INTAKES",
            f"{P}QUIET": "20:30-07:00",
            f"{P}REMIND_HOURS": "48",
        }
    )
    assert found.clients and found.coaches
    assert found.clients.bot_token == BOT
    assert found.clients.signing_secrets == ("new", "old")
    assert (found.clients.by_socket, found.coaches.by_socket) == (False, True)
    assert found.workspaces == {"T0ONE", "T0TWO"}
    assert (found.quiet, found.remind_after_hours) == ((time(20, 30), time(7, 0)), 48)
    assert "secret" not in repr(found) and "new" not in repr(found)


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"CLIENTS_APP_TOKEN": APP}, "CLIENTS_BOT_TOKEN is missing"),
        ({"CLIENTS_BOT_TOKEN": APP}, "does not start with xoxb-"),
        ({"CLIENTS_BOT_TOKEN": BOT}, "CLIENTS_SIGNING_SECRET is missing"),
        ({"CLIENTS_BOT_TOKEN": BOT, "CLIENTS_APP_TOKEN": BOT}, "does not start with xapp-"),
        ({"CLIENTS_BOT_TOKEN": BOT, "CLIENTS_SIGNING_SECRET": "a b c"}, "holds 3 secrets"),
        ({"CLIENTS_BOT_TOKEN_FILE": "/nowhere"}, "/nowhere cannot be read"),
        ({"WORKSPACES": "practice"}, "'practice' is no id of a workspace"),
        ({"COACHES_CHANNEL": "#intakes"}, "'#intakes' is no id of a channel"),
        ({"QUIET": "at night"}, "write it as 18:00-09:00"),
        ({"REMIND_HOURS": "0"}, "write it as 24"),
    ],
)
def test_a_mistake_is_named(environment: dict[str, str], says: str) -> None:
    with pytest.raises(SlackSetUpFaulty) as fault:
        settings_from({f"{P}{name}": value for name, value in environment.items()})
    assert says in str(fault.value)
    assert "secret" not in str(fault.value).replace("secrets", "").replace("secret is", "")
