"""Says why a question is asked."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction, worded


class ActionExplain(InterviewAction, Action):
    """Answers 'why do you ask' for the question on screen."""

    def name(self) -> str:
        return "action_explain"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        interview = self.interview(tracker)
        self.reply(dispatcher, tracker, f"utter_why_{worded(interview.on_screen)}")
        return []
