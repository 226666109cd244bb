"""What stands where in the summary."""

from __future__ import annotations

from datetime import datetime, timezone

import msgspec
from hypothesis import given as given_any
from hypothesis import strategies as st

from rightfit.practice import DISCLOSURE
from rightfit.records import Answer, Given, Message, Quoted, Summary, SummaryLine
from rightfit.summary.arrangement import summary_of
from rightfit.summary.reading_order import BLOCKS
from tests.summary.made_up import AT, PRACTICE, intake, need

WORDS = "A door that closes. Nobody who shouts."
NOW = datetime(2026, 3, 13, 9, 0, tzinfo=timezone.utc)
OPEN = [q.id for q in PRACTICE.questions if q.kind in ("open", "short")]


def lines(summary: Summary) -> list[SummaryLine]:
    return [
        line for name in BLOCKS for line in getattr(summary, name) if isinstance(line, SummaryLine)
    ]


def test_each_answer_stands_in_its_part_with_the_message_it_came_from() -> None:
    summary = summary_of(
        PRACTICE,
        intake(
            name="Mia",
            goals="I want a quieter job.",
            experience="Two kitchens.",
            obstacles="Money.",
            environment=WORDS,
            expectations="A plan.",
            coach_wishes="Patience.",
            coached_before=("no",),
            format=Given("chosen", text="rather late", choices=("video",)),
            contact="mia@example.org",
            disclosure=("fine",),
        ),
    )

    assert summary.name == SummaryLine(
        "said", "name", "What to call you", 2, quotes=(Quoted("name", "Mia", 0, 3, 2),)
    )
    told = {
        name: [line.question for line in getattr(summary, name)]
        for name in BLOCKS
        if name not in ("central", "also", "left_open") and getattr(summary, name)
    }
    assert told == {
        "headline": ["goals"],
        "place": ["environment"],
        "background": ["experience"],
        "obstacles": ["obstacles"],
        "expectations": ["expectations", "coach_wishes", "coached_before", DISCLOSURE],
        "wishes": ["format", "contact"],
    }
    assert summary.headline[0].parts == ("goal",)
    assert summary.wishes[0] == SummaryLine(
        "chosen",
        "format",
        "How to meet",
        18,
        words="Video call",
        quotes=(Quoted("format", "rather late", 0, 11, 18),),
    )


def test_what_was_skipped_and_what_was_not_asked_are_told_apart() -> None:
    summary = summary_of(PRACTICE, intake(goals=None, name="Mia"))

    told = {line.question: (line.kind, line.rule, line.turn) for line in summary.left_open}
    assert told["goals"] == ("by_rule", "skipped", 2)
    assert told["experience"] == ("by_rule", "not_asked", None)
    assert not {"name", "consent", "recap", DISCLOSURE} & set(told)


def test_needs_that_matter_most_come_first_with_what_was_chosen() -> None:
    door = need("A door that closes", WORDS)
    shouts = need("Nobody who shouts", WORDS, picked=True, centrality=3, firmness=4)

    summary = summary_of(PRACTICE, intake((door, shouts), environment=WORDS))

    (first,), (other,) = summary.central, summary.also
    assert (first.need, first.turn, first.title) == (shouts, 2, "The right place to work")
    assert (first.centrality, first.firmness, first.mode) == ("A big part", "Decline", None)
    assert (other.need, other.centrality) == (door, None)


def test_a_question_of_the_practices_own_stands_with_its_section() -> None:
    own = msgspec.structs.replace(
        PRACTICE.question("obstacles"), id="tools", title="Your tools", kind="open"
    )
    elsewhere = msgspec.structs.replace(own, id="pets", title="Your pets", section="welcome")
    practice = msgspec.structs.replace(PRACTICE, questions=(*PRACTICE.questions, own, elsewhere))

    summary = summary_of(practice, intake(tools="A lathe.", pets="A dog."))

    assert [line.question for line in summary.obstacles] == ["tools"]
    assert "pets" in [line.question for line in summary.wishes]


def test_an_answer_outlives_its_question() -> None:
    summary = summary_of(PRACTICE, intake(given_up="Still here.", old_choice=("sometimes",)))

    said, chosen = summary.wishes
    assert (said.title, said.quotes[0].quote) == (None, "Still here.")
    assert (chosen.kind, chosen.words) == ("chosen", "sometimes")


def test_a_choice_that_is_no_longer_offered_is_told_in_the_words_of_its_button() -> None:
    pressed = Message(2, "2", "client", "By pigeon", NOW)

    summary = summary_of(PRACTICE, intake(format=("pigeon",)), (), (pressed,))

    assert summary.wishes[0].words == "By pigeon"


def test_a_long_answer_is_shown_in_part_and_is_there_whole() -> None:
    long = "I was born by the sea. " * 20 + "I want to go back by June. It is far."

    summary = summary_of(PRACTICE, intake(experience=long, goals=long))

    (line,) = summary.background
    assert line.whole == long
    assert sum(len(quote.quote) for quote in line.quotes) < len(long) / 2
    assert summary.headline[0].whole == long
    assert all(line.whole is None for line in summary.headline[1:])


def test_what_was_corrected_after_reading_it_over_is_marked() -> None:
    first = Answer("goals", Given("said", text="Night shifts."), 2, AT)
    place = Answer("environment", Given("said", text="A desk."), 4, AT)
    again = Answer("goals", Given("said", text="Day shifts."), 8, AT)
    late = Answer("obstacles", Given("said", text="Money."), 10, AT)
    read = Message(5, "5", "assistant", "This is it", NOW, question="recap")
    stands = msgspec.structs.replace(intake(), answers=(again, place, late))

    summary = summary_of(PRACTICE, stands, (first, place, again, late), (read,))

    corrected = {line.question: line.corrected for line in lines(summary) if line.kind == "said"}
    assert corrected == {"goals": True, "environment": False, "obstacles": False}
    before = summary_of(PRACTICE, stands, (first, place, again, late), ())
    assert not any(line.corrected for line in lines(before))


def test_how_sensitive_matters_are_to_be_treated_is_a_wish() -> None:
    faith = need(
        "A door", WORDS, theme="religion", mode="respect", picked=True, sensitive_choice="keep"
    )

    summary = summary_of(PRACTICE, intake((faith,), 1, environment=WORDS, consent=("yes",)))

    sensitive, to_tell, consent = summary.wishes
    assert (sensitive.kind, sensitive.words) == ("chosen", "As I wrote it")
    assert sensitive.quotes[0].quote == "A door"
    assert (to_tell.kind, to_tell.rule, to_tell.quotes) == ("by_rule", "to_tell", ())
    assert (consent.question, consent.words) == ("consent", "Yes, that is fine")


@given_any(st.dictionaries(st.sampled_from(OPEN), st.text(max_size=900), max_size=6))
def test_every_line_is_typed_and_every_quote_is_verbatim(said: dict[str, str]) -> None:
    summary = summary_of(PRACTICE, intake(**said))

    for line in [*lines(summary), *([summary.name] if summary.name else [])]:
        assert line.kind in ("said", "chosen", "by_rule")
        assert (line.rule is not None) == (line.kind == "by_rule")
        for quote in line.quotes:
            assert said[quote.question][quote.start : quote.end] == quote.quote
        if line.whole is not None:
            assert line.whole == said[line.question or ""]
    standing = {line.question for line in lines(summary) if line.kind == "said"}
    assert {id for id, text in said.items() if text.strip() and id != "name"} <= standing
