"""``rightfit slack doctor`` names what is wrong with the set-up, and what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from ruamel.yaml import YAML

from rightfit.practice import Practice, load
from rightfit.slack.doctor import SCOPES, examine
from rightfit.slack.settings import Credentials, SlackSettings, Which
from tests.engines import PROJECT, Clock
from tests.slack.practice_in_slack import CLIENTS, COACHES
from tests.slack.slack_server import Slack

BY_SOCKET = Credentials("xoxb-coaches", (), "xapp-1-test")


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    server = Slack(Clock())
    await server.start()
    for which in ("clients", "coaches"):
        app = server.install(which, f"xoxb-{which}")
        app.scopes = ",".join(SCOPES[which])  # type: ignore[index]
    server.channels["C0INTAKES"] = []
    yield server
    await server.stop()


@pytest.fixture(scope="module")
def practice() -> Practice:
    found = load(PROJECT / "practice", PROJECT / "domain.yml")
    first = msgspec.structs.replace(found.coaches[0], slack="U0MAREN")
    return msgspec.structs.replace(found, coaches=(first, *found.coaches[1:]))


async def told(slack: Slack, practice: Practice, **settings: Any) -> dict[str, tuple[bool, str]]:
    both = {"clients": CLIENTS, "coaches": COACHES, **settings}
    found = SlackSettings(api=slack.api, **both)
    return {each.part: (each.well, each.says) async for each in examine(found, practice)}


async def test_all_is_well(slack: Slack, practice: Practice) -> None:
    found = await told(slack, practice, coaches=BY_SOCKET, channel="C0INTAKES")
    assert all(well for well, _ in found.values()), found
    assert "T0PRACTICE" in found["app for clients: token"][1]
    assert "/slack/clients" in found["app for clients: way in"][1]
    assert "Socket Mode" in found["app for coaches: way in"][1]
    assert found["channel for cards"][1] == "#intakes"
    assert "xoxb" not in str(found) and "xapp" not in str(found)


async def test_each_fault_has_its_remedy(slack: Slack, practice: Practice) -> None:
    slack.apps["xoxb-clients"].scopes = "chat:write,im:write"
    slack.kinds["C0INTAKES"] = "outside"
    nobody = msgspec.structs.replace(practice, coaches=practice.coaches[1:])
    settings = {
        "coaches": Credentials("xoxb-coaches", (), "xapp-another"),
        "channel": "C0INTAKES",
        "workspaces": frozenset(("T0OTHER",)),
    }
    found = await told(slack, nobody, **settings)
    wrong = {part: says for part, (well, says) in found.items() if not well}
    assert "app_mentions:read, im:history, reactions:read" in wrong["app for clients: scopes"]
    assert "add it to RIGHTFIT_SLACK_WORKSPACES" in wrong["app for clients: workspace"]
    assert "connections:write" in wrong["app for coaches: way in"]
    assert "/invite" in wrong["channel for cards"]
    assert "slack: U..." in wrong["coaches"]


async def test_a_token_that_is_none_and_an_account_that_is_gone(
    slack: Slack, practice: Practice
) -> None:
    stranger = msgspec.structs.replace(practice.coaches[0], slack="W0GONE")
    changed = msgspec.structs.replace(practice, coaches=(stranger,))
    found = await told(slack, changed, clients=Credentials("xoxb-wrong", ("s",)))
    assert found["app for clients: token"] == (
        False,
        "the token is not one of Slack's; copy the Bot User OAuth Token again",
    )
    assert "W0GONE is no account here" in found[f"coach {stranger.name}"][1]
    slack.trouble = lambda method, args: "lost"
    found = await told(slack, changed)
    assert "Slack cannot be reached" in found["app for clients: token"][1]


async def test_nothing_set_up_is_no_riddle(practice: Practice) -> None:
    (finding,) = [each async for each in examine(SlackSettings(), practice)]
    assert not finding.well and "connect-slack.md" in finding.says


@pytest.mark.parametrize("which", ["clients", "coaches"])
def test_the_manifests_ask_for_just_what_is_needed(which: Which) -> None:
    file = Path(PROJECT / "deploy" / "slack" / f"{which}.yml")
    manifest = YAML(typ="safe").load(file.read_text())
    assert tuple(manifest["oauth_config"]["scopes"]["bot"]) == SCOPES[which]
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["settings"]["token_rotation_enabled"] is False
