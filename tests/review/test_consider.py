"""The consider round: nobody sees the other's answer before both are there, after the pause."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.review.consider import (
    ANSWERS,
    LONGEST_PAUSE,
    Round,
    expiry,
    may_follow,
    offered,
    round_of,
    seen_by,
)
from rightfit.review.decisions import position
from rightfit.review.events import (
    ConsiderAnswered,
    ConsiderOpened,
    ConsiderReminded,
    ConsiderWithdrawn,
    Decided,
)
from tests.review.logs import NOW, Log


def the_round(log: Log) -> Round:
    found = round_of(log.entries)
    assert found
    return found


def test_both_yeses_lead_to_a_trial_once_the_pause_is_over() -> None:
    log = Log().opens(sessions=4).answers("go_on", "go_on").wait(hours=23)
    assert the_round(log).outcome is None
    log.wait(hours=1)
    assert log.kinds()[-2:] == ["ConsiderRevealed", "PactBegun"]
    assert log.entries[-1].event.sessions == 4  # type: ignore[union-attr]
    assert position(log.entries).state == "on_trial"


@pytest.mark.parametrize("answers", [("go_on", "someone_else"), ("someone_else", "talk_first")])
def test_one_no_parts_them(answers: tuple[str, str]) -> None:
    log = Log().opens().answers(*answers).wait(days=1)
    assert (the_round(log).outcome, position(log.entries).state) == ("part", "not_both")


def test_a_talk_is_followed_by_new_answers_of_both() -> None:
    log = Log().opens().answers("talk_first", "go_on").wait(days=1)
    found = the_round(log)
    assert (found.stage, found.answers, found.outcome) == ("after_talk", {}, None)
    assert offered(found, "client") == ("go_on", "someone_else")
    assert may_follow(log.entries, ConsiderAnswered("client", "talk_first")) == "not_offered"
    log.answers("go_on", "go_on").wait(minutes=0)
    assert the_round(log).outcome == "go_on"
    assert [laid.stage for laid in the_round(log).laid] == ["first", "after_talk"]
    assert position(log.entries).state == "on_trial"


def test_an_answer_can_be_changed_until_both_lie_open() -> None:
    log = Log().opens().answers("go_on", "someone_else").wait(hours=20).answers(client="go_on")
    log.wait(hours=4)
    assert the_round(log).outcome == "go_on"
    assert may_follow(log.entries, ConsiderAnswered("client", "someone_else")) == "over"


def test_who_has_not_answered_is_reminded_twice_and_then_it_ends() -> None:
    log = Log().opens().answers(coach="go_on").wait(days=3)
    assert "ConsiderReminded" not in log.kinds(), "nobody is hurried during the pause and after it"
    log.wait(days=1)
    assert log.entries[-1].event == ConsiderReminded("client")
    log.wait(days=9)
    assert log.kinds().count("ConsiderReminded") == 2
    log.wait(days=2)
    assert log.kinds()[-1] == "ConsiderExpired"
    assert log.kinds().count("ConsiderReminded") == 2
    assert position(log.entries).state == "reopened"


@pytest.mark.parametrize("side", ["coach", "client"])
def test_either_side_can_end_it_and_no_answer_ever_lies_open(side: str) -> None:
    log = Log().opens().answers("go_on", "go_on").write(ConsiderWithdrawn(side))  # type: ignore[arg-type]
    log.wait(days=30)
    found = the_round(log)
    assert (found.outcome, found.ended_by, found.laid) == ("withdrawn", side, ())
    assert log.kinds()[-1] == "ConsiderWithdrawn"
    assert position(log.entries).state == ("not_both" if side == "client" else "reopened")


def test_under_a_code_that_bars_it_the_coach_cannot_part_by_an_answer() -> None:
    log = Log().opens()
    no = ConsiderAnswered("coach", "someone_else")
    assert may_follow(log.entries, no, own_values_bar=True) == "not_offered"
    assert may_follow(log.entries, no) is None
    theirs = ConsiderAnswered("client", "someone_else")
    assert may_follow(log.entries, theirs, own_values_bar=True) is None


def test_a_round_is_opened_with_words_a_pause_and_sessions_and_only_one_at_a_time() -> None:
    opened = ConsiderOpened("Something.", None, 24, expiry(NOW, 24))
    assert may_follow((), opened) is None
    changed = {"text": " \n", "pause_hours": LONGEST_PAUSE + 1, "sessions": 0}
    for (name, value), fault in zip(changed.items(), ("empty", "pause", "sessions"), strict=True):
        assert may_follow((), msgspec.structs.replace(opened, **{name: value})) == fault
    assert may_follow(Log().opens().entries, opened) == "open_round"
    assert may_follow((), ConsiderAnswered("client", "go_on")) == "no_round"


def test_a_decision_in_between_ends_it_like_a_withdrawal() -> None:
    log = Log().opens().answers("go_on", "go_on").write(Decided("close"))
    assert the_round(log).outcome == "withdrawn"


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(("coach", "client")), st.sampled_from(ANSWERS)),
        st.integers(min_value=1, max_value=200),
        st.sampled_from(("coach", "client")),
    ),
    max_size=14,
)


@given(STEPS, st.integers(min_value=0, max_value=LONGEST_PAUSE))
def test_what_a_side_sees_never_depends_on_the_others_closed_answer(
    steps: list[object], pause: int
) -> None:
    """Played twice with other answers of the coach, the client sees the same until both are in."""
    plain, other = Log().opens(pause), Log().opens(pause)
    for step in steps:
        for log in (plain, other):
            if isinstance(step, tuple):
                side, answer = step
                if log is other and side == "coach":
                    answer = ANSWERS[(ANSWERS.index(answer) + 1) % len(ANSWERS)]
                event = ConsiderAnswered(side, answer)
                if may_follow(log.entries, event) is None:
                    log.write(event)
            elif isinstance(step, int):
                log.wait(hours=step)
            elif may_follow(log.entries, ConsiderWithdrawn(step)) is None:  # type: ignore[arg-type]
                log.write(ConsiderWithdrawn(step))  # type: ignore[arg-type]
        if any(the_round(log).laid for log in (plain, other)):
            return
        seen = [seen_by(the_round(log), "client", log.now) for log in (plain, other)]
        assert seen[0] == seen[1]
        assert position(plain.entries).state == position(other.entries).state


@given(STEPS)
def test_nothing_is_laid_open_before_the_pause_is_over(steps: list[object]) -> None:
    log = Log().opens(48)
    for step in steps:
        if isinstance(step, tuple):
            log.answers(**{step[0]: step[1]})
        elif isinstance(step, int):
            log.wait(hours=step)
    assert all(laid.at >= NOW + timedelta(hours=48) for laid in the_round(log).laid)
