"""What is asked next, and what counts as an answer to it.

Pure: no clock, no randomness, no storage. Rasa's form carries the conversation; the
actions ask this module what follows what, and the engine asks it how a message is heard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from rightfit.practice import Choice, Practice, Question
from rightfit.records import Given, Reading
from rightfit.typed_choices import mention_choices, name_choices, plain_words

#: Questions about the interview itself; they ask for a choice and leave no answer behind.
CONFIRM_STOP = "confirm_stop"
CONFIRM_START_AGAIN = "confirm_start_again"
PICK_ANSWER = "pick_answer"
#: Asks an earlier question once more; ``revisiting`` says which.
NEW_ANSWER = "new_answer"
CONTROL_QUESTIONS = (CONFIRM_STOP, CONFIRM_START_AGAIN, PICK_ANSWER, NEW_ANSWER)
MUST_CHOOSE = frozenset({"consent", "recap", CONFIRM_STOP, CONFIRM_START_AGAIN, PICK_ANSWER})

_GO_ON = ("go on", "continue", "carry on", "keep going", "resume")
_ERASE = ("erase", "delete", "erase everything", "delete everything", "erase it all", "delete it")

#: Other ways to type the choices of the questions about the interview; "" is a break.
_TYPED_CONTROL: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "": {
        "go_on": (*_GO_ON, "yes", "i am back", "i'm back", "back", "ready", "start"),
        "erase": _ERASE,
    },
    CONFIRM_STOP: {
        "go_on": (*_GO_ON, "no", "not yet", "don't stop"),
        "pause": ("pause", "break", "take a break", "later", "stop", "stop for now", "yes", "keep"),
        "erase": (*_ERASE, "stop for good"),
    },
    CONFIRM_START_AGAIN: {
        "start_again": ("start again", "yes", "start over", "restart", "from the beginning"),
        "go_on": (*_GO_ON, "no", "stay here"),
    },
    NEW_ANSWER: {
        "keep": ("keep", "keep it", "leave it", "leave it as is", "leave it as it is", "no change"),
        "take_out": ("take it out", "take out", "remove it", "delete it", "leave it out"),
    },
    "recap": {
        "send": (
            "send",
            "send it",
            "yes",
            "yes please",
            "yes send it",
            "ok",
            "looks good",
            "submit",
        ),
        "change": ("change", "change something", "edit", "no"),
        "pause": ("not yet", "no not yet", "later", "pause", "i will come back"),
    },
}

#: What a plain yes, no or stop comes to, where that is no choice of its own.
_COMES_TO: Mapping[str, Mapping[str, str]] = {
    CONFIRM_STOP: {"affirm": "pause", "stop": "pause", "deny": "go_on"},
    CONFIRM_START_AGAIN: {"affirm": "start_again", "deny": "go_on"},
    NEW_ANSWER: {"deny": "keep"},
    "recap": {"affirm": "send", "deny": "change"},
}
_YES_OR_NO: Mapping[str, str] = {"affirm": "yes", "deny": "no"}

#: Asides that want to know something.
_ASKING = frozenset(
    (
        "ask_duration",
        "ask_identity",
        "ask_privacy",
        "ask_price",
        "ask_why",
        "ask_help",
        "ask_human",
    )
)
#: Asides that ask for something to be done or told; a choice mentioned in one is no choice.
_COMMANDS = _ASKING | {"go_back", "skip", "stop", "repeat"}

EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)

IntakePhase = Literal["open", "paused", "sent", "declined", "erased"]


class Interview(msgspec.Struct, frozen=True):
    """Where one interview stands, as read from Rasa's slots."""

    answers: Mapping[str, Given]
    requested: str | None
    revisiting: str | None
    pending: str | None
    probed: tuple[str, ...]
    phase: IntakePhase

    @property
    def on_screen(self) -> str | None:
        """The id of the question whose wording the client reads now."""
        return self.revisiting if self.requested == NEW_ANSWER else self.requested


class Heard(msgspec.Struct, frozen=True):
    """One message as Rasa gets it: ``intent``, the ids chosen, and an aside on the way."""

    intent: str
    choices: tuple[str, ...] = ()
    aside: str | None = None
    certainty: float = 1.0


class Refused(msgspec.Struct, frozen=True):
    """Nothing is put under the question; ``say`` is the response that tells why."""

    say: str


class Probed(msgspec.Struct, frozen=True):
    """``given`` is kept, and the question put once more; ``say`` is the wish for more."""

    given: Given
    say: str


class Destination(msgspec.Struct, frozen=True):
    """Where a client wants to go back to; ``question`` only with kind ``question``."""

    kind: Literal["question", "start", "pick", "nothing_before"]
    question: str | None = None


def interview_of(slots: Mapping[str, Any], practice: Practice) -> Interview:
    """Read the state of the interview from Rasa's slots.

    A slot that holds no record yet (the raw text of a message that is being validated)
    is no answer.
    """
    answers = {
        question.id: msgspec.convert(slots[question.id], Given)
        for question in practice.questions
        if isinstance(slots.get(question.id), Mapping)
    }
    return Interview(
        answers=answers,
        requested=slots.get("requested_slot"),
        revisiting=slots.get("revisiting"),
        pending=slots.get("pending"),
        probed=tuple(slots.get("probed") or ()),
        phase=slots.get("intake_state") or "open",
    )


def next_question(practice: Practice, interview: Interview) -> str | None:
    """The slot to ask for next; null when the form has nothing more to ask."""
    if interview.phase != "open":
        return None
    if interview.pending:
        return interview.pending
    for question in practice.questions:
        if question.id not in interview.answers:
            return question.id
    return None


def progress_of(practice: Practice, interview: Interview) -> tuple[int, int, str]:
    """How far the client is: step (from 1), number of steps, label of the section."""
    ids = [question.id for question in practice.questions]
    at = interview.on_screen
    if at not in ids:
        at = next((id_ for id_ in ids if id_ not in interview.answers), ids[-1])
    question = practice.question(at)
    section = next(s for s in practice.sections if s.id == question.section)
    return ids.index(at) + 1, len(ids), section.title


def hear(
    asked: str | None,
    choices: Sequence[Choice],
    multiple: int | None,
    question: Question | None,
    text: str,
    read: Callable[[str | None, str], Reading],
) -> Heard:
    """Decide what a typed message is, with the question on screen as an input.

    ``asked`` is the slot that Rasa asks for, ``question`` the practice's question whose
    wording is on screen (for a control question: the one it is about, or null).
    """
    typed = dict(_TYPED_CONTROL.get(asked or "", {}))
    if question is not None:
        typed = {**question.typed, **typed}
    named = name_choices(choices, typed, multiple, text)
    if not named and asked in (CONFIRM_STOP, CONFIRM_START_AGAIN, PICK_ANSWER):
        named = mention_choices(choices, typed, multiple, text)
    if named:
        return Heard("choose", named)
    if _WANTS_ERASING.fullmatch(plain_words(text)):
        return Heard("stop", aside="stop")
    reading = read(question.id if question else None, text)
    if question is not None and _answers_outright(question, text):
        return Heard("answer", aside=_meant_beside(reading.aside, text))
    if reading.kind == "answer" or reading.aside not in _COMMANDS:
        aside = _meant_beside(reading.aside, text) if reading.kind == "answer" else None
        mentioned = mention_choices(choices, typed, multiple, _told(text) if aside else text)
        if mentioned:
            return Heard("choose", mentioned, aside=aside)
    if reading.kind == "answer":
        aside = _meant_beside(reading.aside, text)
        if aside in _ASKING and asked in MUST_CHOOSE:
            return Heard(str(aside), aside=aside, certainty=reading.certainty)
        return Heard("answer", aside=aside, certainty=reading.certainty)
    return _hear_aside(asked, {choice.id for choice in choices}, question, text, reading)


def _hear_aside(
    asked: str | None, ids: set[str], question: Question | None, text: str, reading: Reading
) -> Heard:
    """What a message comes to that was read as no answer."""
    brief = len(text.split()) <= _BRIEF
    means = {**_YES_OR_NO, **_COMES_TO.get(asked or "", {})}
    if asked == NEW_ANSWER and "no" in ids:
        means = dict(_YES_OR_NO)
    choice = means.get(str(reading.aside))
    if choice in ids and (brief or asked != "recap"):
        return Heard("choose", (choice,), certainty=reading.certainty)
    if reading.aside == "deny" and asked == "recap":
        # "No, the goals are wrong" names what is to be changed.
        return Heard("answer", certainty=reading.certainty)
    if reading.aside == "deny" and (asked == PICK_ANSWER or _may_be_refused(question)):
        return Heard("skip", aside="deny", certainty=reading.certainty)
    if reading.aside == "deny" and question is not None and question.kind == "open":
        # "No" to "what stands in the way?" says that nothing does.
        return Heard("answer", certainty=reading.certainty)
    label = "dont_know" if reading.hesitant else str(reading.aside)
    return Heard(label, aside=reading.aside, certainty=reading.certainty)


def _may_be_refused(question: Question | None) -> bool:
    """Whether a plain no to this question can only mean: I would rather not say."""
    return question is not None and question.kind in ("short", "email")


#: Words; nobody gives a command or asks a question at such length without saying more.
_LONG = 40
#: Words; a wish to stop or go back takes no more.
_ONE_WISH = 12
#: Words; "yes please do" is an answer to "shall I send it?", more may be thinking aloud.
_BRIEF = 3

_WANTS_ERASING = re.compile(
    r"((please|can|could|would|you|i|want|would|like|d|to|now|just|ok|have) )*"
    r"(erase|delete|wipe|remove|forget) "
    r"(everything|all|it all|all of it|all of this|me|all my|my|this|what i (said|wrote)"
    r"|everything i (said|wrote))"
    r"( (data|answers|details|information|intake|conversation|chat))*( please| now)*"
)

#: A wish to stop or to go back, at the end of an answer, that speaks of this conversation
#: and not of a life: "can we stop here", "let me change my last answer".
_MEANT: Mapping[str, re.Pattern[str]] = {
    "stop": re.compile(
        r"\b(stop|pause|break|finish|end|leave it|call it a day)\b.*"
        r"\b(here|now|today|tomorrow|later|please|questions?|interview|chat)\b"
        r"|\bcontinue (later|tomorrow|another time)\b"
    ),
    "go_back": re.compile(
        r"\b(go|jump|take me) back\b.*\b(questions?|answers?|step|start)\b"
        r"|\b(change|edit|correct|redo)\b.*\b(questions?|answers?|what i (said|wrote))\b"
    ),
}
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n+")


def _answers_outright(question: Question, text: str) -> bool:
    """Whether a text answers this question, however it reads otherwise."""
    if question.kind == "email":
        return EMAIL.search(text) is not None
    return question.kind == "open" and len(text.split()) > _LONG


def _meant_beside(aside: str | None, text: str) -> str | None:
    """The aside in an answer, where it is one that can be acted on and is surely meant."""
    if aside is None or aside not in _MEANT:
        return aside
    last = plain_words(_SENTENCE_END.split(text.strip())[-1])
    return aside if len(last.split()) <= _ONE_WISH and _MEANT[aside].search(last) else None


def _told(text: str) -> str:
    """A text without its questions."""
    parts = _SENTENCE_END.split(text.strip())
    return " ".join(part for part in parts if not part.endswith("?"))


def take(question: Question, given: Given, probed: bool) -> Given | Refused | Probed:
    """Put what was given under a question, or say why not.

    A bare reply to an open question is kept, with one gentle wish for more, never two
    (design, section 3).
    """
    if question.id in MUST_CHOOSE and given.kind != "chosen":
        return Refused("utter_please_choose")
    if given.kind != "said":
        return given
    text = given.text or ""
    if question.kind == "email":
        return given if EMAIL.search(text) else Refused("utter_bad_email")
    if question.kind == "open" and not probed and _is_bare(text):
        return Probed(given, "utter_say_more")
    return given


#: "No" and "nothing" are taken for an answer.
_NOTHING = frozenset(("no", "nope", "nah", "nothing", "none", "nobody", "nowhere", "never"))


def _is_bare(text: str) -> bool:
    words = re.findall(r"\w+", text.casefold())
    return len(words) <= 1 and not _NOTHING.intersection(words)


def take_typed_choice(question: Question, choices: tuple[str, ...], text: str | None) -> Given:
    """A choice, with the client's words beside it where they typed more than its title."""
    named = name_choices(question.choices, question.typed, question.at_most, text or "")
    said = text if text and not named else None
    return Given("chosen", text=said, choices=choices)


def answered(practice: Practice, interview: Interview) -> tuple[Question, ...]:
    """The questions a client may return to: answered or skipped, consent and recap aside."""
    return tuple(
        question
        for question in practice.questions
        if question.id in interview.answers and question.id not in ("consent", "recap")
    )


def named_question(practice: Practice, interview: Interview, text: str) -> str | None:
    """The answered question that a text names in words; the longest name wins."""
    plain = plain_words(text)
    named = [
        (len(name), question.id)
        for question in answered(practice, interview)
        for name in (*question.called, question.title, question.id.replace("_", " "))
        if re.search(rf"\b{re.escape(plain_words(name))}\b", plain)
    ]
    return max(named)[1] if named else None


_START = re.compile(
    r"\b(start (again|over|afresh|anew)|restart|from (the )?(start|beginning|scratch|top)"
    r"|(to|at) the (start|beginning)(?! date)|begin(ning)? again|first question)\b"
)
_ANY = re.compile(r"\b(change|edit|correct|fix|redo|update|amend)\b")


def destination(practice: Practice, interview: Interview, text: str) -> Destination:
    """Where "go back" leads: a question named in the text, the start, a list, or one back."""
    plain = plain_words(text)
    back_to = answered(practice, interview)
    if _START.search(plain):
        return Destination("start")
    named = named_question(practice, interview, text)
    if named:
        return Destination("question", named)
    number = re.search(r"\b(?:question|number|step|to) (\d{1,2})\b", plain)
    if number:
        at = int(number[1]) - 1
        if at < len(practice.questions) and practice.questions[at] in back_to:
            return Destination("question", practice.questions[at].id)
    if _ANY.search(plain) and back_to:
        return Destination("pick")
    return one_back(practice, interview)


def one_back(practice: Practice, interview: Interview) -> Destination:
    """The answered question before the one on screen."""
    ids = [question.id for question in practice.questions]
    at = interview.on_screen
    here = ids.index(at) if at in ids else len(ids)
    earlier = [q.id for q in answered(practice, interview) if ids.index(q.id) < here]
    return Destination("question", earlier[-1]) if earlier else Destination("nothing_before")
