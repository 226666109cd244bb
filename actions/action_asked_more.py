"""Takes up an intake in which the coach would like to know more."""

from __future__ import annotations

from typing import Any

import msgspec
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction
from actions.weighing_needs import kept
from rightfit.interview import Extra, extras_of
from rightfit.practice import NEEDS
from rightfit.weighing import reopened


class ActionAskedMore(InterviewAction, Action):
    """Adds the coach's own questions, and puts those of the practice that are open again."""

    def name(self) -> str:
        return "action_asked_more"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        interview = self.interview(tracker)
        wanted = next(tracker.get_latest_entity_values("asked_more"), None) or {}
        extra = msgspec.convert(wanted.get("own") or (), tuple[Extra, ...])
        skipped = [
            id
            for id in wanted.get("again") or ()
            if id in interview.answers and interview.answers[id].kind == "skipped"
        ]
        dispatcher.utter_message(response="utter_asked_more")
        weighed = kept(reopened(interview.weighing)) if NEEDS in skipped else []
        return [
            *weighed,
            SlotSet("asked_more", msgspec.to_builtins((*extras_of(tracker.slots), *extra))),
            *(SlotSet(id, None) for id in skipped),
            SlotSet("intake_state", None),
            SlotSet("recap", None),
        ]
