"""Each thing given lands under the question that was on screen, or nowhere."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from actions.validate_intake_form import ValidateIntakeForm
from rightfit.interview import (
    CONFIRM_START_AGAIN,
    CONFIRM_STOP,
    CONTROL_QUESTIONS,
    NEW_ANSWER,
    PICK_ANSWER,
)
from rightfit.practice import Practice
from rightfit.records import Given
from tests.actions.conftest import Run

YES = {"consent": Given("chosen", choices=("yes",))}
SOME = {**YES, "name": Given("said", text="Mia"), "goals": Given("said", text="A day job.")}
FORM = ValidateIntakeForm
#: What is kept of an answer in which nobody heard a need.
NOTHING_NOTICED = {"weighing": {}, "quote": "", "outside_help": []}


def record(given: Given) -> Any:
    return msgspec.to_builtins(given)


async def test_words_are_kept_as_said_and_the_next_question_follows(run: Run) -> None:
    came = await run(FORM, text=" A day job. ", requested_slot="name", answers=YES)

    assert came.slots == {
        "name": record(Given("said", text=" A day job. ")),
        "requested_slot": "coach",
    }
    assert came.said == ()


@pytest.mark.parametrize(
    ("choice", "kept"),
    [("video", ("video",)), (["video", "phone"], ("video", "phone"))],
)
async def test_a_choice_is_kept_by_its_id(
    run: Run, choice: str | list[str], kept: tuple[str, ...]
) -> None:
    came = await run(FORM, "choose", text="Video call", choice=choice, requested_slot="format")

    assert came.slots["format"] == record(Given("chosen", choices=kept))


async def test_what_fills_no_asked_slot_changes_nothing(run: Run) -> None:
    came = await run(FORM, "greet", text="Hello", requested_slot="goals", answers=YES)

    assert came.slots == {"requested_slot": "name"}


async def test_agreeing_and_declining(run: Run) -> None:
    yes = await run(FORM, "choose", choice="yes", requested_slot="consent")
    no = await run(FORM, "choose", choice="no", requested_slot="consent")
    story = await run(FORM, text="I was a cook.", requested_slot="consent")

    assert (yes.slots["consent"], yes.slots["requested_slot"]) == (
        record(Given("chosen", choices=("yes",))),
        "name",
    )
    assert (no.slots["intake_state"], no.slots["requested_slot"]) == ("declined", None)
    assert (story.slots["consent"], story.said) == (None, ("utter_consent_first",))


async def test_a_bare_answer_is_kept_and_more_is_asked_for_once(run: Run) -> None:
    first = await run(FORM, text="Money.", requested_slot="obstacles", probed=["goals"])
    second = await run(
        FORM, text="Time.", requested_slot="obstacles", pending="obstacles", probed=["obstacles"]
    )

    assert first.said == ("utter_say_more",)
    assert first.slots == {
        "obstacles": record(Given("said", text="Money.")),
        "probed": ["goals", "obstacles"],
        "pending": "obstacles",
        "requested_slot": "obstacles",
        **NOTHING_NOTICED,
    }
    assert second.said == ()
    assert second.slots["obstacles"] == record(Given("said", text="Time."))
    assert second.slots["pending"] is None


async def test_a_wrong_address_is_not_kept(run: Run) -> None:
    came = await run(FORM, text="mia@example", requested_slot="contact")

    assert came.slots["contact"] is None
    assert came.said == ("utter_bad_email",)


@pytest.mark.parametrize(
    ("aside", "said"),
    [
        ("ask_why", ("utter_why_goals",)),
        ("ask_privacy", ("utter_ask_privacy",)),
        ("greet", ()),
        (None, ()),
    ],
)
async def test_a_question_in_an_answer_is_answered(
    run: Run, aside: str | None, said: tuple[str, ...]
) -> None:
    came = await run(FORM, text="A day job. Why?", aside=aside, requested_slot="goals")

    assert came.slots["goals"] == record(Given("said", text="A day job. Why?"))
    assert came.said == said


async def test_stopping_and_going_back_beside_an_answer(run: Run) -> None:
    stop = await run(FORM, text="Nurse. Stop here.", aside="stop", requested_slot="experience")
    back = await run(
        FORM,
        text="Nurse. Go back one question.",
        aside="go_back",
        requested_slot="experience",
        answers=SOME,
    )

    assert stop.slots["experience"] == record(Given("said", text="Nurse. Stop here."))
    assert stop.slots["requested_slot"] == CONFIRM_STOP
    assert (back.slots["requested_slot"], back.slots["revisiting"]) == (NEW_ANSWER, "name")


# ---------------------------------------------------------------- the recap


@pytest.mark.parametrize(
    ("choice", "slots"),
    [
        ("send", {"recap": record(Given("chosen", choices=("send",))), "intake_state": "sent"}),
        ("change", {"recap": None, "pending": PICK_ANSWER}),
        ("pause", {"recap": None, "intake_state": "paused"}),
    ],
)
async def test_the_recap(run: Run, choice: str, slots: dict[str, Any]) -> None:
    came = await run(FORM, "choose", choice=choice, requested_slot="recap", answers=SOME)

    assert slots.items() <= came.slots.items()


async def test_the_recap_leads_to_the_answer_that_is_named(run: Run) -> None:
    named = await run(FORM, text="the goals are wrong", requested_slot="recap", answers=SOME)
    other = await run(FORM, text="hm", requested_slot="recap", answers=SOME)

    assert (named.slots["requested_slot"], named.slots["revisiting"]) == (NEW_ANSWER, "goals")
    assert named.slots["recap"] is None and named.said == ()
    assert other.slots["recap"] is None and other.said == ("utter_please_choose",)


# ---------------------------------------------------------------- questions about the interview


@pytest.mark.parametrize(
    ("choice", "state"), [("pause", "paused"), ("erase", "erased"), ("go_on", None)]
)
async def test_stopping_is_confirmed(run: Run, choice: str, state: str | None) -> None:
    came = await run(
        FORM,
        "choose",
        choice=choice,
        requested_slot=CONFIRM_STOP,
        pending=CONFIRM_STOP,
        answers=YES,
    )

    assert came.slots.get("intake_state") == state
    assert came.slots["pending"] is None and came.slots[CONFIRM_STOP] is None
    assert came.slots["requested_slot"] == (None if state else "name")
    assert came.said == (() if state else ("utter_going_on",))


async def test_going_on_leads_back_to_the_answer_that_was_looked_at(run: Run) -> None:
    came = await run(
        FORM,
        "choose",
        choice="go_on",
        requested_slot=CONFIRM_STOP,
        pending=CONFIRM_STOP,
        revisiting="goals",
        answers=SOME,
    )

    assert came.slots["requested_slot"] == NEW_ANSWER


@pytest.mark.parametrize("asked", [CONFIRM_STOP, CONFIRM_START_AGAIN, PICK_ANSWER])
async def test_other_words_are_no_choice(run: Run, asked: str) -> None:
    came = await run(FORM, text="hm", requested_slot=asked, pending=asked, answers=SOME)

    assert came.said == ("utter_please_choose",)
    assert came.slots == {asked: None, "requested_slot": asked}


async def test_starting_again_sets_everything_aside_but_the_consent(run: Run) -> None:
    asked = {"requested_slot": CONFIRM_START_AGAIN, "pending": CONFIRM_START_AGAIN}
    again = await run(FORM, "choose", choice="start_again", answers=SOME, probed=["goals"], **asked)
    not_so = await run(FORM, "choose", choice="go_on", answers=SOME, **asked)

    assert again.slots == {
        CONFIRM_START_AGAIN: None,
        "pending": None,
        "probed": None,
        **NOTHING_NOTICED,
        "outside_help": None,
        "name": None,
        "goals": None,
        "requested_slot": "name",
    }
    assert again.said == ("utter_starting_again",)
    assert "goals" not in not_so.slots and not_so.said == ("utter_going_on",)


@pytest.mark.parametrize(
    "given",
    [{"intent": "choose", "choice": "goals"}, {"text": "what I want"}],
    ids=["by button", "in words"],
)
async def test_picking_an_answer(run: Run, given: dict[str, str]) -> None:
    came = await run(FORM, requested_slot=PICK_ANSWER, pending=PICK_ANSWER, answers=SOME, **given)

    assert (came.slots["requested_slot"], came.slots["revisiting"]) == (NEW_ANSWER, "goals")


@pytest.mark.parametrize(
    ("given", "kept", "said"),
    [
        ({"intent": "choose", "choice": "keep"}, None, "utter_kept"),
        ({"intent": "choose", "choice": "take_out"}, Given("skipped"), "utter_taken_out"),
        ({"text": "Money."}, Given("said", text="Money."), "utter_changed"),
    ],
    ids=["keep", "take out", "new words"],
)
async def test_a_new_answer(run: Run, given: dict[str, str], kept: Given | None, said: str) -> None:
    came = await run(
        FORM,
        requested_slot=NEW_ANSWER,
        pending=NEW_ANSWER,
        revisiting="goals",
        answers=SOME,
        **given,
    )

    assert came.slots.get("goals") == (record(kept) if kept else None)
    assert ("goals" in came.slots) == (kept is not None)
    assert came.said == (said,)
    assert (came.slots["pending"], came.slots["revisiting"]) == (None, None)


async def test_an_earlier_answer_outlives_a_new_one_that_is_refused(run: Run) -> None:
    answers = {**SOME, "contact": Given("said", text="mia@example.org")}
    came = await run(
        FORM,
        text="mia@example",
        requested_slot=NEW_ANSWER,
        pending=NEW_ANSWER,
        revisiting="contact",
        answers=answers,
    )

    assert "contact" not in came.slots
    assert came.said == ("utter_bad_email",)
    assert came.slots["requested_slot"] == NEW_ANSWER


async def test_a_question_in_a_new_answer_is_answered(run: Run) -> None:
    came = await run(
        FORM,
        text="A hotel school. Why?",
        aside="ask_why",
        requested_slot=NEW_ANSWER,
        pending=NEW_ANSWER,
        revisiting="goals",
        answers=SOME,
    )

    assert came.said == ("utter_changed", "utter_why_goals")


async def test_the_form_may_ask_for_every_question(practice: Practice) -> None:
    slots = await FORM(practice).required_slots([], None, None, {})  # type: ignore[arg-type]

    assert slots == [*(question.id for question in practice.questions), *CONTROL_QUESTIONS]
