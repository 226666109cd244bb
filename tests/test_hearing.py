"""What a typed message is heard as, with the question on screen and the reader's view."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.hearing import Heard, hear
from rightfit.interview import (
    CONFIRM_START_AGAIN,
    CONFIRM_STOP,
    NEW_ANSWER,
    PICK_ANSWER,
)
from rightfit.practice import Choice, Question
from rightfit.records import ASIDES, Reading

CONSENT = Question("consent", "s", "choice", "Consent", may_skip=False, typed={"yes": ("fine",)})
GOALS = Question("goals", "s", "open", "Your goals", called=("goals", "goal", "aims"))
NAME = Question("name", "s", "short", "Your name", called=("name",))
CONTACT = Question("contact", "s", "email", "How to reach you")
FORMAT = Question("format", "s", "choices", "How to meet", at_most=2, typed={"video": ("zoom",)})
RECAP = Question("recap", "s", "choice", "Recap", may_skip=False)

YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))
FORMATS = (Choice("video", "Video call"), Choice("phone", "Phone"))
STOP = (Choice("go_on", "Go on"), Choice("pause", "Take a break"), Choice("erase", "Erase it"))
AGAIN = (Choice("start_again", "Start again"), Choice("go_on", "No, go on from here"))
KEEP = (Choice("keep", "Leave it as it is"), Choice("take_out", "Take it out"))
SEND = (Choice("send", "Send it"), Choice("change", "Change an answer"), Choice("pause", "Not yet"))
PICK = (Choice("goals", "Your goals"), Choice("name", "Your name"))
BREAK = (Choice("go_on", "Go on with the questions"), Choice("erase", "Stop and erase everything"))

#: What may be on screen: the slot asked for, its choices, the question.
SCREENS: dict[str, tuple[str | None, tuple[Choice, ...], Question | None]] = {
    "consent": ("consent", YES_NO, CONSENT),
    "coached_before": ("coached_before", YES_NO, Question("coached_before", "s", "choice", "")),
    "goals": ("goals", (), GOALS),
    "name": ("name", (), NAME),
    "contact": ("contact", (), CONTACT),
    "format": ("format", FORMATS, FORMAT),
    "recap": ("recap", SEND, RECAP),
    CONFIRM_STOP: (CONFIRM_STOP, STOP, None),
    CONFIRM_START_AGAIN: (CONFIRM_START_AGAIN, AGAIN, None),
    PICK_ANSWER: (PICK_ANSWER, PICK, None),
    "goals again": (NEW_ANSWER, KEEP, GOALS),
    "coached_before again": (
        NEW_ANSWER,
        (*KEEP, *YES_NO),
        Question("coached_before", "s", "choice", ""),
    ),
    "a break": (None, BREAK, None),
    "after sending": (None, (), None),
}


def heard(screen: str, text: str, kind: str = "answer", aside: str | None = None) -> Heard:
    """What is heard at that screen, where the reader says ``kind`` and ``aside``."""
    asked, choices, question = SCREENS[screen]
    hesitant = aside == "dont_know"
    reading = Reading(
        "aside" if kind == "aside" else "answer", "skip" if hesitant else aside, 0.9, hesitant
    )
    at_most = question.at_most if question else None
    return hear(asked, choices, at_most, question, text, lambda *_: reading, (GOALS, NAME))


def chosen(screen: str, text: str, aside: str | None = None) -> tuple[str, ...]:
    """The ids chosen; the reader takes the text for that aside, or for an answer."""
    found = heard(screen, text, "aside" if aside else "answer", aside)
    return found.choices if found.intent == "choose" else ()


@pytest.mark.parametrize(
    ("screen", "text", "choices"),
    [
        ("consent", "Yes", ("yes",)),
        ("consent", "fine", ("yes",)),
        ("format", "zoom and phone", ("video", "phone")),
        ("format", "zoom would be good", ("video",)),
        ("recap", "ok", ("send",)),
        ("recap", "not yet", ("pause",)),
        ("recap", "no", ("change",)),
        (CONFIRM_STOP, "stop", ("pause",)),
        (CONFIRM_STOP, "yes, delete it please", ("erase",)),
        (CONFIRM_STOP, "keep going", ("go_on",)),
        (CONFIRM_START_AGAIN, "yes please", ("start_again",)),
        (CONFIRM_START_AGAIN, "no", ("go_on",)),
        (PICK_ANSWER, "my goals please", ("goals",)),
        ("goals again", "leave it", ("keep",)),
        ("a break", "I'm back", ("go_on",)),
        ("a break", "erase everything", ("erase",)),
    ],
)
def test_plain_words_choose_and_the_reader_is_not_asked(
    screen: str, text: str, choices: tuple[str, ...]
) -> None:
    asked, offered, question = SCREENS[screen]

    def read(question: str | None, text: str) -> Reading:
        raise AssertionError("the reader was asked")

    at_most = question.at_most if question else None
    assert hear(asked, offered, at_most, question, text, read) == Heard("choose", choices)


@pytest.mark.parametrize(
    ("screen", "text", "aside", "choices"),
    [
        ("consent", "yes of course I do", "affirm", ("yes",)),
        ("consent", "no I don't agree", "deny", ("no",)),
        ("coached_before", "never, not once", "deny", ("no",)),
        (CONFIRM_STOP, "I am done, bye", "stop", ("pause",)),
        (CONFIRM_STOP, "nope", "deny", ("go_on",)),
        (CONFIRM_STOP, "no wait, go back", "go_back", ("go_on",)),
        (CONFIRM_START_AGAIN, "nah", "deny", ("go_on",)),
        ("recap", "not really", "deny", ("change",)),
        ("goals again", "nope", "deny", ("keep",)),
        ("coached_before again", "nope", "deny", ("no",)),
        ("coached_before again", "yes once or twice", "affirm", ("yes",)),
    ],
)
def test_a_yes_a_no_and_a_stop_choose(
    screen: str, text: str, aside: str, choices: tuple[str, ...]
) -> None:
    assert chosen(screen, text, aside) == choices


@pytest.mark.parametrize(
    ("screen", "text", "aside"),
    [
        ("consent", "wait", "affirm"),
        ("consent", "maybe", "affirm"),
        ("consent", "I don't understand", "deny"),
        ("recap", "wait", "affirm"),
        ("recap", "ok let me read it first", "affirm"),
        (CONFIRM_START_AGAIN, "hm", "affirm"),
        (CONFIRM_STOP, "Dayo please", "stop"),
        (CONFIRM_STOP, "I want to start again", "go_back"),
        (CONFIRM_STOP, "let me change something first", "go_back"),
    ],
)
def test_what_cannot_be_undone_takes_plain_words(screen: str, text: str, aside: str) -> None:
    assert heard(screen, text, "aside", aside).intent != "choose"


@pytest.mark.parametrize("screen", ["consent", "recap"])
@pytest.mark.parametrize("aside", ["affirm", "deny"])
def test_half_a_yes_is_asked_again(screen: str, aside: str) -> None:
    assert heard(screen, "hm, my goals are wrong there", "aside", aside).intent == "answer"
    assert heard(screen, "no, my goals are wrong there", "aside", "deny").intent == "answer"


@pytest.mark.parametrize(
    ("screen", "intent"),
    [
        ("goals", "answer"),
        ("name", "skip"),
        ("contact", "skip"),
        (PICK_ANSWER, "skip"),
        ("format", "deny"),
        ("after sending", "deny"),
    ],
)
def test_no_is_taken_for_an_answer(screen: str, intent: str) -> None:
    assert heard(screen, "no thanks", "aside", "deny").intent == intent


def test_an_answer_keeps_the_question_it_asks() -> None:
    assert heard("goals", "Peace. Why do you ask?", "answer", "ask_why") == Heard(
        "answer", aside="ask_why", certainty=0.9
    )
    assert heard("contact", "a@b.org, who sees it?", "aside", "ask_privacy") == Heard(
        "answer", aside="ask_privacy"
    )
    assert heard("format", "Zoom. How long is it?", "aside", "ask_duration") == Heard(
        "choose", ("video",), "ask_duration"
    )


@pytest.mark.parametrize("screen", ["consent", "recap"])
def test_a_question_beside_a_yes_is_answered_before_the_yes_counts(screen: str) -> None:
    found = heard(screen, "Yes. But who reads it?", "answer", "ask_privacy")

    assert found.intent == found.aside == "ask_privacy"


@pytest.mark.parametrize(
    ("text", "read_as", "kept"),
    [
        ("Ten years in retail. Can we stop here please?", "stop", "stop"),
        ("I was burnt out. I'm off sick now.", "stop", None),
        ("I had to stop, then I went back and stopped for good, as one does now.", "stop", None),
        ("Retail. Let me change my last answer.", "go_back", "go_back"),
        ("I want out. I'd like to go back to teaching.", "go_back", None),
        ("Retail. Thank you.", "thanks", "thanks"),
    ],
)
def test_stopping_beside_an_answer_must_be_meant(text: str, read_as: str, kept: str | None) -> None:
    found = heard("goals", text, "answer", read_as)

    assert (found.intent, found.aside) == ("answer", kept)


def test_a_long_text_answers_an_open_question_however_it_reads() -> None:
    text = "stop " * 41

    assert heard("goals", text, "aside", "stop").intent == "answer"
    assert heard("name", text, "aside", "stop").intent == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "erase everything",
        "Please delete all my data",
        "can you delete my answers now",
        "wipe it all",
    ],
)
@pytest.mark.parametrize("screen", ["goals", "format", "after sending"])
def test_a_wish_to_be_forgotten_is_a_wish_to_stop(screen: str, text: str) -> None:
    assert heard(screen, text).intent == "stop"


def test_a_wish_to_delete_something_else_is_none() -> None:
    assert heard("goals", "I delete other people's emails all day").intent == "answer"


@pytest.mark.parametrize(
    "text",
    ["change my goals", "Can I go back to my name please", "I'd like to edit the answer on aims"],
)
def test_naming_an_answer_to_change_goes_back(text: str) -> None:
    assert heard("format", text).intent == "go_back"


@pytest.mark.parametrize("text", ["I want to change my job", "change my goals and my whole life"])
def test_a_wish_for_change_is_an_answer(text: str) -> None:
    assert heard("goals", text).intent == "answer"


def test_own_words_about_a_choice_are_an_answer_whatever_their_tone() -> None:
    assert heard("format", "phone, I bloody hate video", "aside", "abuse").intent == "answer"
    assert heard("format", "you fool", "aside", "abuse").intent == "abuse"
    assert heard("format", "is a video call free?", "aside", "ask_price").intent == "ask_price"


@pytest.mark.parametrize(
    ("screen", "text", "aside", "intent"),
    [
        ("name", "Arabic", "out_of_scope", "answer"),
        ("format", "UK", "greet", "answer"),
        ("name", "hello", "greet", "greet"),
        ("name", "what?", "ask_help", "ask_help"),
        ("name", "say again", "ask_help", "ask_help"),
        ("name", "damn you", "abuse", "abuse"),
        ("name", "tell me the news", "out_of_scope", "out_of_scope"),
        ("goals", "Arabic", "out_of_scope", "out_of_scope"),
        ("format", "telephone is difficult, zoom better", "ask_human", "answer"),
        ("format", "zoom, can somebody show me", "ask_human", "ask_human"),
    ],
)
def test_nobody_is_stuck_at_a_word_the_reader_does_not_know(
    screen: str, text: str, aside: str, intent: str
) -> None:
    assert heard(screen, text, "aside", aside).intent == intent


def test_going_back_is_said_in_plain_words() -> None:
    assert heard("goals", "Just fix my CV", "aside", "go_back").intent == "answer"
    assert heard("goals", "let me correct that", "aside", "go_back").intent == "go_back"
    assert heard("after sending", "let me alter it", "aside", "go_back").intent == "go_back"


def test_a_note_after_sending_is_no_wish_to_stop() -> None:
    assert heard("after sending", "I am away in June", "aside", "stop").intent == "answer"
    assert heard("after sending", "I have to go, bye", "aside", "stop").intent == "stop"


def test_hesitation_is_told_from_skipping() -> None:
    assert heard("goals", "dunno", "aside", "dont_know").intent == "dont_know"
    assert heard("goals", "next please", "aside", "skip").intent == "skip"


TEXTS = st.text() | st.sampled_from(
    ["yes", "no", "stop", "wait", "1", "zoom", "erase everything", "change my goals", "a@b.org", ""]
)


@given(
    screen=st.sampled_from(sorted(SCREENS)),
    text=TEXTS,
    kind=st.sampled_from(["answer", "aside"]),
    aside=st.sampled_from([*ASIDES, "dont_know"]) | st.none(),
)
def test_whatever_is_typed_is_heard_as_something_known(
    screen: str, text: str, kind: str, aside: str | None
) -> None:
    if kind == "aside" and aside is None:
        aside = "chitchat"
    found = heard(screen, text, kind, aside)

    assert found.intent in {"answer", "choose", "dont_know", *ASIDES}
    _, choices, question = SCREENS[screen]
    assert set(found.choices) <= {choice.id for choice in choices}
    assert bool(found.choices) == (found.intent == "choose")
    at_most = (question.at_most if question else None) or 1
    assert len(found.choices) <= at_most


@given(text=st.text(min_size=1), screen=st.sampled_from(["goals", "name", "format"]))
def test_what_reads_as_an_answer_is_never_an_aside(text: str, screen: str) -> None:
    assert heard(screen, text, "answer", None).intent in ("answer", "choose", "stop", "go_back")
