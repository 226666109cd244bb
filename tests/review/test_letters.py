"""What a letter says once its places are filled in, and what may not go out."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.practice import LETTER_KINDS, load, not_for_letters
from rightfit.review.events import Entry, LetterSent, NoteWritten
from rightfit.review.letters import Letter, edited, letter_for, letters_in

ROOT = Path(__file__).parents[2]
PRACTICE = load(ROOT / "practice", ROOT / "domain.yml")
MAREN = msgspec.structs.replace(PRACTICE.coach("maren"), booking_link="https://book.example/m")
PAGE = "https://intake.example/later"


def test_a_letter_has_its_places_filled_in() -> None:
    letter = letter_for(PRACTICE, "proceed", MAREN, "Ruta", PAGE)

    assert letter.text.startswith("Hello Ruta,\n\n")
    assert "You can choose a time here:\nhttps://book.example/m\n" in letter.text
    assert PAGE in letter.text
    assert letter.text.endswith("Kind regards\nMaren Tollefsen\nSlackwater Coaching")


def test_without_a_name_nobody_is_greeted_by_one() -> None:
    assert letter_for(PRACTICE, "close", MAREN, None, PAGE).text.startswith("Hello,\n")
    assert letter_for(PRACTICE, "close", MAREN, "  ", PAGE).text.startswith("Hello,\n")


def test_a_paragraph_without_its_link_is_left_out_and_the_rest_stands() -> None:
    coach = msgspec.structs.replace(MAREN, booking_link=None)
    letter = letter_for(PRACTICE, "proceed", coach, "Ruta", None)

    assert "choose a time" not in letter.text and "{" not in letter.text
    assert "I would be glad to work with you." in letter.text
    assert "Nothing is agreed" in letter.text


@pytest.mark.parametrize("kind", LETTER_KINDS)
def test_every_letter_can_go_out_as_it_stands(kind: str) -> None:
    letter = letter_for(PRACTICE, kind, MAREN, "Ruta", PAGE)

    assert edited(letter.kind, letter.subject, letter.text) == edited(*_fields(letter))
    assert edited(*_fields(letter)).letter == letter
    assert edited(*_fields(letter)).wrong == ()
    assert edited(*_fields(letter)).careful == ()


def _fields(letter: Letter) -> tuple[str, str, str]:
    return letter.kind, letter.subject, letter.text


def test_what_cannot_be_read_by_a_person_is_taken_out() -> None:
    read = edited("close", " Two\n words ", "One\r\nline \u202e and\x00 more\r\n\r\n")

    assert (read.letter.subject, read.letter.text) == ("Two words", "One\nline  and more")
    assert read.wrong == ()


@pytest.mark.parametrize(
    ("subject", "text", "wrong"),
    [
        ("", "Hello", "has no subject"),
        ("s" * 121, "Hello", "has 121 characters. 120 are"),
        ("Subject", " \n ", "is empty"),
        ("Subject", "x" * 6001, "has 6001 characters. 6000 are"),
        ("Subject", "Hello {name}", "{name} would go out just so"),
    ],
)
def test_what_is_wrong_with_a_letter_is_said(subject: str, text: str, wrong: str) -> None:
    (said,) = edited("close", subject, text).wrong
    assert wrong in said


def test_words_that_a_letter_should_not_name_ask_for_a_second_look() -> None:
    read = edited("refer", "Our beliefs", "I have raised a flag.")

    assert read.careful == ("beliefs", "flag")
    assert read.wrong == ()


@given(st.text(), st.text(max_size=300))
def test_whatever_is_typed_comes_out_clean_and_stays_so(subject: str, text: str) -> None:
    once = edited("message", subject, text)
    again = edited("message", once.letter.subject, once.letter.text)

    assert again == once
    assert "\n" not in once.letter.subject and "\r" not in once.letter.text


@given(st.text(max_size=50))
def test_whatever_a_client_is_called_stands_in_the_greeting_alone(name: str) -> None:
    text = letter_for(PRACTICE, "close", MAREN, name, PAGE).text
    without = letter_for(PRACTICE, "close", MAREN, None, PAGE).text

    assert text.partition("\n\n")[2] == without.partition("\n\n")[2]
    assert not_for_letters(without) == ()


def test_the_letters_of_a_log_come_with_their_entries() -> None:
    at = datetime(2026, 3, 2, tzinfo=timezone.utc)
    sent = LetterSent("close", "Your intake", "Hello", by_email=False)
    log = (Entry(1, at, "coach:maren", NoteWritten("x")), Entry(2, at, "coach:maren", sent))

    assert letters_in(log) == ((log[1], sent),)
