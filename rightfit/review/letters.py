"""What a letter to a client says: the practice's wording with its places filled in. Pure.

A coach edits what comes out of here, and what they then see previewed is what is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from rightfit.practice import Coach, Practice, not_for_letters
from rightfit.practice.letters import LONGEST_SUBJECT
from rightfit.review.events import Entry, LetterSent

#: Characters; longer than any kind letter, and still small as a form that a browser sends.
LONGEST_TEXT = 6000

#: Beside what is printable: line ends, and the joiners that Persian and Hindi are written with.
_KEPT = "\n\t\u200c\u200d"
_PLACE = re.compile(r"{(\w+)}")
#: An address by which the client is called goes with its comma: "Hello {name},".
_NAME = re.compile(r"[ \t]*{name}")


class Letter(msgspec.Struct, frozen=True):
    """One letter as a client reads it."""

    kind: str
    subject: str
    text: str


class Edited(msgspec.Struct, frozen=True):
    """A letter as a coach left it, and what stands in the way of sending it.

    ``wrong`` must be mended first; ``careful`` are words that a letter should not name, and
    the coach may still mean it otherwise: "the political science department".
    """

    letter: Letter
    wrong: tuple[str, ...] = ()
    careful: tuple[str, ...] = ()


def letter_for(
    practice: Practice, kind: str, coach: Coach, name: str | None, status_link: str | None
) -> Letter:
    """The letter of one kind from one coach to one client.

    ``name`` is what the client wants to be called; ``status_link`` the address of their page.

    Raises:
        KeyError: there is no such kind.
    """
    wording = practice.letters[kind]
    places = {
        "name": " ".join((name or "").split()),
        "coach": coach.name,
        "practice": practice.name,
        "booking_link": coach.booking_link or "",
        "status_link": status_link or "",
    }
    return Letter(
        kind, " ".join(_filled(wording.subject, places).split()), _filled(wording.text, places)
    )


def _filled(text: str, places: Mapping[str, str]) -> str:
    """The text with its places filled in; a paragraph that lacks its link is left out."""
    paragraphs = []
    for paragraph in re.split(r"\n{2,}", text):
        if not places["name"]:
            paragraph = _NAME.sub("", paragraph)
        wanted = _PLACE.findall(paragraph)
        if all(places[place] for place in wanted):
            paragraphs.append(_PLACE.sub(lambda found: places[found[1]], paragraph))
    return "\n\n".join(paragraphs)


def edited(kind: str, subject: str, text: str) -> Edited:
    """What a coach typed into the form, made clean, with what is to be looked at again."""
    letter = Letter(kind, " ".join(subject.split()), _plain(text))
    wrong = []
    if not letter.subject:
        wrong.append("The letter has no subject. A few words are enough.")
    if len(letter.subject) > LONGEST_SUBJECT:
        wrong.append(
            f"The subject has {len(letter.subject)} characters. {LONGEST_SUBJECT} are possible."
        )
    if not letter.text:
        wrong.append("The letter is empty.")
    if len(letter.text) > LONGEST_TEXT:
        wrong.append(f"The letter has {len(letter.text)} characters. {LONGEST_TEXT} are possible.")
    left = sorted(set(_PLACE.findall(f"{letter.subject} {letter.text}")))
    for place in left:
        wrong.append(f"{{{place}}} would go out just so. Write what belongs there instead.")
    return Edited(letter, tuple(wrong), not_for_letters(f"{letter.subject}\n{letter.text}"))


def _plain(text: str) -> str:
    """Line ends of one kind, and none of the characters that only machines see."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(each for each in text if each in _KEPT or each.isprintable())
    return "\n".join(line.rstrip() for line in shown.split("\n")).strip()


def letters_in(log: Sequence[Entry]) -> tuple[tuple[Entry, LetterSent], ...]:
    """The letters that were sent, the oldest first, each with its entry of the log."""
    return tuple((entry, entry.event) for entry in log if isinstance(entry.event, LetterSent))
