"""Who may come in from Slack: what it has signed, just now, from a workspace on the list."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from rightfit.slack.doorway import teams_in
from rightfit.slack.settings import SlackSettings
from tests.engines import StartEngine
from tests.slack.practice_in_slack import CLIENTS, InSlack, Person, in_slack

JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def practice(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> AsyncIterator[InSlack]:
    both = msgspec.structs.replace(CLIENTS, signing_secrets=("the new one", "the old one"))
    settings = SlackSettings(clients=both)
    async with in_slack(start_engine, sqlite_url, settings, practice=short_practice) as found:
        found.app.secret = "the new one"
        yield found


def hello(client: Person, **more: Any) -> bytes:
    event = client.typed("hi")
    body = {"type": "event_callback", "team_id": "T0PRACTICE", "event": event, **more}
    return json.dumps(body).encode()


async def kept(practice: InSlack) -> bool:
    await practice.going_on()
    return bool(Person(practice).shown())


async def test_either_secret_is_good_while_one_is_replaced(practice: InSlack) -> None:
    client = Person(practice)
    for secret, status in (("the new one", 200), ("the old one", 200), ("a third", 401)):
        got, _ = await practice.slack.send(practice.app, hello(client), JSON, secret=secret)
        assert got == status


async def test_five_minutes_either_way(practice: InSlack) -> None:
    for seconds in (-301, 301, 86400):
        at = int(practice.clock().timestamp()) + seconds
        body = hello(Person(practice))
        answer = await practice.slack.send(practice.app, body, JSON, timestamp=at)
        assert answer == (401, "not signed by Slack")
    assert not await kept(practice)


async def test_what_is_not_signed_is_not_even_read(practice: InSlack) -> None:
    for timestamp, signed in ((None, None), ("soon", "v0=1"), ("²", "v0=1"), ("1", "v0=é")):
        told = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signed}
        sent = {key: value.encode().decode("latin-1") for key, value in told.items() if value}
        async with (
            aiohttp.ClientSession() as session,
            session.post(practice.app.address, data=b"{no", headers={**JSON, **sent}) as response,
        ):
            assert (response.status, await response.text()) == (401, "not signed by Slack")


async def test_a_signature_is_of_the_bytes_as_they_came(practice: InSlack) -> None:
    body = hello(Person(practice))
    signed = json.dumps(json.loads(body), indent=1).encode()
    assert signed != body
    status, _ = await practice.slack.send(practice.app, signed, JSON)
    assert status == 200
    status, _ = await practice.slack.send(practice.app, b"\xff\xfe", JSON)
    assert status == 401


async def test_more_than_256_kib_are_not_taken(practice: InSlack) -> None:
    padding = "x" * (256 * 1024 - 1000)
    body = hello(Person(practice), padding=padding)
    assert len(body) < 256 * 1024
    assert (await practice.slack.send(practice.app, body, JSON))[0] == 200
    long = hello(Person(practice), padding=padding + "x" * 2000)
    assert (await practice.slack.send(practice.app, long, JSON))[0] == 413


async def test_slack_may_ask_whether_somebody_is_there(practice: InSlack) -> None:
    body = {"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"}
    status, answer = await practice.slack.deliver(practice.app, body)
    assert (status, json.loads(answer)) == (200, {"challenge": "3eZbrw1aB"})


async def test_who_is_of_another_workspace_is_turned_away(practice: InSlack) -> None:
    client = Person(practice)
    for team, more in (
        ("T0OTHER", {}),
        (None, {}),
        ("T0PRACTICE", {"user_team": "T0OTHER"}),
        ("T0PRACTICE", {"source_team": "T0OTHER"}),
    ):
        event = {**client.typed("hi"), **more}
        body = {"type": "event_callback", "team_id": team, "event": event}
        status, _ = await practice.slack.deliver(practice.app, body)
        assert status == 403
    assert not await kept(practice)


async def test_as_long_as_no_workspace_is_known_slack_is_asked_to_come_again(
    practice: InSlack,
) -> None:
    assert practice.room.clients
    practice.room.clients.workspaces._listed = frozenset()
    body = hello(Person(practice))
    assert (await practice.slack.send(practice.app, body, JSON))[0] == 503
    assert await practice.room.clients.introduce()
    assert (await practice.slack.send(practice.app, body, JSON))[0] == 200
    assert await kept(practice)


def test_every_workspace_that_is_named_counts() -> None:
    body = {
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T2"},
        "event": {"user_team": "T3"},
    }
    assert teams_in(body) == {"T1", "T2", "T3"}
    assert teams_in({"team": "T1", "user": "U1"}) == frozenset()
