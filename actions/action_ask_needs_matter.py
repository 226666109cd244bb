"""Asks which needs matter most."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import InterviewAction, buttons, need_choices
from rightfit.practice import Choice
from rightfit.weighing import shown
from rightfit.weighing_answers import NONE_OF_THESE


class ActionAskNeedsMatter(InterviewAction, Action):
    """Offers the needs that stand; up to three can be chosen."""

    def name(self) -> str:
        return "action_ask_needs_matter"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        standing = need_choices(shown(self.interview(tracker).weighing))
        none = Choice(NONE_OF_THESE, self.practice.wording["utter_none_of_these"][0].text)
        dispatcher.utter_message(
            response="utter_ask_needs_matter", buttons=buttons((*standing, none))
        )
        return []
