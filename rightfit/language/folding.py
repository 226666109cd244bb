"""A text without what makes the same words look different, and the way back."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import msgspec

_APOSTROPHES = "\u2018\u2019\u02bc\u00b4\u0060"


class Folded(msgspec.Struct, frozen=True):
    """A text without case, accents and fancy apostrophes; ``at`` leads back to the original."""

    text: str
    at: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where these characters stand in the original."""
        return self.at[start], self.at[end]


def fold(text: str) -> Folded:
    """Fold a text, so that José, JOSE and Jose\u0301 are the same."""
    if text.isascii():
        return Folded(text.lower(), range(len(text) + 1))
    folded: list[str] = []
    at: list[int] = []
    for index, character in enumerate(text):
        plain = "'" if character in _APOSTROPHES else character
        for part in unicodedata.normalize("NFKD", plain):
            if unicodedata.combining(part):
                continue
            for piece in part.casefold():
                folded.append(piece)
                at.append(index)
    at.append(len(text))
    return Folded("".join(folded), tuple(at))
