"""Several senders on one conversation at once, in one process and in two."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import threading
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from rightfit.engine.assembly import Engine
from rightfit.engine.outcomes import Outcome
from rightfit.engine.reception import MovedOn, NoSuchConversation, NotOnScreen, Reception
from rightfit.records import Answer, Message, Reading
from rightfit.store.intakes import Content
from rightfit.store.reconcile import discrepancies
from tests.databases import PostgresServer
from tests.engines import StartEngine

pytestmark = pytest.mark.asyncio(loop_scope="module")

SENDERS = [2, 3, 8]


class House:
    """One or two engines on one database, with a conversation that is past the consent."""

    def __init__(self, engines: list[Engine]) -> None:
        self.engines = engines
        self._turns = itertools.cycle(engines)
        self.receipt = self.conversation = ""

    @property
    def reception(self) -> Reception:
        """A reception; each time the next one."""
        return next(self._turns).reception

    async def open(self) -> None:
        opened = await self.reception.open("web", None, None, None)
        self.receipt, self.conversation = opened.receipt, opened.conversation

    async def agree(self) -> Outcome:
        return await self.reception.receive(self.conversation, "consent", "choice", ["yes"])

    async def say(self, text: str, key: str | None = None, seen: int | None = None) -> Outcome:
        key = key or str(uuid.uuid4())
        return await self.reception.receive(self.conversation, key, "text", text, seen)

    async def choose(self, id: str, seen: int | None = None) -> Outcome:
        return await self.reception.receive(
            self.conversation, str(uuid.uuid4()), "choice", [id], seen
        )

    async def content(self) -> Content:
        """What is stored, held to the invariant."""
        async with self.engines[0].database.reading() as transaction:
            assert await discrepancies(transaction) == ()
        return await self.reception.content(self.conversation)

    async def said(self) -> list[str]:
        transcript = (await self.content()).transcript
        return [message.text for message in transcript if message.author == "client"]


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=["sqlite", "sqlite, two processes", "postgres", "postgres, two processes"],
)
async def engines(
    request: pytest.FixtureRequest,
    start_engine: StartEngine,
    short_practice: Path,
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: PostgresServer,
) -> AsyncIterator[list[Engine]]:
    sqlite = request.param.startswith("sqlite")
    file = tmp_path_factory.mktemp("races") / "rightfit.sqlite"
    url = f"sqlite+aiosqlite:///{file}" if sqlite else postgres_server.create()
    async with contextlib.AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(start_engine(url, practice=short_practice))
            for _ in range(2 if "two" in request.param else 1)
        ]
    if not sqlite:
        postgres_server.drop(url)


@pytest_asyncio.fixture(loop_scope="module")
async def house(engines: list[Engine]) -> House:
    house = House(engines)
    await house.open()
    return house


def _under_which_question(content: Content) -> dict[str, str]:
    """Text of each answer -> the question it stands under."""
    return {
        answer.given.text or answer.given.choices[0]: answer.question
        for answer in content.versions
        if answer.given is not None
    }


def _on_screen_before(transcript: tuple[Message, ...], answer: Answer) -> str | None:
    asked = [m.question for m in transcript if m.seq < answer.turn and m.question]
    return asked[-1] if asked else None


@pytest.mark.parametrize("senders", SENDERS)
async def test_each_of_several_messages_at_once_is_kept_once_and_in_its_place(
    house: House, senders: int
) -> None:
    await house.agree()
    texts = [f"These are the words number {n}" for n in range(senders)]
    outcomes = await asyncio.gather(*(house.say(text) for text in texts))
    content = await house.content()
    said = [m.text for m in content.transcript if m.author == "client"][1:]
    assert sorted(said) == sorted(texts)
    stored = {(message.seq, message.id) for message in content.transcript}
    for text, outcome in zip(texts, outcomes, strict=True):
        # Each sender hears of their own message and of what followed it.
        assert outcome.messages[0].text == text
        assert {(message.seq, message.id) for message in outcome.messages} <= stored
    for answer in content.versions:
        assert _on_screen_before(content.transcript, answer) == answer.question


@pytest.mark.parametrize("senders", SENDERS)
async def test_the_same_message_from_several_at_once_is_one_message(
    house: House, senders: int
) -> None:
    await house.agree()
    outcomes = await asyncio.gather(*(house.say("Ann", key="one") for _ in range(senders)))
    assert outcomes == [outcomes[0]] * senders
    assert (await house.said())[1:] == ["Ann"]


@pytest.mark.parametrize("senders", SENDERS)
async def test_of_several_answers_to_what_is_on_screen_one_is_taken(
    house: House, senders: int
) -> None:
    seen = (await house.agree()).cursor
    texts = [f"These are the words number {n}" for n in range(senders)]
    results = await asyncio.gather(
        *(house.say(text, seen=seen) for text in texts), return_exceptions=True
    )
    taken = [result for result in results if isinstance(result, Outcome)]
    assert len(taken) == 1
    assert [type(result) for result in results].count(MovedOn) == senders - 1
    content = await house.content()
    said = [m.text for m in content.transcript if m.author == "client"][1:]
    assert said == [taken[0].messages[0].text]
    assert _under_which_question(content)[said[0]] == "name"


@pytest.mark.parametrize("senders", SENDERS)
async def test_a_button_pressed_several_times_at_once_counts_once(
    house: House, senders: int
) -> None:
    results = await asyncio.gather(
        *(house.choose("yes") for _ in range(senders)), return_exceptions=True
    )
    assert sum(isinstance(result, Outcome) for result in results) == 1
    assert [type(result) for result in results].count(NotOnScreen) == senders - 1
    versions = (await house.content()).versions
    assert [answer.question for answer in versions] == ["consent"]


async def test_a_message_sent_again_after_later_ones_changes_nothing(house: House) -> None:
    await house.agree()
    sent = [("a", "Ann"), ("b", "Ten years on ferries"), ("c", "A desk on land")]
    first = [await house.say(text, key=key) for key, text in sent]
    before = await house.content()
    again = await asyncio.gather(*(house.say("changed", key=key) for key, _ in reversed(sent)))
    assert list(reversed(again)) == first
    assert await house.content() == before


async def test_what_was_accepted_is_not_played_onto_what_has_moved_since(house: House) -> None:
    await house.agree()
    here, elsewhere = house.engines[0].reception, house.engines[-1].reception
    key = f"{house.conversation}:one"
    accepted = await here._accept(house.conversation, key, "text", "Ann", None)
    assert accepted.next
    await elsewhere.give_turns(house.conversation)
    await elsewhere.receive(house.conversation, "two", "text", "Ten years on ferries")
    assert await here._turns.drain(house.conversation, accepted.inbound, accepted.next) is None
    assert (await house.said())[1:] == ["Ann", "Ten years on ferries"]
    places = _under_which_question(await house.content())
    assert places["Ann"] == "name" and places["Ten years on ferries"] == "experience"
    assert (await house.say("Ann", key="one")).messages[0].text == "Ann"


async def test_others_go_on_while_a_message_is_understood(
    sqlite_url: str, start_engine: StartEngine, short_practice: Path
) -> None:
    from rightfit.engine.understanding import OnlyReading

    begun, others_are_done = threading.Event(), threading.Event()
    waited_in_vain = False

    def read(question: str | None, text: str) -> Reading:
        nonlocal waited_in_vain
        if text == "A long story":
            begun.set()
            waited_in_vain |= not others_are_done.wait(5)
        return Reading("answer", None, 1.0)

    understands = OnlyReading(read)
    async with start_engine(sqlite_url, practice=short_practice, understands=understands) as engine:
        slow, other = House([engine]), House([engine])
        for house in (slow, other):
            await house.open()
        await slow.agree()
        waiting = asyncio.create_task(slow.say("A long story"))
        assert await asyncio.to_thread(begun.wait, 5)
        await other.agree()
        others_are_done.set()
        await waiting
        assert not waited_in_vain
        assert (await slow.said())[1:] == ["A long story"]


async def test_messages_that_overtake_each_other_stand_under_what_was_on_screen(
    house: House,
) -> None:
    at_name = (await house.agree()).cursor
    at_experience = (await house.say("Ann", seen=at_name)).cursor
    late, in_time = await asyncio.gather(
        house.say("Annie", seen=at_name),
        house.say("Ten years on ferries", seen=at_experience),
        return_exceptions=True,
    )
    assert isinstance(late, MovedOn) and isinstance(in_time, Outcome)
    places = _under_which_question(await house.content())
    assert places["Ann"] == "name" and places["Ten years on ferries"] == "experience"
    assert "Annie" not in places


async def test_two_tabs_each_with_what_they_have_seen(house: House) -> None:
    seen = (await house.agree()).cursor
    cursors = {"left": seen, "right": seen}
    for round_ in range(3):
        attempts = {tab: f"From the {tab} tab, round {round_}" for tab in cursors}
        results = await asyncio.gather(
            *(house.say(text, seen=cursors[tab]) for tab, text in attempts.items()),
            return_exceptions=True,
        )
        taken = [result for result in results if isinstance(result, Outcome)]
        assert len(taken) == 1
        # The tab that was too late reads on; both are up to date again.
        cursors = dict.fromkeys(cursors, taken[0].cursor)
    content = await house.content()
    for answer in content.versions:
        assert _on_screen_before(content.transcript, answer) == answer.question


async def test_two_devices_that_come_back_at_once_are_welcomed_once(house: House) -> None:
    await house.agree()
    await house.say("I have to stop")
    await house.choose("pause")
    await asyncio.gather(*(house.reception.resume(house.receipt, None) for _ in range(4)))
    transcript = (await house.content()).transcript
    welcomes = [m for m in transcript if m.response == "utter_welcome_back"]
    assert len(welcomes) == 1
    outcome = await house.say("Ann")
    assert outcome.messages[-1].question == "experience"


async def test_coming_back_by_button_and_by_receipt_at_once(house: House) -> None:
    await house.agree()
    await house.say("I have to stop")
    await house.choose("pause")
    await house.say("Hello there")
    button, _ = await asyncio.gather(
        house.choose("go_on"),
        house.reception.resume(house.receipt, None),
        return_exceptions=True,
    )
    assert isinstance(button, (Outcome, NotOnScreen))
    outcome = await house.say("Ann")
    assert outcome.messages[-1].question == "experience"
    assert _under_which_question(await house.content())["Ann"] == "name"


async def test_erasing_while_others_send_leaves_nothing(house: House) -> None:
    await house.agree()
    results = await asyncio.gather(
        *(house.say(f"These are the words number {n}") for n in range(4)),
        house.reception.erase(house.conversation),
        *(house.say(f"These are the words number {n}") for n in range(4, 8)),
        return_exceptions=True,
    )
    for result in results:
        assert isinstance(result, (Outcome, tuple, NoSuchConversation)), result
    with pytest.raises(NoSuchConversation):
        await house.reception.content(house.conversation)
    with pytest.raises(NoSuchConversation):
        await house.say("Is anybody there?")


async def test_many_conversations_at_once_do_not_mix(house: House) -> None:
    async def talk(name: str) -> tuple[str, Content]:
        other = House(house.engines)
        await other.open()
        await other.agree()
        for text in (name, f"{name} worked on ferries"):
            await other.say(text)
        return name, await other.reception.content(other.conversation)

    for name, content in await asyncio.gather(*(talk(f"Client {n}") for n in range(12))):
        said = [m.text for m in content.transcript if m.author == "client"]
        assert said[1:] == [name, f"{name} worked on ferries"]
        assert _under_which_question(content)[name] == "name"


async def _restarted(
    url: str, start_engine: StartEngine, practice: Path, after: Callable[[House], Any]
) -> tuple[House, Any]:
    """What ``after`` does on an engine that ends without tidying up its conversation."""
    async with start_engine(url, practice=practice) as engine:
        house = House([engine])
        await house.open()
        await house.agree()
        return house, await after(house)


async def test_a_message_sent_again_after_a_restart_changes_nothing(
    database_url: str, start_engine: StartEngine, short_practice: Path
) -> None:
    house, before = await _restarted(
        database_url, start_engine, short_practice, lambda house: house.say("Ann", key="one")
    )
    async with start_engine(database_url, practice=short_practice) as engine:
        again = House([engine])
        again.conversation = house.conversation
        assert await again.say("Ann", key="one") == before
        assert (await again.said())[1:] == ["Ann"]
        outcome = await again.say("Ten years on ferries")
        assert outcome.messages[-1].question == "goals"


async def test_what_was_acknowledged_before_a_crash_has_its_turn_after_it(
    database_url: str, start_engine: StartEngine, short_practice: Path
) -> None:
    async def accept_only(house: House) -> None:
        reception = house.engines[0].reception
        key = f"{house.conversation}:one"
        assert await reception._accept(house.conversation, key, "text", "Ann", None)

    house, _ = await _restarted(database_url, start_engine, short_practice, accept_only)
    async with start_engine(database_url, practice=short_practice) as engine:
        again = House([engine])
        again.conversation = house.conversation
        assert await engine.reception.sweep(timedelta(seconds=-1)) == 1
        assert await engine.reception.sweep(timedelta(seconds=-1)) == 0
        assert (await again.said())[1:] == ["Ann"]
        assert _under_which_question(await again.content())["Ann"] == "name"
        outcome = await again.say("Ann", key="one")
        assert outcome.messages[-1].question == "experience"
