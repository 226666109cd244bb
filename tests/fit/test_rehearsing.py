"""Trying a line on made-up clients: what is drawn, and what would change."""

from __future__ import annotations

import msgspec
import pytest

from rightfit.fit.rehearsing import NoSuchLine, line_to_try, rehearse, with_line
from rightfit.practice import CANS, REASONS, Line, Practice, Rehearsed
from rightfit.practice.naming import CAN_NAMES, REASON_NAMES, line_named
from tests.fit.conftest import coach, intake, need

GROWTH = Line("growth", "not_well", "capacity", note="Not before spring.")
LIKE_MINDED = Line("politics", "with_supervision", "own_limit", "like_minded")
CLIMBER = Rehearsed(
    "climber", "Ib", "Wants to rise.", intake(need("growth", centrality=4, firmness=4))
)
CALM = Rehearsed("calm", "Una", "Wants rest.", intake(goals="Rest."))


def test_a_line_that_is_there_keeps_its_note_and_its_reason(practice: Practice) -> None:
    who = coach(practice, GROWTH)

    assert line_to_try(who, "growth", "", "after_telling") == Line(
        "growth", "after_telling", "capacity", note="Not before spring."
    )
    assert line_to_try(who, "growth", "", "not_well", "conflict").reason == "conflict"


def test_a_new_line_has_no_note(practice: Practice) -> None:
    drawn = line_to_try(coach(practice, LIKE_MINDED), "politics", "", "not_well", "own_limit")

    assert drawn == Line("politics", "not_well", "own_limit")


def test_only_the_line_at_the_same_place_gives_way(practice: Practice) -> None:
    who = coach(practice, GROWTH, LIKE_MINDED)
    general = Line("politics", "not_well", "own_limit")
    fully = msgspec.structs.replace(GROWTH, can="fully")

    assert set(with_line(who, general).lines) == {GROWTH, LIKE_MINDED, general}
    assert set(with_line(who, fully).lines) == {LIKE_MINDED, fully}


@pytest.mark.parametrize(
    ("words", "field", "remedy"),
    [
        (("grwth", "", "fully", ""), "theme", "Did you mean 'growth'?"),
        (("", "", "fully", ""), "theme", "Choose one of: pay_benefits"),
        (("politics", "alike", "fully", ""), "mode", "like"),
        (("growth", "freedom", "fully", ""), "mode", "'growth' has no modes"),
        (("growth", "", "", ""), "can", "Choose one of: fully"),
        (("growth", "", "not_well", "own"), "reason", "own_limit"),
    ],
)
def test_what_nobody_could_draw(
    practice: Practice, words: tuple[str, str, str, str], field: str, remedy: str
) -> None:
    with pytest.raises(NoSuchLine) as fault:
        line_to_try(coach(practice), *words)

    assert fault.value.field == field
    assert remedy in fault.value.remedy


def test_now_and_tried_stand_beside_each_other(practice: Practice) -> None:
    who = coach(practice, GROWTH)
    tried = with_line(who, line_to_try(who, "growth", "", "fully"))

    climber, calm = rehearse(practice, who, tried, (CLIMBER, CALM))

    assert [flag.level for flag in climber.now] == ["consider_referral"]
    assert climber.tried == ()
    assert (climber.changes, calm.changes) == (True, False)


def test_another_reason_with_the_same_sentence_is_no_change(practice: Practice) -> None:
    who = coach(practice, GROWTH)
    tried = with_line(who, line_to_try(who, "growth", "", "not_well", "competence"))

    [climber] = rehearse(practice, who, tried, (CLIMBER,))

    assert not climber.changes


def test_a_reason_that_bars_a_referral_is_one(practice: Practice) -> None:
    house = msgspec.structs.replace(practice, ethics_code="aca_ncda")
    who = coach(practice, GROWTH)
    tried = with_line(who, line_to_try(who, "growth", "", "not_well", "own_limit"))

    [climber] = rehearse(house, who, tried, (CLIMBER,))

    assert climber.changes
    assert [flag.level for flag in climber.tried] == ["disclose"]


def test_a_line_in_words() -> None:
    assert tuple(CAN_NAMES) == CANS
    assert tuple(REASON_NAMES) == REASONS
    assert line_named(GROWTH) == "growth and promotion: not well, for want of capacity"
    assert line_named(Line("growth", "fully", "capacity")) == "growth and promotion: fully"
