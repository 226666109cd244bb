"""Shows the client what the coach will read."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction
from rightfit.privacy.held_back import answers_for_coach
from rightfit.summary.lines import as_text, lines_of
from rightfit.weighing import held_back, live


class ActionAskRecap(InterviewAction, Action):
    """Asks whether to send, with every answer as it stands."""

    def name(self) -> str:
        return "action_ask_recap"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        interview = self.interview(tracker)
        needs = tuple(kept.need for kept in live(interview.weighing))
        answers = answers_for_coach(interview.answers, held_back(interview.weighing))
        lines = as_text(lines_of(self.practice, answers, needs))
        dispatcher.utter_message(response="utter_ask_recap", recap_lines=lines)
        return []
