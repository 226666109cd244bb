"""Nothing is lost and nothing is said twice, whatever Slack or the database does."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from rightfit.slack.delivered import of_event
from rightfit.store.database import StorageUnavailable
from tests.engines import StartEngine
from tests.slack.practice_in_slack import InSlack, Person, in_slack, words
from tests.slack.slack_server import RETRY_REASONS, TEAM


async def begun(practice: InSlack) -> Person:
    client = Person(practice)
    await client.say("hi")
    await client.press("Yes, that is fine")
    return client


def posts(practice: InSlack) -> list[str]:
    """The channels that something was posted in, in order."""
    return [c.args["channel"] for c in practice.slack.calls if c.method == "chat.postMessage"]


async def test_a_retry_changes_nothing(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = await begun(practice)
        event = await client.say("Ten years at sea")
        before, shown = await practice.content(client.user), client.texts()
        for reason in RETRY_REASONS:
            for number in (1, 2, 3):
                # Slack's retries bear another event id each time.
                assert await client.send(event, retry=reason, number=number) == 200
                practice.clock.advance(minutes=number * 2)
        await practice.going_on()
        assert await practice.content(client.user) == before
        assert client.texts() == shown


async def test_a_button_pressed_twice_is_one_choice(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = Person(practice)
        await client.say("hi")
        asks = dict(client.shown()[-1])
        await client.press("Yes, that is fine", on=asks)
        shown = client.texts()
        await client.press("Yes, that is fine", on=asks)
        assert client.texts() == shown
        # Another one of the same question comes too late, and is told so.
        await client.press("No, thank you", on=asks)
        assert "I have not used it" in "".join(client.texts())
        assert (await practice.content(client.user))[0].state == "open"


async def test_nothing_is_acknowledged_that_was_not_kept(
    start_engine: StartEngine,
    short_practice: Path,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = await begun(practice)
        event = client.typed("Ten years at sea")

        def fails(*_: Any, **__: Any) -> Any:
            raise StorageUnavailable("disk full")

        with monkeypatch.context() as broken:
            broken.setattr("rightfit.store.slack.take_in", fails)
            assert await client.send(event) == 503
        assert await client.send(event, retry="http_error") == 200
        await practice.going_on()
        assert [a.given.text for a in (await practice.content(client.user))[0].answers][-1] == (
            "Ten years at sea"
        )


async def test_what_a_crash_left_is_worked_on_at_the_next_look(
    start_engine: StartEngine, short_practice: Path, database_url: str
) -> None:
    async with in_slack(start_engine, database_url, practice=short_practice) as practice:
        client = await begun(practice)
        interviews = practice.room.interviews
        assert interviews
        # Kept and acknowledged, and then the process is gone.
        kept = of_event(TEAM, client.typed("Ten years at sea"))
        assert kept and await interviews.take(kept)
        assert not await interviews.take(kept)
        await interviews.sweep()
        await practice.going_on()
        answers = (await practice.content(client.user))[0].answers
        assert answers[-1].given and answers[-1].given.text == "Ten years at sea"
        shown = len(client.shown())
        await interviews.sweep()
        await practice.going_on()
        assert len(client.shown()) == shown


async def test_ten_minutes_without_slack_lose_nothing(
    start_engine: StartEngine, short_practice: Path, database_url: str
) -> None:
    async with in_slack(start_engine, database_url, practice=short_practice) as practice:
        clients = [Person(practice, f"U0CLIENT{number}") for number in range(3)]
        for client in clients:
            await client.say("hi")
        down_since, kinds = practice.clock(), iter(("down", "lost", "down", "dropped") * 500)
        practice.slack.trouble = lambda method, args: next(kinds)
        for client in clients:
            await client.press("Yes, that is fine")
        while practice.clock() - down_since < timedelta(minutes=10):
            await practice.going_on(rounds=2)
            practice.clock.advance(seconds=20)
        practice.slack.trouble = lambda method, args: None
        practice.clock.advance(minutes=2)
        for _ in range(6):
            await practice.going_on()
            practice.clock.advance(minutes=1)
        for client in clients:
            name = [t for t in client.texts() if "What would you like to be called?" in t]
            assert len(name) == 1, "said once, though some tries had no answer"
            welcomed = [t for t in client.texts() if "automated assistant" in t]
            assert len(welcomed) == 1
            await client.say("Ten years at sea")
            assert (await practice.content(client.user))[0].answers[-1].given


async def test_what_may_have_arrived_is_looked_up_before_it_is_sent_again(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = await begun(practice)
        troubles = ["dropped"]

        def once(method: str, args: dict[str, Any]) -> str | None:
            return troubles.pop() if method == "chat.postMessage" and troubles else None

        practice.slack.trouble = once
        sent = len(posts(practice))
        await client.say("Ten years at sea")
        practice.clock.advance(minutes=1)
        await practice.going_on()
        assert len(posts(practice)) == sent + 1, "it was found in the history"
        asks = [text for text in client.texts() if "What have you done" in text]
        assert len(asks) == 1
        # Its ts is known, so that its answer is not taken for a late one.
        await client.say("Galway")
        assert (await practice.content(client.user))[0].answers[-1].given.text == "Galway"  # type: ignore[union-attr]


async def test_retry_after_is_kept_to(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = await begun(practice)
        limited = ["limited"]
        practice.slack.trouble = lambda method, args: limited.pop() if limited else None
        practice.slack.retry_after = 45
        told = practice.clock()
        await client.say("Ten years at sea")
        while posts(practice).count(client.channel) < 4 and practice.clock() < told + timedelta(
            minutes=5
        ):
            await practice.going_on(rounds=1)
        after = [
            call.at
            for call in practice.slack.calls
            if call.method == "chat.postMessage" and call.at > told
        ]
        assert after[0] - told >= timedelta(seconds=45)
        assert len([text for text in client.texts() if "What have you done" in text]) == 1


async def test_one_message_a_second_in_each_channel_and_in_order(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = await begun(practice)
        for text in ("Hello there", "How long does this take?", "Say that again"):
            assert await client.send(client.typed(text)) == 200
        assert practice.room.working and practice.room.clients
        await practice.room.working.settle()
        # Looked at five times a second, far more often than anything may go.
        for _ in range(40):
            await practice.room.clients.outbox.step()
            practice.clock.advance(seconds=0.2)
        times = [
            call.at
            for call in practice.slack.calls
            if call.method in ("chat.postMessage", "chat.update")
            and call.args["channel"] == client.channel
        ]
        assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(times))
        replies = [text.splitlines()[1] for text in client.texts()[-3:]]
        began = [reply[:17] for reply in replies]
        assert began == ["Hello.", "About ten minutes", "Here it is once m"]


async def test_what_slack_refuses_for_good_does_not_hold_up_the_rest(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str, caplog: Any
) -> None:
    caplog.set_level("DEBUG")
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = await begun(practice)
        refused = ["invalid_blocks"]
        practice.slack.trouble = lambda method, args: (
            refused.pop() if method == "chat.postMessage" and refused else None
        )
        await client.say("Why do you ask?")
        await client.say("Ten years at sea")
        await client.say("Galway")
        assert words(client.shown()[-1])
        assert "Ten years at sea" not in caplog.text
        assert "xoxb" not in caplog.text
        assert "invalid_blocks" in caplog.text
