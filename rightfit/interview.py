"""What is asked next, and what counts as an answer to it.

Pure: no clock, no randomness, no storage. Rasa's form carries the conversation; the
actions ask this module what follows what.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from rightfit.practice import DISCLOSURE, NEED_QUESTIONS, NEEDS, NEEDS_MATTER, Practice, Question
from rightfit.practice.asked_more import EXTRA, is_extra, with_asked_more
from rightfit.records import AskedQuestion, Given, OutsideHelp
from rightfit.typed_choices import mention_choices, name_choices, plain_words
from rightfit.weighing import MOST, Weighing, next_about_needs, shown, weighing_of

#: Questions about the interview itself; they ask for a choice and leave no answer behind.
CONFIRM_STOP = "confirm_stop"
CONFIRM_START_AGAIN = "confirm_start_again"
PICK_ANSWER = "pick_answer"
#: Asks an earlier question once more; ``revisiting`` says which.
NEW_ANSWER = "new_answer"
#: Whether to go on after words that showed a client in danger.
AFTER_CRISIS = "after_crisis"
ABOUT_THE_INTERVIEW = (CONFIRM_STOP, CONFIRM_START_AGAIN, PICK_ANSWER, NEW_ANSWER, AFTER_CRISIS)
CONTROL_QUESTIONS = (*ABOUT_THE_INTERVIEW, *NEED_QUESTIONS, EXTRA)
MUST_CHOOSE = frozenset(
    {"consent", "recap", CONFIRM_STOP, CONFIRM_START_AGAIN, PICK_ANSWER, AFTER_CRISIS}
)

EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)

IntakePhase = Literal["open", "paused", "sent", "declined", "erased"]


class Extra(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question that the coach has put to this client, with what stands under it, as a slot
    holds it."""

    id: str
    text: str
    given: Given | None = None


class Interview(msgspec.Struct, frozen=True):
    """Where one interview stands, as read from Rasa's slots.

    ``asked_more`` are the coach's own questions; their answers are among the others.
    """

    answers: Mapping[str, Given]
    requested: str | None
    revisiting: str | None
    pending: str | None
    probed: tuple[str, ...]
    phase: IntakePhase
    weighing: Weighing = Weighing()
    outside_help: tuple[OutsideHelp, ...] = ()
    asked_more: tuple[AskedQuestion, ...] = ()

    @property
    def on_screen(self) -> str | None:
        """The id of the question whose wording the client reads now."""
        if self.requested == EXTRA:
            return next((q.id for q in self.asked_more if q.id not in self.answers), EXTRA)
        return self.revisiting if self.requested == NEW_ANSWER else self.requested


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
    extra = extras_of(slots)
    answers.update({each.id: each.given for each in extra if each.given is not None})
    return Interview(
        answers=answers,
        requested=slots.get("requested_slot"),
        revisiting=slots.get("revisiting"),
        pending=slots.get("pending"),
        probed=tuple(slots.get("probed") or ()),
        phase=slots.get("intake_state") or "open",
        weighing=weighing_of(slots.get("weighing")),
        outside_help=msgspec.convert(slots.get("outside_help") or (), tuple[OutsideHelp, ...]),
        asked_more=tuple(AskedQuestion(each.id, each.text) for each in extra),
    )


def extras_of(slots: Mapping[str, Any]) -> tuple[Extra, ...]:
    """What the coach has asked beside the practice's questions, oldest first."""
    return msgspec.convert(slots.get("asked_more") or (), tuple[Extra, ...])


def as_asked(practice: Practice, interview: Interview) -> Practice:
    """The practice with the questions of this interview, the coach's own among them."""
    return with_asked_more(practice, interview.asked_more)


def next_question(practice: Practice, interview: Interview) -> str | None:
    """The slot to ask for next; null when the form has nothing more to ask."""
    if interview.phase != "open":
        return None
    if interview.pending:
        return interview.pending
    for question in as_asked(practice, interview).questions:
        if question.id not in interview.answers and is_asked(practice, interview, question):
            return EXTRA if is_extra(question.id) else question.id
        if question.id == NEEDS:
            # Also where an answer that came later touched on something sensitive.
            about = next_about_needs(interview.weighing)
            if about is not None:
                return about
    return None


def is_asked(practice: Practice, interview: Interview, question: Question) -> bool:
    """Whether a question applies: about disclosures only where the named coach has any."""
    return question.id != DISCLOSURE or bool(practice.disclosures(coach_of(interview)))


def coach_of(interview: Interview) -> str | None:
    """The id of the coach whom the client wants, or the id of no preference; null if not said."""
    given = interview.answers.get("coach")
    return given.choices[0] if given and given.choices else None


def at_most(practice: Practice, interview: Interview) -> int | None:
    """How many choices the question on screen takes; null where it takes one."""
    if interview.requested == NEEDS_MATTER:
        # Of one, one presses it or not.
        many = len(shown(interview.weighing))
        return min(MOST, many) if many > 1 else None
    at = interview.on_screen
    return next((q.at_most for q in practice.questions if q.id == at), None)


def progress_of(practice: Practice, interview: Interview) -> tuple[int, int, str]:
    """How far the client is: step (from 1), number of steps, label of the section."""
    practice = as_asked(practice, interview)
    ids = [q.id for q in practice.questions if is_asked(practice, interview, q)]
    at = NEEDS if interview.requested in NEED_QUESTIONS else interview.on_screen
    if at not in ids:
        at = next((id_ for id_ in ids if id_ not in interview.answers), ids[-1])
    question = practice.question(at)
    section = next(s for s in practice.sections if s.id == question.section)
    return ids.index(at) + 1, len(ids), section.title


def take(question: Question, given: Given, probed: bool) -> Given | Refused | Probed:
    """Put what was given under a question, or say why not.

    A bare reply to an open question is kept, with one gentle wish for more, never two
    (design, section 3).
    """
    if question.id in MUST_CHOOSE and given.kind != "chosen":
        return Refused("utter_consent_first" if question.id == "consent" else "utter_please_choose")
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
    """A choice, with the client's words beside it where they say more than the choice."""
    asked = (question.choices, question.typed, question.at_most, text or "")
    said = None if name_choices(*asked) or mention_choices(*asked) else text
    return Given("chosen", text=said or None, choices=choices)


def answered(practice: Practice, interview: Interview) -> tuple[Question, ...]:
    """The questions a client may return to: answered or skipped, consent and recap aside."""
    return tuple(
        question
        for question in as_asked(practice, interview).questions
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
        at, questions = int(number[1]) - 1, as_asked(practice, interview).questions
        if at < len(questions) and questions[at] in back_to:
            return Destination("question", questions[at].id)
    if _ANY.search(plain) and back_to:
        return Destination("pick")
    return one_back(practice, interview)


def one_back(practice: Practice, interview: Interview) -> Destination:
    """The answered question before the one on screen."""
    ids = [question.id for question in as_asked(practice, interview).questions]
    at = interview.on_screen
    here = ids.index(at) if at in ids else len(ids)
    earlier = [q.id for q in answered(practice, interview) if ids.index(q.id) < here]
    return Destination("question", earlier[-1]) if earlier else Destination("nothing_before")
