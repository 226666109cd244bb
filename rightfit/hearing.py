"""What a typed message is: a choice, an answer, or an aside. Pure.

The reader of messages says what a text looks like; this module knows what is on screen,
and holds what cannot be undone (agreeing, sending, stopping) to plain words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from rightfit.interview import (
    AFTER_CRISIS,
    CONFIRM_START_AGAIN,
    CONFIRM_STOP,
    MUST_CHOOSE,
    NEW_ANSWER,
    PICK_ANSWER,
)
from rightfit.practice import (
    NEED_CENTRALITY,
    NEED_CHOICE,
    NEED_EDIT,
    NEED_FIRMNESS,
    NEED_MODE,
    NEED_WORDS,
    NEEDS,
    Choice,
    Question,
)
from rightfit.records import Reading
from rightfit.typed_choices import (
    mention_choices,
    name_choices,
    plain_words,
    speaks_of_a_choice,
)
from rightfit.weighing_answers import is_about_the_list, needs_named


class Heard(msgspec.Struct, frozen=True):
    """One message as Rasa gets it: ``intent``, the ids chosen, and an aside on the way."""

    intent: str
    choices: tuple[str, ...] = ()
    aside: str | None = None
    certainty: float = 1.0


_GO_ON = ("go on", "continue", "carry on", "keep going", "resume")
_ERASE = ("erase", "delete", "erase everything", "delete everything", "erase it all", "delete it")
_YES = ("yes", "yes please", "yep", "yeah", "ok", "okay", "sure")

#: Other ways to type the choices of the questions about the interview; "" is a break.
_TYPED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "": {
        "go_on": (*_GO_ON, "yes", "i am back", "i'm back", "back", "ready", "start"),
        "erase": _ERASE,
    },
    AFTER_CRISIS: {
        "go_on": (*_GO_ON, *_YES, "let's go on", "next question"),
        "pause": ("stop", "later", "not now", "leave it", "take a break", "pause", "no"),
    },
    NEEDS: {
        "right": (*_YES, "right", "that's right", "all right", "all good", "correct", "exactly"),
        "add": ("add", "add one", "add something", "one more", "something is missing"),
    },
    NEED_EDIT: {
        "take_out": ("take it out", "take it off", "remove it", "delete it", "it is wrong", "no"),
        "reword": ("other words", "in other words", "reword", "reword it", "change it"),
        "leave": ("leave it", "keep it", "keep", "it is fine", "fine", "as it is"),
    },
    NEED_CHOICE: {
        "keep": ("keep", "keep it", "as it is", "as written", "as i wrote it", "fine", *_YES),
        "reword": ("reword", "reword it", "other words", "in other words", "change it"),
        "leave_out": ("leave out", "take it out", "remove it", "delete it", "don't tell", "no"),
        "tell_in_person": (
            "in person",
            *("tell in person", "i'll tell them", "myself", "i tell them", "i'd rather tell them"),
            *("tell them in person", "i'll tell them in person", "i'd rather tell them in person"),
        ),
    },
    NEED_CENTRALITY: {
        "none": ("nothing", "not at all", "no part", "not much", "no"),
        "small_part": ("small", "small part", "a little", "a bit", "a small bit", "little"),
        "one_of_several": ("one of several", "one of many", "one thing among others", "some of it"),
        "big_part": ("big", "big part", "a lot", "most of it", "much of it", "mostly", "very much"),
        "all_of_it": ("all", "everything", "the whole thing", "completely", "entirely"),
    },
    NEED_FIRMNESS: {
        "take": ("i'd take it", "i would take it", "i'd still take it", "accept", "accept it"),
        "probably_take": ("probably", "probably yes", "i'd probably take it", "maybe take it"),
        "hesitate": ("i'd hesitate", "not sure", "i'd think about it", "it depends", "depends"),
        "probably_decline": ("probably not", "i'd probably decline", "probably no"),
        "decline": (
            *("no", "no way", "never", "i'd decline", "refuse", "turn it down", "say no"),
            *("i'd turn it down", "deal breaker", "dealbreaker", "it's a must", "a must"),
        ),
    },
    NEED_MODE: {
        "unsure": ("not sure", "don't know", "no idea", "i don't know", "all of them"),
    },
    CONFIRM_STOP: {
        "go_on": (*_GO_ON, "no", "not yet", "don't stop"),
        "pause": (*_YES, "pause", "break", "take a break", "later", "stop", "stop for now", "keep"),
        "erase": (*_ERASE, "stop for good"),
    },
    CONFIRM_START_AGAIN: {
        "start_again": (*_YES, "start again", "start over", "restart", "from the beginning"),
        "go_on": (*_GO_ON, "no", "stay here"),
    },
    NEW_ANSWER: {
        "keep": ("keep", "keep it", "leave it", "leave it as is", "leave it as it is", "no change"),
        "take_out": ("take it out", "take out", "remove it", "delete it", "leave it out"),
    },
    "recap": {
        "send": (
            *_YES,
            "send",
            "send it",
            "yes send it",
            "looks good",
            "that is right",
            "that's right",
            "submit",
        ),
        "change": ("change", "change something", "edit", "no"),
        "pause": ("not yet", "no not yet", "later", "pause", "i will come back"),
    },
}

#: What a plain yes, no or stop comes to, where the choices have other names.
_COMES_TO: Mapping[str, Mapping[str, str]] = {
    CONFIRM_STOP: {"stop": "pause", "deny": "go_on", "go_back": "go_on"},
    AFTER_CRISIS: {"affirm": "go_on", "stop": "pause", "deny": "pause", "skip": "go_on"},
    CONFIRM_START_AGAIN: {"deny": "go_on"},
    NEEDS: {"affirm": "right"},
    NEW_ANSWER: {"deny": "keep"},
    "recap": {"deny": "change"},
}
_YES_OR_NO: Mapping[str, str] = {"affirm": "yes", "deny": "no"}
#: What such a text must open with, whatever it was read as.
_PLAINLY: Mapping[str, re.Pattern[str]] = {
    "affirm": re.compile(
        r"(yes|yep|yeah|yup|ya|ok|okay|sure|fine|agreed|certainly|absolutely|of course|please do"
        r"|go ahead|why not|alright|all right|gladly|happy to|no problem)\b"
    ),
    "deny": re.compile(
        r"(no|nope|nah|nay|none|nothing|not|never|(i d )?rather not|i refuse"
        r"|i (do not|don t) (agree|consent))\b"
    ),
    "stop": re.compile(
        r".*\b(stop|pause|break|quit|leave|later|bye|goodbye|enough|end|finish|done|tired|tomorrow"
        r"|continue|(have|need|got) to go|gotta go|must go)\b"
    ),
    "go_back": re.compile(
        r".*\b(back|previous|last|earlier|before|first|change|edit|correct|redo|undo|return|wait"
        r"|start|restart|again|over|wrong|mistake|answers?|questions?|i (said|wrote))\b"
    ),
}
#: What is in a wish to go back that means an answer, or the start: more than to go on.
_ELSEWHERE = re.compile(
    r"\b(change|edit|correct|fix|redo|update|amend|undo|start|restart|beginning|scratch"
    r"|again|over|first|answers?)\b"
)
#: What a question or a greeting has in it, and a city or a language has not.
_ASIDE_WORD = re.compile(
    r"(^|[.,;!] *)(is|are|do|does|did|can|could|will|would|may|should)\b"
    r"|\b(who|whose|what|when|where|why|how|which"
    r"|hi|hello|hey|hallo|hiya|yo|greetings|good|nice|cool|great|wow|lol|haha|hehe|huh|hm+|um+"
    r"|bot|robot|human|person|somebody|someone|help|joke|weather|thanks?|sorry|pardon|cheers"
    r"|again|repeat|examples?|explain|mean|confused|unclear)\b|\?"
)

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
#: Asides that a word or two may be taken for; and those that words on a choice may be.
_TALK = frozenset(("greet", "chitchat", "out_of_scope", "ask_help", "ask_identity"))
_TALK_OF_A_CHOICE = _TALK | _ASKING | {"abuse", "repeat", "affirm", "deny"}

#: What a note may be taken for that a client writes after all is sent.
_MAY_BE_A_NOTE = frozenset(("out_of_scope", "skip", "go_back"))

#: Words; nobody gives a command or asks a question at such length without saying more.
_LONG = 40
#: Words; a wish to stop or go back takes no more.
_ONE_WISH = 12
#: Words; a city, a language or a day takes no more.
_FEW = 2
#: Words; "no I don't agree" is a no, "no wait, what do you keep" is thinking aloud.
_BRIEF = 4

_WANTS_ERASING = re.compile(
    r"((please|can|could|would|you|i|want|like|d|to|now|just|ok|have) )*"
    r"(erase|delete|wipe|remove|forget) "
    r"(everything|all|it all|all of it|all of this|me|all my|my|this|what i (said|wrote)"
    r"|everything i (said|wrote))"
    r"( (data|answers|details|information|intake|conversation|chat))*( please| now)*"
)

_WANTS_RETURN = re.compile(
    r"((please|ok|sorry|wait|actually|oh|no|and|but|can|could|may|i|we|d|want|would|like|need|to"
    r"|have|let|me|just|go|take|jump) )*"
    r"(change|edit|correct|redo|update|amend|fix|back to|return to) "
    r"((my|the|answers?|questions?|on|to|about|for|what i (said|wrote) (on|about|for|under)) )*"
    r"(?P<answer>.+?)( (again|please|now|first|answer|question))*"
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


def hear(
    asked: str | None,
    choices: Sequence[Choice],
    multiple: int | None,
    question: Question | None,
    text: str,
    read: Callable[[str | None, str], Reading],
    back_to: Sequence[Question] = (),
) -> Heard:
    """Decide what a typed message is, with the question on screen as an input.

    ``asked`` is the slot that Rasa asks for, ``question`` the practice's question whose
    wording is on screen (for a control question: the one it is about, or null). ``read``
    is given the question's id and the text; it is not asked where the words are plain.
    ``back_to`` are the questions that the client can return to.
    """
    typed = {**(question.typed if question else {}), **_TYPED.get(asked or "", {})}
    named = name_choices(choices, typed, multiple, text) or mention_choices(
        choices, typed, multiple, text
    )
    if named:
        return Heard("choose", named)
    if wants_erasing(text):
        return Heard("stop", aside="stop")
    if _wants_to_return(back_to, text):
        return Heard("go_back", aside="go_back")
    quoted = needs_named(asked, choices, text)
    if quoted:
        return Heard("choose", quoted)
    if is_about_the_list(asked, choices, text):
        return Heard("answer")
    reading = read(answers_to(asked, question), text)
    aside = _meant_beside(reading.aside, text)
    if question is not None and _answers_outright(question, text):
        return Heard("answer", aside=aside)
    if aside in _ASKING and asked not in MUST_CHOOSE:
        named = mention_choices(choices, typed, multiple, _told(text))
        if named:
            return Heard("choose", named, aside=aside)
    if reading.kind == "answer":
        if aside in _ASKING and asked in MUST_CHOOSE:
            return Heard(str(aside), aside=aside, certainty=reading.certainty)
        return Heard("answer", aside=aside, certainty=reading.certainty)
    return _hear_aside(asked, choices, typed, question, text, reading)


def _hear_aside(
    asked: str | None,
    choices: Sequence[Choice],
    typed: Mapping[str, Sequence[str]],
    question: Question | None,
    text: str,
    reading: Reading,
) -> Heard:
    """What a message comes to that was read as no answer."""
    label, ids = str(reading.aside), {choice.id for choice in choices}
    choice = _choice_meant(asked, ids, text, label)
    if choice:
        return Heard("choose", (choice,), certainty=reading.certainty)
    if asked == PICK_ANSWER and len(text.split()) <= _BRIEF and _plainly("deny", text):
        return Heard("skip", aside="deny", certainty=reading.certainty)
    if label == "deny":
        if asked == PICK_ANSWER or (question and question.kind in ("short", "email")):
            # A plain no to "where are you?" can only mean: I would rather not say.
            return Heard("skip", aside="deny", certainty=reading.certainty)
        if question is not None and question.kind in ("open", "needs"):
            # "No" to "what stands in the way?" says that nothing does.
            return Heard("answer", certainty=reading.certainty)
    if asked in MUST_CHOOSE and label in ("affirm", "deny"):
        # "Maybe" is no yes; "no, the goals are wrong" names what is to be changed.
        return Heard("answer", certainty=reading.certainty)
    if question is not None and question.kind != "open" and not _ASIDE_WORD.search(text.casefold()):
        speaks = label in _TALK_OF_A_CHOICE and speaks_of_a_choice(choices, typed, text)
        if speaks or (label in _TALK and len(text.split()) <= _FEW):
            # The reader knows few cities and languages; nobody is to be stuck at "Arabic".
            return Heard("answer", certainty=reading.certainty)
    if question is not None and label == "go_back" and not _plainly(label, text):
        # "Just fix my CV" is what the client wants of life, not of this conversation.
        return Heard("answer", certainty=reading.certainty)
    is_note = label == "stop" or (label in _MAY_BE_A_NOTE and len(text.split()) > _BRIEF)
    if asked is None and is_note and not _plainly(label, text):
        # There is nothing to stop or to skip; a note to the coach is not to be lost.
        return Heard("answer", certainty=reading.certainty)
    return Heard(
        "dont_know" if reading.hesitant else label,
        aside=reading.aside,
        certainty=reading.certainty,
    )


def wants_erasing(text: str) -> bool:
    """Whether a text says nothing but: erase everything."""
    return _WANTS_ERASING.fullmatch(plain_words(text)) is not None


def answers_to(asked: str | None, question: Question | None) -> str | None:
    """The question that words are an answer to: a need of one's own is one about places."""
    if asked in (NEEDS, NEED_WORDS, NEED_EDIT):
        return "environment"
    return question.id if question else None


def _wants_to_return(back_to: Sequence[Question], text: str) -> bool:
    """Whether a text says nothing but: let me change this answer."""
    said = _WANTS_RETURN.fullmatch(plain_words(text))
    return said is not None and any(
        said["answer"] == plain_words(name)
        for question in back_to
        for name in (*question.called, question.title, question.id.replace("_", " "))
    )


def _choice_meant(asked: str | None, ids: set[str], text: str, label: str) -> str | None:
    """The choice that a yes, a no or a stop comes to, where it is said in plain words."""
    if not _plainly(label, text):
        return None
    if label == "deny" and asked in ("consent", "recap") and len(text.split()) > _BRIEF:
        return None
    if label == "go_back" and _ELSEWHERE.search(plain_words(text)):
        return None
    means = dict(_YES_OR_NO)
    if asked != NEW_ANSWER or "no" not in ids:
        means.update(_COMES_TO.get(asked or "", {}))
    choice = means.get(label)
    return choice if choice in ids else None


def _plainly(label: str, text: str) -> bool:
    """Whether a text says in plain words what it was read as."""
    return label in _PLAINLY and _PLAINLY[label].match(plain_words(text)) is not None


def _answers_outright(question: Question, text: str) -> bool:
    """Whether a text answers this question, however it reads otherwise."""
    if question.kind == "email":
        # What has such a sign is meant as an address, and is asked for again if it is none.
        return "@" in text
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
