"""The order in which a summary is read, and how its lines are put: one for all renderers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rightfit.practice import Practice
from rightfit.records import Summary, SummaryLine, SummaryNeed
from rightfit.summary.lines import words_for

#: The parts of a summary that are lines, from top to bottom; needs stand after the headline.
BLOCKS: tuple[str, ...] = (
    "headline",
    "central",
    "also",
    "place",
    "background",
    "obstacles",
    "expectations",
    "left_open",
    "contradictory",
    "to_ask",
    "wishes",
)
#: Stands where words of the client are left out between two pieces.
GAP = "[…]"


class Block(msgspec.Struct, frozen=True):
    """A part of the page with its heading; ``heading`` is null where each line has its own."""

    name: str
    heading: str | None
    lines: tuple[SummaryLine, ...] = ()
    needs: tuple[SummaryNeed, ...] = ()


class Spoken(msgspec.Struct, frozen=True):
    """One answer in full, for those of which the page shows a part."""

    question: str
    title: str | None
    text: str


def blocks(practice: Practice, summary: Summary) -> tuple[Block, ...]:
    """What there is to read, in order; a part without anything in it is left out."""
    found = []
    for name in BLOCKS:
        content = getattr(summary, name)
        if not content:
            continue
        heading = None if name == "headline" else words_for(practice, name)
        if name in ("central", "also"):
            found.append(Block(name, heading, needs=content))
        else:
            found.append(Block(name, heading, lines=content))
    return tuple(found)


def label(practice: Practice, line: SummaryLine) -> str | None:
    """What a line is headed with: the parts of the headline that it tells, or its question."""
    if line.parts:
        return " · ".join(words_for(practice, part) for part in line.parts)
    return line.title


def pairs(practice: Practice, about: SummaryNeed) -> tuple[tuple[str, str], ...]:
    """What was chosen about a need: what it is about, and the button's words."""
    chosen = (
        ("centrality", about.centrality),
        ("firmness", about.firmness),
        ("mode", about.mode),
    )
    return tuple((words_for(practice, name), title) for name, title in chosen if title)


def with_gaps(line: SummaryLine) -> tuple[str, ...]:
    """The quotes of a line, with a mark wherever the answer goes on between or around them."""
    if line.whole is None or line.parts:
        return tuple(quote.quote for quote in line.quotes)
    shown: list[str] = []
    at = 0
    for quote in line.quotes:
        if line.whole[at : quote.start].strip():
            shown.append(GAP)
        shown.append(quote.quote)
        at = quote.end
    if line.whole[at:].strip():
        shown.append(GAP)
    return tuple(shown)


def in_full(summary: Summary) -> tuple[Spoken, ...]:
    """The answers of which the page shows a part, each once."""
    lines = (line for name in BLOCKS for line in _lines(getattr(summary, name)))
    return tuple(
        Spoken(line.question or "", line.title, line.whole) for line in lines if line.whole
    )


def _lines(content: Sequence[SummaryLine | SummaryNeed]) -> Sequence[SummaryLine]:
    return [each for each in content if isinstance(each, SummaryLine)]
