"""Offers the practice's coaches."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction, buttons


class ActionAskCoach(InterviewAction, Action):
    """Asks for the coach, with the practice's coaches as choices."""

    def name(self) -> str:
        return "action_ask_coach"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        dispatcher.utter_message(
            response="utter_ask_coach", buttons=buttons(self.practice.question("coach").choices)
        )
        return []
