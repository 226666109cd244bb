"""The mirror test: what is swapped, that nothing changes, and that a leaning would show."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightfit.fit import flags_of, phrases
from rightfit.fit.mirror import (
    Read,
    Reads,
    afresh,
    differences,
    drawn_everywhere,
    evenly,
    mirrors,
    transcript,
)
from rightfit.language.opposites import GENDER, OPPOSITES
from rightfit.practice import Conflict, Practice
from rightfit.records import MODES, THEMES, Intake
from tests.fit.conftest import coach, intake, need, shipped

PAIRS = [pair for group in OPPOSITES for pair in group.pairs]
WORDS = sorted({word for pair in PAIRS for word in pair})
GENDERED = sorted({word for group in GENDER for pair in group.pairs for word in pair})
THINGS = [
    "My husband pays for the sessions.",
    "My mother sent me.",
    "I don't mind what my coach thinks.",
    "It has to be a woman who knows farms.",
    "Guarantee me a job.",
    "Find me a job with other {}.",
    "I want to work with {} people only.",
    "As a {} I am laughed at by my boss.",
    "I can't go on hiding that I am {}.",
    "She told him that he is too slow, and the noise is awful.",
    "I need better pay and fewer nights.",
    "My {} uncle wants me to come here.",
]

sentences = st.lists(
    st.builds(
        lambda thing, word, other: f"{thing.format(word)} {other}",
        st.sampled_from(THINGS),
        st.sampled_from(WORDS) | st.sampled_from(GENDERED),
        st.text(alphabet="abcdefghij klmnop", max_size=12) | st.sampled_from(WORDS),
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


@st.composite
def clients(draw: st.DrawFn) -> Intake:
    """Clients who say a little of everything, with needs anywhere in it."""
    text = draw(sentences)
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    theme = draw(st.sampled_from(sorted(THEMES)))
    degree = st.none() | st.integers(0, 4)
    mode = draw(st.sampled_from((None, *MODES))) if THEMES[theme].values else None
    found = need(
        theme,
        mode,
        text[start:end],
        start=start,
        end=end,
        centrality=draw(degree),
        firmness=draw(degree),
    )
    name = draw(st.sampled_from(["Ann", "Mohammed", "Christian", "Rosa María", ""]))
    return intake(
        found,
        name=name or None,
        environment=text,
        goals=draw(sentences),
        expectations=draw(sentences),
        coach_wishes=draw(sentences),
    )


def told(found: list[object]) -> str:
    return "\n\n".join(str(each) for each in found)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(client=clients())
def test_no_flag_changes_with_belief_gender_or_name(client: Intake) -> None:
    practice = shipped()
    for who in (*practice.coaches, drawn_everywhere(practice.coaches[0])):
        found: list[object] = list(differences(practice, who, client))
        assert not found, told(found)


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda word: word)
def test_every_pair_both_ways(practice: Practice, one: str, other: str) -> None:
    frame = "I only want to work among people who are {} like me"
    raised = []
    for word in (one, other):
        words = frame.format(word)
        client = intake(need("politics", "like_minded", words, centrality=4, firmness=4))
        raised += [flags_of(practice, practice.coach("maren"), client)]
    for flags in zip(*raised, strict=True):
        here, there = (msgspec.structs.replace(flag, client_said=()) for flag in flags)
        assert here == there
        assert one not in here.says + here.fine_if + here.ask
    assert raised[0]


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(client=clients())
def test_from_text_to_flag(reads: Reads, client: Intake) -> None:
    practice = shipped()
    who = drawn_everywhere(practice.coaches[0])

    found: list[object] = list(differences(practice, who, client, reads))

    assert not found, told(found)


def test_needs_are_found_in_the_words(practice: Practice, reads: Reads) -> None:
    words = "I can't stand the noise. I want to work with other Christians who share my faith."

    here = afresh(practice, intake(environment=words), evenly(reads))

    assert here.needs
    assert all(words[need.start : need.end] == need.quote for need in here.needs)
    assert {need.centrality for need in here.needs} == {4}


def leaning(question: str, text: str) -> Read:
    """Understands a need only where it comes with one belief."""
    found = re.search("Muslims", text)
    if found is None:
        return Read()
    start, end = found.span()
    return Read((need("religion", None, "Muslims", question=question, start=start, end=end),))


def test_what_leans_is_read_evenly(practice: Practice) -> None:
    who = drawn_everywhere(coach(practice))
    for word in ("Muslims", "Christians"):
        client = intake(environment=f"A place with other {word}")
        assert list(differences(practice, who, client, leaning)) == []


def test_a_rule_that_leans_is_found_out(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phrases, "_PAID", re.compile("husband pays for the sessions"))
    client = intake(expectations="My husband pays for the sessions.", environment="A church")

    found, *_ = differences(practice, coach(practice), client)

    assert found.swap == "gender"
    report = str(found)
    assert transcript(found.intake) in report
    assert transcript(found.mirrored) in report
    assert "My wife pays for the sessions" in report
    assert "only the one: paid_by_another" in report


def test_quotes_go_along(practice: Practice) -> None:
    words = "Here is an atheist who wants no church"
    client = intake(need("religion", None, words[8:18], start=8, end=18), environment=words)

    first = next(mirror.intake for mirror in mirrors(client, coach(practice)))

    [moved] = first.needs
    [answer] = first.answers
    assert answer.given is not None
    assert answer.given.text == "Here is a Christian who wants no mosque"
    assert answer.given.text[moved.start : moved.end] == moved.quote == "a Christian"


def test_a_stake_is_no_belief(practice: Practice) -> None:
    who = coach(practice, conflicts_of_interest=(Conflict("Labour Party", "company"),))
    for words in ("I was paid by the Labour Party", "I was paid by the Conservative Party"):
        assert list(differences(practice, who, intake(experience=words))) == []


def test_a_client_who_is_the_stake_keeps_their_name(practice: Practice) -> None:
    who = coach(practice, conflicts_of_interest=(Conflict("Ann Brask", "person"),))

    assert {mirror.swap for mirror in mirrors(intake(name="Ann Brask"), who)} == {
        "belief",
        "gender",
    }
