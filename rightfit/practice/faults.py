"""A mistake in what a coach wrote: where it is, what it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import msgspec


class Fault(msgspec.Struct, frozen=True, order=True):
    """One mistake. ``line`` counts from 1; a missing file is at line 1."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.remedy}"


class PracticeFaulty(Exception):
    """The practice or its wording has mistakes; ``faults`` holds every one of them."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


def closest(word: str, known: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """The known word that ``word`` is most likely a misspelling of, or None.

    ``likeness`` is from 0 (anything will do) to 1 (the same word).
    """
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=likeness)
    return by_folded[found[0]] if found else None


def choose_from(word: str, known: Iterable[str]) -> str:
    """A remedy for a word that is not one of ``known``."""
    names = tuple(known)
    guess = closest(word, names)
    if guess is not None:
        return f"Did you mean '{guess}'?"
    if not names:
        return "There is nothing to choose from yet."
    return f"Choose one of: {', '.join(names)}."
