"""Whether a message answers the question on screen or is an aside, and which one."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from rightfit.language.classifier import Chances, Classifier, Told
from rightfit.language.deciding import Linear
from rightfit.language.encoder import WIDTH, Encoder, Tokens, Vectors, tokens_in
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
#: What somebody who answers may ask besides; thanks and a greeting ask for nothing.
_ASKED_BESIDES = ("ask_", "go_back", "stop", "repeat", "abuse", "out_of_scope")
_TO_US = re.compile(r"\b(?:you|your|u|this|that|it)\b", re.IGNORECASE)
#: How much more the last sentence counts: what is asked before is mostly asked of oneself.
_LAST_COUNTS = 1.5
_CLEAR = 0.5

#: A question, where it is known, and what was said to it.
Row = tuple[str | None, str]


class ReaderUnavailable(Exception):
    """There is no usable trained reader; the message says place, fault and remedy."""


class Gate(msgspec.Struct, frozen=True):
    """Where answer and aside part; chosen on writers that the model had not seen.

    ``weights`` and ``bias`` are a logistic regression over :func:`gate_features`, moved so
    that a value of zero or more lets a message pass as an answer. ``carried`` weighs
    :class:`Beside`, and decides that an answer asks something as well.
    """

    weights: tuple[float, ...]
    bias: float
    carried: Linear


class Beside(msgspec.Struct, frozen=True):
    """The likeliest aside among the sentences of an answer, and what speaks for it."""

    label: str
    seen: tuple[float, ...]


#: Hears no aside in an answer, whatever speaks for it.
NOTHING_BESIDE = Linear((0.0,) * 6, -1.0)


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

    def beside(self, rows: Sequence[Row], chances: Chances) -> Beside | None:
        """What a message of several sentences asks most, if it asks at all.

        ``rows`` and ``chances`` have the whole message first and then its sentences.
        """
        asked = [at for at, label in enumerate(self.labels) if label.startswith(_ASKED_BESIDES)]
        if len(rows) == 1 or not asked:
            return None
        whole = _odds(float(chances[0, self.labels.index(ANSWER)]))
        found: list[tuple[float, Beside]] = []
        for at in range(1, len(rows)):
            text, likely = rows[at][1], chances[at, asked]
            odds, is_last = _odds(float(likely.max())), float(at == len(rows) - 1)
            seen = (
                odds,
                is_last,
                float("?" in text[-3:]),
                float(bool(_TO_US.search(text))),
                float(np.log1p(len(text.split()))),
                whole,
            )
            beside = Beside(self.labels[asked[int(likely.argmax())]], seen)
            found.append((odds + _LAST_COUNTS * is_last, beside))
        return max(found, key=lambda each: each[0])[1]

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
        return self.read_encoded(question, text, in_context(self._encoder.read([text])[0], text))

    def read_encoded(self, question: str | None, text: str, meanings: Vectors) -> Reading:
        """The same, where the rows of the whole text and then of its sentences are known."""
        if not text.strip():
            return Reading(kind="aside", aside="skip", certainty=1.0, hesitant=True)
        rows, seen = seen_of(question, text, meanings)
        return decide(self._fitted, rows, self._fitted.chances(seen))


def in_context(tokens: Tokens, text: str) -> Vectors:
    """The row of meaning of a text, and of each of its sentences in the light of the whole."""
    rows = [tokens.whole]
    for span in sentences(text):
        inside = tokens.states[tokens_in(tokens.offsets, span), :WIDTH]
        mean = inside.mean(axis=0) if len(inside) else tokens.whole
        rows.append(mean / max(float(np.linalg.norm(mean)), 1e-6))
    return np.array(rows, dtype=np.float32)


def seen_of(question: str | None, text: str, meanings: Vectors) -> tuple[list[Row], Told]:
    """What is looked at of a message: :func:`parts_of`, with all that is known of each."""
    rows = parts_of(question, text)
    count = len(meanings) - 1
    picked = [0, *(1 + at for at in _looked_at(count))] if len(rows) > 1 else [0]
    return rows, told(rows, meanings[picked])


def parts_of(question: str | None, text: str) -> list[Row]:
    """The message and, where it has several, its sentences, each with the question."""
    known = question if question in QUESTIONS else None
    spans = sentences(text)
    pieces = [text[slice(*spans[at])] for at in _looked_at(len(spans))] if len(spans) > 1 else []
    return [(known, text), *((known, piece) for piece in pieces)]


def _looked_at(count: int) -> list[int]:
    """Which of so many sentences."""
    if count <= _FIRST + _LAST:
        return list(range(count))
    return [*range(_FIRST), *range(count - _LAST, count)]


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
        beside = fitted.beside(rows, chances)
        asks = beside is not None and gate.carried.values(np.array(beside.seen)) >= 0
        return Reading(
            kind="answer", aside=beside.label if beside and asks else None, certainty=sure
        )
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


def _odds(likely: float) -> float:
    inside = min(max(likely, 1e-4), 1 - 1e-4)
    return math.log(inside / (1 - inside))
