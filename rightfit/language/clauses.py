"""Where the clauses of a sentence begin and end: the breath in which one need is said."""

from __future__ import annotations

import re

from rightfit.language.sentences import sentences

#: A clause with fewer words joins its neighbour: alone it says nothing.
_FEWEST_WORDS = 4
#: Marks after which, and words before which, a new clause may begin.
_BREAK = re.compile(
    r"(?<=[,;:)\u2013\u2014])\s+|\s+(?=[(\u2013\u2014-]+\s*)"
    r"|\s+(?=(?:but|because|cos|cuz|although|though|whereas|while|unless|except|which|"
    r"and|or|yet|plus|then|so (?:that|i|we|you|he|she|they|it|my|now))\b\s)",
    re.IGNORECASE,
)


def clauses(text: str) -> list[list[tuple[int, int]]]:
    """For each sentence of ``text`` the offsets ``(start, end)`` of its clauses.

    Clauses of a sentence are in order, do not overlap, and begin and end with a character
    that is not white space; linear in the length.
    """
    return [_of_sentence(text, start, end) for start, end in sentences(text)]


def _of_sentence(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    at = start
    for match in [*_BREAK.finditer(text, start, end), None]:
        stop = match.start() if match else end
        if len(text[at:stop].split()) < _FEWEST_WORDS and match:
            continue
        spans.append((at, stop))
        at = match.end() if match else end
    if len(spans) > 1 and len(text[slice(*spans[-1])].split()) < _FEWEST_WORDS:
        (first, _), (_, last) = spans[-2:]
        spans[-2:] = [(first, last)]
    return spans
