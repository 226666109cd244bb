"""Answers an aside, and leaves everything else as it is."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction


class ActionReply(InterviewAction, Action):
    """Says what fits the aside: in the interview, during a break, or after sending."""

    def name(self) -> str:
        return "action_reply"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        response = f"utter_{tracker.latest_message['intent']['name']}"
        phase = self.interview(tracker).phase
        after_sending = f"{response}_after_sending"
        if phase == "sent" and after_sending in self.practice.wording:
            dispatcher.utter_message(response=after_sending)
        else:
            self.reply(dispatcher, tracker, response)
        if phase == "paused":
            dispatcher.utter_message(response="utter_paused_still")
        return []
