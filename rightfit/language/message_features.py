"""What of a message the reader looks at besides its words: its shape, and the question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rightfit.language.classifier import Told, tell
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
VERSION = 7

_SHORT = 4
#: Up to so many words what a message means hangs on the question; a longer one explains itself.
_BRIEF = 8
# How much each may weigh; by cross-validation over writers.
_OF_SHAPE, _OF_QUESTION = 0.3, 3.0


def told(rows: Sequence[tuple[str | None, str]], meaning: Vectors) -> Told:
    """All that the reader looks at, for each ``(question, text)`` and its row of meaning."""
    shape = np.array([_shape(question, text) for question, text in rows], dtype=np.float32)
    asked = np.zeros((len(rows), len(QUESTIONS), WIDTH), dtype=np.float32)
    for index, (question, text) in enumerate(rows):
        if question in QUESTIONS and len(text.split()) <= _BRIEF:
            asked[index, QUESTIONS.index(question)] = meaning[index] * _OF_QUESTION
    about: NDArray[np.float32] = np.concatenate(
        [shape.reshape(len(rows), -1) * np.float32(_OF_SHAPE), asked.reshape(len(rows), -1)], axis=1
    )
    return tell([text for _, text in rows], meaning, about)


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
