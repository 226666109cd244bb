"""Shows the client what the coach will read."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction
from rightfit.privacy.held_back import for_coach
from rightfit.records import Answer, Intake
from rightfit.summary.arrangement import summary_of
from rightfit.summary.as_text import as_text
from rightfit.weighing import held_back, needs_of


class ActionAskRecap(InterviewAction, Action):
    """Asks whether to send, with the summary as it stands; flags are never part of it."""

    def name(self) -> str:
        return "action_ask_recap"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        interview = self.interview(tracker)
        # Which message an answer came from is known once the turn is written, not in it.
        answers = tuple(Answer(id, given, 0, "") for id, given in interview.answers.items())
        needs, asked = needs_of(interview.weighing), interview.asked_more
        intake = Intake("", "open", None, "", None, answers, needs=needs, asked_more=asked)
        held = held_back(interview.weighing)
        read = for_coach(self.practice, intake, answers, (), held).intake
        lines = as_text(self.practice, summary_of(self.practice, read))
        dispatcher.utter_message(response="utter_ask_recap", recap_lines=lines)
        return []
