"""Where to decide is chosen on writers that a model has not seen, and keeps its promises."""

from __future__ import annotations

import numpy as np
import pytest

from rightfit.language.needs_examples import NeedExamples, Passage, Sentence
from rightfit.language.unseen_writers import (
    FALSE_ALARMS,
    Asked,
    Felt,
    choose_distress,
    choose_help,
    f1,
    groups,
)

HANDS = [f"hand_{letter}" for letter in "abcdefg"]


def test_no_writer_is_in_two_groups() -> None:
    passages = tuple(
        Passage("goals", "a", (), "none", (), hand)
        for number, hand in enumerate(HANDS)
        for _ in range(number)
    )
    examples = NeedExamples((), passages, (Sentence("b", "none", "hand_z"),), ())
    dealt = groups(examples)
    assert sorted(hand for hands in dealt for hand in hands) == sorted([*HANDS[1:], "hand_z"])
    assert len(dealt) == 4


@pytest.fixture
def felt() -> list[Felt]:
    dice = np.random.default_rng(3)
    made = []
    for number in range(2000):
        label = ("none", "none", "none", "strained", "crisis")[number % 5]
        centre = {"none": 0.0, "strained": 1.5, "crisis": 4.0}[label]
        seen = dice.normal(centre, 1, 3).astype(np.float32)
        made.append(Felt(seen, False, label, number % 4, is_passage=True))
    return made


def test_false_alarms_stay_within_what_is_allowed(felt: list[Felt]) -> None:
    crisis, strained = choose_distress(felt)
    alarms = {
        label: np.mean([crisis.values(e.seen) >= 0 for e in felt if e.label == label])
        for label in ("none", "strained", "crisis")
    }
    assert 0.75 * alarms["none"] + 0.25 * alarms["strained"] <= FALSE_ALARMS + 0.001
    assert alarms["crisis"] > 0.9
    worn = [(strained.values(e.seen) >= 0) == (e.label == "strained") for e in felt[:500]]
    assert np.mean(worn) > 0.6


def test_help_is_found_where_it_is_called_for() -> None:
    dice = np.random.default_rng(4)
    asked = [
        Asked(
            {"legal": dice.normal(3 * (number % 10 == 0), 0.5, 2).astype(np.float32)},
            frozenset({"legal"} if number % 10 == 0 else ()),
            is_passage=True,
        )
        for number in range(500)
    ]
    call = choose_help(asked, "legal")
    found = np.array([call.values(each.seen["legal"]) >= 0 for each in asked])
    assert f1(found, np.array([bool(each.kinds) for each in asked])) > 0.95
