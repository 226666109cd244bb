"""The examples of needs, of distress and of help outside coaching: practice/needs/*.yml."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from ruamel.yaml import YAML

from rightfit.language.rewriting import even_text
from rightfit.records import THEMES

#: The heading of clauses that hold no need.
NONE = "none"
DISTRESS: tuple[str, ...] = ("crisis", "strained", NONE)
HELP: tuple[str, ...] = ("therapy", "legal", "medical", "financial", "immigration", NONE)


class Clause(msgspec.Struct, frozen=True):
    """One clause with the themes in it; without themes, one that only looks like a need."""

    text: str
    themes: tuple[str, ...]
    stance: str | None
    strength: str
    mode: str | None
    hand: str


class Marked(msgspec.Struct, frozen=True):
    """One need as a reader marked it in a passage."""

    theme: str
    stance: str
    strength: str
    mode: str | None
    start: int
    end: int


class Passage(msgspec.Struct, frozen=True):
    """A whole answer with every need in it, how its writer is, and what help it asks for."""

    question: str | None
    text: str
    needs: tuple[Marked, ...]
    distress: str
    help: tuple[str, ...]
    hand: str


class Sentence(msgspec.Struct, frozen=True):
    """One sentence with its label of :data:`DISTRESS` or :data:`HELP`."""

    text: str
    label: str
    hand: str


class NeedExamples(msgspec.Struct, frozen=True):
    """All examples of all hands."""

    clauses: tuple[Clause, ...]
    passages: tuple[Passage, ...]
    distress: tuple[Sentence, ...]
    help: tuple[Sentence, ...]

    def of(self, hands: frozenset[str]) -> NeedExamples:
        """Those of some hands only."""
        return NeedExamples(
            clauses=tuple(each for each in self.clauses if each.hand in hands),
            passages=tuple(each for each in self.passages if each.hand in hands),
            distress=tuple(each for each in self.distress if each.hand in hands),
            help=tuple(each for each in self.help if each.hand in hands),
        )

    @property
    def hands(self) -> tuple[str, ...]:
        """The writers, in order; one may have written passages only."""
        written = [each.hand for each in self.clauses] + [each.hand for each in self.passages]
        written += [each.hand for each in (*self.distress, *self.help)]
        return tuple(sorted(set(written)))


def load_need_examples(files: Sequence[Path]) -> NeedExamples:
    """All examples, in the order of files and lines.

    :raises ruamel.yaml.YAMLError: a file is no YAML.
    :raises OSError: a file can't be read.
    :raises ValueError: a quote is not in its passage, or a heading is not known.
    """
    clauses: list[Clause] = []
    passages: list[Passage] = []
    distress: list[Sentence] = []
    asked: list[Sentence] = []
    for place in sorted(files):
        hand = place.stem
        for heading, content in (YAML(typ="safe").load(place.read_text("utf-8")) or {}).items():
            if heading == "passages":
                passages.extend(passage(item, hand) for item in content)
            elif heading == "distress":
                distress.extend(_sentences(content, hand))
            elif heading == "help":
                asked.extend(_sentences(content, hand))
            elif heading in THEMES or heading == NONE:
                clauses.extend(_clause(heading, item, hand) for item in content)
            else:
                raise ValueError(f"{place}: {heading} is no theme. See the list of needs.")
    return NeedExamples(tuple(clauses), tuple(passages), tuple(distress), tuple(asked))


def passage(item: dict[str, Any], hand: str) -> Passage:
    """One passage as it stands in a file, and as it is read: evenly.

    :raises ValueError: a quote is not in the text.
    """
    text = str(item["text"])
    even = even_text(text)
    needs = []
    for need in item.get("needs") or ():
        start = text.find(need["quote"])
        if start < 0:
            raise ValueError(f"{hand}: {need['quote']!r} is not in its passage, word for word.")
        first, last = even.there(start, start + len(need["quote"]))
        needs.append(
            Marked(
                theme=need["theme"],
                stance=need["stance"],
                strength=need.get("strength", "unstated"),
                mode=need.get("mode"),
                start=first,
                end=last,
            )
        )
    return Passage(
        question=item.get("question"),
        text=even.text,
        needs=tuple(needs),
        distress=item.get("distress", NONE),
        help=tuple(item.get("help") or item.get("out_of_scope_help") or ()),
        hand=hand,
    )


def _clause(heading: str, item: dict[str, Any], hand: str) -> Clause:
    themes = () if heading == NONE else (heading, *(item.get("also") or ()))
    return Clause(
        text=even_text(str(item["text"])).text,
        themes=themes,
        stance=item.get("stance") if themes else None,
        strength=item.get("strength", "unstated"),
        mode=item.get("mode"),
        hand=hand,
    )


def _sentences(content: dict[str, list[str]], hand: str) -> list[Sentence]:
    return [
        Sentence(even_text(str(text)).text, label, hand)
        for label, texts in content.items()
        for text in texts
    ]
