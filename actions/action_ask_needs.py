"""Shows the client what was heard."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction, buttons, need_choices
from rightfit.weighing import shown


class ActionAskNeeds(InterviewAction, Action):
    """Asks whether the list is right, with each need as a choice."""

    def name(self) -> str:
        return "action_ask_needs"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        heard = shown(self.interview(tracker).weighing)
        if heard:
            dispatcher.utter_message(
                response="utter_ask_needs", buttons=buttons(need_choices(heard))
            )
        else:
            offered = self.practice.wording["utter_ask_needs"][0].choices
            dispatcher.utter_message(response="utter_needs_none", buttons=buttons(offered))
        return []
