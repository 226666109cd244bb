"""The weighing of needs between Rasa's slots and ``rightfit.weighing``."""

from __future__ import annotations

from typing import Any

import msgspec
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from rightfit.interview import Interview
from rightfit.practice import NEEDS
from rightfit.records import Given, OutsideHelp
from rightfit.weighing import (
    Noticed,
    Weighing,
    after_answer,
    after_taking_out,
    in_question,
    own_words,
    quoted,
)
from rightfit.weighing_answers import Weighed, take_about_needs

Events = list[dict[str, Any]]


class Understood(msgspec.Struct, frozen=True):
    """What came with a message beside its words, as the engine puts it into the entity.

    ``answers`` says that it answers, whatever else it says; ``outright`` is the need it
    would be.
    """

    needs: tuple[Noticed, ...] = ()
    outright: Noticed | None = None
    help: tuple[tuple[str, int, int], ...] = ()
    answers: bool = False


def understood(tracker: Tracker) -> Understood:
    """What the latest message was understood as; nothing where nobody read it."""
    held = next(tracker.get_latest_entity_values("noticed"), None)
    return msgspec.convert(held or {}, Understood)


def take(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    interview: Interview,
    asked: str,
    given: Given,
) -> Events:
    """Put an answer to a question about needs where it belongs."""
    read = understood(tracker)
    weighed = take_about_needs(interview.weighing, asked, given, read.needs, read.outright)
    return apply(dispatcher, interview, asked, weighed)


def apply(
    dispatcher: CollectingDispatcher, interview: Interview, asked: str, weighed: Weighed
) -> Events:
    """Say what came of it, and keep the state."""
    if weighed.say:
        dispatcher.utter_message(response=weighed.say)
    before = None if asked == NEEDS else interview.answers.get(NEEDS)
    stands: Given | None = None
    if weighed.settled or (before and before.choices):
        stands = Given("chosen", text=own_words(weighed.weighing), choices=("right",))
    elif before:
        stands = skipped(weighed.weighing)
    return [
        SlotSet(NEEDS, msgspec.to_builtins(stands) if stands else None),
        SlotSet("pending", weighed.pending),
        *kept(weighed.weighing),
    ]


def skipped(state: Weighing) -> Given:
    """What stands under a list that nobody agreed to: words of the client's own, or nothing."""
    words = own_words(state)
    return Given("said", text=words) if words else Given("skipped")


def notice(tracker: Tracker, interview: Interview, question: str, text: str) -> Events:
    """Keep what was understood of an answer to an open question."""
    read = understood(tracker)
    state = after_answer(interview.weighing, question, text, read.needs)
    helped = [
        msgspec.to_builtins(OutsideHelp(kind, question, text[start:end], start, end))
        for kind, start, end in read.help
    ]
    return [*kept(state), *_helped(tracker, question, helped)]


def forget(tracker: Tracker, interview: Interview, question: str) -> Events:
    """Keep nothing of what was understood of an answer that is there no more."""
    return [*kept(after_taking_out(interview.weighing, question)), *_helped(tracker, question, [])]


def kept(state: Weighing) -> Events:
    """The state as slots, with the words that the next question is about."""
    return [
        SlotSet("weighing", msgspec.to_builtins(state)),
        SlotSet("quote", quoted(in_question(state))),
    ]


def _helped(tracker: Tracker, question: str, new: list[Any]) -> Events:
    before = tracker.get_slot("outside_help") or ()
    others = [each for each in before if each["question"] != question]
    return [SlotSet("outside_help", [*others, *new])]
