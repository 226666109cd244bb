"""Questions for the first call, by rule."""

from __future__ import annotations

from typing import Any

import pytest

from rightfit.records import Need, SummaryLine
from rightfit.summary.arrangement import summary_of
from tests.summary.made_up import PRACTICE, Answered, intake, need

WORDS = "A door that closes."


def asked(*needs: Need, to_tell: int = 0, **answered: Answered) -> list[SummaryLine]:
    held = {"environment": WORDS, **answered}
    return list(summary_of(PRACTICE, intake(needs, to_tell, **held)).to_ask)


def door(**more: Any) -> Need:
    return need("A door that closes", WORDS, **more)


RIGHT = {"needs": ("right",)}


@pytest.mark.parametrize(
    ("chosen", "rules"),
    [
        ({"centrality": 3, "firmness": 3}, []),
        ({"centrality": 3}, ["firmness_open"]),
        ({"firmness": 0}, ["centrality_open"]),
        ({}, ["centrality_open", "firmness_open"]),
        ({"theme": "ethics", "centrality": 3, "firmness": 3}, ["mode_open"]),
        ({"theme": "ethics", "mode": "conscience", "centrality": 3, "firmness": 3}, []),
    ],
)
def test_what_was_left_open_about_a_need_that_matters(
    chosen: dict[str, Any], rules: list[str]
) -> None:
    lines = asked(door(picked=True, **chosen), **RIGHT)

    assert [line.rule for line in lines] == rules
    assert all(line.kind == "by_rule" and line.turn == 2 for line in lines)
    assert all(line.quotes[0].quote == "A door that closes" for line in lines)


def test_what_is_still_to_come_is_no_gap() -> None:
    assert asked(door(picked=True)) == []


def test_none_was_named_as_mattering_most() -> None:
    assert [line.rule for line in asked(door(), **RIGHT)] == ["most_open"]
    assert asked(**RIGHT) == []


def test_goals_that_were_skipped() -> None:
    assert [line.rule for line in asked(goals=None)] == ["goals_open"]
    assert asked(goals="A desk.") == []


def test_what_is_at_odds_is_asked_about_once() -> None:
    lines = asked(
        format=("video",),
        coach_wishes="No video calls.",
        coached_before=("no",),
        expectations="Not like my last coach.",
    )

    assert [line.rule for line in lines] == ["go_together"]


def test_what_is_to_be_told_in_person_is_counted_and_not_quoted() -> None:
    (line,) = asked(to_tell=2)

    assert (line.rule, line.quotes) == ("to_tell", ())


def test_a_disclosure_that_is_to_be_talked_about() -> None:
    assert [line.rule for line in asked(disclosure=("talk_first",))] == ["disclosure_first"]
    assert asked(disclosure=("fine",)) == []
