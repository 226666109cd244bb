"""Says how the intake ended."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction


class ActionCloseIntake(InterviewAction, Action):
    """Speaks when the form has nothing more to ask: sent, paused, declined or erased."""

    def name(self) -> str:
        return "action_close_intake"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        dispatcher.utter_message(response=f"utter_{self.interview(tracker).phase}")
        return []
