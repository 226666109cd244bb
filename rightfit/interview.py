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

#: Questions about the interview itself; they ask for a choice and leave no answer behind.
CONFIRM_STOP = "confirm_stop"
CONFIRM_START_AGAIN = "confirm_start_again"
PICK_ANSWER = "pick_answer"
#: Asks an earlier question once more; ``revisiting`` says which.
NEW_ANSWER = "new_answer"
CONTROL_QUESTIONS = (CONFIRM_STOP, CONFIRM_START_AGAIN, PICK_ANSWER, NEW_ANSWER)
MUST_CHOOSE = frozenset({"consent", "recap", CONFIRM_STOP, CONFIRM_START_AGAIN, PICK_ANSWER})

#: Other ways to type the choices of the control questions.
_TYPED_CONTROL: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    CONFIRM_STOP: {
        "go_on": ("go on", "continue", "no", "carry on", "keep going", "no go on"),
        "pause": ("pause", "break", "take a break", "later", "stop", "stop for now", "yes", "keep"),
        "erase": ("erase", "delete", "erase everything", "delete everything", "stop for good"),
    },
    CONFIRM_START_AGAIN: {
        "start_again": ("start again", "yes", "start over", "restart", "yes please"),
        "go_on": ("no", "go on", "continue", "stay here"),
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
        "change": ("change", "change something", "edit", "correct", "no"),
        "pause": ("not yet", "later", "wait", "pause", "i will come back"),
    },
}

#: Asides that ask for something to be done or told; a choice mentioned in one is no choice.
_COMMANDS = frozenset(
    {
        "ask_duration",
        "ask_identity",
        "ask_privacy",
        "ask_price",
        "ask_why",
        "ask_help",
        "ask_human",
        "go_back",
        "skip",
        "stop",
        "repeat",
    }
)

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
    probed: bool = False


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
    if named:
        return Heard("choose", named)
    if question is not None and question.kind == "email" and EMAIL.search(text):
        return Heard("answer")
    reading = read(question.id if question else None, text)
    if reading.kind == "answer" or reading.aside not in _COMMANDS:
        mentioned = mention_choices(choices, typed, multiple, text)
        if mentioned:
            return Heard("choose", mentioned)
    if reading.kind == "answer":
        return Heard("answer", aside=reading.aside, certainty=reading.certainty)
    ids = {choice.id for choice in choices}
    for label, choice in (("affirm", "yes"), ("affirm", "go_on"), ("deny", "no")):
        if reading.aside == label and choice in ids:
            return Heard("choose", (choice,), certainty=reading.certainty)
    if reading.aside == "deny" and question is not None and question.kind in ("open", "short"):
        # "No" to "what stands in the way?" says that nothing does.
        return Heard("answer", certainty=reading.certainty)
    label = "dont_know" if reading.hesitant else str(reading.aside)
    return Heard(label, aside=reading.aside, certainty=reading.certainty)


#: Words; a longer text says more than which choice it is.
_SHORT = 6
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_NEGATED = re.compile(r"\b(no|not|never|except|but|without|neither)\b|n['’]t\b")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w@+]+", " ", text.casefold().replace("’", "'")).split())


def _names(choices: Sequence[Choice], typed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Every way to name a choice -> its id: the practice's other wordings, its id, its title."""
    return {
        name: choice.id
        for choice in choices
        for name in (
            *(_plain(other) for other in typed.get(choice.id, ())),
            _plain(choice.id.replace("_", " ")),
            _plain(choice.title),
        )
    }


def name_choices(
    choices: Sequence[Choice],
    typed: Mapping[str, Sequence[str]],
    multiple: int | None,
    text: str,
) -> tuple[str, ...]:
    """The ids of the choices that a text names and says nothing beside; empty if none.

    Titles, ids, the practice's other wordings, numbers and ordinals count.
    """
    if not choices:
        return ()
    plain, names = _plain(text), _names(choices, typed)
    if plain in names:
        return (names[plain],)
    numbered = _numbered(choices, plain)
    if numbered:
        return numbered if len(numbered) <= (multiple or 1) else ()
    if multiple:
        parts = [_plain(part) for part in re.split(r",|;|/|\band\b|\bor\b|&|\+", text.casefold())]
        found = tuple(dict.fromkeys(names[part] for part in parts if part in names))
        if all(part in names for part in parts if part) and len(found) <= multiple:
            return found
    return ()


def mention_choices(
    choices: Sequence[Choice],
    typed: Mapping[str, Sequence[str]],
    multiple: int | None,
    text: str,
) -> tuple[str, ...]:
    """The ids of the choices that occur in a short text among other words; empty if unclear.

    A text that negates, or is longer than a choice would be, is left to be read as words.
    """
    plain = _plain(text)
    if len(plain.split()) > _SHORT or _NEGATED.search(text.casefold()):
        return ()
    inside = {
        id_
        for name, id_ in _names(choices, typed).items()
        if name and re.search(rf"\b{re.escape(name)}\b", plain)
    }
    if 0 < len(inside) <= (multiple or 1):
        return tuple(choice.id for choice in choices if choice.id in inside)
    return ()


def _numbered(choices: Sequence[Choice], plain: str) -> tuple[str, ...]:
    words = [word for word in plain.split() if word not in {"and", "the", "one", "number", "nr"}]
    if not words or len(words) > len(choices):
        return ()
    found = []
    for word in words:
        at = int(word) if word.isdecimal() and len(word) < 3 else _ORDINALS.get(word, 0)
        if at == -1:
            at = len(choices)
        if not 1 <= at <= len(choices):
            return ()
        found.append(choices[at - 1].id)
    return tuple(dict.fromkeys(found))


def take(question: Question, given: Given, probed: bool) -> Given | Refused:
    """Put what was given under a question, or say why not.

    A bare reply to an open question gets one gentle probe, never two (design, section 3).
    """
    if question.id in MUST_CHOOSE and given.kind != "chosen":
        return Refused("utter_please_choose")
    if given.kind != "said":
        return given
    text = given.text or ""
    if question.kind == "email":
        return given if EMAIL.search(text) else Refused("utter_bad_email")
    if question.kind == "open" and not probed and _is_bare(text):
        return Refused("utter_probe", probed=True)
    return given


def _is_bare(text: str) -> bool:
    return len(re.findall(r"\w+", text)) <= 1


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
    plain = _plain(text)
    named = [
        (len(name), question.id)
        for question in answered(practice, interview)
        for name in (*question.called, question.title, question.id.replace("_", " "))
        if re.search(rf"\b{re.escape(_plain(name))}\b", plain)
    ]
    return max(named)[1] if named else None


_START = re.compile(
    r"\b(start (again|over|afresh|anew)|restart|from (the )?(start|beginning|scratch|the top)"
    r"|(to|at) the (start|beginning)|begin(ning)? again|first question)\b"
)
_ANY = re.compile(r"\b(change|edit|correct|fix|redo|update|amend)\b")


def destination(practice: Practice, interview: Interview, text: str) -> Destination:
    """Where "go back" leads: a question named in the text, the start, a list, or one back."""
    plain = _plain(text)
    back_to = answered(practice, interview)
    if _START.search(plain):
        return Destination("start")
    named = named_question(practice, interview, text)
    if named:
        return Destination("question", named)
    number = re.search(r"\b(?:question|number|to|step)? ?(\d{1,2})\b", plain)
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
