"""An action goes wrong: the client reads a kind line, the coach the full text, and on it goes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from rightfit.engine.assembly import Engine
from rightfit.engine.in_process import ActionFailed
from rightfit.engine.outcomes import Outcome
from rightfit.store import intakes
from rightfit.store.reconcile import discrepancies
from tests.engines import StartEngine, unlimited

#: In everything that clients say here; it must not be in any log.
MARK = "marker7f3a"
#: What makes the actions below fail.
TRIGGER = f"{MARK} Twelve years on ferries, and this one breaks it"


def _raises(text: str) -> Any:
    raise ValueError(f"cannot read {text!r}")


def _raises_at_exit(text: str) -> Any:
    raise SystemError(text)


def _returns_words(text: str) -> Any:
    return text


def _returns_what_is_no_event(text: str) -> Any:
    return [text, 7]


def _returns_an_unknown_event(text: str) -> Any:
    return [{"event": text}]


def _returns_half_an_event(text: str) -> Any:
    return [{"event": "slot", "value": text}]


def _sets_an_unknown_slot(text: str) -> Any:
    return [{"event": "slot", "name": "no_such_slot", "value": text, "timestamp": None}]


def _sets_a_slot_to_what_is_no_record(text: str) -> Any:
    slot = {"kind": "no such kind", "text": text}
    return [{"event": "slot", "name": "experience", "value": slot, "timestamp": None}]


async def _never_ends(text: str) -> Any:
    await asyncio.Event().wait()


FAULTS = [
    _raises,
    _raises_at_exit,
    _returns_words,
    _returns_what_is_no_event,
    _returns_an_unknown_event,
    _returns_half_an_event,
    _sets_an_unknown_slot,
    _sets_a_slot_to_what_is_no_record,
    _never_ends,
]


class Failing:
    """An action that fails when the client's message is ``TRIGGER``, ``times`` times."""

    def __init__(self, action: Any, fault: Callable[[str], Any], times: float) -> None:
        self._action = action
        self._fault = fault
        self._left = times

    def name(self) -> str:
        return str(self._action.name())

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> Any:
        text = tracker.latest_message.get("text")
        if text != TRIGGER or self._left <= 0:
            return await self._action.run(dispatcher, tracker, domain)
        self._left -= 1
        # Whatever was said before the fault is not said.
        dispatcher.utter_message(text="half a reply")
        result = self._fault(text)
        return await result if asyncio.iscoroutine(result) else result


def _break(
    engine: Engine, name: str, fault: Callable[[str], Any], times: float = float("inf")
) -> None:
    actions = engine.rasa._actions._actions
    actions[name] = Failing(actions[name], fault, times)


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that is logged, by whomever, at whatever level they let through."""
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.fixture
async def engine(
    logs: pytest.LogCaptureFixture,
    start_engine: StartEngine,
    database_url: str,
    short_practice: Path,
) -> AsyncIterator[Engine]:
    # Only what never ends comes to the deadline; a slow machine must not.
    limits = unlimited(deadline=1.5, tries=2)
    async with start_engine(database_url, practice=short_practice, limits=limits) as engine:
        yield engine


class Client:
    """A client who is asked about their experience."""

    def __init__(self, engine: Engine) -> None:
        self._reception = engine.reception
        self._sent = 0

    async def open(self) -> str:
        self.conversation = (await self._reception.open("web", None, None, None)).conversation
        await self._send("choice", ["yes"])
        await self.say(f"{MARK} Ann")
        return self.conversation

    async def say(self, text: str) -> Outcome:
        return await self._send("text", text)

    async def _send(self, kind: Any, body: Any) -> Outcome:
        self._sent += 1
        return await self._reception.receive(self.conversation, str(self._sent), kind, body)


def _no_words_in(logs: pytest.LogCaptureFixture) -> None:
    assert logs.records
    for record in logs.records:
        assert MARK not in record.getMessage(), record.name
        assert MARK not in str(record.__dict__), record.name
    assert MARK not in logs.text


@pytest.mark.parametrize("fault", FAULTS)
async def test_an_answer_that_cannot_be_taken_is_kept_for_the_coach(
    engine: Engine, logs: pytest.LogCaptureFixture, fault: Callable[[str], Any]
) -> None:
    _break(engine, "validate_intake_form", fault)
    client = Client(engine)
    conversation = await client.open()
    before = await engine.reception.shown(conversation, 0)

    outcome = await client.say(TRIGGER)

    own, kind_line, again = outcome.messages
    assert (own.author, own.text) == ("client", TRIGGER)
    assert (kind_line.response, kind_line.text) == (
        "utter_trouble",
        engine.practice.wording["utter_trouble"][0].text,
    )
    asked = before.messages[-1]
    assert (again.text, again.question, again.choices) == (
        asked.text,
        asked.question,
        asked.choices,
    )
    assert outcome.progress == before.progress

    await client.say(f"{MARK} Ten years in an office")
    content = await engine.reception.content(conversation)
    answers = {answer.question: answer.given for answer in content.intake.answers}
    assert set(answers) == {"consent", "name", "experience"}
    assert answers["experience"] and answers["experience"].text == f"{MARK} Ten years in an office"
    assert [m.text for m in content.transcript if m.dead] == [TRIGGER]
    async with engine.database.reading() as transaction:
        (head,) = await intakes.heads(transaction)
        assert head.dead_letters == 1
        assert await discrepancies(transaction) == ()
    _no_words_in(logs)


@pytest.mark.parametrize("fault", [_raises, _returns_words])
async def test_a_fault_that_passes_is_not_noticed(
    engine: Engine, logs: pytest.LogCaptureFixture, fault: Callable[[str], Any]
) -> None:
    _break(engine, "validate_intake_form", fault, times=1)
    client = Client(engine)
    conversation = await client.open()
    outcome = await client.say(TRIGGER)
    assert outcome.messages[0].text == TRIGGER
    assert [message.response for message in outcome.messages][1:] == ["utter_ask_goals"]
    content = await engine.reception.content(conversation)
    assert [answer.question for answer in content.versions] == ["consent", "name", "experience"]
    assert not any(message.dead for message in content.transcript)
    _no_words_in(logs)


async def test_the_same_message_again_gives_the_same_kind_line(engine: Engine) -> None:
    _break(engine, "validate_intake_form", _raises)
    client = Client(engine)
    conversation = await client.open()
    first = await engine.reception.receive(conversation, "one", "text", TRIGGER)
    assert await engine.reception.receive(conversation, "one", "text", TRIGGER) == first


async def test_a_command_that_fails_leaves_the_question_where_it_was(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rightfit.engine.understanding import OnlyReading
    from rightfit.records import Reading

    def read(question: str | None, text: str) -> Reading:
        if text == TRIGGER:
            return Reading("aside", "skip", 1.0)
        return Reading("answer", None, 1.0)

    monkeypatch.setattr(engine.rasa._listener, "_understands", OnlyReading(read))
    _break(engine, "action_skip", _raises)
    client = Client(engine)
    conversation = await client.open()
    outcome = await client.say(TRIGGER)
    assert [m.response for m in outcome.messages] == [
        None,
        "utter_trouble",
        "utter_ask_experience",
    ]
    await client.say(f"{MARK} Ten years in an office")
    content = await engine.reception.content(conversation)
    assert content.intake.answers[-1].question == "experience"


async def test_other_conversations_do_not_wait_for_an_action_that_never_ends(
    engine: Engine,
) -> None:
    _break(engine, "validate_intake_form", _never_ends)
    stuck, other = Client(engine), Client(engine)
    await stuck.open()
    await other.open()
    waiting = asyncio.create_task(stuck.say(TRIGGER))
    await other.say(f"{MARK} Ten years in an office")
    assert not waiting.done()
    assert (await waiting).messages[1].response == "utter_trouble"


@pytest.mark.parametrize(
    ("fault", "plays"),
    [(ActionFailed("action_skip", "raised"), 5), (asyncio.TimeoutError(), 2)],
    ids=["fails at once", "hangs"],
)
async def test_a_client_does_not_wait_for_five_deadlines(
    start_engine: StartEngine,
    sqlite_url: str,
    short_practice: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
    plays: int,
) -> None:
    async with start_engine(sqlite_url, practice=short_practice) as engine:
        client = Client(engine)
        await client.open()
        played = 0

        async def fail(*_arguments: Any, **_options: Any) -> None:
            nonlocal played
            played += 1
            raise fault

        monkeypatch.setattr(engine.rasa, "play", fail)
        outcome = await client.say(TRIGGER)
        assert "utter_trouble" in [message.response for message in outcome.messages]
        assert played == plays
