"""What every action of the interview shares: the practice, and the state read from slots."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import weighing_needs
from rightfit.interview import (
    CONFIRM_START_AGAIN,
    CONTROL_QUESTIONS,
    NEW_ANSWER,
    PICK_ANSWER,
    Destination,
    Interview,
    as_asked,
    extras_of,
    interview_of,
)
from rightfit.practice import NEED_QUESTIONS, NEEDS, Choice, Practice, load
from rightfit.practice.asked_more import EXTRA, is_extra
from rightfit.practice.wording import LONGEST_TITLE
from rightfit.weighing import Kept, reopened
from rightfit.weighing_answers import skip_about_needs


@lru_cache(maxsize=1)
def _practice_of_this_project() -> Practice:
    return load(Path(os.environ.get("RIGHTFIT_PRACTICE", "practice")), Path("domain.yml"))


class InterviewAction:
    """Mixed into Rasa's ``Action``: one that knows the practice.

    The server hands the practice in; under ``rasa run actions``, where Rasa makes the
    action itself, it is loaded from the project on first use.
    """

    def __init__(self, practice: Practice | None = None) -> None:
        self._practice = practice

    @property
    def practice(self) -> Practice:
        return self._practice or _practice_of_this_project()

    def interview(self, tracker: Tracker) -> Interview:
        """The state of the interview that this tracker carries."""
        return interview_of(tracker.slots, self.practice)

    def settled(
        self, tracker: Tracker, interview: Interview, events: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """The events with what goes under a question of the coach's own in its one slot."""
        ids = {each.id for each in interview.asked_more}
        given = {each["name"]: each["value"] for each in events if each.get("name") in ids}
        if not given:
            return events
        held = [
            msgspec.to_builtins(each) | ({"given": given[each.id]} if each.id in given else {})
            for each in extras_of(tracker.slots)
        ]
        others = [each for each in events if each.get("name") not in ids]
        return [*others, SlotSet("asked_more", held), SlotSet(EXTRA, None)]

    def reply(self, dispatcher: CollectingDispatcher, tracker: Tracker, response: str) -> None:
        """Answer an aside; in other words where the last turn said the same already."""
        again = f"utter_{tracker.latest_message['intent']['name']}_again"
        known = again in self.practice.wording
        repeats = known and not {response, again}.isdisjoint(_said_last(tracker))
        dispatcher.utter_message(response=again if repeats else response)


def _said_last(tracker: Tracker) -> list[str]:
    """The names of what the assistant said in the turn before this one."""
    names, turns = [], 0
    for event in reversed(tracker.events):
        if event["event"] == "user":
            turns += 1
        elif event["event"] == "bot":
            names.append((event.get("metadata") or {}).get("utter_action", ""))
        if turns == 2:
            break
    return names


def buttons(choices: tuple[Choice, ...]) -> list[dict[str, str]]:
    """Choices as Rasa's buttons."""
    return [
        {"title": choice.title, "payload": f'/choose{{"choice": "{choice.id}"}}'}
        for choice in choices
    ]


def need_choices(needs: Sequence[Kept]) -> tuple[Choice, ...]:
    """Needs as choices: the client's words in quotation marks, as long as a button may be."""
    longest = LONGEST_TITLE - len("“”")
    return tuple(Choice(kept.id, f"“{shortened(kept.need.quote, longest)}”") for kept in needs)


def shortened(text: str, longest: int = LONGEST_TITLE) -> str:
    """As much of a text as a button may hold."""
    words = " ".join(text.split())
    if len(words) <= longest:
        return words
    return words[: longest - 1].rsplit(" ", 1)[0] + "…"


def worded(question: str | None) -> str | None:
    """The id under which the wording of a question stands: one for all of a coach's own."""
    return EXTRA if is_extra(question) else question


def revisit(
    dispatcher: CollectingDispatcher, interview: Interview, there: Destination
) -> list[dict[str, Any]]:
    """The events that take the client to ``there``, and what to say on the way."""
    if there.question == NEEDS:
        return [
            *(SlotSet(slot, None) for slot in ("pending", "revisiting", NEEDS)),
            *weighing_needs.kept(reopened(interview.weighing)),
        ]
    if there.kind == "nothing_before":
        dispatcher.utter_message(response="utter_nothing_before")
        return [SlotSet("pending", None), SlotSet("revisiting", None)]
    if there.kind == "start":
        return [SlotSet("pending", CONFIRM_START_AGAIN), SlotSet("revisiting", None)]
    if there.kind == "pick":
        return [SlotSet("pending", PICK_ANSWER), SlotSet("revisiting", None)]
    return [SlotSet("pending", NEW_ANSWER), SlotSet("revisiting", there.question)]


def go_on(dispatcher: CollectingDispatcher, interview: Interview) -> list[dict[str, Any]]:
    """From a question about the interview to the one that it came up at."""
    dispatcher.utter_message(response="utter_going_on")
    return [SlotSet("pending", NEW_ANSWER if interview.revisiting else None)]


def skip(
    dispatcher: CollectingDispatcher, interview: Interview, practice: Practice
) -> list[dict[str, Any]]:
    """Leave the question on screen out, where that is possible."""
    if interview.requested in NEED_QUESTIONS:
        asked = str(interview.requested)
        weighed = skip_about_needs(interview.weighing, asked)
        return weighing_needs.apply(dispatcher, interview, asked, weighed)
    if interview.requested == NEEDS:
        left = skip_about_needs(interview.weighing, NEEDS)
        dispatcher.utter_message(response=left.say)
        stands = msgspec.to_builtins(weighing_needs.skipped(left.weighing))
        return [SlotSet(NEEDS, stands), *weighing_needs.kept(left.weighing)]
    if interview.requested == NEW_ANSWER:
        dispatcher.utter_message(response="utter_kept")
        return [SlotSet("pending", None), SlotSet("revisiting", None)]
    if interview.requested in CONTROL_QUESTIONS and interview.requested != EXTRA:
        return go_on(dispatcher, interview)
    question = as_asked(practice, interview).question(str(interview.on_screen))
    if question.id in interview.answers:
        # What was said so far was bare; it is still the client's answer.
        dispatcher.utter_message(response="utter_enough")
        return [SlotSet("pending", None)]
    if not question.may_skip:
        say = "utter_consent_first" if question.id == "consent" else "utter_cannot_skip"
        dispatcher.utter_message(response=say)
        return []
    dispatcher.utter_message(response="utter_skipped")
    return [SlotSet(question.id, {"kind": "skipped"})]
