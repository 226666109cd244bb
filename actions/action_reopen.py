"""Takes up an intake that was paused or sent."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction, revisit
from rightfit.interview import destination


class ActionReopen(InterviewAction, Action):
    """Opens the interview again, at the answer the client named if they named one."""

    def name(self) -> str:
        return "action_reopen"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        interview = self.interview(tracker)
        opened = [SlotSet("intake_state", None), SlotSet("recap", None)]
        if interview.phase == "paused":
            dispatcher.utter_message(response="utter_welcome_back")
            return opened
        dispatcher.utter_message(response="utter_reopened")
        text = str(tracker.latest_message.get("text"))
        return opened + revisit(dispatcher, destination(self.practice, interview, text))
