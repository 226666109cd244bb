"""Offers the answers that a client can return to."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction, buttons, shortened
from rightfit.interview import answered
from rightfit.practice import Choice


class ActionAskPickAnswer(InterviewAction, Action):
    """Asks which answer to change."""

    def name(self) -> str:
        return "action_ask_pick_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        choices = tuple(
            Choice(question.id, shortened(question.title))
            for question in answered(self.practice, self.interview(tracker))
        )
        dispatcher.utter_message(response="utter_ask_pick_answer", buttons=buttons(choices))
        return []
