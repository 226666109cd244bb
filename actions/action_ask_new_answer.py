"""Puts an earlier question again, beside what stands under it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction, buttons
from rightfit.interview import as_asked
from rightfit.summary.lines import words_of


class ActionAskNewAnswer(InterviewAction, Action):
    """Asks the question that the client went back to."""

    def name(self) -> str:
        return "action_ask_new_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        interview = self.interview(tracker)
        question = as_asked(self.practice, interview).question(str(interview.revisiting))
        wording = self.practice.wording.get(f"utter_ask_{question.id}")
        earlier = interview.answers[question.id]
        if earlier.kind == "skipped":
            dispatcher.utter_message(response="utter_earlier_skipped")
        else:
            dispatcher.utter_message(
                response="utter_earlier_answer", earlier=words_of(question, earlier)
            )
        dispatcher.utter_message(
            response="utter_ask_new_answer",
            question=wording[0].text if wording else question.title,
            buttons=buttons(question.choices),
        )
        return []
