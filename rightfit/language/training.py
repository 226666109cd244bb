"""Fitting the reader of messages to examples, and choosing where it decides.

Everything that is chosen is chosen on writers ("hands") that the model in question was not
trained on: the gate between answer and aside, and the threshold for an aside beside an answer.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from rightfit.language.asides import (
    ANSWER,
    Fitted,
    Gate,
    ReaderUnavailable,
    gate_features,
    parts_of,
)
from rightfit.language.classifier import fit
from rightfit.language.encoder import Encoder, Vectors
from rightfit.language.examples import Example, fingerprint, load_examples
from rightfit.language.message_features import QUESTIONS, VERSION, told

#: Share of answers that the gate must keep on unseen writers: an answer lost as an aside is
#: far worse than an aside taken for an answer.
KEPT = 0.98
#: Share of answers of several sentences that may be read as asking something besides.
_FALSELY_CARRIED = 0.03
#: To these a bare "no" is an answer, so no refusal is shown under them as an aside.
_MAY_BE_NONE = frozenset({"obstacles", "environment", "expectations", "coach_wishes"})

Row = tuple[str | None, str]


class TrainingNote(msgspec.Struct, frozen=True):
    """What a training was made of and came to, on writers it was not trained on."""

    examples: int
    hands: int
    kept: float
    caught: float
    seconds: float


class Remembering:
    """An encoder that encodes each text once in its life."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

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
            rows.append((_question_for(example, dice), example.text))
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
        gate=Gate(weights=(1.0,), bias=0.0, carried=0.5),
        fingerprint="",
    )


def unseen(
    encoder: Remembering, examples: Sequence[Example]
) -> Iterator[tuple[Fitted, list[Example]]]:
    """For each hand: a model fitted to the others, and that hand's examples.

    With a single hand, its even and odd examples stand in for two.
    """
    hands = sorted({example.hand for example in examples})
    if len(hands) > 1:
        folds = [[e for e in examples if e.hand == hand] for hand in hands]
    else:
        folds = [list(examples[::2]), list(examples[1::2])]
    for fold in folds:
        held = set(map(id, fold))
        yield fit_reader(encoder, [e for e in examples if id(e) not in held]), fold


def messages_of(examples: Sequence[Example]) -> list[Example]:
    """Messages as they come: the examples with a question each, and some said in one breath.

    An answer followed by an aside is an answer that carries it; a courtesy before an aside
    leaves the aside what it is.
    """
    dice = random.Random(11)  # noqa: S311 - the same draw at each training
    answers = [e for e in examples if e.label == ANSWER and e.aside is None]
    asking = [e for e in examples if e.label.startswith("ask_") and len(e.text.split()) > 2]
    polite = [e for e in examples if e.label in {"thanks", "greet"} and len(e.text.split()) < 5]
    messages = []
    for index, example in enumerate(examples):
        question = example.question
        if example.label != ANSWER and index % 2:
            question = _question_for(example, dice)
        messages.append(msgspec.structs.replace(example, question=question))
    for answer in answers[:: max(1, len(answers) // 100)] if asking else ():
        aside = dice.choice(asking)
        text = f"{answer.text.rstrip('.')}. {aside.text}"
        messages.append(msgspec.structs.replace(answer, text=text, aside=aside.label))
    for aside in asking[::6] if polite else ():
        text = f"{dice.choice(polite).text.rstrip('.')}. {aside.text}"
        question = _question_for(aside, dice)
        messages.append(msgspec.structs.replace(aside, text=text, question=question))
    return messages


def choose_gate(encoder: Remembering, examples: Sequence[Example]) -> tuple[Gate, float, float]:
    """The gate, and what it kept and caught, all from models that had not seen the writer."""
    from sklearn.linear_model import LogisticRegression

    seen: list[list[float]] = []
    is_answer: list[bool] = []
    carried: list[float] = []
    for fitted, fold in unseen(encoder, examples):
        messages = messages_of(fold)
        cut = [parts_of(message.question, message.text) for message in messages]
        # All at once: sentences of one length run together through the encoder.
        encoder.encode([text for parts in cut for _, text in parts])
        for message, parts in zip(messages, cut, strict=True):
            chances = fitted.chances(told(parts, encoder.encode([text for _, text in parts])))
            seen.append(gate_features(fitted, parts, chances))
            is_answer.append(message.label == ANSWER)
            if message.label == ANSWER and message.aside is None and len(parts) > 1:
                beside = fitted.carried(chances)
                carried.append(beside[1] if beside else 0.0)
    model = LogisticRegression(C=1.0, max_iter=300).fit(np.array(seen), np.array(is_answer))
    values = model.decision_function(np.array(seen))
    truth = np.array(is_answer)
    level = float(np.quantile(values[truth], 1 - KEPT))
    gate = Gate(
        weights=tuple(float(weight) for weight in model.coef_[0]),
        bias=float(model.intercept_[0]) - level,
        carried=float(np.quantile(carried, 1 - _FALSELY_CARRIED)) if carried else 0.5,
    )
    kept = float(np.mean(values[truth] >= level))
    return gate, kept, float(np.mean(values[~truth] < level))


def train_reader(nlu_files: Sequence[Path], folder: Path, encoder: Encoder) -> TrainingNote:
    """Fit the reader to Rasa NLU files and write it into ``folder``.

    :raises ValueError: there are no examples of answers, or of asides.
    :raises OSError: a file can't be read or written.
    """
    begun = time.monotonic()
    files = sorted(nlu_files)
    examples = load_examples(files)
    labels = {example.label for example in examples}
    if len(labels) < 2 or ANSWER not in labels:
        raise ValueError(f"{', '.join(map(str, files))}: no examples of answers and of asides")
    memory = Remembering(encoder)
    gate, kept, caught = choose_gate(memory, examples)
    fitted = fit_reader(memory, examples)
    fitted = msgspec.structs.replace(fitted, gate=gate, fingerprint=_mark(files))
    fitted.save(folder)
    return TrainingNote(
        examples=len(examples),
        hands=len({example.hand for example in examples}),
        kept=kept,
        caught=caught,
        seconds=time.monotonic() - begun,
    )


def is_fresh(nlu_files: Sequence[Path], folder: Path) -> bool:
    """Whether the reader in ``folder`` was trained on these files as they are now."""
    try:
        return Fitted.load(folder).fingerprint == _mark(sorted(nlu_files))
    except ReaderUnavailable:
        return False


def _question_for(aside: Example, dice: random.Random) -> str:
    open_to = [q for q in QUESTIONS if aside.label != "deny" or q not in _MAY_BE_NONE]
    return dice.choice(open_to)


def _mark(files: Sequence[Path]) -> str:
    return f"{VERSION}:{fingerprint(files)}"
