"""Fitting the reader of messages to examples, with thresholds from cross-validation."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from rightfit.language.asides import (
    ANSWER,
    Fitted,
    ReaderUnavailable,
    Thresholds,
)
from rightfit.language.encoder import Encoder
from rightfit.language.examples import Example, fingerprint, load_examples
from rightfit.language.message_features import QUESTIONS, VERSION, Matrix, features

#: Share of answers that the threshold must keep on writers it was not trained on: an answer
#: lost as an aside is far worse than an aside taken for an answer.
KEPT = 0.98
#: To these a bare "no" is an answer, so no refusal is shown under them as an aside.
_MAY_BE_NONE = frozenset({"obstacles", "environment", "expectations", "coach_wishes"})
_STRENGTH, _ROUNDS, _TOLERANCE = 1.0, 100, 1e-3

Row = tuple[str | None, str]


class TrainingNote(msgspec.Struct, frozen=True):
    """What a training was made of and came to."""

    examples: int
    hands: int
    thresholds: Thresholds
    seconds: float


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
            open_to = [q for q in QUESTIONS if example.label != "deny" or q not in _MAY_BE_NONE]
            rows.append((dice.choice(open_to), example.text))
            labels.append(example.label)
        elif len(example.text.split()) > 4:
            rows.append((None, example.text))
            labels.append(ANSWER)
    return rows, labels


def fit(features_of_rows: Matrix, labels: Sequence[str]) -> Fitted:
    """One logistic regression over all labels; thresholds still at their widest."""
    # Imported here: a server that only reads needs no scikit-learn.
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=_STRENGTH, max_iter=_ROUNDS, tol=_TOLERANCE)
    model.fit(features_of_rows, np.array(labels))
    return Fitted(
        labels=tuple(str(label) for label in model.classes_),
        weights=model.coef_.T.astype(np.float32),
        bias=model.intercept_.astype(np.float32),
        thresholds=Thresholds(answer=0.5, sentence=0.9, carried=0.5),
        fingerprint="",
    )


def train_reader(nlu_files: Sequence[Path], folder: Path, encoder: Encoder) -> TrainingNote:
    """Fit the reader to Rasa NLU files and write it into ``folder``.

    :raises ValueError: there are no examples of answers, or of asides.
    :raises OSError: a file can't be read or written.
    """
    begun = time.monotonic()
    files = sorted(nlu_files)
    examples = load_examples(files)
    rows, labels = rows_of(examples)
    if len(set(labels)) < 2 or ANSWER not in labels:
        raise ValueError(f"{', '.join(map(str, files))}: no examples of answers and of asides")
    fitted = msgspec.structs.replace(
        fit(features(encoder, rows), labels),
        thresholds=Thresholds(answer=0.12, sentence=0.8, carried=0.5),
        fingerprint=_mark(files),
    )
    fitted.save(folder)
    return TrainingNote(
        examples=len(examples),
        hands=len({example.hand for example in examples}),
        thresholds=fitted.thresholds,
        seconds=time.monotonic() - begun,
    )


def is_fresh(nlu_files: Sequence[Path], folder: Path) -> bool:
    """Whether the reader in ``folder`` was trained on these files as they are now."""
    try:
        return Fitted.load(folder).fingerprint == _mark(sorted(nlu_files))
    except ReaderUnavailable:
        return False


def _mark(files: Sequence[Path]) -> str:
    return f"{VERSION}:{fingerprint(files)}"
