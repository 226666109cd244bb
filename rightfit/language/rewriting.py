"""A text with some words replaced, and where everything stands before and after."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import msgspec

from rightfit.language.folding import fold
from rightfit.language.opposites import GENDER, NOT_MEANT, OPPOSITES, Opposites

_VOWELS = "aeiouAEIOU"
_EVERYBODY = "Sam"


class Rewritten(msgspec.Struct, frozen=True):
    """``pieces`` are ``(start, end, new_start, new_end)`` of each replacement, in order."""

    text: str
    pieces: tuple[tuple[int, int, int, int], ...] = ()

    def there(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the original stands in the new text; a replaced word stays whole."""
        return self._moved(start, False, 0, 2), self._moved(end, True, 0, 2)

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the new text stood in the original; a replaced word stays whole."""
        return self._moved(start, False, 2, 0), self._moved(end, True, 2, 0)

    def _moved(self, at: int, is_end: bool, here: int, there: int) -> int:
        shift = 0
        for piece in self.pieces:
            start, end = piece[here], piece[here + 1]
            if at <= start if is_end else at < start:
                break
            if at <= end if is_end else at < end:
                return piece[there + 1] if is_end else piece[there]
            shift = piece[there + 1] - end
        return at + shift


class Table(msgspec.Struct, frozen=True):
    """Words to look for, as one pattern over folded text, and what goes with each.

    The pattern finds phrases that must stay, too; they have no opposites.
    """

    pattern: re.Pattern[str]
    opposites: dict[str, tuple[str, ...]]
    spelt: dict[str, str]
    read_as: dict[str, str]


@lru_cache(maxsize=32)
def table_of(groups: tuple[Opposites, ...], apart_from: tuple[str, ...] = ()) -> Table:
    """The table of these groups, without the pairs that touch a name in ``apart_from``."""
    taken = tuple(fold(name).text for name in apart_from)
    opposites: dict[str, list[str]] = {}
    spelt: dict[str, str] = {}
    read_as: dict[str, str] = {}
    left: set[str] = {fold(each).text for each in NOT_MEANT}
    for group in groups:
        for pair in group.pairs:
            if any(_touches(name, fold(word).text) for name in taken for word in pair):
                left.update(fold(word).text for word in pair)
                continue
            for word, other in (pair, pair[::-1]):
                opposites.setdefault(fold(word).text, []).append(other)
                spelt.setdefault(fold(word).text, word)
                read_as.setdefault(fold(word).text, group.read_as)
    words = sorted({*opposites, *left}, key=lambda word: (-len(word), word))
    joined = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
    pattern = re.compile(
        rf"(?<![^\W_])(?:(?P<article>an?)(?P<gap>\s+))?(?P<word>{joined})(?![^\W_])"
    )
    found = {word: tuple(them) for word, them in opposites.items()}
    return Table(pattern, found, spelt, read_as)


def _touches(name: str, word: str) -> bool:
    inside = rf"(?<![^\W_]){re.escape(word)}(?![^\W_])"
    around = rf"(?<![^\W_]){re.escape(name)}(?![^\W_])"
    return bool(re.search(inside, name) or re.search(around, word))


def swapped(text: str, table: Table, turn: int = 0) -> Rewritten:
    """Every word of the table replaced by an opposite; ``turn`` chooses where it has several.

    A word stays where its opposite would become part of another phrase: "white market" is no
    mirror of "black market".
    """

    def choose(word: str) -> str:
        return table.opposites[word][turn % len(table.opposites[word])]

    kept: frozenset[int] = frozenset()
    while True:
        new = _rewritten(text, table, choose, kept)
        grown = _grown(new, table)
        if not grown:
            return new
        kept |= grown


def _grown(new: Rewritten, table: Table) -> frozenset[int]:
    """Where in the original a word was put that is not found as itself in the new text."""
    folded = fold(new.text)
    found = {folded.span(*match.span()) for match in table.pattern.finditer(folded.text)}
    return frozenset(start for start, _, first, last in new.pieces if (first, last) not in found)


def evened(text: str, table: Table) -> Rewritten:
    """Every word of the table replaced by what stands for it and its opposites alike."""
    return _rewritten(text, table, table.read_as.__getitem__, frozenset(), plainly=True)


def renamed(text: str, name: str, other: str) -> Rewritten:
    """A name replaced wherever it stands as a whole word."""
    if not fold(name).text.strip():
        return Rewritten(text)
    group = Opposites("identity", None, other, ((name, other),))
    return swapped(text, table_of((group,)))


class EvenText(msgspec.Struct, frozen=True):
    """A text in which neither belief nor gender nor the client's name can be told."""

    text: str
    steps: tuple[Rewritten, ...]

    def there(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the words as they were said stands in this text."""
        for step in self.steps:
            start, end = step.there(start, end)
        return start, end

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where a span stood in the words as they were said."""
        for step in reversed(self.steps):
            start, end = step.back(start, end)
        return start, end


def even_text(text: str, name: str | None = None) -> EvenText:
    """The text as it should be read by whatever must not lean either way."""
    steps = [renamed(text, name, _EVERYBODY) if name else Rewritten(text)]
    for groups in (OPPOSITES, GENDER):
        steps.append(evened(steps[-1].text, table_of(groups)))
    return EvenText(steps[-1].text, tuple(steps))


def _rewritten(
    text: str,
    table: Table,
    choose: Callable[[str], str],
    kept: frozenset[int],
    *,
    plainly: bool = False,
) -> Rewritten:
    folded = fold(text)
    new: list[str] = []
    pieces: list[tuple[int, int, int, int]] = []
    at = length = 0
    for match in table.pattern.finditer(folded.text):
        word = re.sub(r"\s+", " ", match["word"])
        if word not in table.opposites:
            continue
        start, end = folded.span(*match.span())
        first, last = folded.span(*match.span("word"))
        if end <= start or start in kept:
            continue
        other = choose(word)
        if not plainly and text[first:last] != table.spelt[word]:
            other = _as_written(text[first:last], other)
        if match["article"] is not None:
            other = f"{_article(text[start], other, plainly)} {other}"
        new.append(text[at:start])
        length += start - at
        pieces.append((start, end, length, length + len(other)))
        new.append(other)
        length += len(other)
        at = end
    return Rewritten("".join([*new, text[at:]]), tuple(pieces))


def _as_written(before: str, after: str) -> str:
    """The new word in the capitals of the old one."""
    if len(before) > 1 and before.isupper() and not after.isupper():
        return after.upper()
    if before.islower():
        return after.lower()
    if before[:1].isupper() and after[:1].islower():
        return after[0].upper() + after[1:]
    return after


def _article(before: str, word: str, plainly: bool) -> str:
    article = "an" if word[:1] in _VOWELS else "a"
    return article if plainly or before.islower() else article.capitalize()
