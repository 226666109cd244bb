"""An intake as its coach reads it: nothing lost, nothing in the wrong place."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import msgspec
import pytest

from rightfit.practice import Choice, Contact, Practice, Question, Section
from rightfit.records import Answer, Given, Intake, Message, ShownChoice
from rightfit.summary.report import Report, report_of, standing

BEGUN = datetime(2026, 3, 13, 9, 0, tzinfo=timezone.utc)
VIDEO = Choice("video", "Video call")
PRACTICE = Practice(
    name="A practice",
    fictional=True,
    time_zone="Europe/Dublin",
    contact=Contact("a@example.org"),
    ethics_code="none",
    languages=("en",),
    services={},
    sections=(Section("all", "All"),),
    questions=(
        Question("consent", "all", "choice", "Your consent", choices=(Choice("yes", "Yes"),)),
        Question("name", "all", "short", "What to call you"),
        Question("experience", "all", "open", "Your experience"),
        Question("goals", "all", "open", "Your goals"),
        Question("format", "all", "choices", "How to meet", choices=(VIDEO,), at_most=2),
        Question("recap", "all", "choice", "Reading it over", choices=(Choice("send", "Send"),)),
    ),
    not_asked=(Question("budget", "all", "choice", "Budget"),),
    coaches=(),
    wording={},
)


class Conversation:
    """An intake as it grows: each word of the client is put under a question, or not."""

    def __init__(self) -> None:
        self.versions: list[Answer] = []
        self.transcript: list[Message] = []

    def says(
        self,
        text: str,
        question: str | None = None,
        given: Given | None = None,
        *,
        asked: str | None = None,
        dead: bool = False,
        offered: tuple[str, ...] = (),
        takes_out: bool = False,
    ) -> Conversation:
        self._add("assistant", "?", question=asked or question, choices=tuple(
            ShownChoice(title, title) for title in offered
        ))  # fmt: skip
        seq = self._add("client", text, dead=dead)
        if question:
            kept = None if takes_out else given or Given("said", text=text)
            self.versions.append(Answer(question, kept, seq, self._at(seq).isoformat()))
        return self

    def chooses(self, question: str, *ids: str) -> Conversation:
        return self.says(", ".join(ids), question, Given("chosen", choices=ids))

    def _add(self, author: str, text: str, **more: object) -> int:
        seq = len(self.transcript) + 1
        message = {"seq": seq, "id": str(seq), "author": author, "text": text, **more}
        self.transcript.append(Message(at=self._at(seq), **message))  # type: ignore[arg-type]
        return seq

    @staticmethod
    def _at(seq: int) -> datetime:
        return BEGUN + timedelta(seconds=seq)

    def report(self, state: str = "open") -> Report:
        intake = Intake("id", state, None, BEGUN.isoformat(), None, ())  # type: ignore[arg-type]
        return report_of(PRACTICE, intake, self.versions, self.transcript)


def words(report: Report) -> dict[str, str | None]:
    return {
        entry.question: entry.now.words if entry.now else "-"
        for entry in (*report.told, *report.facts)
    }


def test_every_question_stands_there_with_what_was_said_chosen_or_left_out() -> None:
    report = (
        Conversation()
        .chooses("consent", "yes")
        .says("Ruta", "name")
        .says("skip", "experience", Given("skipped"))
        .chooses("format", "video")
        .report()
    )
    assert words(report) == {
        "goals": "-",
        "experience": None,
        "name": "Ruta",
        "format": "Video call",
    }
    assert [entry.question for entry in report.told] == ["goals", "experience"], "goals first"
    assert report.name == "Ruta"
    assert report.agreed is not None
    skipped, chosen = report.told[1].now, report.facts[1].now
    assert skipped is not None
    assert skipped.kind == "skipped"
    assert chosen is not None
    assert (chosen.kind, chosen.turn) == ("chosen", 8)


def test_every_line_names_the_turn_it_came_from() -> None:
    talk = Conversation().says("Ruta", "name").says("Numbers again", "goals")
    for entry in (*talk.report().told, *talk.report().facts):
        if entry.now:
            assert talk.transcript[entry.now.turn - 1].text == entry.now.words


def test_earlier_versions_are_kept_the_latest_first() -> None:
    talk = Conversation().says("one", "goals").says("two", "goals").says("three", "goals")
    goals = talk.report().told[0]
    assert goals.now
    assert goals.now.words == "three"
    assert [version.words for version in goals.earlier] == ["two", "one"]


def test_an_answer_that_was_set_aside_is_asked_anew_and_still_to_be_read() -> None:
    talk = Conversation().says("one", "goals").says("start again", "goals", takes_out=True)
    goals = talk.report().told[0]
    assert goals.now is None
    assert [(version.kind, version.words) for version in goals.earlier] == [
        ("taken_out", None),
        ("said", "one"),
    ]
    assert (
        Conversation().says("Ruta", "name").says("x", "name", takes_out=True).report().name is None
    )


def test_what_the_practice_no_longer_asks_is_still_shown() -> None:
    talk = Conversation().says("80", "budget").says("Blue", "favourite_colour")
    last = talk.report().told[-2:]
    assert [(entry.title, entry.now and entry.now.words) for entry in last] == [
        ("Budget", "80"),
        (None, "Blue"),
    ]


def test_a_choice_that_is_no_longer_offered_is_shown_as_the_client_saw_it() -> None:
    talk = Conversation().says(
        "Carrier pigeon, Video call", "format", Given("chosen", choices=("pigeon", "video"))
    )
    assert words(talk.report())["format"] == "Carrier pigeon, Video call"


def test_words_beside_a_choice_are_kept() -> None:
    given = Given("chosen", text="zoom please", choices=("video",))
    talk = Conversation().says("zoom please", "format", given)
    assert words(talk.report())["format"] == "Video call (zoom please)"


def test_what_could_not_be_worked_on_stands_on_top_with_what_was_on_screen() -> None:
    talk = Conversation().says("lost?", asked="goals", dead=True).says("Numbers", "goals")
    (aside,) = talk.report().not_worked_on
    assert (aside.message.text, aside.asked) == ("lost?", "Your goals")
    assert words(talk.report())["goals"] == "Numbers"


def test_notes_after_sending_are_shown_and_buttons_and_answers_are_not_notes() -> None:
    talk = (
        Conversation()
        .says("before", asked="goals")
        .chooses("recap", "send")
        .says("Afternoons are fine, too.")
        .says("Change an answer", offered=("Change an answer",))
        .says("Numbers, really", "goals")
        .says("broken", dead=True)
        .chooses("recap", "send")
        .says("Thanks for reading.")
    )
    report = talk.report("sent")
    assert [m.text for m in report.after_sending] == [
        "Afternoons are fine, too.",
        "Thanks for reading.",
    ]
    assert len(report.sendings) == 2
    assert Conversation().says("hello").report().after_sending == ()


@pytest.mark.parametrize(
    ("state", "was_sent", "expected"),
    [
        ("open", False, "being_answered"),
        ("paused", False, "taking_a_break"),
        ("sent", True, "sent"),
        ("open", True, "changed_after_sending"),
        ("paused", True, "changed_after_sending"),
    ],
)
def test_how_far_an_intake_is(state: str, was_sent: bool, expected: str) -> None:
    assert standing(state, was_sent) == expected


def test_an_intake_that_is_open_again_after_sending_is_being_changed() -> None:
    talk = Conversation().chooses("recap", "send").says("change", "recap", takes_out=True)
    assert talk.report("open").standing == "changed_after_sending"


def test_a_report_is_a_plain_record() -> None:
    talk = Conversation().says("Ruta", "name").says("x", dead=True)
    assert msgspec.json.decode(msgspec.json.encode(talk.report()), type=Report) == talk.report()
