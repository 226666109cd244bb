"""The summary as Markdown. Whatever a client wrote stays text: it makes no heading, no link."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rightfit.practice import Practice
from rightfit.records import Summary, SummaryLine, SummaryNeed
from rightfit.summary.legible import as_name, legible
from rightfit.summary.lines import words_for
from rightfit.summary.reading_order import GAP, Block, blocks, in_full, label, pairs, with_gaps

#: What CommonMark and its common extensions act on: anywhere, and where a line begins.
_ACTIVE = re.compile(r"[\\`*_\[\]<>|~&$]|:(?=//)|(?<=\])\(")
_AT_THE_START = re.compile(r"^(?:[#+=-]|(\d+)(?=[.)]))")
_HOW = {"said": "said", "chosen": "chosen", "by_rule": "by rule"}


def as_markdown(practice: Practice, summary: Summary) -> str:
    """A page to be read as it is or to be rendered."""
    name = as_name(summary.name.quotes[0].quote) if summary.name and summary.name.quotes else None
    parts = [f"# {_plain(name) if name else 'No name given'}"]
    for block in blocks(practice, summary):
        parts.extend(_block(practice, block))
    whole = in_full(summary)
    if whole:
        parts.append("## In full")
        for spoken in whole:
            parts += [f"### {_plain(spoken.title or spoken.question)}", _quote(spoken.text)]
    return "\n\n".join(parts) + "\n"


def _block(practice: Practice, block: Block) -> Iterator[str]:
    if block.heading:
        yield f"## {_plain(block.heading)}"
    if block.name == "central":
        for number, about in enumerate(block.needs, start=1):
            yield from _need(practice, number, about)
    elif block.name == "also":
        yield "\n".join(f"- “{_plain(each.need.quote)}”" for each in block.needs)
    elif block.name == "left_open":
        yield "\n".join(f"- {_plain(each.title or '')}: {each.words}" for each in block.lines)
    else:
        for line in block.lines:
            yield from _line(practice, line, block.heading)


def _need(practice: Practice, number: int, about: SummaryNeed) -> Iterator[str]:
    corrected = f", {words_for(practice, 'corrected').lower()}" if about.corrected else ""
    yield f"**{number}** ({_whence('said', about.title, about.turn)}{corrected})"
    yield _quote(about.need.quote)
    chosen = [f"- {_plain(label)}: {_plain(title)}" for label, title in pairs(practice, about)]
    if chosen:
        yield "\n".join(chosen)


def _line(practice: Practice, line: SummaryLine, under: str | None) -> Iterator[str]:
    if line.kind == "by_rule":
        yield f"{_plain(line.words or '')} (by rule)"
        for quote in line.quotes:
            kind = "chosen" if quote.chosen else "said"
            yield f"{_quote(quote.quote)}\n\n({_whence(kind, None, quote.turn)})"
        return
    head = label(practice, line)
    corrected = f", {words_for(practice, 'corrected').lower()}" if line.corrected else ""
    title = line.title if line.parts else None
    whence = f"({_whence(line.kind, title, line.turn)}{corrected})"
    labelled = f"**{_plain(head)}**" if head and head != under else ""
    words = _plain(line.words) if line.words else ""
    yield f"{': '.join(filter(None, (labelled, words)))} {whence}".strip()
    pieces = with_gaps(line)
    if pieces:
        yield _quote(" ".join(pieces))


def _whence(kind: str, title: str | None, turn: int | None) -> str:
    message = f"message {turn}" if turn is not None else None
    return ", ".join(each for each in (_HOW[kind], title and _plain(title), message) if each)


def _quote(text: str) -> str:
    """Client text as a block quote that keeps its lines."""
    lines = [_escaped(line.strip()) for line in legible(text).strip().split("\n")]
    return "\n".join(
        f"> {line}\\" if line and at + 1 < len(lines) and lines[at + 1] else f"> {line}".rstrip()
        for at, line in enumerate(lines)
    )


def _plain(text: str) -> str:
    return _escaped(" ".join(legible(text).split()))


def _escaped(line: str) -> str:
    """A line in which nothing acts; the mark of a gap is ours, and brackets alone do nothing."""
    still = GAP.join(_ACTIVE.sub(r"\\\g<0>", piece) for piece in line.split(GAP))
    return _AT_THE_START.sub(lambda found: f"{found[1]}\\" if found[1] else f"\\{found[0]}", still)
