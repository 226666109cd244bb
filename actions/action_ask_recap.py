"""Shows the client what the coach will read."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction
from rightfit.summary.lines import as_text, lines_of


class ActionAskRecap(InterviewAction, Action):
    """Asks whether to send, with every answer as it stands."""

    def name(self) -> str:
        return "action_ask_recap"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        answers = self.interview(tracker).answers
        lines = as_text(lines_of(self.practice, answers))
        dispatcher.utter_message(response="utter_ask_recap", recap_lines=lines)
        return []
