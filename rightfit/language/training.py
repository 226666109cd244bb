"""Fitting the reader of messages to examples."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from rightfit.language.asides import (
    ANSWER,
    NOTHING_BESIDE,
    Fitted,
    Gate,
    ReaderUnavailable,
    in_context,
)
from rightfit.language.classifier import fit
from rightfit.language.encoder import Encoder, Vectors
from rightfit.language.examples import Example, fingerprint, load_examples
from rightfit.language.message_features import QUESTIONS, VERSION, told
from rightfit.language.thresholds import load_thresholds, notice

#: To these a bare "no" is an answer, so no refusal is shown under them as an aside.
_MAY_BE_NONE = frozenset({"obstacles", "environment", "expectations", "coach_wishes"})

Row = tuple[str | None, str]


class TrainingNote(msgspec.Struct, frozen=True):
    """What a training was made of. ``notice`` is for whoever trains, if there is any."""

    examples: int
    hands: int
    seconds: float
    notice: str | None


class Remembering:
    """An encoder that encodes each text once in its life."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}
        self._cut: dict[str, Vectors] = {}

    def in_context(self, texts: Sequence[str]) -> list[Vectors]:
        """For each text what :func:`rightfit.language.asides.in_context` gives."""
        new = [text for text in dict.fromkeys(texts) if text not in self._cut]
        for text, tokens in zip(new, self._encoder.read(new), strict=True):
            self._cut[text] = in_context(tokens, text)
        return [self._cut[text] for text in texts]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As :meth:`Encoder.encode`."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.array([self._known[text] for text in texts], dtype=np.float32)


def rows_of(examples: Sequence[Example]) -> tuple[list[Row], list[str]]:
    """What to train on: each aside with and without a question, each answer with its own."""
    dice = random.Random(7)  # noqa: S311 - the same draw at each training
    rows: list[Row] = []
    labels: list[str] = []
    for example in examples:
        if example.aside is not None:
            continue
        rows.append((example.question, example.text))
        labels.append(example.label)
        if example.label != ANSWER:
            rows.append((question_for(example, dice), example.text))
            labels.append(example.label)
        elif len(example.text.split()) > 4:
            rows.append((None, example.text))
            labels.append(ANSWER)
    return rows, labels


def fit_reader(encoder: Remembering, examples: Sequence[Example]) -> Fitted:
    """The classifier over all labels, behind a gate that lets the likelier pass."""
    rows, labels = rows_of(examples)
    return Fitted(
        classifier=fit(told(rows, encoder.encode([text for _, text in rows])), labels),
        gate=Gate(weights=(1.0,), bias=0.0, carried=NOTHING_BESIDE),
        fingerprint="",
    )


def train_reader(nlu_files: Sequence[Path], folder: Path, encoder: Encoder) -> TrainingNote:
    """Fit the reader to Rasa NLU files and write it into ``folder``.

    Where answers and asides part is read from the file of thresholds; see
    :mod:`rightfit.language.thresholds`.

    :raises ValueError: there are no examples of answers, or of asides.
    :raises ThresholdsUnavailable: the thresholds can't be read.
    :raises OSError: a file can't be read or written.
    """
    begun = time.monotonic()
    files = sorted(nlu_files)
    examples = load_examples(files)
    labels = {example.label for example in examples}
    if len(labels) < 2 or ANSWER not in labels:
        raise ValueError(f"{', '.join(map(str, files))}: no examples of answers and of asides")
    chosen = load_thresholds().reader
    fitted = fit_reader(Remembering(encoder), examples)
    fitted = msgspec.structs.replace(fitted, gate=chosen.gate, fingerprint=mark(files))
    fitted.save(folder)
    return TrainingNote(
        examples=len(examples),
        hands=len({example.hand for example in examples}),
        seconds=time.monotonic() - begun,
        notice=notice("messages", chosen.chosen_on, mark(files)),
    )


def is_fresh(nlu_files: Sequence[Path], folder: Path) -> bool:
    """Whether the reader in ``folder`` was trained on these files as they are now."""
    try:
        return Fitted.load(folder).fingerprint == mark(sorted(nlu_files))
    except ReaderUnavailable:
        return False


def question_for(aside: Example, dice: random.Random) -> str:
    """Some question that an aside may be said to."""
    open_to = [q for q in QUESTIONS if aside.label != "deny" or q not in _MAY_BE_NONE]
    return dice.choice(open_to)


def mark(files: Sequence[Path]) -> str:
    """What tells these examples, and the way they are used, from any others."""
    return f"{VERSION}:{fingerprint(files)}"
