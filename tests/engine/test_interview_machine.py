"""Whatever clients do, in whatever order, their intake is what the model says it is."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rightfit.engine.assembly import Engine
from rightfit.engine.reception import Ended, Erased, MovedOn, NoSuchConversation, NotOnScreen
from rightfit.interview import ABOUT_THE_INTERVIEW, AFTER_CRISIS
from rightfit.records import Given, Reading
from rightfit.store import conversations, intakes
from rightfit.store.reconcile import Discrepancy, discrepancies
from tests.engine.interview_model import ModelledIntake
from tests.engines import ASIDES, StartEngine

PLAIN_WORDS = "A desk by a window, and quiet"
STOPPING = "Mostly night shifts. Can we stop here?"
GOING_BACK = "I like to teach. Can we go back to the last question?"
BREAK = "Can we take a break?"
#: What a client means by a text: what it does, which answer it names, how it answers.
MEANT: dict[str, tuple[str | None, ...]] = {
    PLAIN_WORDS: ("answer",),
    "Sailing": ("answer", None, "barely"),
    "Nothing": ("answer",),
    "The goals": ("answer", "goals"),
    "ann@sea.example": ("answer", None, "with_an_email"),
    "Ten years at sea. Why do you ask?": ("answer", None, "asking"),
    STOPPING: ("answer", None, "then_stop"),
    GOING_BACK: ("answer", None, "then_back"),
    "How long does this take?": ("aside",),
    "Skip this": ("skip",),
    "Dunno": ("hesitate",),
    "Please go back": ("back",),
    "Let me change my goals": ("back", "goals"),
    "Let me change something": ("back", "any"),
    "I want to start again": ("start_again",),
    "I have to stop": ("stop",),
    BREAK: ("stop",),
}
PLAIN_ANSWERS = {
    "consent": ("yes",),
    "name": PLAIN_WORDS,
    "experience": PLAIN_WORDS,
    "goals": PLAIN_WORDS,
    "format": ("phone", "writing"),
    "contact": "ann@sea.example",
    "recap": ("send",),
}
#: Wherever an intake can stand.
EVERYWHERE = {
    *(("open", asked) for asked in (*PLAIN_ANSWERS, *ABOUT_THE_INTERVIEW) if asked != AFTER_CRISIS),
    *((state, None) for state in ("paused", "sent", "declined", "erased")),
}
#: What chance seldom comes upon; the first three were wrong once.
RARE: tuple[tuple[str | tuple[str, ...], ...], ...] = (
    # "Skip this" led away from the answer that was being changed, and a later break back to it.
    (PLAIN_WORDS, "Please go back", "I have to stop", "Skip this", ("keep",), PLAIN_WORDS),
    # "Leave it as it is" was taken for one of several ways to meet.
    (*[PLAIN_WORDS] * 3, ("video",), "Please go back", ("video", "keep"), ("take_out",)),
    # "I want to start again" was taken for a wish to go on.
    (PLAIN_WORDS, "I have to stop", "I want to start again", ("start_again",)),
    # Whoever starts again is asked once more for more.
    (PLAIN_WORDS, "Sailing", "I want to start again", ("start_again",), PLAIN_WORDS, "Sailing"),
    (PLAIN_WORDS, "Dunno", "I want to start again", ("start_again",), PLAIN_WORDS, "Dunno"),
    # The wish for more is not repeated where a bare answer is changed.
    (*[PLAIN_WORDS] * 2, "Let me change something", ("experience",), "Sailing", PLAIN_WORDS),
)
FORGED = ("yes", "send", "erase", "go_on", "take_out", "unheard_of")
TABS = st.sampled_from((0, 0, 0, 1))


def _texts(*does: str) -> st.SearchStrategy[str]:
    return st.sampled_from([text for text, meaning in MEANT.items() if meaning[0] in does])


def _read(question: str | None, text: str) -> Reading:
    if text == BREAK:
        return Reading("aside", "stop", 1.0)
    beside = {STOPPING: "stop", GOING_BACK: "go_back"}.get(text)
    return ASIDES.get(text, Reading("answer", beside, 1.0))


class World:
    """The engine under test, and what was reached in all the runs on it."""

    def __init__(self, engine: Engine, loop: asyncio.AbstractEventLoop) -> None:
        self.engine = engine
        self.reached: set[tuple[str, str | None]] = set()
        self.do = loop.run_until_complete


class Clients(RuleBasedStateMachine):
    """One intake, open in two tabs, and now and then resumed on another device."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.model = ModelledIntake()
        self.said: list[str] = []
        self.sent: list[tuple[Any, Any]] = []
        self.cursors = [0, 0]

    @initialize(agrees=st.sampled_from((*[True] * 7, False)))
    def open(self, agrees: bool) -> None:
        self.opened = self._do(self.reception.open("web", None, "en", None))
        for tab in (0, 1):
            self._look(tab)
        if agrees:
            self._choose(PLAIN_ANSWERS["consent"], 0, typed=False)

    @rule(text=_texts("answer", "aside"), tab=TABS)
    def speak(self, text: str, tab: int) -> None:
        self._say(text, tab)

    @rule(text=_texts("skip", "hesitate"), tab=TABS)
    def pass_over(self, text: str, tab: int) -> None:
        self._say(text, tab)

    @rule(text=_texts("back", "start_again", "stop"), tab=TABS)
    def turn_away(self, text: str, tab: int) -> None:
        self._say(text, tab)

    @precondition(lambda self: self.model.choices)
    @rule(data=st.data(), tab=TABS, typed=st.booleans())
    def choose(self, data: st.DataObject, tab: int, typed: bool) -> None:
        several = 4 if self.model.question == "format" else 1
        offered = st.sampled_from(self.model.choices)
        ids = tuple(
            data.draw(st.lists(offered, min_size=1, max_size=several, unique=True), "choice")
        )
        self._choose(ids, tab, typed and len(ids) == 1)

    @rule(turns=st.integers(1, 7))
    def answer_plainly(self, turns: int) -> None:
        for _ in range(turns):
            plain = PLAIN_ANSWERS.get(str(self.model.asked))
            if isinstance(plain, str):
                self._say(plain, 0)
            elif plain:
                self._choose(plain, 0, typed=False)

    @rule(data=st.data(), how=st.sampled_from(("forge", "send again", "resume", "restart")))
    def disturb(self, data: st.DataObject, how: str) -> None:
        if how == "restart":
            # Nothing that the process remembers may matter.
            self.world.engine.rasa.forget(self.opened.conversation)
        elif how == "resume":
            self._resume()
        elif how == "forge" and self.model.state not in ("declined", "erased"):
            self._forge(data.draw(st.sampled_from(FORGED), "choice"))
        elif how == "send again" and self.sent:
            self._send_again(*data.draw(st.sampled_from(self.sent), "message"))

    @invariant()
    def the_store_says_what_the_model_says(self) -> None:
        if not hasattr(self, "opened"):
            return
        model = self.model
        self.world.reached |= {(model.state, model.asked)}
        held, content = self._do(self._stored())
        if model.state == "erased":
            assert held is content is None
            return
        screen = held.on_screen
        assert (held.state, screen.asked) == (model.state, model.asked)
        assert (screen.question, tuple(c.id for c in screen.choices)) == (
            model.question,
            model.choices,
        )
        answers = {answer.question: _plain(answer.given) for answer in content.intake.answers}
        assert answers == model.answers
        versions = [(version.question, _plain(version.given)) for version in content.versions]
        assert versions == model.versions
        if model.state != "declined":
            client = [m.text for m in content.transcript if m.author == "client"]
            assert client == self.said

    @property
    def reception(self) -> Any:
        return self.world.engine.reception

    def _do(self, call: Coroutine[Any, Any, Any]) -> Any:
        return self.world.do(call)

    async def _stored(self) -> tuple[Any, Any]:
        async with self.world.engine.database.reading() as transaction:
            id = self.opened.conversation
            held = await conversations.conversation(transaction, id)
            return held, await intakes.content(transaction, id)

    def _say(self, text: str, tab: int) -> None:
        if self._send(tab, "text", text):
            self.said.append(text)
            self.model.say(text, *MEANT[text])

    def _choose(self, ids: tuple[str, ...], tab: int, typed: bool) -> None:
        held, _ = self._do(self._stored())
        titles = {choice.id: choice.title for choice in held.on_screen.choices}
        words = ", ".join(titles[id] for id in ids)
        if self._send(tab, *(("text", words) if typed else ("choice", list(ids)))):
            self.said.append(words)
            self.model.choose(ids)

    def _send(self, tab: int, kind: str, body: Any) -> bool:
        """Whether the message was taken; a tab that is behind is told so and catches up."""
        message = (f"message-{len(self.sent)}", kind, body, self.cursors[tab])
        held, _ = self._do(self._stored())
        refusal: type[Exception] | None = None
        if held is None:
            refusal = NoSuchConversation
        elif held.state == "declined":
            refusal = Ended
        elif self.cursors[tab] < held.on_screen.seq:
            refusal = MovedOn
        if refusal is None:
            outcome = self._receive(*message)
            self.cursors[tab] = outcome.cursor
            self.sent.append((message, outcome))
            return True
        with pytest.raises(refusal):
            self._receive(*message)
        if refusal is MovedOn:
            self._look(tab)
        return False

    def _resume(self) -> None:
        resumed = self.reception.resume(self.opened.receipt, None)
        if self.model.state == "erased":
            with pytest.raises(Erased):
                self._do(resumed)
            return
        assert self._do(resumed).conversation == self.opened.conversation
        if self.model.state == "paused":
            self.model.choose(("go_on",))
        self._look(0)

    def _forge(self, id: str) -> None:
        if id not in self.model.choices:
            with pytest.raises(NotOnScreen):
                self._receive("forged", "choice", [id], None)

    def _send_again(self, message: Any, outcome: Any) -> None:
        if self.model.state == "erased":
            with pytest.raises(NoSuchConversation):
                self._receive(*message)
        elif self.model.state != "declined":
            assert self._receive(*message) == outcome

    def _receive(self, key: str, kind: str, body: Any, seen: int | None) -> Any:
        return self._do(self.reception.receive(self.opened.conversation, key, kind, body, seen))

    def _look(self, tab: int) -> None:
        shown = self._do(self.reception.shown(self.opened.conversation, self.cursors[tab]))
        self.cursors[tab] = shown.cursor


def _plain(given: Given | None) -> tuple[str, str | None, tuple[str, ...]] | None:
    return None if given is None else (given.kind, given.text, given.choices)


@pytest.fixture
def world(start_engine: StartEngine, sqlite_url: str, short_practice: Path) -> Iterator[World]:
    loop = asyncio.new_event_loop()
    running = start_engine(sqlite_url, read=_read, practice=short_practice)
    yield World(loop.run_until_complete(running.__aenter__()), loop)
    loop.run_until_complete(running.__aexit__(None, None, None))
    loop.close()


def test_an_intake_is_what_the_model_says(world: World) -> None:
    for script in RARE:
        clients = Clients(world)
        clients.open(agrees=True)
        for said in script:
            if isinstance(said, str):
                clients._say(said, 0)
            else:
                clients._choose(said, 0, typed=False)
            clients.the_store_says_what_the_model_says()
    bounds = settings(
        max_examples=60,
        stateful_step_count=25,
        derandomize=True,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    run_state_machine_as_test(lambda: Clients(world), settings=bounds)
    assert world.reached >= EVERYWHERE
    assert world.do(_discrepancies(world.engine)) == ()


async def _discrepancies(engine: Engine) -> tuple[Discrepancy, ...]:
    async with engine.database.reading() as transaction:
        return await discrepancies(transaction)
