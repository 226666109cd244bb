"""Leaves a question out."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction, skip


class ActionSkip(InterviewAction, Action):
    """Skips the question on screen; while going back, the earlier answer stays."""

    def name(self) -> str:
        return "action_skip"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        interview = self.interview(tracker)
        return self.settled(tracker, interview, skip(dispatcher, interview, self.practice))
