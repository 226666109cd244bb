"""Where the clauses of a sentence begin and end: the breath in which one need is said."""

from __future__ import annotations

import re

from rightfit.language.sentences import sentences

Span = tuple[int, int]

#: A clause with fewer words joins its neighbour: alone it says nothing.
_FEWEST_WORDS = 4
#: A run without any mark is cut here, so that a wall of text has clauses too.
_MOST_CHARACTERS = 300
#: Marks after which, and words before which, a new clause may begin.
_BREAK = re.compile(
    r"(?<=[,;:)\u2013\u2014])\s+|(?<!\s)\s+(?=[(\u2013\u2014-])"
    r"|(?<!\s)\s+(?=(?:but|because|cos|cuz|although|though|whereas|while|unless|except|which|"
    r"and|or|yet|plus|then|so (?:that|i|we|you|he|she|they|it|my|now))\b\s)",
    re.IGNORECASE,
)
#: What joins a clause to the one before and is no part of what it says.
_JOINT = re.compile(
    r"(?:(?:but|and|or|because|cos|cuz|so|then|plus|also|which)\b[\s,]*|[\s(,;:-]+)+", re.IGNORECASE
)
_WORD = re.compile(r"\S+")
_TAIL = " \t\r\n,;:.)-"


def clauses(text: str) -> list[list[Span]]:
    """For each sentence of ``text`` the offsets ``(start, end)`` of its clauses.

    Clauses of a sentence are in order, do not overlap, and begin and end with a character
    that is not white space; linear in the length.
    """
    return [_of_sentence(text, start, end) for start, end in sentences(text)]


def quotable(text: str, span: Span) -> Span:
    """The span without the words and marks that only join it to its neighbours."""
    start, end = span
    joint = _JOINT.match(text, start, end)
    first = joint.end() if joint and joint.end() < end else start
    last = start + len(text[start:end].rstrip(_TAIL))
    return (first, last) if first < last else span


def _of_sentence(text: str, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    at = start
    for match in [*_BREAK.finditer(text, start, end), None]:
        stop = match.start() if match else end
        if match and len(text[at:stop].split()) < _FEWEST_WORDS:
            continue
        spans.extend(_cut(text, at, stop))
        at = match.end() if match else end
    if len(spans) > 1 and len(text[slice(*spans[-1])].split()) < _FEWEST_WORDS:
        (first, _), (_, last) = spans[-2:]
        spans[-2:] = [(first, last)]
    return spans


def _cut(text: str, start: int, end: int) -> list[Span]:
    if end - start <= _MOST_CHARACTERS:
        return [(start, end)] if start < end else []
    spans: list[Span] = []
    first = last = start
    for word in _WORD.finditer(text, start, end):
        if last > first and word.end() - first > _MOST_CHARACTERS:
            spans.append((first, last))
            first = word.start()
        last = word.end()
    return [*spans, (first, last)]
