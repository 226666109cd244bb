"""Asks before stopping."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction
from rightfit.interview import CONFIRM_STOP


class ActionStop(InterviewAction, Action):
    """A wish to stop is confirmed, never assumed."""

    def name(self) -> str:
        return "action_stop"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return [SlotSet("pending", CONFIRM_STOP)]
