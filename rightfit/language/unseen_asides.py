"""How well answers and asides are told apart in what unseen writers type, and where the gate
between them lets most through.

Each writer ("hand") is read by a model fitted to the others.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from rightfit.language.asides import (
    ANSWER,
    NOTHING_BESIDE,
    Fitted,
    Gate,
    gate_features,
    seen_of,
)
from rightfit.language.deciding import Linear, fitted, moved
from rightfit.language.examples import Example
from rightfit.language.training import Remembering, fit_reader, question_for

#: Share of answers that the gate must keep on unseen writers: an answer lost as an aside is
#: far worse than an aside taken for an answer.
KEPT = 0.98
#: Share of answers of several sentences that may be read as asking something besides: what
#: comes of it is an answer kept and a word too much.
_FALSELY_CARRIED = 0.04


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
            question = question_for(example, dice)
        messages.append(msgspec.structs.replace(example, question=question))
    for answer in answers[:: max(1, len(answers) // 100)] if asking else ():
        aside = dice.choice(asking)
        text = f"{answer.text.rstrip('.')}. {aside.text}"
        messages.append(msgspec.structs.replace(answer, text=text, aside=aside.label))
    for aside in asking[::6] if polite else ():
        text = f"{dice.choice(polite).text.rstrip('.')}. {aside.text}"
        question = question_for(aside, dice)
        messages.append(msgspec.structs.replace(aside, text=text, question=question))
    return messages


def choose_gate(encoder: Remembering, examples: Sequence[Example]) -> tuple[Gate, float, float]:
    """The gate, and what it kept and caught, all from models that had not seen the writer."""
    from sklearn.linear_model import LogisticRegression

    seen: list[list[float]] = []
    is_answer: list[bool] = []
    beside: list[tuple[float, ...]] = []
    asks: list[bool] = []
    for model, fold in unseen(encoder, examples):
        messages = messages_of(fold)
        meanings = encoder.in_context([message.text for message in messages])
        for message, meaning in zip(messages, meanings, strict=True):
            parts, known = seen_of(message.question, message.text, meaning)
            chances = model.chances(known)
            seen.append(gate_features(model, parts, chances))
            is_answer.append(message.label == ANSWER)
            found = model.beside(parts, chances)
            if message.label == ANSWER and found:
                beside.append(found.seen)
                asks.append(message.aside is not None)
    weighed = LogisticRegression(C=1.0, max_iter=300).fit(np.array(seen), np.array(is_answer))
    values = weighed.decision_function(np.array(seen))
    truth = np.array(is_answer)
    level = float(np.quantile(values[truth], 1 - KEPT))
    gate = Gate(
        weights=tuple(float(weight) for weight in weighed.coef_[0]),
        bias=float(weighed.intercept_[0]) - level,
        carried=_choose_carried(np.array(beside), np.array(asks)),
    )
    kept = float(np.mean(values[truth] >= level))
    return gate, kept, float(np.mean(values[~truth] < level))


def _choose_carried(rows: NDArray[np.float64], asks: NDArray[np.bool_]) -> Linear:
    if len(set(asks.tolist())) < 2:
        return NOTHING_BESIDE
    linear, values = fitted(rows, asks, 1.0)
    return moved(linear, float(np.quantile(values[~asks], 1 - _FALSELY_CARRIED)))
