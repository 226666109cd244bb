"""Puts a question of the coach's own."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction


class ActionAskExtra(InterviewAction, Action):
    """Asks in the coach's words; the page shows that they are the coach's."""

    def name(self) -> str:
        return "action_ask_extra"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        interview = self.interview(tracker)
        asked = {each.id: each.text for each in interview.asked_more}
        dispatcher.utter_message(
            response="utter_ask_extra", question=asked[str(interview.on_screen)]
        )
        return []
