"""What does not go together, where a rule can see it."""

from __future__ import annotations

import pytest

from rightfit.records import SummaryLine
from rightfit.summary.contradictions import contradictions
from tests.summary.made_up import PRACTICE, Answered, intake, need

WORDS = "I want a big team. I can't have many people around me."


def found(*needs: object, **answered: Answered) -> list[SummaryLine]:
    return list(contradictions(PRACTICE, intake(needs, **answered)))  # type: ignore[arg-type]


def quotes(line: SummaryLine) -> list[tuple[str, int | None, bool]]:
    return [(quote.quote, quote.turn, quote.chosen) for quote in line.quotes]


def test_what_is_wanted_and_avoided_among_what_matters_most() -> None:
    wants = need("a big team", WORDS, picked=True)
    avoids = need("many people around me", WORDS, stance="avoids", picked=True)

    (line,) = found(wants, avoids, environment=WORDS)

    assert line.rule == "wanted_and_avoided"
    assert quotes(line) == [("a big team", 2, False), ("many people around me", 2, False)]


def test_it_is_none_where_one_does_not_matter_most_or_is_about_something_else() -> None:
    wants = need("a big team", WORDS, picked=True)

    assert found(wants, need("many people", WORDS, stance="avoids"), environment=WORDS) == []
    other = need("many people", WORDS, stance="avoids", theme="autonomy", picked=True)
    assert found(wants, other, environment=WORDS) == []


def test_a_need_that_matters_most_and_on_which_nothing_turns() -> None:
    (line,) = found(need("a big team", WORDS, picked=True, centrality=0), environment=WORDS)

    assert line.rule == "most_and_none"
    assert quotes(line) == [("a big team", 2, False), ("None of it", None, True)]
    assert found(need("a big team", WORDS, picked=True, centrality=1), environment=WORDS) == []


@pytest.mark.parametrize(
    ("rule", "answered"),
    [
        ("coached_and_not", {"coached_before": ("no",), "expectations": "My last coach hummed."}),
        ("format_ruled_out", {"format": ("video",), "coach_wishes": "No video calls, please."}),
        ("format_ruled_out", {"format": ("phone",), "coach_wishes": "please write not phone"}),
        ("format_ruled_out", {"format": ("in_person",), "times": "only online"}),
        ("start_not_before", {"start": ("soon",), "times": "Evenings, but not before May"}),
    ],
)
def test_a_button_that_words_speak_against(rule: str, answered: dict[str, Answered]) -> None:
    (line,) = found(**answered)

    assert line.rule == rule
    (_, turn, chosen), (_, other, said) = quotes(line)
    assert (turn, chosen, other, said) == (2, True, 4, False)


@pytest.mark.parametrize(
    "answered",
    [
        {"coached_before": ("yes",), "expectations": "My last coach hummed."},
        {"coached_before": ("no",), "experience": "I was a coach driver."},
        {"format": ("phone",), "coach_wishes": "No video calls, please."},
        {"format": ("video",), "coach_wishes": "Video is fine."},
        {"start": ("later",), "times": "not before May"},
        {"start": ("soon",), "experience": "I was not there before May."},
        {"start": None, "times": "not before May"},
    ],
)
def test_what_goes_together_is_left_alone(answered: dict[str, Answered]) -> None:
    assert found(**answered) == []
