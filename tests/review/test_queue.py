"""Where an intake stands in the list of one coach, and what is new to them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from rightfit.review.decisions import STATES, Position
from rightfit.review.events import (
    ConsiderAnswered,
    Decided,
    Entry,
    Event,
    FlagWeighed,
    NoteWritten,
    QuestionsAnswered,
    by_coach,
)
from rightfit.review.queue import SECTIONS, Queued, danger_met, in_order, section_of, unread_by

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
MAREN, DAYO = by_coach("maren"), by_coach("dayo")


def entry(by: str, event: Event, seq: int = 1) -> Entry:
    return Entry(seq, NOW, by, event)


@given(state=st.sampled_from(STATES), sent=st.booleans())
def test_danger_stands_first_and_the_rest_where_its_next_step_lies(state: str, sent: bool) -> None:
    at = Position(state)  # type: ignore[arg-type]
    assert section_of(at, sent=sent, danger=True) == "danger"
    assert section_of(at, sent=True, danger=False) == at.place
    assert section_of(at, sent=False, danger=False) == "unfinished"


def test_danger_is_met_by_weighing_it_or_by_a_decision_and_not_by_anything_else() -> None:
    weighed = FlagWeighed("crisis", None, "upheld", "I called.", level="urgent")
    before, after = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    for event, meets in (
        (weighed, True),
        (Decided("seek_supervision"), True),
        (NoteWritten("Call them."), False),
        (FlagWeighed("minor", None, "upheld", "", level="ask_more"), False),
    ):
        log = (entry(DAYO, event),)
        assert danger_met(log, before) is meets
        assert danger_met(log, after) is False, "what they wrote since is danger again"


def test_what_nobody_opened_is_unread_and_what_came_since_is_new() -> None:
    assert unread_by("maren", (), None, 0) == "never_opened"
    assert unread_by("maren", (), (9, 0), 9) is None
    assert unread_by("maren", (), (9, 0), 11) == "new_since"
    decided = (entry(DAYO, Decided("proceed")),)
    assert unread_by("maren", decided, (9, 0), 9) == "new_since"
    assert unread_by("maren", decided, (9, 1), 9) is None
    assert unread_by("dayo", decided, (9, 0), 9) is None
    answered = (entry("client", QuestionsAnswered(())),)
    assert unread_by("maren", answered, (9, 0), 9) == "new_since"


def test_what_the_page_would_not_show_is_not_new() -> None:
    for by, event in (
        (DAYO, NoteWritten("theirs")),
        (DAYO, FlagWeighed("crisis", None, "upheld", "")),
        ("client", ConsiderAnswered("client", "go_on")),
    ):
        assert unread_by("maren", (entry(by, event),), (9, 0), 9) is None


@given(
    st.lists(
        st.tuples(st.sampled_from(SECTIONS), st.integers(0, 10_000)), unique_by=lambda one: one[1]
    )
)
def test_who_has_waited_longest_comes_first_where_it_is_the_coachs_turn(
    found: list[tuple[str, int]],
) -> None:
    queued = [
        Queued(str(minutes), section, NOW - timedelta(minutes=minutes))  # type: ignore[arg-type]
        for section, minutes in found
    ]
    ordered = in_order(queued)
    assert sorted(ordered, key=lambda one: SECTIONS.index(one.section)) == ordered
    for section in SECTIONS:
        times = [one.since for one in ordered if one.section == section]
        longest_first = section in ("new", "waiting_for_me")
        assert times == sorted(times, reverse=not longest_first)
