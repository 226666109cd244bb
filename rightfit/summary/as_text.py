"""The summary as plain text, for the recap in a chat: short lines that read well on a phone."""

from __future__ import annotations

from collections.abc import Iterable

from rightfit.practice import Practice
from rightfit.records import Summary, SummaryLine, SummaryNeed
from rightfit.summary.legible import legible
from rightfit.summary.lines import words_for
from rightfit.summary.reading_order import Block, blocks, label, pairs, with_gaps


def as_text(practice: Practice, summary: Summary) -> str:
    """What the client reads before sending; what was not asked yet is not told."""
    parts = [_line(practice, summary.name)] if summary.name else []
    for block in blocks(practice, summary):
        parts.extend(_block(practice, block))
    return "\n\n".join(part for part in parts if part)


def _block(practice: Practice, block: Block) -> Iterable[str]:
    if block.name == "central":
        needs = [_need(practice, at, need) for at, need in enumerate(block.needs, start=1)]
        return ["\n".join([f"{block.heading}:", *needs])]
    if block.name == "also":
        return [
            "\n".join([f"{block.heading}:", *(f"“{_plain(n.need.quote)}”" for n in block.needs)])
        ]
    if block.name == "left_open":
        skipped = [line.title or "" for line in block.lines if line.rule == "skipped"]
        return [f"{words_for(practice, 'skipped')}: {', '.join(skipped)}"] if skipped else []
    if block.name in ("contradictory", "to_ask"):
        return ["\n".join([f"{block.heading}:", *(_by_rule(line) for line in block.lines)])]
    return [_line(practice, line) for line in block.lines]


def _need(practice: Practice, number: int, about: SummaryNeed) -> str:
    chosen = [f"{label}: {title}" for label, title in pairs(practice, about)]
    return "\n".join([f"{number}. “{_plain(about.need.quote)}”", *chosen])


def _line(practice: Practice, line: SummaryLine) -> str:
    head, said = label(practice, line), _said(line)
    if line.kind == "said":
        rest = f"\n({words_for(practice, 'rest')})" if line.whole else ""
        return f"{_led(head)}\n{said}{rest}" if "\n" in said or rest else f"{_led(head)} {said}"
    told = f"{line.words} {said}".strip()
    return f"{_led(head)} {told}" if head else told


def _led(head: str | None) -> str:
    """A heading that leads up to words; one that asks needs no colon."""
    return head if head and head.endswith("?") else f"{head}:"


def _said(line: SummaryLine) -> str:
    pieces = [legible(piece) for piece in with_gaps(line)]
    return f"“{' '.join(pieces)}”" if pieces else ""


def _by_rule(line: SummaryLine) -> str:
    quotes = " / ".join(dict.fromkeys(f"“{_plain(quote.quote)}”" for quote in line.quotes))
    return f"{quotes} {line.words}".strip()


def _plain(text: str) -> str:
    return " ".join(legible(text).split())
