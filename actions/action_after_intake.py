"""Answers a client who writes when no question is on screen."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction


class ActionAfterIntake(InterviewAction, Action):
    """During a break offers to go on; after sending keeps the note."""

    def name(self) -> str:
        return "action_after_intake"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        if self.interview(tracker).phase == "paused":
            dispatcher.utter_message(response="utter_not_used")
            dispatcher.utter_message(response="utter_paused_still")
        else:
            dispatcher.utter_message(response="utter_already_sent")
        return []
