"""What both sides are asked and answer: the practice's questions, one answer for each."""

from __future__ import annotations

from pathlib import Path

import msgspec

from rightfit.practice import DISCLOSURE, NEEDS, load

PROJECT = Path(__file__).resolve().parents[1]

#: Asked in the middle of the interview; both sides answer it and put the question again.
ASIDE = "How long does this take?"

#: The question at which a conversation of any length stays.
STAY_AT = "goals"

_SAID = {
    "name": "Ann",
    "experience": "I worked in retail for ten years and ran a shop with six people.",
    "goals": "I would like to find an office job with regular hours by next spring.",
    "obstacles": "My certificates are from another country and I get nervous in interviews.",
    "environment": "It has to be calm, with a manager who says plainly what they need.",
    "expectations": "Somebody who asks good questions and helps me to keep at it.",
    "coach_wishes": "It would help if they knew what it is like to start again at forty.",
    "times": "Tuesday and Thursday evenings after six",
    "time_zone": "Europe/Berlin",
    "contact": "ann@example.org",
}
_CHOSEN = {"coach": "no_preference", "recap": "send"}


class NoAnswer(RuntimeError):
    """The server took a message and said nothing, or refused it."""


class Step(msgspec.Struct, frozen=True):
    """A question and what the client does about it: ``choice`` is an id, ``said`` the words."""

    question: str
    asks: str
    said: str
    choice: str | None = None
    multiple: bool = False


def interview() -> tuple[Step, ...]:
    """Every question that both sides can ask, in the order of the practice.

    The list of what was heard has no like elsewhere, and disclosures are a coach's own.
    """
    practice = load(PROJECT / "practice", PROJECT / "domain.yml")
    steps = []
    for question in practice.questions:
        if question.id in (NEEDS, DISCLOSURE):
            continue
        (variation, *_) = practice.wording[f"utter_ask_{question.id}"]
        chosen = _CHOSEN.get(question.id) or next((c.id for c in question.choices), None)
        titles = {choice.id: choice.title for choice in question.choices}
        steps.append(
            Step(
                question=question.id,
                asks=variation.text,
                said=titles[chosen] if chosen else _SAID[question.id],
                choice=chosen,
                multiple=question.at_most is not None,
            )
        )
    return tuple(steps)


def aside_answer() -> str:
    """What the practice says to the aside."""
    practice = load(PROJECT / "practice", PROJECT / "domain.yml")
    return practice.wording["utter_ask_duration"][0].text
