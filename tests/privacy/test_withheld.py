"""What a client took out does not reach the coach."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from rightfit.practice import Practice, load
from rightfit.privacy.withheld import TAKEN_OUT, without_taken_out
from rightfit.records import Answer, Given, Message

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 13, 9, 0, tzinfo=timezone.utc)
SECRET = "MARKER about my old boss"


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load(ROOT / "practice", ROOT / "domain.yml")


def said(text: str) -> Given:
    return Given("said", text=text)


def answer(turn: int, given: Given | None, question: str = "goals") -> Answer:
    return Answer(question, given, turn, NOW.isoformat())


def message(seq: int, text: str, author: str = "client") -> Message:
    return Message(seq, str(seq), author, text, NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("end", [Given("skipped"), None])
def test_it_is_gone_wherever_it_stood(practice: Practice, end: Given | None) -> None:
    title = practice.question("goals").title
    transcript = [
        message(2, SECRET),
        message(3, f'So far it says: "{SECRET}"', "assistant"),
        message(4, f"Your name: Ann\n\n{title}: {SECRET}\n\nSkipped: nothing", "assistant"),
        message(6, "take it out"),
    ]
    versions, shown = without_taken_out(
        practice, [answer(2, said(SECRET)), answer(6, end)], transcript
    )
    assert versions == (answer(6, end),)
    assert shown[0].text == TAKEN_OUT
    assert all("MARKER" not in one.text for one in shown)
    assert "Your name: Ann" in shown[2].text
    assert shown[3].text == "take it out"


def test_a_changed_answer_keeps_its_earlier_versions(practice: Practice) -> None:
    versions = (answer(2, said("a desk")), answer(4, said("a desk by a window")))
    transcript = (message(2, "a desk"), message(4, "a desk by a window"))
    assert without_taken_out(practice, versions, transcript) == (versions, transcript)


def test_what_came_after_the_taking_out_stays(practice: Practice) -> None:
    versions = [answer(2, said(SECRET)), answer(4, None), answer(6, said("a desk"))]
    kept, _ = without_taken_out(practice, versions, [])
    assert [one.turn for one in kept] == [4, 6]


def test_a_question_that_was_only_skipped_is_no_taking_out(practice: Practice) -> None:
    versions, transcript = (answer(2, Given("skipped")),), (message(2, "skip this"),)
    assert without_taken_out(practice, versions, transcript) == (versions, transcript)


def test_a_short_word_is_taken_out_in_its_own_place_only(practice: Practice) -> None:
    transcript = [message(2, "no"), message(3, "Nothing is known. No news.", "assistant")]
    _, shown = without_taken_out(
        practice, [answer(2, said("no")), answer(4, Given("skipped"))], transcript
    )
    assert shown[1].text == "Nothing is known. No news."
