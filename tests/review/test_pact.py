"""Working together: pulses after the first and the last session, and what calls the coach."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.review.decisions import may_follow as machine
from rightfit.review.decisions import position
from rightfit.review.events import (
    Decided,
    Found,
    PactLeft,
    PulseAsked,
    PulseGiven,
    Reopened,
)
from rightfit.review.pact import Concern, Pact, calls, concerns, may_follow, pact_of, to_give
from tests.review.logs import Log

FINE = ((3, 3), (3, 2), (2, 3))


def pulse(side: str, session: int, *taps: tuple[int, int]) -> PulseGiven:
    return PulseGiven(side, session, *(taps or FINE))  # type: ignore[arg-type]


def the_pact(log: Log) -> Pact:
    found = pact_of(log.entries)
    assert found
    return found


def on_trial(sessions: int = 3) -> Log:
    return Log().opens(0, sessions).answers("go_on", "go_on").wait(hours=0)


def since_it_began(log: Log) -> list[str]:
    return log.kinds()[log.kinds().index("PactBegun") :]


def test_both_are_asked_after_the_first_session_and_after_the_last() -> None:
    log = on_trial(4).write(PulseAsked(1))
    assert the_pact(log).pulses == (1, 4)
    assert to_give(the_pact(log), "client") == 1
    log.write(pulse("client", 1)).write(pulse("coach", 1))
    assert to_give(the_pact(log), "client") is None
    log.wait(days=24)
    assert log.entries[-1].event == PulseAsked(4)
    log.write(pulse("client", 4)).write(pulse("coach", 4))
    assert the_pact(log).over == "ran"
    assert concerns(the_pact(log)) == calls(log.entries) == ()


def test_the_clock_asks_where_nobody_says_when_the_session_was() -> None:
    log = on_trial().wait(days=13)
    assert since_it_began(log) == ["PactBegun"]
    log.wait(days=1)
    assert log.entries[-1].event == PulseAsked(1)
    assert Log().write(Decided("proceed")).wait(days=14).kinds()[-1] == "PulseAsked"


def test_one_session_has_one_pulse() -> None:
    log = on_trial(1).write(PulseAsked(1)).wait(days=90)
    assert since_it_began(log) == ["PactBegun", "PulseAsked"]


def test_who_missed_the_first_pulse_is_asked_for_the_last_alone() -> None:
    log = on_trial().write(PulseAsked(1)).write(PulseAsked(3))
    assert to_give(the_pact(log), "client") == 3
    assert may_follow(log.entries, pulse("client", 1)) == "not_asked"


@pytest.mark.parametrize(
    ("goals", "low"),
    [((3, 3), False), ((2, 1), False), ((1, 1), True), ((3, 0), True), ((2, 2), False)],
)
def test_a_part_is_low_at_one_no_or_at_two_not_reallys(goals: tuple[int, int], low: bool) -> None:
    log = on_trial().write(PulseAsked(1)).write(pulse("client", 1, goals, (3, 3), (3, 3)))
    expected = (Concern(1, "goals", "low"),) if low else ()
    assert calls(log.entries) == expected
    assert position(log.entries).place == ("waiting_for_me" if low else "decided")


def test_two_sides_far_from_each_other_are_apart_and_near_ones_are_not() -> None:
    log = on_trial().write(PulseAsked(1)).write(pulse("coach", 1, (3, 3), (3, 3), (3, 3)))
    log.write(pulse("client", 1, (3, 3), (2, 2), (2, 1)))
    assert calls(log.entries) == (Concern(1, "bond", "apart"),)


def test_a_call_lasts_until_the_coach_decides() -> None:
    log = on_trial().write(PulseAsked(1)).write(pulse("client", 1, (0, 3), (3, 3), (3, 3)))
    assert calls(log.entries)
    log.write(pulse("coach", 1))
    assert calls(log.entries), "tapping is no answer to it"
    log.write(Decided("proceed"))
    assert (calls(log.entries), position(log.entries).place) == ((), "decided")
    assert the_pact(log).given, "going on is no new beginning"


@pytest.mark.parametrize("side", ["coach", "client"])
def test_either_side_leaves_at_once_and_nobody_is_asked_any_more(side: str) -> None:
    log = on_trial().write(PactLeft(side)).wait(days=60)  # type: ignore[arg-type]
    assert since_it_began(log) == ["PactBegun", "PactLeft"]
    assert (the_pact(log).over, the_pact(log).left_by) == ("left", side)
    assert may_follow(log.entries, PactLeft("client")) == "over"
    assert position(log.entries).state == "left"


def test_what_was_found_is_kept_even_after_the_end() -> None:
    log = on_trial().write(PactLeft("client")).write(Found("no_fit", "It was all about one thing."))
    assert the_pact(log).found == log.entries[-1].event


def test_opening_it_again_ends_the_asking() -> None:
    log = Log().write(Decided("proceed")).write(Reopened("They called.")).wait(days=60)
    assert log.kinds() == ["Decided", "Reopened"]


def test_what_cannot_be_is_refused() -> None:
    log = on_trial()
    assert may_follow((), PactLeft("client")) == "no_pact"
    assert may_follow(log.entries, pulse("client", 1)) == "not_asked"
    assert may_follow(log.entries, PulseAsked(3)) == "bad_session"
    log.write(PulseAsked(1))
    assert may_follow(log.entries, PulseAsked(1)) == "asked"
    assert may_follow(log.entries, pulse("client", 1, (4, 0), (0, 0), (0, 0))) == "bad_taps"
    log.write(pulse("client", 1))
    assert may_follow(log.entries, pulse("client", 1)) == "given"


TAPS = st.tuples(*(st.tuples(st.integers(0, 3), st.integers(0, 3)) for _ in range(3)))


@given(TAPS, TAPS)
def test_it_does_not_matter_who_taps_first(mine: object, theirs: object) -> None:
    found = []
    for order in (("coach", "client"), ("client", "coach")):
        log = on_trial().write(PulseAsked(1))
        for side in order:
            event = pulse(side, 1, *(mine if side == "coach" else theirs))  # type: ignore[misc]
            assert machine(log.entries, event, code="icf") is None
            log.write(event)
        found.append(sorted(calls(log.entries)))
    assert found[0] == found[1]
