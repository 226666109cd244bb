"""Tells the client what the coach tells everyone up front."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction
from rightfit.interview import coach_of


class ActionAskDisclosure(InterviewAction, Action):
    """Asks how the client feels about it, in the coach's own words."""

    def name(self) -> str:
        return "action_ask_disclosure"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        coach = self.practice.coach(str(coach_of(self.interview(tracker))))
        dispatcher.utter_message(
            response="utter_ask_disclosure",
            coach_name=coach.name,
            disclosures="\n\n".join(f"“{each.says}”" for each in coach.disclosures),
        )
        return []
