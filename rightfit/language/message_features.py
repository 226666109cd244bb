"""What of a message the reader looks at: its meaning, its word pieces, its shape, its question."""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rightfit.language.encoder import WIDTH, Vectors

#: Questions that free text answers; any other is treated like none.
QUESTIONS: tuple[str, ...] = (
    "experience",
    "goals",
    "obstacles",
    "environment",
    "expectations",
    "coach_wishes",
    "name",
    "times",
    "start",
    "contact",
    "time_zone",
    "budget",
)
#: Raise it when features change: what was trained on the old ones is then stale.
VERSION = 3

_BUCKETS = 4096
_WORDS_READ = 60
_SHORT = 4
#: Up to so many words, what a message means hangs on the question; a longer one explains itself.
_BRIEF = 8
# How much each kind of feature may weigh; by cross-validation over writers.
_OF_MEANING, _OF_PIECES, _OF_SHAPE, _OF_QUESTION = 3.0, 3.0, 0.3, 3.0
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*|[?!]")

Matrix = NDArray[np.float32]


class Encodes(Protocol):
    """Whatever gives each text its row of meaning."""

    def encode(self, texts: Sequence[str]) -> Vectors: ...


def features(encoder: Encodes, rows: Sequence[tuple[str | None, str]]) -> Matrix:
    """One row of numbers for each ``(question, text)``; float32, the same width always."""
    meaning = encoder.encode([text for _, text in rows])
    pieces = np.array([_pieces(text) for _, text in rows], dtype=np.float32)
    shape = np.array([_shape(question, text) for question, text in rows], dtype=np.float32)
    asked = np.zeros((len(rows), len(QUESTIONS), WIDTH), dtype=np.float32)
    for index, (question, text) in enumerate(rows):
        if question in QUESTIONS and len(text.split()) <= _BRIEF:
            asked[index, QUESTIONS.index(question)] = meaning[index]
    parts = [
        meaning * np.float32(_OF_MEANING),
        pieces.reshape(len(rows), -1) * np.float32(_OF_PIECES),
        shape.reshape(len(rows), -1) * np.float32(_OF_SHAPE),
        asked.reshape(len(rows), -1) * np.float32(_OF_QUESTION),
    ]
    return np.concatenate(parts, axis=1)


def _pieces(text: str) -> Matrix:
    """Words, pairs, triples and four-letter pieces, hashed into buckets; unit length."""
    words = _WORD.findall(text.lower().replace("\u2019", "'"))[:_WORDS_READ]
    framed = ["^", *words, "$"]
    found = set(words)
    found.update(f"{first}_{second}" for first, second in itertools.pairwise(framed))
    found.update("^".join(three) for three in zip(words, words[1:], words[2:], strict=False))
    for word in words:
        whole = f"<{word}>"
        found.update("c" + whole[at : at + 4] for at in range(len(whole) - 3))
    row = np.zeros(_BUCKETS, dtype=np.float32)
    for piece in found:
        row[zlib.crc32(piece.encode("utf-8", "replace")) % _BUCKETS] = 1
    length = np.linalg.norm(row)
    return row / length if length else row


def _shape(question: str | None, text: str) -> list[float]:
    words = len(text.split())
    short = words <= _SHORT
    which = QUESTIONS.index(question) if question in QUESTIONS else len(QUESTIONS)
    asked = [float(index == which) for index in range(len(QUESTIONS) + 1)]
    return [
        float(np.log1p(words)),
        float(text.rstrip().endswith("?")),
        float("?" in text),
        float(short),
        float(any(letter.isdigit() for letter in text)),
        *asked,
        *(value * short for value in asked),
    ]
