"""Helps with a question that is not clear."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction


class ActionClarify(InterviewAction, Action):
    """Gives an example for the question on screen where there is one."""

    def name(self) -> str:
        return "action_clarify"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        response = f"utter_help_{self.interview(tracker).on_screen}"
        known = response in self.practice.wording
        self.reply(dispatcher, tracker, response if known else "utter_ask_help")
        return []
