"""Text that runs from right to left, put as a program must draw it that only runs to the right.

What shapes text for a PDF is a library that is not installed here; the letters of Arabic have
forms of their own in Unicode, and the order of a line is worked out by fpdf2.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from fpdf.bidi import BidiParagraph, auto_detect_base_direction
from fpdf.enums import TextDirection

_RIGHT_TO_LEFT = ("R", "AL", "AN")
#: Where Unicode keeps the joined forms of Arabic letters.
_FORMS = (*range(0xFB50, 0xFDFF), *range(0xFE70, 0xFEFF))


def runs_left(text: str) -> bool:
    """Whether a paragraph begins on the right: so does its first letter that has a direction."""
    return bool(auto_detect_base_direction(text) == TextDirection.RTL)


def joined(text: str) -> str:
    """Arabic letters in the forms that they have beside each other.

    One letter stays one, so that lines can be broken before or after.
    """
    forms = _forms()
    shaped = []
    for at, letter in enumerate(text):
        own = forms.get(letter)
        if own is None:
            shaped.append(letter)
            continue
        before = _joins_on(text, at - 1, -1) and "final" in own
        after = "initial" in own and _joins_back(text, at + 1)
        name = {(True, True): "medial", (True, False): "final", (False, True): "initial"}.get(
            (before, after), "isolated"
        )
        shaped.append(own.get(name, letter))
    return "".join(shaped)


def as_drawn(line: str, *, from_right: bool) -> str:
    """One line in the order in which its letters stand on paper, from left to right."""
    if not any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in line):
        return line
    base = TextDirection.RTL if from_right else TextDirection.LTR
    return str(BidiParagraph(line, base_direction=base).get_reordered_string())


def _joins_on(text: str, at: int, step: int) -> bool:
    """Whether the letter there reaches out to the one that follows it; marks are passed over."""
    while at >= 0 and unicodedata.combining(text[at]):
        at += step
    return at >= 0 and "initial" in _forms().get(text[at], {})


def _joins_back(text: str, at: int) -> bool:
    """Whether the letter there lets the one before it reach over."""
    while at < len(text) and unicodedata.combining(text[at]):
        at += 1
    return at < len(text) and "final" in _forms().get(text[at], {})


@cache
def _forms() -> Mapping[str, Mapping[str, str]]:
    """Letter -> the names of its forms -> the forms."""
    found: dict[str, dict[str, str]] = {}
    for code in _FORMS:
        kind, _, base = unicodedata.decomposition(chr(code)).partition(" ")
        if kind.startswith("<") and base and " " not in base:
            found.setdefault(chr(int(base, 16)), {})[kind.strip("<>")] = chr(code)
    return found
