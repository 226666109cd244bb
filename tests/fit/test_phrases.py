"""Named predicates over the client's words: what they find, and what they must leave alone."""

# ruff: noqa: E501 (the cases are a table, one to a line)
from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.fit import phrases
from rightfit.practice import Conflict
from rightfit.records import Intake, Said
from tests.fit.conftest import intake, need

Finds = Callable[[Intake], tuple[Said, ...]]

PLACEMENT, PROMISE = phrases.asks_for_placement, phrases.expects_a_promise
MINOR, SENT, PAID = phrases.says_under_age, phrases.sent_by_another, phrases.paid_by_another
NEED_NOT = phrases.coach_need_not_share_it


def flexible_about_times(client: Intake) -> tuple[Said, ...]:
    return phrases.flexible_about_it(client, {"times"})


FLEXIBLE = flexible_about_times

# predicate, the answer to "expectations", whether it is found
SAID = [
    (PLACEMENT, "Get me a job in a lab", True),
    (PLACEMENT, "I'd like you to find me some work", True),
    (PLACEMENT, "Send my CV to the people you know", True),
    (PLACEMENT, "Introduce me to recruiters", True),
    (PLACEMENT, "Put in a good word for me at the council", True),
    (PLACEMENT, "Apply to these places on my behalf", True),
    (PLACEMENT, "Help me find a job", False),
    (PLACEMENT, "I don't expect you to find me a job", False),
    (PLACEMENT, "Find me wanting and say so", False),
    (PROMISE, "Can you guarantee me a new job", True),
    (PROMISE, "Make sure I get the offer", True),
    (PROMISE, "No job, no fee", True),
    (PROMISE, "Nobody can promise me a job, I know", False),
    (PROMISE, "You can't guarantee results, fair enough", False),
    (PROMISE, "A contract with guaranteed hours", False),
    (PROMISE, "I promise to work hard", False),
    (phrases.knows_nobody_can_promise, "Nobody can promise me a job, I know", True),
    (phrases.knows_nobody_can_promise, "You can't guarantee results, fair enough", True),
    (phrases.knows_nobody_can_promise, "Guarantee me a job", False),
    (MINOR, "I'm 16", True),
    (MINOR, "I\u2019m only fifteen, but I know what I want", True),
    (MINOR, "i am 17 years old and done with school", True),
    (MINOR, "As a 16-year-old I get told no a lot", True),
    (MINOR, "I turn 18 in May", True),
    (MINOR, "I'm under 18", True),
    (MINOR, "When I was 16 I left school", False),
    (MINOR, "When I'm 17, goes the song", False),
    (MINOR, "My son is 16", False),
    (MINOR, "I am 16 weeks pregnant", False),
    (MINOR, "I'm 17 years into this trade", False),
    (MINOR, "I am 45", False),
    (MINOR, "I'm 15 minutes away", False),
    (MINOR, "I'm 10% done", False),
    (SENT, "My wife sent me", True),
    (SENT, "My husband sent me here", True),
    (SENT, "HR told me to come", True),
    (SENT, "It was not my idea", True),
    (SENT, "My union rep signed me up", True),
    (SENT, "My boss insists that I get coaching", True),
    (SENT, "My boss sent me an e-mail", False),
    (SENT, "They made me work weekends", False),
    (SENT, "My sister told me about you", False),
    (PAID, "My company pays for the sessions", True),
    (PAID, "my dad is paying for this", True),
    (PAID, "The sessions are paid for by my employer", True),
    (PAID, "My job barely pays the rent", False),
    (PAID, "My employer is paying me too little", False),
    (NEED_NOT, "I don't mind what my coach thinks about it", True),
    (NEED_NOT, "It doesn't matter to me how you vote", True),
    (NEED_NOT, "My coach does not have to agree with me", True),
    (NEED_NOT, "You need not share my view of things", True),
    (NEED_NOT, "I do mind what my coach thinks", False),
    (NEED_NOT, "It matters to me what you believe", False),
    (FLEXIBLE, "Evenings would also work if need be", True),
    (FLEXIBLE, "I am flexible about the hours", True),
    (FLEXIBLE, "I am not flexible about the hours", False),
    (FLEXIBLE, "Evenings only", False),
    (FLEXIBLE, "I am flexible", False),
    (FLEXIBLE, "I don't mind what my coach thinks", False),
    (FLEXIBLE, "I could stretch the budget a little", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("finds", "words", "found"), SAID, ids=[f"{f.__name__}: {w}" for f, w, _ in SAID]
)
def test_what_is_found(finds: Finds, words: str, found: bool) -> None:
    said = finds(intake(expectations=words))

    assert bool(said) is found
    for each in said:
        assert words[each.start : each.end] == each.quote
        assert each.question == "expectations"


@pytest.mark.parametrize("finds", [PLACEMENT, PROMISE, PAID])
def test_words_about_work_are_not_words_about_coaching(finds: Finds) -> None:
    for words in ("Get me a job in a lab", "Guarantee me a job", "My company pays for this"):
        assert finds(intake(experience=words)) == ()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Someone patient.", [("Someone patient.", False)]),
        ("It must be someone blunt. Kind, too.", [("It must be someone blunt.", True), ("Kind, too.", False)]),
        ("Not someone who talks all the time. I can't stand that.", [("Not someone who talks all the time.", False), ("I can't stand that.", True)]),
        ("No", []),
        ("Nothing in particular, thanks", []),
        ("I don't mind.", []),
        ("No preference really", []),
        ("I don't mind what you believe.", []),
        ("Any coach who knows hospitals", [("Any coach who knows hospitals", False)]),
    ],
)  # fmt: skip
def test_wishes_for_the_coach(words: str, found: list[tuple[str, bool]]) -> None:
    wishes = phrases.wishes_for_the_coach(intake(coach_wishes=words))

    assert [(said.quote, strong) for said, strong in wishes] == found


BRASK = Conflict("Brask & Daughters", "company", ("P&Q", "José Núñez", "A. Tollefsen"))


@pytest.mark.parametrize(
    ("words", "quotes"),
    [
        ("I left brask & daughters", ["brask & daughters"]),
        ("BRASK  &\nDAUGHTERS' canteen", ["BRASK  &\nDAUGHTERS"]),
        ("at Brask&Daughters", ["Brask&Daughters"]),
        ("Jose Nunez, and JOSÉ NÚÑEZ again", ["Jose Nunez", "JOSÉ NÚÑEZ"]),
        ("Jose\u0301 Nun\u0303ez", ["Jose\u0301 Nun\u0303ez"]),
        ("José-Núñez Ltd", ["José-Núñez"]),
        ("my p & q", ["p & q"]),
        ("A. Tollefsen's firm", ["A. Tollefsen"]),
        ("Braskdaughters & Daughters", []),
        ("a tollefsenite", []),
        ("brask & daughterssons", []),
        ("pq", []),
        ("mind your XP&Q", []),
    ],
)
def test_names_are_found_as_whole_words(words: str, quotes: list[str]) -> None:
    found = phrases.names(BRASK, intake(obstacles=words))

    assert [said.quote for said in found] == quotes
    assert all(words[said.start : said.end] == said.quote for said in found)


def test_names_are_looked_for_in_every_answer_in_words() -> None:
    client = intake(name="Jose Nunez", times="before P&Q opens", format=("video",))

    assert [said.question for said in phrases.names(BRASK, client)] == ["name", "times"]


@pytest.mark.parametrize("name", ["-", " ", "&", "...", "a b c"])
@given(words=st.text(max_size=30))
def test_no_name_is_found_in_nothing(name: str, words: str) -> None:
    for said in phrases.names(Conflict(name, "person"), intake(goals=words or None)):
        assert said.quote.strip()


def test_words_that_are_held_back_are_not_looked_at() -> None:
    words = "I'm 16. My manager sent me."
    client = intake(
        need("health_access", quote="I'm 16", end=6, sensitive_choice="leave_out"),
        environment=words,
    )

    assert MINOR(client) == ()
    assert [said.quote for said in SENT(client)] == ["My manager sent me."]


def test_a_sentence_with_held_back_words_is_not_quoted_whole() -> None:
    words = "With my illness, my manager sent me here"
    client = intake(
        need("health_access", quote="With my illness", end=15, sensitive_choice="tell_in_person"),
        environment=words,
    )

    [said] = SENT(client)

    assert "illness" not in said.quote
    assert words[said.start : said.end] == said.quote


@given(words=st.text(max_size=200))
def test_any_text_gives_quotes_of_itself(words: str) -> None:
    client = intake(expectations=words or None, coach_wishes=words or None)
    for finds in (PLACEMENT, PROMISE, MINOR, SENT, PAID, NEED_NOT, FLEXIBLE):
        for said in finds(client):
            assert words[said.start : said.end] == said.quote
    for said, _ in phrases.wishes_for_the_coach(client):
        assert words[said.start : said.end] == said.quote != ""
