"""The essay's case and its siblings; order, merging and evidence of flags."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.fit import flags_of
from rightfit.practice import Conflict, Line, Practice
from rightfit.practice.examples import read_client
from rightfit.records import LEVELS, THEMES, Answer, CoachLine, Flag, Given, Said
from tests.fit.conftest import coach, intake, need, shipped

ESSAY = Line("politics", "not_well", "own_limit", "like_minded", "I argue inside.")
WORDS = "I only want to work among people who vote as I do"


def rules(flags: tuple[Flag, ...]) -> list[tuple[str, str]]:
    return [(flag.rule, flag.level) for flag in flags]


# --- the essay's case


def test_a_central_and_firm_need_where_the_coach_cannot_help(practice: Practice) -> None:
    client = intake(need("politics", "like_minded", WORDS, centrality=4, firmness=4))

    [flag] = flags_of(practice, coach(practice, ESSAY), client)

    assert (flag.rule, flag.level) == ("cannot_serve_central_and_firm", "consider_referral")
    assert flag.client_said == (Said("environment", WORDS, 0, len(WORDS)),)
    assert flag.coach_line == CoachLine(
        "politics", "like_minded", "not_well", "own_limit", "I argue inside."
    )
    assert "politics at work (people who share it)" in flag.says
    assert flag.fine_if
    assert flag.ask.endswith("?")
    assert flag.override_reasons


def test_the_same_client_and_a_coach_without_the_line(practice: Practice) -> None:
    client = intake(need("politics", "like_minded", WORDS, centrality=4, firmness=4))

    assert flags_of(practice, coach(practice), client) == ()


def test_the_same_coach_and_politics_in_passing(practice: Practice) -> None:
    aside = "We argued about elections at lunch and it was fine"
    client = intake(need("growth", quote="A step up", centrality=4, firmness=4), experience=aside)

    assert flags_of(practice, coach(practice, ESSAY), client) == ()


def test_the_same_coach_and_a_need_for_something_else_in_politics(practice: Practice) -> None:
    client = intake(need("politics", "neutral", "No politics at lunch", centrality=4, firmness=4))

    assert flags_of(practice, coach(practice, ESSAY), client) == ()


def test_the_same_coach_and_firmness_skipped(practice: Practice) -> None:
    client = intake(need("politics", "like_minded", WORDS, centrality=4))

    assert rules(flags_of(practice, coach(practice, ESSAY), client)) == [
        ("weight_not_known", "ask_more")
    ]


def test_under_a_code_that_bars_the_referral(practice: Practice) -> None:
    house = msgspec.structs.replace(practice, ethics_code="aca_ncda")
    client = intake(need("politics", "like_minded", WORDS, centrality=4, firmness=4))

    [flag] = flags_of(house, coach(practice, ESSAY), client)

    assert (flag.rule, flag.level) == ("own_limit_to_supervision", "disclose")


# --- crisis


def test_in_a_crisis_nothing_about_fit_comes_out(practice: Practice) -> None:
    dark = "I would rather be dead"
    client = intake(
        need("politics", "like_minded", WORDS, centrality=4, firmness=4),
        crisis=dark,
        goals=f"{dark}. I'm 16 and my manager sent me.",
        language=("other",),
    )

    [flag] = flags_of(practice, coach(practice, ESSAY, capacity=0), client)

    assert (flag.rule, flag.part, flag.level) == ("crisis", "safety", "urgent")
    assert flag.client_said == (Said("goals", dark, 0, len(dark)),)
    assert flag.coach_line is None


# --- one flag for each matter, the strongest first


def test_needs_that_meet_one_line_are_one_flag(practice: Practice) -> None:
    first, second, third = "more pay", "a raise", "a bonus"
    text = f"{first}. {second}. {third}."
    client = intake(
        need("pay_benefits", quote=first, end=8, centrality=1, firmness=1),
        need("pay_benefits", quote=second, start=10, end=17, centrality=4, firmness=4),
        need("pay_benefits", quote=third, start=19, end=26),
        environment=text,
    )

    [flag] = flags_of(
        practice, coach(practice, Line("pay_benefits", "not_well", "conflict")), client
    )

    assert flag.level == "consider_referral"
    assert [said.quote for said in flag.client_said] == [second, third, first]


@pytest.mark.parametrize("end", [40, 20])
def test_rules_about_the_same_words_leave_the_strongest(practice: Practice, end: int) -> None:
    words = "A boss who backs me and a team that does"
    client = intake(
        need("coworkers", quote=words[:end], centrality=1, firmness=1),
        need("management", quote=words, centrality=4, firmness=4),
        environment=words,
    )
    lines = [Line(theme, "not_well", "competence") for theme in ("coworkers", "management")]

    [flag] = flags_of(practice, coach(practice, *lines), client)

    assert isinstance(flag.coach_line, CoachLine)
    assert flag.coach_line.theme == "management"


def test_a_stake_within_the_words_of_a_need_is_its_own_matter(practice: Practice) -> None:
    words = "Out of Brask, where nobody says thank you"
    conflict = Conflict("Brask", "company", (), "I own shares.")
    client = intake(need("recognition", quote=words, centrality=4, firmness=4))
    who = coach(
        practice, Line("recognition", "not_well", "competence"), conflicts_of_interest=(conflict,)
    )

    flags = flags_of(practice, who, client)

    assert [flag.part for flag in flags] == ["bond", "conflict_of_interest"]
    assert flags[1].client_said == (Said("environment", "Brask", 7, 12),)
    assert flags[1].coach_line == "You have a stake in Brask. I own shares."


def test_one_choice_that_meets_two_rules_is_one_flag(practice: Practice) -> None:
    who = coach(practice, capacity=0, earliest_start="2027-06-01")

    assert len(flags_of(practice, who, intake(start=("soon",)))) == 1


def test_the_strongest_comes_first(practice: Practice) -> None:
    client = intake(
        need("growth", quote="A step up", centrality=1, firmness=1),
        need("politics", "like_minded", WORDS, question="goals", centrality=4, firmness=4),
        language=("other",),
        start=("soon",),
    )
    who = coach(practice, ESSAY, Line("growth", "not_well", "competence"), capacity=0)

    levels = [flag.level for flag in flags_of(practice, who, client)]

    assert levels == ["consider_referral", "disclose", "ask_more", "note"]


# --- evidence and words


def test_what_speaks_against_it_is_told_too(practice: Practice) -> None:
    against = "I don't mind what my coach thinks."
    client = intake(
        need("politics", "like_minded", WORDS, centrality=4, firmness=4), expectations=against
    )

    [flag] = flags_of(practice, coach(practice, ESSAY), client)

    assert flag.level == "consider_referral"
    assert flag.client_said[-1] == Said("expectations", against, 0, len(against))
    assert flag.fine_if.endswith("speaks against it: see the last quote.")


@pytest.mark.parametrize(
    ("question", "words", "counts"),
    [
        ("expectations", "I don't mind what my coach thinks.", False),
        ("coach_wishes", "I would also manage on the phone.", False),
        ("expectations", "I could also do it in English if necessary.", True),
        ("coach_wishes", "I'm open to another language.", True),
        ("language", "German, but not a must.", True),
    ],
)
def test_only_what_was_said_of_the_same_matter_speaks_against_it(
    practice: Practice, question: str, words: str, counts: bool
) -> None:
    # The button, and for the question itself what was typed beside it.
    said: dict[str, str | tuple[str, ...]] = {"language": ("de",)}
    client = intake(**{**said, question: words})
    if question == "language":
        answer = Answer(
            "language", Given("chosen", text=words, choices=("de",)), 0, client.opened_at
        )
        client = msgspec.structs.replace(client, answers=(answer,))

    flag = next(
        flag
        for flag in flags_of(practice, coach(practice, languages=("en",)), client)
        if flag.rule == "no_common_language"
    )

    assert [said.quote for said in flag.client_said[1:]] == [words] * counts
    assert ("speaks against it" in flag.fine_if) is counts


@pytest.mark.parametrize(("theme", "counts"), [("religion", True), ("pay_benefits", False)])
def test_what_the_coach_may_think_counts_where_views_matter(
    practice: Practice, theme: str, counts: bool
) -> None:
    client = intake(
        need(theme, centrality=4, firmness=4), expectations="I don't mind what my coach thinks."
    )

    [flag] = flags_of(practice, coach(practice, Line(theme, "not_well", "competence")), client)

    assert ("speaks against it" in flag.fine_if) is counts


_THINGS = st.sampled_from(
    [
        "I'm 16.",
        "My manager sent me.",
        "Guarantee me a job.",
        "Brask owes me.",
        "It has to be someone patient.",
        "Find me a job",
        "My aunt will pay for the sessions",
        "\u0130\u00df\ufb01 \u0301",
        "No",
        "weekends only",
        "!\n?",
    ]
)


@given(
    text=st.lists(_THINGS | st.text(max_size=12), max_size=6).map(" ".join),
    question=st.sampled_from(["goals", "expectations", "coach_wishes", "times"]),
    themes=st.lists(st.sampled_from(sorted(THEMES)), max_size=4),
    degrees=st.lists(st.sampled_from([None, 0, 2, 3, 4]), min_size=8, max_size=8),
)
def test_whatever_is_said_flags_hold_what_they_promise(
    text: str, question: str, themes: list[str], degrees: list[int | None]
) -> None:
    needs = [
        need(theme, quote=f"need {at}", centrality=degrees[at], firmness=degrees[at + 4])
        for at, theme in enumerate(themes)
    ]
    said = {question: text or None, "environment": "need 0 need 1 need 2 need 3"}
    client = intake(*needs, start=("soon",), **said)
    lines = [Line(theme, "not_well", "own_limit") for theme in dict.fromkeys(themes)]
    practice = shipped()
    who = coach(
        practice,
        *lines,
        capacity=0,
        help_not_given=("placement",),
        conflicts_of_interest=(Conflict("Brask", "company"),),
    )
    answers = {each.question: each.given.text for each in client.answers if each.given}

    flags = flags_of(practice, who, client)

    assert flags == flags_of(practice, who, client)
    strengths = [LEVELS.index(flag.level) for flag in flags]
    assert strengths == sorted(strengths, reverse=True)
    for flag in flags:
        assert len(flag.says) <= 140
        assert "{" not in flag.says + flag.fine_if + flag.ask
        for quoted in flag.client_said:
            held = answers.get(quoted.question or "")
            if held is not None:
                assert held[quoted.start : quoted.end] == quoted.quote != ""
    quotes = [quoted for flag in flags for quoted in flag.client_said]
    assert len(quotes) == len(set(quotes))


def test_a_client_who_said_nothing_raises_nothing(practice: Practice) -> None:
    for who in practice.coaches:
        if who.capacity:
            assert flags_of(practice, who, intake()) == ()
            assert flags_of(practice, who, intake(start=None, times=None, language=None)) == ()


def test_every_wrong_thing_of_an_empty_client_is_a_note_at_most(practice: Practice) -> None:
    lines = [Line(theme, "not_well", "competence") for theme in THEMES]

    flags = flags_of(practice, coach(practice, *lines, capacity=0), intake())

    assert rules(flags) == [("no_room", "note")]
    assert read_client("nobody", {}).answers == ()


@pytest.mark.parametrize("field", ["says", "fine_if", "ask", "why", "not_for"])
def test_no_wording_of_a_rule_names_a_belief(practice: Practice, field: str) -> None:
    from rightfit.language.opposites import OPPOSITES
    from rightfit.language.rewriting import swapped, table_of

    for rule in practice.rules:
        words = getattr(rule, field)
        assert swapped(words, table_of(OPPOSITES)).text == words
