"""Meets a client who does not know what to say."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction, skip
from rightfit.interview import AFTER_CRISIS, CONFIRM_START_AGAIN, CONFIRM_STOP


class ActionHesitate(InterviewAction, Action):
    """Encourages once; the second time the question is skipped."""

    def name(self) -> str:
        return "action_hesitate"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        interview = self.interview(tracker)
        asked = interview.on_screen
        if interview.requested == AFTER_CRISIS:
            # The question is put again as it is; nobody is to be hurried here.
            return []
        if interview.requested in (CONFIRM_STOP, CONFIRM_START_AGAIN):
            dispatcher.utter_message(response="utter_please_choose")
            return []
        open_ones = [q.id for q in self.practice.questions if q.kind == "open"]
        if asked in open_ones and asked not in interview.probed:
            dispatcher.utter_message(response="utter_probe")
            return [SlotSet("probed", [*interview.probed, asked])]
        return self.settled(tracker, interview, skip(dispatcher, interview, self.practice))
