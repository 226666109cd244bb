"""The examples that the reader of messages learns from: Rasa NLU files, one for each hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from ruamel.yaml import YAML

from rightfit.language.rewriting import even_text


class Example(msgspec.Struct, frozen=True):
    """One message with what it is.

    ``label`` is ``answer``, ``dont_know`` or an aside; ``aside`` is what an answer asks
    besides; ``hand`` tells the writers apart, so that none is in training and test at once.
    """

    text: str
    label: str
    question: str | None
    aside: str | None
    hand: str


def load_examples(files: Sequence[Path]) -> list[Example]:
    """All examples of Rasa NLU files (version 3.1), in the order of files and lines.

    :raises ruamel.yaml.YAMLError: a file is no YAML.
    :raises OSError: a file can't be read.
    """
    return [example for place in files for example in _of_file(place)]


def _of_file(place: Path) -> Iterable[Example]:
    content = YAML(typ="safe").load(place.read_text("utf-8")) or {}
    for block in content.get("nlu", ()):
        label = block.get("intent")
        if label is None:
            continue
        listed = block["examples"]
        if isinstance(listed, str):
            for line in listed.splitlines():
                if line.strip():
                    text = even_text(line.strip().removeprefix("- ").strip()).text
                    yield Example(text, label, None, None, place.stem)
            continue
        for item in listed:
            about = item.get("metadata", {})
            text = even_text(item["text"].strip()).text
            yield Example(text, label, about.get("question"), about.get("aside"), place.stem)


def fingerprint(files: Sequence[Path]) -> str:
    """SHA-256 over names and contents: it changes when an example does."""
    digest = hashlib.sha256()
    for place in sorted(files):
        content = place.read_bytes()
        digest.update(f"{place.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
