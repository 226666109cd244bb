"""What is asked next, what counts as an answer, and where "go back" leads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.interview import (
    CONFIRM_STOP,
    CONTROL_QUESTIONS,
    EMAIL,
    MUST_CHOOSE,
    NEW_ANSWER,
    Destination,
    Interview,
    Probed,
    Refused,
    answered,
    destination,
    interview_of,
    named_question,
    next_question,
    one_back,
    progress_of,
    take,
    take_typed_choice,
)
from rightfit.practice import DISCLOSURE, Practice, Question, load
from rightfit.records import Given

PROJECT = Path(__file__).parents[1]
PRACTICE: Practice = load(PROJECT / "practice", PROJECT / "domain.yml")
IDS = [question.id for question in PRACTICE.questions]
#: About disclosures only who has named a coach with any is asked.
ASKED = [id_ for id_ in IDS if id_ != DISCLOSURE]
SAID = Given("said", text="Something.")

OPEN = Question("goals", "s", "open", "Your goals")
SHORT = Question("name", "s", "short", "Your name")
CONTACT = Question("contact", "s", "email", "How to reach you")


def interview(
    up_to: str = "contact",
    *,
    requested: str | None = None,
    revisiting: str | None = None,
    pending: str | None = None,
    phase: str = "open",
    answers: Mapping[str, Given] | None = None,
) -> Interview:
    """An interview in which every question up to and with ``up_to`` is answered."""
    given = dict.fromkeys(IDS[: IDS.index(up_to) + 1], SAID) if answers is None else answers
    return Interview(given, requested, revisiting, pending, (), phase)  # type: ignore[arg-type]


interviews = st.builds(
    Interview,
    answers=st.lists(st.sampled_from(IDS), unique=True).map(lambda ids: dict.fromkeys(ids, SAID)),
    requested=st.sampled_from([*IDS, *CONTROL_QUESTIONS]) | st.none(),
    revisiting=st.sampled_from(IDS) | st.none(),
    pending=st.sampled_from(CONTROL_QUESTIONS) | st.none(),
    probed=st.lists(st.sampled_from(IDS), unique=True).map(tuple),
    phase=st.sampled_from(["open", "paused", "sent", "declined", "erased"]),
)


# ---------------------------------------------------------------- the state


def test_the_state_is_read_from_slots_as_rasa_keeps_them() -> None:
    slots = {
        "consent": {"kind": "chosen", "choices": ["yes"]},
        "goals": {"kind": "said", "text": "A day job."},
        "obstacles": "raw text that is being validated",
        "receipt": "ABCD",
        "requested_slot": NEW_ANSWER,
        "revisiting": "goals",
        "pending": NEW_ANSWER,
        "probed": ["goals"],
        "intake_state": None,
    }

    assert interview_of(slots, PRACTICE) == Interview(
        answers={
            "consent": Given("chosen", choices=("yes",)),
            "goals": Given("said", text="A day job."),
        },
        requested=NEW_ANSWER,
        revisiting="goals",
        pending=NEW_ANSWER,
        probed=("goals",),
        phase="open",
    )


@given(interviews)
def test_the_state_survives_its_way_through_slots(before: Interview) -> None:
    slots = {
        **{id_: msgspec.to_builtins(given) for id_, given in before.answers.items()},
        "requested_slot": before.requested,
        "revisiting": before.revisiting,
        "pending": before.pending,
        "probed": list(before.probed),
        "intake_state": before.phase,
    }

    assert interview_of(slots, PRACTICE) == before


@pytest.mark.parametrize(
    ("requested", "revisiting", "shown"),
    [
        ("goals", None, "goals"),
        (NEW_ANSWER, "name", "name"),
        (CONFIRM_STOP, "name", CONFIRM_STOP),
        (None, None, None),
    ],
)
def test_what_is_on_screen(requested: str, revisiting: str, shown: str) -> None:
    assert interview(requested=requested, revisiting=revisiting).on_screen == shown


# ---------------------------------------------------------------- what comes next


def test_the_questions_come_in_the_order_of_the_practice() -> None:
    answers: dict[str, Given] = {}
    asked = []
    while (id_ := next_question(PRACTICE, interview(answers=answers))) is not None:
        asked.append(id_)
        answers[id_] = SAID

    assert asked == ASKED


@given(interviews)
def test_nothing_is_asked_twice_and_nothing_outside_an_open_interview(state: Interview) -> None:
    found = next_question(PRACTICE, state)

    if state.phase != "open":
        assert found is None
    elif state.pending:
        assert found == state.pending
    else:
        assert found not in state.answers
        assert (found is None) == (set(state.answers) >= set(ASKED))


def test_a_bare_answer_is_asked_for_once_more_while_it_stands() -> None:
    assert next_question(PRACTICE, interview("goals", pending="goals")) == "goals"


@given(interviews)
def test_progress_never_leaves_its_bounds(state: Interview) -> None:
    step, of, label = progress_of(PRACTICE, state)

    assert 1 <= step <= of == len(ASKED)
    assert label in {section.title for section in PRACTICE.sections}


def test_progress_follows_what_is_on_screen() -> None:
    assert progress_of(PRACTICE, interview("goals", requested="obstacles"))[0] == 6
    back = interview("goals", requested=NEW_ANSWER, revisiting="name")
    assert progress_of(PRACTICE, back)[0] == 2
    asking = interview("goals", requested=CONFIRM_STOP)
    assert progress_of(PRACTICE, asking) == (6, len(ASKED), "What is in the way")


# ---------------------------------------------------------------- what counts


@pytest.mark.parametrize(
    ("question", "text", "probed", "found"),
    [
        (OPEN, "A day job.", False, "kept"),
        (OPEN, "Money.", False, "probed"),
        (OPEN, "Money.", True, "kept"),
        (OPEN, "...", False, "probed"),
        (OPEN, "Nothing!", False, "kept"),
        (OPEN, "no", False, "kept"),
        (SHORT, "Mia", False, "kept"),
        (CONTACT, "write to mia@example.org please", False, "kept"),
        (CONTACT, "mia@example", False, "utter_bad_email"),
        (PRACTICE.question("language"), "Basque, if I may", False, "kept"),
        (PRACTICE.question("consent"), "well", False, "utter_consent_first"),
        (PRACTICE.question("recap"), "well", False, "utter_please_choose"),
    ],
)
def test_what_was_said_is_kept_or_refused(
    question: Question, text: str, probed: bool, found: str
) -> None:
    given = Given("said", text=text)
    expected = {
        "kept": given,
        "probed": Probed(given, "utter_say_more"),
    }.get(found, Refused(found))

    assert take(question, given, probed) == expected


@given(st.sampled_from(PRACTICE.questions), st.text(), st.booleans())
def test_no_words_are_changed_or_lost(question: Question, text: str, probed: bool) -> None:
    given = Given("said", text=text)
    taken = take(question, given, probed)

    if isinstance(taken, Refused):
        assert question.id in MUST_CHOOSE or question.kind == "email"
    else:
        assert (taken.given if isinstance(taken, Probed) else taken) is given
    assert not (probed and isinstance(taken, Probed))


@given(st.sampled_from(PRACTICE.questions))
def test_choices_and_skips_are_taken_as_they_are(question: Question) -> None:
    chosen = Given("chosen", choices=("x",))

    assert take(question, chosen, False) is chosen
    if question.id not in MUST_CHOOSE:
        assert take(question, Given("skipped"), False) == Given("skipped")


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("Video call", None),
        ("zoom, please", None),
        ("zoom and phone", None),
        (None, None),
        ("", None),
        ("Video call. How long is it?", "Video call. How long is it?"),
    ],
)
def test_words_that_say_more_than_the_choice_stay_beside_it(
    text: str | None, beside: str | None
) -> None:
    question = PRACTICE.question("format")

    assert take_typed_choice(question, ("video",), text) == Given(
        "chosen", text=beside, choices=("video",)
    )


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("mia@example.org", True),
        ("it is MIA.B+x@sub.example.co.uk.", True),
        ("mia@example", False),
        ("@example.org", False),
        ("mia @example.org", False),
        ("mia@-example.org", False),
        ("mia(at)example.org", False),
    ],
)
def test_addresses(text: str, valid: bool) -> None:
    assert bool(EMAIL.search(text)) == valid


# ---------------------------------------------------------------- going back


@given(interviews)
def test_a_client_returns_to_answers_only(state: Interview) -> None:
    found = [question.id for question in answered(PRACTICE, state)]

    assert found == [id_ for id_ in IDS if id_ in state.answers and id_ not in ("consent", "recap")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("change my goals", "goals"),
        ("the thing about my past jobs", "experience"),
        ("what the coach should know", "coach_wishes"),
        ("which coach", "coach"),
        ("my goalsetting", None),
        ("something else", None),
    ],
)
def test_an_answer_is_known_by_its_names(text: str, found: str | None) -> None:
    assert named_question(PRACTICE, interview(), text) == found


def test_what_is_not_answered_yet_cannot_be_named() -> None:
    assert named_question(PRACTICE, interview("experience"), "change my goals") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("go back", Destination("question", "goals")),
        ("back to my name", Destination("question", "name")),
        ("go to question 4", Destination("question", "experience")),
        ("question 1", Destination("question", "goals")),
        ("question 17", Destination("question", "goals")),
        ("go back 2 questions", Destination("question", "goals")),
        ("I want to change something", Destination("pick")),
        ("start again", Destination("start")),
        ("can we go back to the start", Destination("start")),
        ("to the start date", Destination("question", "goals")),
    ],
)
def test_where_going_back_leads(text: str, found: Destination) -> None:
    state = interview("goals", requested="obstacles")

    assert destination(PRACTICE, state, text) == found


def test_the_start_date_is_not_the_start() -> None:
    state = interview("contact", requested="recap")

    assert destination(PRACTICE, state, "back to the start date") == Destination(
        "question", "start"
    )


def test_there_is_nothing_before_the_first_answer() -> None:
    state = interview("consent", requested="name")

    assert one_back(PRACTICE, state) == Destination("nothing_before")
    assert destination(PRACTICE, state, "change something") == Destination("nothing_before")


@given(interviews)
def test_one_back_is_the_answer_just_before(state: Interview) -> None:
    there = one_back(PRACTICE, state)
    here = IDS.index(state.on_screen) if state.on_screen in IDS else len(IDS)
    before = [q.id for q in answered(PRACTICE, state) if IDS.index(q.id) < here]

    if there.kind == "question":
        assert there.question == before[-1]
    else:
        assert there.kind == "nothing_before" and not before


@given(interviews, st.text())
def test_going_back_only_leads_to_what_was_answered(state: Interview, text: str) -> None:
    there = destination(PRACTICE, state, text)

    if there.kind == "question":
        assert there.question in [question.id for question in answered(PRACTICE, state)]
    else:
        assert there.question is None
