"""Everything that can stand in a log, and every state, has words for coaches."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.practice import Practice, load
from rightfit.review import in_words
from rightfit.review.decisions import STATES, Position
from rightfit.review.events import (
    BECAUSES,
    DECISIONS,
    ConsiderAnswered,
    ConsiderOpened,
    ConsiderRevealed,
    ConsiderWithdrawn,
    Decided,
    Entry,
    Event,
    FlagWeighed,
    NoteWritten,
    by_coach,
)
from rightfit.web.history import Told, history, notes, short
from tests.web.coach_site import ROOT

NOW = datetime(2026, 3, 13, 9, 0, tzinfo=timezone.utc)
MAREN, DAYO = by_coach("maren"), by_coach("dayo")


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load(ROOT / "practice", ROOT / "domain.yml")


def log_of(*events: tuple[str, Event]) -> tuple[Entry, ...]:
    return tuple(Entry(seq, NOW, by, event) for seq, (by, event) in enumerate(events, start=1))


def told(practice: Practice, *events: tuple[str, Event], coach: str = "maren") -> list[Told]:
    return list(history(practice, practice.coach(coach), log_of(*events)))


def test_every_state_decision_and_reason_has_words() -> None:
    assert set(in_words.STATES) == set(STATES)
    assert set(in_words.DECISIONS) == set(in_words.MEANS) == set(DECISIONS)
    assert set(in_words.BECAUSES) == set(BECAUSES)


@given(event=st.one_of([st.from_type(kind) for kind in get_args(Event)]))
def test_every_event_can_be_told(practice: Practice, event: Event) -> None:
    me = practice.coach("maren")
    for by in (MAREN, DAYO, "client", "system", by_coach("left_us")):
        for one in history(practice, me, log_of((by, event))):
            assert one.who
            assert one.what != "Something else was written down"
            assert "left_us" not in one.who
        assert short(practice, me, log_of((by, event))[0])


def test_nothing_of_an_answer_is_told_before_both_lie_open(practice: Practice) -> None:
    opened = ("system", ConsiderOpened("I would like to say something.", "plain", 24, NOW))
    client = ("client", ConsiderAnswered("client", "someone_else"))
    coach = (MAREN, ConsiderAnswered("coach", "go_on"))
    closed = told(practice, opened, client, coach)
    assert [one.what for one in closed] == [
        "Answered in the consider round", "Opened a consider round",
    ]  # fmt: skip
    assert closed[0].text == ("Go on",)
    over = told(practice, opened, client, ("client", ConsiderWithdrawn("client")))
    assert "Someone else" not in str(over)
    laid = told(practice, opened, client, coach, ("system", ConsiderRevealed()))
    assert laid[0].text == ("The client: Someone else", "The coach: Go on")
    assert "Go on" not in str(told(practice, opened, coach, coach="dayo"))


def test_it_cannot_be_read_whether_the_client_has_answered() -> None:
    alike = [("both_consider", "coach_considers"), ("client_considers", "both_answered")]
    for one, other in alike:
        assert in_words.where(Position(one)) == in_words.where(Position(other))  # type: ignore[arg-type]
        assert Position(one).place == Position(other).place  # type: ignore[arg-type]


def test_reasons_notes_and_weighed_flags_are_their_coachs_alone(practice: Practice) -> None:
    written = (
        (MAREN, Decided("refer", "my reason", because="own_limit", if_opposite="same")),
        (MAREN, NoteWritten("my note")),
        (MAREN, FlagWeighed("crisis", None, "overridden", "my view")),
    )
    mine, theirs = told(practice, *written), told(practice, *written, coach="dayo")
    assert "my reason" in str(mine) and "my view" in str(mine)
    assert [(one.who, one.what, one.text) for one in theirs] == [
        ("Maren Tollefsen", "Decided: Refer", ())
    ]
    log = log_of(*written)
    assert notes(practice.coach("maren"), log) == ((NOW, "my note"),)
    assert notes(practice.coach("dayo"), log) == ()
