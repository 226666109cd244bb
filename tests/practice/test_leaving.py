"""Clients are not offered a coach who has left, and always somebody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rightfit.practice import load
from rightfit.practice.leaving import without
from tests.engines import PROJECT

PRACTICE = load(PROJECT / "practice", PROJECT / "domain.yml")
ALL = [coach.id for coach in PRACTICE.coaches]


@given(st.sets(st.sampled_from([*ALL, "somebody_else"])))
def test_who_is_gone_is_offered_nowhere_and_somebody_is_left(gone: set[str]) -> None:
    practice = without(PRACTICE, gone)
    left = [coach.id for coach in practice.coaches]
    assert left == ([id for id in ALL if id not in gone] or ALL)
    question = practice.question("coach")
    assert [choice.id for choice in question.choices] == [*left, "no_preference"]
    assert set(question.typed) <= {*left, "no_preference"}
    assert (question in practice.questions) == (len(left) > 1)


def test_nothing_else_changes() -> None:
    practice = without(PRACTICE, {"dayo"})
    assert practice.wording is PRACTICE.wording and practice.rules is PRACTICE.rules
    others = [one for one in PRACTICE.questions if one.kind != "coach"]
    assert [one for one in practice.questions if one.kind != "coach"] == others
