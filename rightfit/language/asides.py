"""Whether a message answers the question on screen or is an aside, and which one."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from rightfit.language.classifier import Chances, Classifier, Told
from rightfit.language.encoder import Encoder, Vectors
from rightfit.language.message_features import QUESTIONS, told
from rightfit.language.sentences import sentences
from rightfit.records import Reading

#: The trained reader inside its folder.
FILE = "reader.npz"
#: The label of an answer, and of a "dunno": outwardly a skip, inwardly hesitant.
ANSWER, HESITANT = "answer", "dont_know"

#: Sentences looked at on their own, from the start and from the end: what a client asks
#: besides answering stands there, and the middle of a long message is the answer's bulk.
_FIRST, _LAST = 1, 2
#: Questions that a word or two answer.
_ASKS_A_FACT = frozenset({"name", "times", "start", "contact", "time_zone", "budget"})
_SHORT_FACT = 6
#: What people say besides what they want.
_COURTESIES = ("greet", "thanks", "affirm", "deny", "chitchat")
_CLEAR = 0.5

#: A question, where it is known, and what was said to it.
Row = tuple[str | None, str]


class ReaderUnavailable(Exception):
    """There is no usable trained reader; the message says place, fault and remedy."""


class Gate(msgspec.Struct, frozen=True):
    """Where answer and aside part; chosen on writers that the model had not seen.

    ``weights`` and ``bias`` are a logistic regression over :func:`gate_features`, moved so
    that a value of zero or more lets a message pass as an answer. ``carried`` is the least
    chance of an aside beside an answer.
    """

    weights: tuple[float, ...]
    bias: float
    carried: float


class Fitted(msgspec.Struct, frozen=True):
    """A trained reader: a classifier over all labels, and the gate behind it."""

    classifier: Classifier
    gate: Gate
    fingerprint: str

    @property
    def labels(self) -> tuple[str, ...]:
        """``answer``, ``dont_know`` and the asides, in the order of the chances."""
        return self.classifier.labels

    def chances(self, rows: Told) -> Chances:
        """How likely each label is, for each row; rows sum to one."""
        return self.classifier.chances(rows)

    def carried(self, chances: Chances) -> tuple[str, float] | None:
        """The likeliest aside among the sentences of a message that has an answer, if any.

        ``chances`` has the whole message first and then its sentences, if more than one.
        """
        at = self.labels.index(ANSWER)
        asides = [part for part in chances[1:] if part.argmax() != at]
        if not asides or len(asides) == len(chances) - 1:
            return None
        likeliest = max(asides, key=lambda part: float(part.max()))
        return self.labels[int(likeliest.argmax())], float(likeliest.max())

    def save(self, folder: Path) -> None:
        """Write ``reader.npz``, whole or not at all.

        :raises OSError: the folder can't be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        about = {
            "gate": msgspec.to_builtins(self.gate),
            "fingerprint": self.fingerprint,
        }
        draft = folder / f".{FILE}.draft"
        with draft.open("wb") as file:
            np.savez(
                file,
                about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
                **self.classifier.arrays("reader"),
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
                    classifier=Classifier.of_arrays(held, "reader"),
                    gate=msgspec.convert(about["gate"], Gate),
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
        return self.read_encoded(question, text, self._encoder.encode([text])[0])

    def read_encoded(self, question: str | None, text: str, meaning: Vectors) -> Reading:
        """The same, where the encoder's row for the whole of ``text`` is known already."""
        if not text.strip():
            return Reading(kind="aside", aside="skip", certainty=1.0, hesitant=True)
        rows = parts_of(question, text)
        parts = self._encoder.encode([part for _, part in rows[1:]])
        seen = told(rows, np.concatenate([meaning[None], parts]))
        return decide(self._fitted, rows, self._fitted.chances(seen))


def parts_of(question: str | None, text: str) -> list[Row]:
    """The message and, where it has several, its sentences, each with the question."""
    known = question if question in QUESTIONS else None
    spans = sentences(text)
    if len(spans) > _FIRST + _LAST:
        spans = [*spans[:_FIRST], *spans[-_LAST:]]
    pieces = [text[start:end] for start, end in spans] if len(spans) > 1 else []
    return [(known, text), *((known, piece) for piece in pieces)]


def gate_features(fitted: Fitted, rows: Sequence[Row], chances: Chances) -> list[float]:
    """What the gate weighs: how like an answer the whole and its best sentence are, and more."""
    likely = np.clip(chances[:, fitted.labels.index(ANSWER)], 1e-4, 1 - 1e-4)
    odds = np.log(likely / (1 - likely))
    question, text = rows[0]
    words = len(text.split())
    best = float(odds[1:].max()) if len(rows) > 1 else float(odds[0])
    return [
        float(odds[0]),
        best,
        float(np.log1p(words)),
        float(question is None),
        float(question in _ASKS_A_FACT),
        float(len(rows) > 1),
        float(question in _ASKS_A_FACT and words <= _SHORT_FACT),
    ]


def decide(fitted: Fitted, rows: Sequence[Row], chances: Chances) -> Reading:
    """The reading of a message from the chances of the whole (first row) and its sentences."""
    gate = fitted.gate
    value = float(np.dot(gate.weights, gate_features(fitted, rows, chances))) + gate.bias
    sure = 1 / (1 + math.exp(-abs(max(min(value, 30.0), -30.0))))
    if value >= 0:
        beside = fitted.carried(chances)
        label = beside[0] if beside and beside[1] >= gate.carried else None
        return Reading(kind="answer", aside="skip" if label == HESITANT else label, certainty=sure)
    label = _named(fitted, chances)
    hesitant = label == HESITANT
    return Reading("aside", "skip" if hesitant else label, sure, hesitant)


def _named(fitted: Fitted, chances: Chances) -> str:
    whole, parts = chances[0].copy(), chances[1:].copy()
    for rows in (whole[None], parts):
        rows[:, fitted.labels.index(ANSWER)] = 0
    if len(parts):
        # "Thanks. Who reads this?" is a question: a courtesy beside it names nothing.
        plain = [fitted.labels.index(label) for label in _COURTESIES if label in fitted.labels]
        asked = parts.max(axis=0)
        asked[plain] = 0
        if asked.max() >= _CLEAR:
            return fitted.labels[int(asked.argmax())]
        whole += parts.max(axis=0)
    return fitted.labels[int(whole.argmax())]
