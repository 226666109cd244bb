"""practice/letters.yml: what coaches write to clients, and how things stand with an intake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from rightfit.practice.faults import Fault, choose_from
from rightfit.practice.records import (
    CLIENT_STATUSES,
    LETTER_KINDS,
    LETTER_PLACES,
    LetterWording,
)
from rightfit.practice.sheet import Value, open_sheet

_PLACE = re.compile(r"{([^{}\n]*)}")
_BRACE = re.compile(r"[{}]")
#: Characters of a subject; mail programs on a phone show about half of it.
LONGEST_SUBJECT = 120

#: What a letter to a client does not name: beliefs, and the words of the coaches' own side.
_NOT_NAMED = re.compile(
    r"\b(politic(s|al|ally)|religi(on|ons|ous)|faiths?|creeds?|beliefs?|churches|church|mosque"
    r"|synagogue|atheis(t|ts|m)|conservatives?|left[- ]wing|right[- ]wing|worldviews?"
    r"|ideolog(y|ies|ical)|sexual orientation|identity_inclusion|health_access"
    r"|flag(s|ged)?|(my|the|a|our|your) lines?(?! manag)|mismatch(es|ed)?|not a match|scored?"
    r"|ranked|ranking|reject(s|ed|ion)?|consider_referral|consider round|centrality|firmness)\b",
    re.IGNORECASE,
)


class Letters(msgspec.Struct, frozen=True):
    """What letters.yml says: the letters by kind, and the sentences about how things stand."""

    letters: Mapping[str, LetterWording]
    statuses: Mapping[str, str]


def not_for_letters(text: str) -> tuple[str, ...]:
    """The words of a letter that it should not hold: of beliefs, or of the coaches' own side."""
    found = (each.group(0) for each in _NOT_NAMED.finditer(text))
    return tuple({word.casefold(): word for word in found}.values())


def read_letters(path: Path, faults: list[Fault]) -> Letters | None:
    """The letters in the file at ``path``; None where it cannot be read."""
    _, top = open_sheet(path, faults)
    if top is None:
        return None
    fields = top.fields(("letters", "status"), named="this file")
    letters, statuses = {}, {}
    if "letters" in fields:
        kinds = fields["letters"].fields(LETTER_KINDS, named="'letters'")
        letters = {kind: _letter(kind, value) for kind, value in kinds.items()}
    if "status" in fields:
        lines = fields["status"].fields(CLIENT_STATUSES, named="'status'")
        statuses = {each: _sentence(value) for each, value in lines.items()}
    return Letters(letters, statuses)


def _letter(kind: str, value: Value) -> LetterWording:
    fields = value.fields(("subject", "text"), named=f"the letter '{kind}'")
    subject = _words(fields["subject"], LETTER_PLACES) if "subject" in fields else ""
    if len(subject) > LONGEST_SUBJECT or "\n" in subject:
        fields["subject"].fault(
            f"This subject has {len(subject)} characters.",
            f"Keep it to one line of {LONGEST_SUBJECT}; half of that is better.",
        )
    text = _words(fields["text"], LETTER_PLACES) if "text" in fields else ""
    return LetterWording(kind, subject, text)


def _sentence(value: Value) -> str:
    return _words(value, ())


def _words(value: Value, places: tuple[str, ...]) -> str:
    text = value.text(client_reads=True) or ""
    for place in _PLACE.findall(text):
        if place not in places:
            value.fault(
                f"{value.name} has a place {{{place}}} that nothing fills in.",
                choose_from(place, places) if places else "Say it without.",
            )
    if _BRACE.search(_PLACE.sub("", text)):
        value.fault(f"{value.name} has a stray brace.", "Write {name}, or remove the brace.")
    for word in not_for_letters(text):
        value.fault(
            f"{value.name} says '{word}', which a letter to a client should not name.",
            "Say what you can offer instead, in other words.",
        )
    return text
