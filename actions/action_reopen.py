"""Takes up an intake that was paused or sent."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction, revisit
from rightfit.interview import CONFIRM_STOP, destination


class ActionReopen(InterviewAction, Action):
    """Opens the interview again, at the answer the client named if they named one."""

    def name(self) -> str:
        return "action_reopen"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        interview = self.interview(tracker)
        message = tracker.latest_message
        text, wish = str(message.get("text")), message["intent"]["name"]
        opened = [SlotSet("intake_state", None), SlotSet("recap", None)]
        if next(tracker.get_latest_entity_values("choice"), None) == "erase":
            return [*opened, SlotSet("pending", CONFIRM_STOP)]
        paused = interview.phase == "paused"
        dispatcher.utter_message(response="utter_welcome_back" if paused else "utter_reopened")
        if paused and wish != "go_back":
            return opened
        return opened + revisit(dispatcher, interview, destination(self.practice, interview, text))
