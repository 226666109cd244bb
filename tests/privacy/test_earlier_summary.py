"""A summary that the client has read shows the coach nothing that was taken back since."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import msgspec
import pytest

from rightfit.practice import Practice, load
from rightfit.privacy.held_back import ForCoach, for_coach
from rightfit.privacy.withheld import EARLIER_SUMMARY
from rightfit.records import Answer, Given, Intake, Message, Need
from rightfit.summary.arrangement import summary_of
from rightfit.summary.as_text import as_text

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 13, 9, 0, tzinfo=timezone.utc)
SECRET = "I pray at noon MARKER and will not hide it"
#: Long enough to be shown in pieces.
LONG = (
    "A door that closes, because I think aloud and I know that it is hard on others. "
    f"{SECRET}, whatever anybody says of it, and I have had bosses who said quite a lot "
    "of it in front of people who had come for something else MARKER too. "
    "I want to be asked first. I can't work in a place where nobody tells you what is wrong. "
    "Otherwise I do not mind much, a chair is a chair."
)
NEED = Need(
    "religion", "wants", "must", "freedom", "environment", SECRET, LONG.index(SECRET),
    LONG.index(SECRET) + len(SECRET),
)  # fmt: skip


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load(ROOT / "practice", ROOT / "domain.yml")


def answer(turn: int, given: Given | None) -> Answer:
    return Answer("environment", given, turn, NOW.isoformat())


def read_over(practice: Practice, seq: int, *answers: Answer) -> Message:
    """The message in which the client reads the summary of these answers."""
    intake = Intake("one", "open", None, NOW.isoformat(), None, answers)
    text = f"This is it:\n\n{as_text(practice, summary_of(practice, intake))}"
    return Message(seq, str(seq), "assistant", text, NOW, question="recap")


def said(seq: int, text: str) -> Message:
    return Message(seq, str(seq), "client", text, NOW)


def for_the_coach(
    practice: Practice,
    versions: tuple[Answer, ...],
    transcript: tuple[Message, ...],
    held_back: tuple[Need, ...] = (),
) -> ForCoach:
    intake = Intake("one", "sent", None, NOW.isoformat(), None, versions[-1:])
    return for_coach(practice, intake, versions, transcript, held_back)


@pytest.mark.parametrize("end", [Given("skipped"), None])
def test_an_answer_that_was_taken_out_since(practice: Practice, end: Given | None) -> None:
    first = answer(2, Given("said", text=LONG))
    shown = read_over(practice, 3, first)
    assert "MARKER" in shown.text
    later = read_over(practice, 9, answer(8, end))

    read = for_the_coach(
        practice, (first, answer(8, end)), (said(2, LONG), shown, said(8, "out"), later)
    )

    assert read.transcript[1].text == EARLIER_SUMMARY
    assert read.transcript[3] == later
    assert "MARKER" not in str(read)


@pytest.mark.parametrize("choice", ["leave_out", "tell_in_person", "reword"])
def test_a_sentence_that_is_held_back_since(practice: Practice, choice: str) -> None:
    given = answer(2, Given("said", text=LONG))
    shown = read_over(practice, 3, given)
    held = msgspec.structs.replace(NEED, sensitive_choice=choice)

    read = for_the_coach(practice, (given,), (said(2, LONG), shown), (held,))

    assert read.transcript[1].text == EARLIER_SUMMARY
    assert "MARKER" not in str(read)


def test_an_earlier_version_of_an_answer_with_something_held_back(practice: Practice) -> None:
    before = answer(2, Given("said", text="It is about my faith MARKER, let us say so."))
    now = answer(6, Given("said", text=LONG))
    held = msgspec.structs.replace(NEED, sensitive_choice="leave_out")
    shown = read_over(practice, 3, before)

    read = for_the_coach(practice, (before, now), (shown, said(6, LONG)), (held,))

    assert read.transcript[0].text == EARLIER_SUMMARY
    assert "MARKER" not in str(read)


def test_a_summary_that_shows_nothing_of_it_stays(practice: Practice) -> None:
    kept = answer(2, Given("said", text="A desk by a window."))
    shown = read_over(practice, 3, kept)
    held = msgspec.structs.replace(NEED, question="goals", sensitive_choice="leave_out")

    assert for_the_coach(practice, (kept,), (shown,), (held,)).transcript == (shown,)
