"""Whether a message answers the question on screen or is an aside, and which one."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from rightfit.language.encoder import Encoder
from rightfit.language.message_features import QUESTIONS, Matrix, features
from rightfit.language.sentences import sentences
from rightfit.records import Reading

#: The trained reader inside its folder.
FILE = "reader.npz"
#: The label of an answer, and of a "dunno": outwardly a skip, inwardly hesitant.
ANSWER, HESITANT = "answer", "dont_know"

#: Sentences looked at on their own; the rest of a long message is an answer's bulk.
_SENTENCES_READ = 12


class ReaderUnavailable(Exception):
    """There is no usable trained reader; the message says place, fault and remedy."""


class Thresholds(msgspec.Struct, frozen=True):
    """Where the reader decides; chosen by cross-validation over writers.

    ``answer``: the least chance of being an answer for a message to count as one.
    ``sentence``: the same for one sentence among asides. ``carried``: the least chance of
    an aside beside an answer.
    """

    answer: float
    sentence: float
    carried: float


class Fitted(msgspec.Struct, frozen=True):
    """A trained reader: labels, one column of weights for each, and where to decide."""

    labels: tuple[str, ...]
    weights: Matrix
    bias: Matrix
    thresholds: Thresholds
    fingerprint: str

    def chances(self, rows: Matrix) -> NDArray[np.float32]:
        """How likely each label is, for each row of features; rows sum to one."""
        values = rows @ self.weights + self.bias
        values -= values.max(axis=1, keepdims=True)
        likely: NDArray[np.float32] = np.exp(values)
        likely /= likely.sum(axis=1, keepdims=True)
        return likely

    def save(self, folder: Path) -> None:
        """Write ``reader.npz``, whole or not at all.

        :raises OSError: the folder can't be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        about = {
            "labels": self.labels,
            "thresholds": msgspec.to_builtins(self.thresholds),
            "fingerprint": self.fingerprint,
        }
        draft = folder / f".{FILE}.draft"
        with draft.open("wb") as file:
            np.savez(
                file,
                about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
                weights=self.weights.astype(np.float16),
                bias=self.bias,
            )
        draft.replace(folder / FILE)

    @classmethod
    def load(cls, folder: Path) -> Fitted:
        """Read ``reader.npz``.

        :raises ReaderUnavailable: it is missing, cut short or no reader.
        """
        place = folder / FILE
        try:
            with np.load(place, allow_pickle=False) as held:
                about = json.loads(held["about"].tobytes())
                return cls(
                    labels=tuple(about["labels"]),
                    weights=held["weights"].astype(np.float32),
                    bias=held["bias"],
                    thresholds=msgspec.convert(about["thresholds"], Thresholds),
                    fingerprint=about["fingerprint"],
                )
        # numpy and zipfile raise many kinds for a damaged file.
        except Exception as error:
            raise ReaderUnavailable(
                f"{place}: cannot be read as a trained reader ({error}). Run `rightfit train`."
            ) from error


class Reader:
    """Reads one message at a time with the question on screen. Holds no state."""

    def __init__(self, encoder: Encoder, fitted: Fitted) -> None:
        self._encoder = encoder
        self._fitted = fitted

    @classmethod
    def load(cls, folder: Path, encoder: Encoder | None = None) -> Reader:
        """The reader trained into ``folder``.

        :raises ReaderUnavailable: nothing usable is in the folder.
        :raises EncoderUnavailable: no encoder was given and the model can't be used.
        """
        fitted = Fitted.load(folder)
        return cls(encoder or Encoder.load(), fitted)

    def read(self, question: str | None, text: str) -> Reading:
        """How to take ``text`` said to ``question``; ``None`` where the question is unknown."""
        known = question if question in QUESTIONS else None
        spans = sentences(text)[:_SENTENCES_READ]
        if not spans:
            return Reading(kind="aside", aside="skip", certainty=1.0, hesitant=True)
        pieces = [text[start:end] for start, end in spans] if len(spans) > 1 else []
        rows = [(known, text), *((known, piece) for piece in pieces)]
        chances = self._fitted.chances(features(self._encoder, rows))
        return decide(self._fitted, chances)


def decide(fitted: Fitted, chances: Matrix) -> Reading:
    """The reading of a message from the chances of the whole (first row) and its sentences."""
    at = fitted.labels.index(ANSWER)
    levels = fitted.thresholds
    whole, parts = chances[0], chances[1:]
    best_part = float(parts[:, at].max()) if len(parts) else 0.0
    if whole[at] >= levels.answer or best_part >= levels.sentence:
        carried = None
        asides = [part for part in parts if part[at] < levels.answer]
        if asides and len(asides) < len(parts):
            best = max(asides, key=lambda part: float(np.delete(part, at).max()))
            label = _best_aside(fitted, best)
            if best[fitted.labels.index(label)] >= levels.carried:
                carried = "skip" if label == HESITANT else label
        return Reading(kind="answer", aside=carried, certainty=max(float(whole[at]), best_part))
    told = whole + (parts.max(axis=0) if len(parts) else 0)
    label = _best_aside(fitted, told)
    hesitant = label == HESITANT
    return Reading(
        kind="aside",
        aside="skip" if hesitant else label,
        certainty=float(1 - whole[at]),
        hesitant=hesitant,
    )


def _best_aside(fitted: Fitted, chances: Matrix) -> str:
    order = [int(index) for index in np.argsort(chances)[::-1]]
    return next(fitted.labels[index] for index in order if fitted.labels[index] != ANSWER)
