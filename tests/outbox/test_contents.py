"""What goes into the outbox: to whom, how often, and what it does not say."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rightfit.outbox.contents import danger_alerts, entry_hooks, letter_by_mail, mail_address
from rightfit.practice import Practice, Webhook, load
from rightfit.records import Answer, AskedQuestion, Given
from rightfit.review.events import Decided, LetterSent, NoteWritten, QuestionsAsked
from rightfit.review.letters import Letter
from tests.engines import PROJECT

AT = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
OURS = load(Path(PROJECT) / "practice", PROJECT / "domain.yml")
HOOKED = msgspec.structs.replace(
    OURS, webhooks=(Webhook("https://a.example"), Webhook("https://b.example", client_text=True))
)


def contact(text: str | None, question: str = "contact") -> tuple[Answer, ...]:
    given = Given("said", text=text) if text is not None else Given("skipped")
    return (Answer("name", Given("said", text="ann@name.example"), 1, ""),
            Answer(question, given, 2, ""))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ann@sea.example", "ann@sea.example"),
        ("write to ann@sea.example, please", "ann@sea.example"),
        ("ann@sea.example\nBcc: all@x.example", "ann@sea.example"),
        ("I would rather not", None),
        (None, None),
    ],
)
def test_mail_goes_only_where_an_address_was_given_for_it(
    text: str | None, address: str | None
) -> None:
    assert mail_address(OURS, contact(text)) == address
    assert mail_address(OURS, contact(text, "goals")) is None


def test_a_letter_is_from_its_coach_and_answers_go_to_them_or_the_practice() -> None:
    letter = Letter("close", "Your intake", "Hello.")
    replies = []
    for coach in (OURS.coach("maren"), OURS.coach("dayo")):
        going = letter_by_mail(OURS, coach, "id", 4, "ann@sea.example", letter)
        assert (going.key, going.about) == ("letter:id:4", "letter:4")
        assert going.body["from_name"] == f"{coach.name}, {OURS.name}"
        replies.append(going.body["reply_to"])

    assert replies == ["maren@slackwater.example", OURS.contact.email]


def test_nobody_with_an_address_is_no_alert() -> None:
    silent = tuple(msgspec.structs.replace(coach, email=None) for coach in OURS.coaches)

    assert (
        danger_alerts(msgspec.structs.replace(OURS, coaches=silent), "id", None, "http://x") == ()
    )
    (alert,) = danger_alerts(OURS, "id", "dayo", "https://x/")
    assert alert.body["to"] == "maren@slackwater.example"
    assert "https://x/coach/intakes/id" in alert.body["text"]


def _hooks(practice: Practice, event: Any) -> list[dict[str, Any]]:
    return [each.body for each in entry_hooks(practice, "id", 3, event, "maren", AT)]


@pytest.mark.parametrize(
    ("event", "name", "facts", "private"),
    [
        (Decided("refer", reason="SECRET"), "intake.decided", {"decision": "refer"}, "SECRET"),
        (
            LetterSent("close", "Words", "More", False),
            "intake.letter_sent",
            {"letter": "close"},
            "Words",
        ),
        (
            QuestionsAsked((AskedQuestion("extra_1", "Why?"),)),
            "intake.questions_asked",
            {"questions": "1"},
            "Why?",
        ),
    ],
)
def test_what_a_coach_writes_down_is_told_by_its_kind(
    event: Any, name: str, facts: dict[str, str], private: str
) -> None:
    plain, full = _hooks(HOOKED, event)

    assert plain["event"] == plain["payload"]["event"] == name
    assert facts.items() <= plain["payload"].items()
    assert plain["payload"]["coach"] == "maren" and plain["payload"]["intake"] == "id"
    assert private not in str(plain)
    assert (private in str(full)) is (private != "SECRET"), "a reason goes nowhere"


def test_notes_are_told_to_nobody_and_without_webhooks_nothing_is() -> None:
    assert _hooks(HOOKED, NoteWritten("SECRET")) == []
    assert _hooks(OURS, Decided("close")) == []
