"""The summary says what the client said, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.practice import Practice, load
from rightfit.records import Given
from rightfit.summary.lines import Line, as_text, lines_of, words_of

PROJECT = Path(__file__).parents[2]
PRACTICE: Practice = load(PROJECT / "practice", PROJECT / "domain.yml")
FORMAT = PRACTICE.question("format")
SHOWN = [question.id for question in PRACTICE.questions if question.id not in ("consent", "recap")]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Given("said", text="phone, I hate video"), "phone, I hate video"),
        (Given("chosen", choices=("video", "phone")), "Video call, Phone"),
        (
            Given("chosen", text="zoom. Is it free?", choices=("video",)),
            "Video call (zoom. Is it free?)",
        ),
        (Given("chosen", choices=("pigeon",)), "pigeon"),
        (Given("skipped"), ""),
    ],
)
def test_words(given: Given, words: str) -> None:
    assert words_of(FORMAT, given) == words


def test_each_question_has_a_line_typed_by_where_it_comes_from() -> None:
    answers = {
        "consent": Given("chosen", choices=("yes",)),
        "name": Given("said", text="Mia"),
        "coach": Given("skipped"),
        "format": Given("chosen", choices=("phone",)),
    }

    lines = {line.question: line for line in lines_of(PRACTICE, answers)}

    assert list(lines) == SHOWN
    assert lines["name"] == Line("name", "What to call you", "said", "Mia")
    assert lines["coach"] == Line("coach", "Which coach", "skipped", None)
    assert lines["format"] == Line("format", "How to meet", "chosen", "Phone")
    assert lines["goals"] == Line("goals", "Your goals", "not_asked", None)


@given(st.dictionaries(st.sampled_from(SHOWN), st.text(min_size=1)))
def test_what_was_said_stands_there_verbatim(said: dict[str, str]) -> None:
    answers = {id_: Given("said", text=text) for id_, text in said.items()}

    lines = lines_of(PRACTICE, answers)

    assert {line.question: line.words for line in lines if line.kind == "said"} == said
    for text in said.values():
        assert text in as_text(lines)


def test_the_recap_tells_what_was_skipped_and_not_what_was_not_asked() -> None:
    lines = (
        Line("name", "What to call you", "said", "Mia"),
        Line("coach", "Which coach", "skipped", None),
        Line("goals", "Your goals", "not_asked", None),
        Line("times", "Days and times", "skipped", None),
    )

    assert as_text(lines) == "What to call you: Mia\n\nSkipped: Which coach, Days and times"
    assert as_text(lines[:1]) == "What to call you: Mia"
    assert as_text(()) == ""
