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
from rightfit.review.queue import SECTIONS, Queued, in_order, section_of, unread_by

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
MAREN, DAYO = by_coach("maren"), by_coach("dayo")


def entry(by: str, event: Event, seq: int = 1) -> Entry:
    return Entry(seq, NOW, by, event)


@given(
    state=st.sampled_from(STATES),
    sent=st.booleans(),
    unread=st.sampled_from([None, "never_opened", "new_since"]),
)
def test_danger_stands_first_until_it_is_decided_and_read(
    state: str, sent: bool, unread: str | None
) -> None:
    at = Position(state)  # type: ignore[arg-type]
    found = section_of(at, sent=sent, danger=True, unread=unread)  # type: ignore[arg-type]
    settled = at.place == "decided" and unread is None
    assert (found == "danger") is not settled
    assert section_of(at, sent=True, danger=False, unread=None) == at.place
    assert section_of(at, sent=False, danger=False, unread=None) == "unfinished"


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
