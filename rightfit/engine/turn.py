"""One turn: a function of the events so far and one message.

Nothing leaves this module but records; whoever calls it decides what is written and shown.
"""

from __future__ import annotations

import asyncio
import json
import warnings
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Literal

import msgspec

from rightfit.engine.lean_rasa import InProcessActions, install

install()

# Rasa is imported only now, so that it comes without what it does not need here.
# ruff: noqa: E402
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
)
from rasa.shared.core.trackers import DialogueStateTracker

from actions.registry import actions_for
from rightfit.engine.understanding import Listener, Understands, Understood, Words
from rightfit.engine.wording import PracticeWording
from rightfit.hearing import Heard, answers_to, hear
from rightfit.interview import (
    NEW_ANSWER,
    Interview,
    answered,
    as_asked,
    at_most,
    coach_of,
    interview_of,
    progress_of,
)
from rightfit.practice import NEED_EDIT, NEED_WORDS, NEEDS, Choice, Practice, Question
from rightfit.practice.asked_more import asked_question, is_extra
from rightfit.records import Given, Noticings, OnScreen, Progress, Reading, ShownChoice
from rightfit.weighing import held_back, needs_of

#: Words; what is left of a message without those that show danger, if it answers, too.
_AN_ANSWER = 5

#: The response that holds nothing but what a coach wrote.
_IN_THE_COACHS_WORDS = "utter_ask_extra"
#: Conversations whose tracker is kept between turns; each is checked against the store.
_REMEMBERED = 512


class Said(msgspec.Struct, frozen=True):
    """One thing the assistant says in a turn."""

    text: str
    response: str | None
    choices: tuple[ShownChoice, ...] = ()
    author: Literal["assistant", "coach"] = "assistant"


class Played(msgspec.Struct, frozen=True):
    """What a turn comes to, before anything is written.

    ``client_said`` is what the transcript shows for the client's message; null where the
    client only opened the page or came back. ``noticed`` is null where nothing of it
    changed; ``distress`` is the level with the words that show it. ``kept_days`` is how long
    the client was told that the intake is kept.
    """

    client_said: str | None
    said: tuple[Said, ...]
    events: tuple[dict[str, Any], ...]
    given: Mapping[str, Given | None]
    phase: str
    coach: str | None
    on_screen: OnScreen
    progress: Progress
    noticed: Noticings | None = None
    distress: tuple[Literal["strained", "crisis"], str] | None = None
    kept_days: str = ""


class StaleChoice(ValueError):
    """A choice that is not on screen any more."""


class _NowhereChannel(OutputChannel):
    """Nothing is sent inside a turn; what was said is read from the events."""

    def __init__(self, name: str) -> None:
        self._name = name

    def name(self) -> str:
        return self._name

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        return None


class _TurnStore(TrackerStore):
    """Holds the trackers of the turns in flight, and raises for any other."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain)
        self.in_flight: dict[str, DialogueStateTracker] = {}

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        return self.in_flight[sender_id]

    async def save(self, tracker: DialogueStateTracker) -> None:
        if self.in_flight[tracker.sender_id] is not tracker:
            raise RuntimeError("Rasa saved a tracker that is not the one of this turn")

    async def keys(self) -> list[str]:
        return list(self.in_flight)


class EmbeddedRasa:
    """A Rasa agent whose actions run in this process and whose store is the caller's."""

    def __init__(
        self,
        model: Path,
        practice: Practice,
        understands: Understands,
    ) -> None:
        self._practice = practice
        self._listener = Listener(understands)
        self._actions = InProcessActions(actions_for(practice))
        self._store = _TurnStore(Domain.empty())
        self._agent = Agent(
            tracker_store=self._store,
            lock_store=InMemoryLockStore(),
            action_endpoint=self._actions,
        )
        with warnings.catch_warnings():
            # Rasa tells users of Rasa 2 about slots; ours are made for Rasa 3.
            warnings.simplefilter("ignore")
            self._agent.load_model(model)
        domain = self._agent.domain
        if domain is None or self._agent.processor is None:
            raise RuntimeError(f"{model} holds no Rasa model")
        self._domain = domain
        self._store.domain = domain
        self._agent.processor.nlg = PracticeWording(practice.wording)
        self._agent.processor.tracker_store = self._store
        self._remembered: OrderedDict[str, tuple[int, DialogueStateTracker]] = OrderedDict()

    def remembers(self, conversation: str, last_event: int) -> bool:
        """Whether the tracker as of that event is still at hand."""
        known = self._remembered.get(conversation)
        if known is None or known[0] != last_event:
            return False
        # It is asked for because it is about to be used: of all, it goes last.
        self._remembered.move_to_end(conversation)
        return True

    def remember(self, conversation: str, last_event: int) -> None:
        """Keep the tracker of the turn just played, now that its events are committed."""
        tracker = self._store.in_flight.pop(conversation, None)
        if tracker is None:
            return  # erased meanwhile
        self._remembered[conversation] = (last_event, tracker)
        self._remembered.move_to_end(conversation)
        while len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)

    def forget(self, conversation: str) -> None:
        """Drop what is at hand of a conversation: its turn failed, or it was erased."""
        self._store.in_flight.pop(conversation, None)
        self._remembered.pop(conversation, None)

    def listen(self, on_screen: OnScreen, text: str) -> Future[Words]:
        """Begin to understand a typed message while other things are done; for ``play``."""
        question = self._question(on_screen.question)
        return self._listener.listen(
            answers_to(on_screen.asked, question),
            text,
            as_a_need=on_screen.asked in (NEEDS, NEED_WORDS, NEED_EDIT),
        )

    async def play(
        self,
        conversation: str,
        channel: str,
        past: Sequence[dict[str, Any]] | None,
        kind: str,
        body: Any,
        on_screen: OnScreen,
        listening: Future[Words] | None,
        *,
        deadline: float,
    ) -> Played:
        """Play one message onto the past; ``past`` is null where ``remembers`` said yes.

        ``listening`` is what ``listen`` has begun for these words to this screen, if it has.
        Afterwards the caller calls ``remember`` or ``forget``.

        Raises:
            StaleChoice: the choice is not on screen.
            ActionFailed: an action raised or returned what is no list of events.
            asyncio.TimeoutError: the turn took longer than ``deadline`` seconds.
        """
        tracker = self._tracker(conversation, past)
        before = interview_of(tracker.current_slot_values(), self._practice)
        if kind == "open":
            tracker.update_with_events(_opening(body), self._domain)
        known = len(tracker.events) if past or kind != "open" else 0
        self._store.in_flight[conversation] = tracker
        ends = asyncio.get_running_loop().time() + deadline

        async def hand(message: dict[str, Any], text: str | None) -> None:
            user_message = UserMessage(
                text=text,
                output_channel=_NowhereChannel(channel),
                sender_id=conversation,
                input_channel=channel,
                parse_data=message,
            )
            left = ends - asyncio.get_running_loop().time()
            with self._actions.watching(conversation):
                await asyncio.wait_for(self._agent.processor.handle_message(user_message), left)

        at, on_the_way = before, 0
        if kind == "change":
            await hand(*self._return_to(body["question"]))
            at = interview_of(tracker.current_slot_values(), self._practice)
            if (at.requested, at.revisiting) != (NEW_ANSWER, body["question"]):
                raise StaleChoice("that answer cannot be changed now")
            on_the_way = len(tracker.events)
            asked = tuple(
                _said(event)
                for event in list(tracker.events)[known:]
                if isinstance(event, BotUttered)
            )
            on_screen, listening = self._on_screen(at, asked), None
            kind, body = ("text", body["text"]) if body["text"] else ("choice", ["take_out"])
        words = None
        if kind == "text":
            words = await asyncio.wrap_future(listening or self.listen(on_screen, body))
        message, client_said, understood = self._message(kind, body, at, on_screen, words)
        await hand(message, client_said)
        new = list(tracker.events)[known:]
        after = interview_of(tracker.current_slot_values(), self._practice)
        said = tuple(
            _said(event)
            for number, event in enumerate(new, start=known)
            if isinstance(event, BotUttered) and (number >= on_the_way or _of_note(event))
        )
        return Played(
            client_said=client_said,
            said=said,
            events=tuple(event.as_dict() for event in new),
            # What a coach asks again stands as it was until the client says otherwise.
            given=_changes(before, after) if kind != "ask" else {},
            phase=after.phase,
            coach=coach_of(after),
            on_screen=self._on_screen(after, said),
            progress=Progress(*progress_of(self._practice, after)),
            noticed=_noticings(after) if _noticings(after) != _noticings(before) else None,
            distress=(understood.distress, understood.distress_at)
            if understood and understood.distress != "none"
            else None,
            kept_days=str(tracker.get_slot("kept_days") or ""),
        )

    def _return_to(self, question: str) -> tuple[dict[str, Any], str]:
        """What a client who wants to change an answer would have typed."""
        text = f"change {self._practice.question(question).title}"
        return _parsed("go_back", text, aside="go_back"), text

    def _tracker(
        self, conversation: str, past: Sequence[dict[str, Any]] | None
    ) -> DialogueStateTracker:
        if past is None:
            return self._remembered.pop(conversation)[1]
        events = [Event.from_parameters(body) for body in past]
        return DialogueStateTracker.from_events(conversation, events, slots=self._domain.slots)

    def _message(
        self, kind: str, body: Any, interview: Interview, on_screen: OnScreen, words: Words | None
    ) -> tuple[dict[str, Any], str | None, Understood | None]:
        if kind == "choice":
            titles = {choice.id: choice.title for choice in on_screen.choices}
            if not set(body) <= set(titles):
                raise StaleChoice("not on screen")
            chosen = tuple(body)
            text = ", ".join(titles[id_] for id_ in chosen)
            return _parsed("choose", text, choices=chosen), text, None
        if kind == "ask":
            return _parsed("asked_more", None, asked_more=body), None, None
        if words is None:
            return _parsed("begin" if kind == "open" else "resume", None), None, None
        was_read = False

        def read(to: str | None, text: str) -> Reading:
            nonlocal was_read
            was_read = True
            return words.understood.reading

        heard = hear(
            on_screen.asked,
            tuple(Choice(choice.id, choice.title) for choice in on_screen.choices),
            on_screen.multiple,
            self._question(on_screen.question),
            body,
            read,
            answered(self._practice, interview),
        )
        if heard.choices and not was_read:
            # A choice named in plain words says nothing beside.
            return _parsed(heard.intent, body, heard.choices, heard.aside), body, None
        if words.understood.distress == "crisis":
            heard = Heard("crisis", certainty=heard.certainty)
        noticed = _noticed(body, words)
        parsed = _parsed(heard.intent, body, heard.choices, heard.aside, heard.certainty, noticed)
        return parsed, body, words.understood

    def _question(self, id: str | None) -> Question | None:
        if id is not None and is_extra(id):
            return asked_question(id)
        return self._practice.question(id) if id else None

    def _on_screen(self, after: Interview, said: Sequence[Said]) -> OnScreen:
        questions = {q.id for q in as_asked(self._practice, after).questions}
        question = self._question(after.on_screen if after.on_screen in questions else None)
        choices = said[-1].choices if said else ()
        return OnScreen(
            asked=after.requested,
            question=question.id if question else None,
            choices=choices,
            multiple=at_most(self._practice, after) if choices else None,
        )


def _says_more(text: str, understood: Understood) -> bool:
    """Whether there is more in an answer than the words that show its writer in danger."""
    if understood.distress != "crisis":
        return True
    return len(text.replace(understood.distress_at, " ", 1).split()) >= _AN_ANSWER


def _noticed(text: str, words: Words) -> dict[str, Any]:
    understood = words.understood
    return {
        "needs": msgspec.to_builtins(understood.needs),
        "outright": msgspec.to_builtins(words.outright),
        "help": [list(each) for each in understood.help],
        "answers": understood.reading.kind == "answer" and _says_more(text, understood),
    }


def _noticings(interview: Interview) -> Noticings:
    return Noticings(
        needs_of(interview.weighing), held_back(interview.weighing), interview.outside_help
    )


def _opening(body: Mapping[str, Any]) -> list[Event]:
    """What Rasa's session start does, with what is known before the first word."""
    slots = [SlotSet("receipt", body["receipt"])]
    if body.get("kept_days"):
        slots.append(SlotSet("kept_days", body["kept_days"]))
    if body.get("coach"):
        slots.append(SlotSet("coach", {"kind": "chosen", "choices": [body["coach"]]}))
    return [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        *slots,
        ActionExecuted("action_listen"),
    ]


def _parsed(
    intent: str,
    text: str | None,
    choices: tuple[str, ...] = (),
    aside: str | None = None,
    certainty: float = 1.0,
    noticed: dict[str, Any] | None = None,
    asked_more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    entities: list[dict[str, Any]] = []
    if choices:
        entities.append(
            {"entity": "choice", "value": choices[0] if len(choices) == 1 else list(choices)}
        )
    if aside and intent in ("answer", "choose"):
        entities.append({"entity": "aside", "value": aside})
    if noticed and intent in ("answer", "crisis"):
        entities.append({"entity": "noticed", "value": noticed})
    if asked_more:
        entities.append({"entity": "asked_more", "value": asked_more})
    return {
        "text": text,
        "intent": {"name": intent, "confidence": certainty},
        "entities": entities,
    }


def _said(event: BotUttered) -> Said:
    buttons = event.data.get("buttons") or ()
    response = event.metadata.get("utter_action")
    return Said(
        text=event.text or "",
        response=response,
        author="coach" if response == _IN_THE_COACHS_WORDS else "assistant",
        choices=tuple(
            ShownChoice(_choice_id(button["payload"]), button["title"]) for button in buttons
        ),
    )


def _of_note(event: BotUttered) -> bool:
    """Whether it is worth saying on the way to an answer that is changed at once."""
    return event.metadata.get("utter_action") in ("utter_reopened", "utter_welcome_back")


def _choice_id(payload: str) -> str:
    return str(json.loads(payload[payload.index("{") :])["choice"])


def _changes(before: Interview, after: Interview) -> dict[str, Given | None]:
    """The questions under which something else stands after the turn than before."""
    questions = [*after.answers, *(q for q in before.answers if q not in after.answers)]
    return {
        question: after.answers.get(question)
        for question in questions
        if after.answers.get(question) != before.answers.get(question)
    }
