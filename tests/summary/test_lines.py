"""What stands on a line: the client's words, or what their buttons said."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from rightfit.practice import Practice, load
from rightfit.records import Given, Need
from rightfit.summary.lines import chosen_of, is_offered, needs_in_order, titles_chosen, words_of

PROJECT = Path(__file__).parents[2]
PRACTICE: Practice = load(PROJECT / "practice", PROJECT / "domain.yml")
FORMAT = PRACTICE.question("format")
NEED = Need("politics", "wants", "must", "freedom", "environment", "say what I think", 4, 20)


@pytest.mark.parametrize(
    ("given", "words", "titles"),
    [
        (Given("said", text="phone, I hate video"), "phone, I hate video", None),
        (Given("chosen", choices=("video", "phone")), "Video call, Phone", "Video call, Phone"),
        (
            Given("chosen", text="zoom. Is it free?", choices=("video",)),
            "Video call (zoom. Is it free?)",
            "Video call",
        ),
        (Given("chosen", choices=("pigeon",)), "pigeon", "pigeon"),
        (Given("skipped"), "", None),
    ],
)
def test_words(given: Given, words: str, titles: str | None) -> None:
    assert words_of(FORMAT, given) == words
    assert titles_chosen(FORMAT, given) == titles


def test_a_choice_that_is_no_longer_offered_is_known() -> None:
    assert is_offered(FORMAT, Given("chosen", choices=("video",)))
    assert is_offered(FORMAT, Given("said", text="a pigeon"))
    assert not is_offered(FORMAT, Given("chosen", choices=("video", "pigeon")))
    assert not is_offered(None, Given("chosen", choices=("video",)))


def test_what_was_chosen_about_a_need_is_in_the_words_of_the_buttons() -> None:
    asked = msgspec.structs.replace(NEED, picked=True, centrality=4, firmness=0)

    assert chosen_of(PRACTICE, asked) == (
        "All of it",
        "Take it",
        "Being free to say it or live by it",
    )


def test_a_mode_that_nobody_asked_about_is_not_told() -> None:
    assert chosen_of(PRACTICE, NEED) == (None, None, None)


def test_needs_that_matter_most_come_first_and_the_same_words_once() -> None:
    picked = msgspec.structs.replace(NEED, quote="a door", picked=True)
    twin = msgspec.structs.replace(NEED, theme="autonomy", mode=None)

    assert needs_in_order((NEED, twin, picked)) == (picked, NEED)
