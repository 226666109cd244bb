"""Meets words that show a client in danger."""

from __future__ import annotations

from typing import Any

import msgspec
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import weighing_needs
from actions.interview_action import InterviewAction
from actions.weighing_needs import understood
from rightfit.interview import AFTER_CRISIS, Interview, as_asked
from rightfit.practice.asked_more import EXTRA
from rightfit.practice.help_lines import as_text, help_lines_for
from rightfit.records import Given


class ActionCrisis(InterviewAction, Action):
    """Names people who can listen now; the interview waits, and keeps what was written."""

    def name(self) -> str:
        return "action_crisis"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        interview = self.interview(tracker)
        where = interview.answers.get("time_zone")
        lines = help_lines_for(self.practice.help_lines, where.text if where else None)
        dispatcher.utter_message(response=_response(interview), help_lines=as_text(lines))
        if interview.phase == "paused":
            # What leads back to the questions must not go out of sight.
            dispatcher.utter_message(response="utter_paused_still")
        if interview.phase != "open":
            return []
        return [*self._kept(tracker, interview), SlotSet("pending", AFTER_CRISIS)]

    def _kept(self, tracker: Tracker, interview: Interview) -> list[dict[str, Any]]:
        """The words as the answer that they also are; no needs are read in them."""
        asked = str(interview.on_screen if interview.requested == EXTRA else interview.requested)
        open_ones = {q.id for q in as_asked(self.practice, interview).questions if q.kind == "open"}
        if asked not in open_ones or not understood(tracker).answers:
            return []
        said = Given("said", text=str(tracker.latest_message.get("text")))
        nothing_read = weighing_needs.forget(tracker, interview, asked)
        kept = [SlotSet(asked, msgspec.to_builtins(said)), *nothing_read]
        return self.settled(tracker, interview, kept)


def _response(interview: Interview) -> str:
    if interview.requested == AFTER_CRISIS:
        return "utter_crisis_again"
    # Who has not agreed to the intake is read by nobody, and must not be told otherwise.
    return "utter_crisis" if "consent" in interview.answers else "utter_crisis_unread"
