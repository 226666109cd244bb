"""A practice always has a lead, and nobody locks themselves out."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.fit import flags_of
from rightfit.practice import Practice, load
from rightfit.privacy.people import (
    Kept,
    fault_of_invitation,
    leads,
    people_of,
    who_may_enter,
    why_not_make,
    why_not_remove,
    without_profile,
)
from rightfit.records import Answer, Given, Intake
from tests.engines import PROJECT

NOW = datetime(2026, 3, 13, 9, 0, tzinfo=timezone.utc)
PRACTICE = load(PROJECT / "practice", PROJECT / "domain.yml")
KEPT = st.lists(
    st.builds(
        Kept,
        st.sampled_from(["maren", "dayo", "ines", "tomas", "ute"]),
        st.sampled_from([None, "Tomás Quill"]),
        st.sampled_from(["lead", "coach"]),
        st.sampled_from([None, NOW]),
    ),
    unique_by=lambda kept: kept.coach,
    max_size=5,
)


@given(KEPT)
def test_there_is_a_lead_as_long_as_anybody_may_enter(kept: list[Kept]) -> None:
    people = people_of(PRACTICE, kept)
    able = [one for one in people if who_may_enter(people, one.coach.id)]
    assert bool(leads(people)) == bool(able)
    assert len({one.coach.id for one in people}) == len(people)
    for person in people:
        if person.is_lead and len(leads(people)) == 1:
            assert why_not_make(people, person.coach.id, "coach")
            assert why_not_remove(people, person.coach.id, "somebody")


def test_nobody_removes_themselves() -> None:
    people = people_of(PRACTICE, [Kept("maren", None, "lead"), Kept("dayo", None, "lead")])
    assert "yourself" in str(why_not_remove(people, "maren", "maren"))
    assert why_not_remove(people, "maren", "dayo") is None
    assert why_not_make(people, "maren", "coach") is None


@pytest.mark.parametrize(
    ("id", "name", "wrong"),
    [
        ("tomas", "Tomás Quill", set()),
        ("t_2", "Tomás", set()),
        ("", "", {"id", "name"}),
        ("Tomas", "Tomás", {"id"}),
        ("2tomas", "Tomás", {"id"}),
        ("to-mas", "Tomás", {"id"}),
        ("tomás", "Tomás", {"id"}),
        ("maren", "Tomás", {"id"}),
        ("no_preference", "Tomás", {"id"}),
        ("a" * 61, "Tomás", {"id"}),
        ("tomas", "  maren   TOLLEFSEN ", {"name"}),
        ("tomas", "x" * 201, {"name"}),
    ],
)
def test_an_invitation_is_checked(id: str, name: str, wrong: set[str]) -> None:
    assert set(fault_of_invitation(people_of(PRACTICE, []), id, name)) == wrong


def test_whoever_has_no_profile_is_asked_nothing_about_fit() -> None:
    choices = {"service": "own_business", "format": "writing", "start": "month", "budget": "to_60"}
    answers = tuple(
        Answer(question, Given("chosen", choices=(id,)), at, NOW.isoformat())
        for at, (question, id) in enumerate(choices.items())
    )
    intake = Intake("one", "sent", None, NOW.isoformat(), NOW.isoformat(), answers)
    practice: Practice = PRACTICE
    assert flags_of(practice, without_profile(practice, "tomas", "Tomás"), intake) == ()
    assert flags_of(practice, practice.coach("ines"), intake) != ()
