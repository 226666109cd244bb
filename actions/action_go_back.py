"""Takes the client back to an earlier answer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction, revisit
from rightfit.interview import destination


class ActionGoBack(InterviewAction, Action):
    """Goes back one question, to the one named, to a list, or to the start."""

    def name(self) -> str:
        return "action_go_back"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        text = str(tracker.latest_message.get("text"))
        interview = self.interview(tracker)
        return revisit(dispatcher, interview, destination(self.practice, interview, text))
