"""What can be asked, how it is numbered, and what came of it."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.practice import load
from rightfit.practice.asked_more import LONGEST, is_extra, with_asked_more
from rightfit.records import Answer, AskedQuestion, Given, Intake
from rightfit.review.asking_more import (
    answered_by,
    asked_of,
    fault_of,
    for_the_interview,
    left_open,
    waiting,
)
from rightfit.review.events import AskedAnswer, Entry, QuestionsAnswered, QuestionsAsked

ROOT = Path(__file__).parents[2]
PRACTICE = load(ROOT / "practice", ROOT / "domain.yml")
AT = datetime(2026, 3, 2, tzinfo=timezone.utc)
QUESTIONS = [question.id for question in PRACTICE.questions]


def log(*events: Any) -> tuple[Entry, ...]:
    return tuple(Entry(seq, AT, "coach:maren", event) for seq, event in enumerate(events, 1))


def answer(question: str, **given: Any) -> Answer:
    return Answer(question, Given(**given), 3, AT.isoformat())


def intake(*answers: Answer) -> Intake:
    return Intake("x", "sent", None, AT.isoformat(), AT.isoformat(), answers)


def test_what_was_skipped_or_never_asked_is_left_open() -> None:
    found = left_open(
        PRACTICE,
        intake(
            answer("name", kind="said", text="Ruta"),
            answer("goals", kind="skipped"),
            answer("consent", kind="skipped"),
        ),
    )
    ids = [question.id for question in found]

    assert "goals" in ids and "obstacles" in ids
    assert not {"name", "consent", "recap", "disclosure"}.intersection(ids)
    assert ids == [id for id in QUESTIONS if id in ids], "in the order of the practice"


@pytest.mark.parametrize(
    ("again", "own", "wrong"),
    [
        ((), (), "Choose a question"),
        (("goals",), ("a?",) * 5, "Ask 5 questions at most"),
        ((), ("x" * (LONGEST + 1),), f"has {LONGEST + 1} characters"),
        (("goals",), ("a?",) * 4, None),
    ],
)
def test_what_is_wrong_with_what_is_asked(again: Any, own: Any, wrong: str | None) -> None:
    said = fault_of(again, own)

    assert said is None if wrong is None else wrong in str(said)


def test_own_questions_are_numbered_on_and_the_practices_come_first() -> None:
    first = asked_of(PRACTICE, (), ("goals",), ("a?", "b?"))
    second = asked_of(PRACTICE, log(first, QuestionsAnswered(())), (), ("c?",))

    assert [(q.id, q.text) for q in first.questions] == [
        ("goals", PRACTICE.question("goals").title),
        ("extra_1", "a?"),
        ("extra_2", "b?"),
    ]
    assert [q.id for q in second.questions] == ["extra_3"]
    assert for_the_interview(first) == {
        "own": [{"id": "extra_1", "text": "a?"}, {"id": "extra_2", "text": "b?"}],
        "again": ["goals"],
    }


def test_what_waits_is_what_was_asked_last_and_not_answered() -> None:
    first, second = asked_of(PRACTICE, (), (), ("a?",)), asked_of(PRACTICE, (), (), ("b?",))

    assert waiting(()) is None
    assert waiting(log(first)) == first
    assert waiting(log(first, QuestionsAnswered(()))) is None
    assert waiting(log(first, QuestionsAnswered(()), second)) == second


def test_answers_are_words_titles_or_nothing() -> None:
    asked = QuestionsAsked(
        tuple(AskedQuestion(id, id) for id in ("format", "extra_1", "extra_2", "goals"))
    )
    came = answered_by(
        asked,
        PRACTICE,
        (
            answer("format", kind="chosen", choices=("video", "phone"), text="or by letter"),
            answer("extra_1", kind="said", text="Nobody"),
            answer("extra_2", kind="skipped"),
        ),
    )

    assert came.answers == (
        AskedAnswer("format", "Video call, Phone or by letter"),
        AskedAnswer("extra_1", "Nobody"),
        AskedAnswer("extra_2", None),
        AskedAnswer("goals", None),
    )


@given(st.lists(st.text(min_size=1, max_size=20), max_size=5))
def test_for_one_client_they_are_questions_before_the_last(texts: list[str]) -> None:
    asked = [AskedQuestion(f"extra_{at}", text) for at, text in enumerate(texts, 1)]
    practice = with_asked_more(PRACTICE, asked)
    ids = [question.id for question in practice.questions]

    assert ids == [*QUESTIONS[:-1], *(each.id for each in asked), QUESTIONS[-1]]
    assert [practice.question(each.id).title for each in asked] == texts
    assert all(practice.question(each.id).kind == "open" for each in asked)
    assert practice.section(practice.questions[-2].section)
    assert not any(is_extra(id) for id in QUESTIONS)
