"""Every example of every shipped rule, and the vocabulary that rules are written in."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from rightfit.fit import flags_of
from rightfit.fit.examples import surprises
from rightfit.fit.findings import FINDS, SPEAKS_AGAINST
from rightfit.practice import (
    AGAINST,
    FINDINGS,
    Example,
    FitRule,
    Line,
    Practice,
    load,
    rehearsal_of,
)
from tests.fit.conftest import coach, intake, need

ROOT = Path(__file__).parents[2]
PRACTICE = load(ROOT / "practice", ROOT / "domain.yml")
EXAMPLES = [(rule, example) for rule in PRACTICE.rules for example in rule.examples]


@pytest.mark.parametrize(
    ("rule", "example"),
    EXAMPLES,
    ids=[f"{rule.id}, line {example.line}" for rule, example in EXAMPLES],
)
def test_every_example_of_every_rule(rule: FitRule, example: Example) -> None:
    house = msgspec.structs.replace(PRACTICE, ethics_code=example.ethics_code)

    raised = [flag.rule for flag in flags_of(house, example.coach, example.intake)]

    assert (rule.id in raised) == example.flagged, raised


def test_an_example_that_comes_out_otherwise_is_found_with_what_was_raised() -> None:
    [rule] = [rule for rule in PRACTICE.rules if rule.id == "cannot_serve_important"]
    other_way = [
        msgspec.structs.replace(example, flagged=not example.flagged) for example in rule.examples
    ]
    wrong = msgspec.structs.replace(rule, examples=tuple(other_way))
    rules = tuple(wrong if each is rule else each for each in PRACTICE.rules)

    found = list(surprises(msgspec.structs.replace(PRACTICE, rules=rules)))

    assert [(each.rule.id, each.example.line) for each in found] == [
        (rule.id, example.line) for example in rule.examples
    ]
    assert [each.raised for each in found] == [(rule.id,), ("cannot_serve_central_and_firm",)]
    assert list(surprises(PRACTICE)) == []


def test_every_word_of_the_vocabulary_means_something_and_is_used() -> None:
    assert tuple(FINDS) == FINDINGS
    assert tuple(SPEAKS_AGAINST) == tuple(AGAINST)
    assert {rule.when.finds for rule in PRACTICE.rules} - {None} == set(FINDINGS)
    assert {rule.against for rule in PRACTICE.rules} - {None} == set(AGAINST)


def test_there_are_twelve_made_up_clients_and_most_rules_show_in_them(practice: Practice) -> None:
    clients = rehearsal_of(ROOT / "practice")
    raised = {
        flag.rule
        for client in clients
        for coach in practice.coaches
        for flag in flags_of(practice, coach, client.intake)
    }

    assert len(clients) >= 12
    assert len(raised) >= 20


def test_supervision_is_suggested_where_it_was_asked_for(practice: Practice) -> None:
    client = intake(need("growth", centrality=0, firmness=3))

    [flag] = flags_of(
        practice, coach(practice, Line("growth", "with_supervision", "competence")), client
    )

    assert "supervision" in flag.says
    [rule] = [rule for rule in practice.rules if rule.id == flag.rule]
    assert "seek_supervision" in rule.suggests
