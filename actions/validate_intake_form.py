"""Puts what the client gave under the question that was on screen."""

from __future__ import annotations

from typing import Any

import msgspec
from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import weighing_needs
from actions.interview_action import InterviewAction, go_on, revisit, worded
from rightfit.interview import (
    AFTER_CRISIS,
    CONFIRM_START_AGAIN,
    CONFIRM_STOP,
    CONTROL_QUESTIONS,
    NEW_ANSWER,
    PICK_ANSWER,
    Destination,
    Interview,
    Probed,
    Refused,
    as_asked,
    destination,
    named_question,
    next_question,
    take,
    take_typed_choice,
)
from rightfit.practice import DISCLOSURE, NEED_QUESTIONS, NEEDS, Question
from rightfit.practice.asked_more import EXTRA, is_extra
from rightfit.records import Given
from rightfit.weighing import Weighing

#: Asides that are answered on the way, with the answer they came in kept.
_ANSWERED_ON_THE_WAY = (
    "ask_duration",
    "ask_identity",
    "ask_privacy",
    "ask_price",
    "ask_human",
)

Events = list[dict[str, Any]]


def _to(question: str) -> Destination:
    return Destination("question", question)


class ValidateIntakeForm(InterviewAction, FormValidationAction):
    """Checks each answer and says which question comes next."""

    def name(self) -> str:
        return "validate_intake_form"

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> list[str]:
        """The practice's questions, in its order, and those about the interview itself."""
        return [question.id for question in self.practice.questions] + list(CONTROL_QUESTIONS)

    async def get_extraction_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        return []

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """One pass for all slots: only the one that was asked for can have been filled."""
        interview = self.interview(tracker)
        asked = interview.requested
        if asked is None or asked not in tracker.slots_to_validate():
            return []
        candidate = tracker.slots_to_validate()[asked]
        if candidate is None or isinstance(candidate, dict):
            return []
        if tracker.latest_message["intent"]["name"] == "choose":
            chosen = (candidate,) if isinstance(candidate, str) else tuple(candidate)
            given = Given("chosen", text=tracker.latest_message.get("text"), choices=chosen)
        else:
            given = Given("said", text=candidate)
        if asked == NEEDS or asked in NEED_QUESTIONS:
            events = weighing_needs.take(dispatcher, tracker, interview, asked, given)
            return [*([SlotSet(asked, None)] if asked != NEEDS else []), *events]
        if asked in CONTROL_QUESTIONS and asked != EXTRA:
            taken = self._take_control(asked, given, tracker, dispatcher)
            return [SlotSet(asked, None), *self.settled(tracker, interview, taken)]
        question = as_asked(self.practice, interview).question(str(interview.on_screen))
        events = self._take(question, given, dispatcher, interview)
        events += self._noticed(question, events, tracker, interview)
        if asked == "consent" and given.choices == ("no",):
            return [*events, SlotSet("intake_state", "declined")]
        if asked == "recap" and isinstance(events[0]["value"], dict):
            return self._take_recap(given.choices[0])
        events += self._on_the_way(tracker, dispatcher, interview, question)
        return self.settled(tracker, interview, events)

    def _take(
        self,
        question: Question,
        given: Given,
        dispatcher: CollectingDispatcher,
        interview: Interview,
    ) -> Events:
        # A coach's own question may well be answered in one word.
        probed = question.id in interview.probed or is_extra(question.id)
        taken = take(question, given, probed=probed)
        if isinstance(taken, Refused):
            named = named_question(self.practice, interview, given.text or "")
            if question.id == "recap" and named:
                return [SlotSet("recap", None), *revisit(dispatcher, interview, _to(named))]
            dispatcher.utter_message(response=taken.say)
            return [SlotSet(question.id, None)]
        if isinstance(taken, Probed):
            dispatcher.utter_message(response=taken.say)
            return [
                SlotSet(question.id, msgspec.to_builtins(taken.given)),
                SlotSet("probed", [*interview.probed, question.id]),
                SlotSet("pending", question.id),
            ]
        if taken.kind == "chosen":
            taken = take_typed_choice(question, taken.choices, taken.text)
        events = [SlotSet(question.id, msgspec.to_builtins(taken))]
        if question.id == "coach" and DISCLOSURE in interview.answers:
            # What was said of one coach's words says nothing of another's.
            events.append(SlotSet(DISCLOSURE, None))
        if interview.pending == question.id:
            events.append(SlotSet("pending", None))
        return events

    def _noticed(
        self, question: Question, taken: Events, tracker: Tracker, interview: Interview
    ) -> Events:
        """What an answer in the client's own words says of their needs."""
        if question.kind != "open" or not taken or taken[0]["value"] is None:
            return []
        value = next(each["value"] for each in taken if each["name"] == question.id)
        if value["kind"] == "skipped":
            return weighing_needs.forget(tracker, interview, question.id)
        return weighing_needs.notice(tracker, interview, question.id, value["text"])

    def _take_recap(self, choice: str) -> Events:
        if choice == "change":
            return [SlotSet("recap", None), SlotSet("pending", PICK_ANSWER)]
        if choice == "pause":
            return [SlotSet("recap", None), SlotSet("intake_state", "paused")]
        return [
            SlotSet("recap", msgspec.to_builtins(Given("chosen", choices=(choice,)))),
            SlotSet("intake_state", "sent"),
        ]

    def _take_control(
        self, asked: str, given: Given, tracker: Tracker, dispatcher: CollectingDispatcher
    ) -> Events:
        interview = self.interview(tracker)
        if asked == NEW_ANSWER:
            question = as_asked(self.practice, interview).question(str(interview.revisiting))
            events = self._take_new_answer(question, given, dispatcher, interview)
            if any(event["name"] == question.id for event in events):
                changed = [event for event in events if event["name"] == question.id]
                events += self._noticed(question, changed, tracker, interview)
            return events + self._on_the_way(tracker, dispatcher, interview, question)
        done = [SlotSet("pending", None)]
        if given.kind != "chosen":
            if asked == PICK_ANSWER:
                named = named_question(self.practice, interview, given.text or "")
                if named:
                    return revisit(dispatcher, interview, _to(named))
            if asked == AFTER_CRISIS:
                return []
            dispatcher.utter_message(response="utter_please_choose")
            return []
        choice = given.choices[0]
        if asked == AFTER_CRISIS and choice == "pause":
            return [*done, SlotSet("revisiting", None), SlotSet("intake_state", "paused")]
        if asked == PICK_ANSWER:
            return revisit(dispatcher, interview, _to(choice))
        if asked == CONFIRM_STOP and choice in ("pause", "erase"):
            state = "paused" if choice == "pause" else "erased"
            return [*done, SlotSet("revisiting", None), SlotSet("intake_state", state)]
        if asked == CONFIRM_START_AGAIN and choice == "start_again":
            dispatcher.utter_message(response="utter_starting_again")
            set_aside = [
                SlotSet(question.id, None)
                for question in as_asked(self.practice, interview).questions
                if question.id != "consent" and question.id in interview.answers
            ]
            nothing = [SlotSet("probed", None), SlotSet("outside_help", None)]
            return [*done, *nothing, *weighing_needs.kept(Weighing()), *set_aside]
        return go_on(dispatcher, interview)

    def _take_new_answer(
        self,
        question: Question,
        given: Given,
        dispatcher: CollectingDispatcher,
        interview: Interview,
    ) -> Events:
        done = [SlotSet("pending", None), SlotSet("revisiting", None)]
        if given.choices == ("keep",):
            dispatcher.utter_message(response="utter_kept")
            return done
        if given.choices == ("take_out",):
            dispatcher.utter_message(response="utter_taken_out")
            return [*done, SlotSet(question.id, msgspec.to_builtins(Given("skipped")))]
        if not {"keep", "take_out"}.isdisjoint(given.choices):
            # Beside a new answer, neither says anything.
            dispatcher.utter_message(response="utter_please_choose")
            return []
        # Whoever comes back to an answer has thought about it; there is nothing to probe.
        asked_already = msgspec.structs.replace(interview, probed=(question.id,))
        events = self._take(question, given, dispatcher, asked_already)
        if events[0]["value"] is None:
            return events[1:]
        dispatcher.utter_message(response="utter_changed")
        return [*done, *events]

    def _on_the_way(
        self,
        tracker: Tracker,
        dispatcher: CollectingDispatcher,
        interview: Interview,
        question: Question,
    ) -> Events:
        aside = next(tracker.get_latest_entity_values("aside"), None)
        if aside in _ANSWERED_ON_THE_WAY:
            dispatcher.utter_message(response=f"utter_{aside}")
        elif aside == "ask_why":
            dispatcher.utter_message(response=f"utter_why_{worded(question.id)}")
        elif aside == "stop":
            return [SlotSet("pending", CONFIRM_STOP)]
        elif aside == "go_back":
            text = str(tracker.latest_message.get("text"))
            return revisit(dispatcher, interview, destination(self.practice, interview, text))
        return []

    async def next_requested_slot(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """Rasa's form asks for this slot next; null closes the form."""
        return SlotSet("requested_slot", next_question(self.practice, self.interview(tracker)))
