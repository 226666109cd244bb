"""Where the sentences of a message begin and end, however it is punctuated."""

from __future__ import annotations

import re

#: Ends of sentences: closing marks before a space, and line breaks. "e.g. this" and "3.5"
#: stay whole; so do initials and titles. Each run of marks is tried once: linear.
_END = re.compile(
    r"(?<!\b[A-HJ-Z])(?<!\be\.g)(?<!\bi\.e)(?<!\bMr)(?<!\bMrs)(?<!\bDr)"
    r"(?<![.!?\u2026])[.!?\u2026]+[\"'\u2019\u201d)\]]*\s+|[\r\n]\s*|;\s+"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets ``(start, end)`` of each sentence of ``text``, white space left out.

    Every character that is not white space lies in exactly one sentence; linear in the length.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    ends = [match.end() for match in _END.finditer(text)]
    for end in [*ends, len(text)]:
        piece = text[start:end]
        inner = piece.strip()
        if inner:
            first = start + piece.index(inner)
            spans.append((first, first + len(inner)))
        start = end
    return spans
