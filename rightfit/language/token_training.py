"""Fitting what looks at texts token by token: a small net, by Adam, the same each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from rightfit.language.token_scores import LABELS, OF_WORDS, Numbers, TokenModel

# By trial over writers (docs/adr/0016-understanding.md).
_HIDDEN, _EPOCHS, _RATE = 128, 7, 1.5e-3
_KEPT = 0.6
_DECAY = 0.01
#: How much the tokens of the quotes weigh beside the themes of the whole text.
_OF_TOKENS = 2.0
_TOKENS_AT_ONCE = 2000
_WARM = 0.1

Half = NDArray[np.float16]


class Marks(msgspec.Struct, frozen=True):
    """One text to learn from: the states of its tokens, which tokens hold which themes and
    stances, and which labels the whole text holds.
    """

    states: Half
    words: NDArray[np.bool_]
    held: NDArray[np.bool_]


def fit_tokens(texts: Sequence[Marks], seed: int = 3) -> TokenModel:
    """The net fitted to some texts; the same input gives the same net."""
    dice = np.random.default_rng(seed)
    texts = [text for text in texts if len(text.states)]
    some = np.concatenate([text.states for text in texts[::5]]).astype(np.float32)
    mean, spread = some.mean(axis=0), some.std(axis=0) + 1e-3
    net = _Net.drawn(dice, len(mean))
    steps = _EPOCHS * len(list(_batches(texts, dice)))
    step = 0
    for _ in range(_EPOCHS):
        for batch in _batches(texts, dice):
            step += 1
            rate = _RATE * min(1.0, step / (_WARM * steps)) * max(0.02, 1 - step / steps)
            states = np.concatenate([texts[at].states for at in batch])
            words = np.concatenate([texts[at].words for at in batch])
            first = np.cumsum([0, *(len(texts[at].states) for at in batch[:-1])])
            held = np.array([texts[at].held for at in batch], dtype=np.float32)
            says = words.astype(np.float32), held
            net.learn((states - mean) / spread, says, first, rate, dice)
    kernel = net.held["of_hidden"] / spread[:, None]
    direct = net.held["direct"] / spread[:, None]
    return TokenModel(
        of_hidden=kernel,
        hidden_bias=net.held["hidden_bias"] - mean @ kernel,
        of_heads=net.held["of_heads"],
        direct=direct,
        bias=net.held["bias"] - mean @ direct,
        whole_bias=net.held["whole_bias"],
    )


def _batches(texts: Sequence[Marks], dice: np.random.Generator) -> Iterator[list[int]]:
    batch: list[int] = []
    tokens = 0
    for at in dice.permutation(len(texts)):
        batch.append(int(at))
        tokens += len(texts[at].states)
        if tokens >= _TOKENS_AT_ONCE:
            yield batch
            batch, tokens = [], 0
    if batch:
        yield batch


class _Net:
    """Weights with the running means that Adam keeps of their slopes."""

    def __init__(self, held: dict[str, Numbers]) -> None:
        self.held = held
        self._mean = {name: np.zeros_like(each) for name, each in held.items()}
        self._square = {name: np.zeros_like(each) for name, each in held.items()}
        self._steps = 0

    @classmethod
    def drawn(cls, dice: np.random.Generator, width: int) -> _Net:
        count = len(LABELS)

        def around(spread: float, *shape: int) -> Numbers:
            return (dice.standard_normal(shape) * spread).astype(np.float32)

        return cls(
            {
                "of_hidden": around(1 / np.sqrt(width), width, _HIDDEN),
                "hidden_bias": np.zeros(_HIDDEN, np.float32),
                "of_heads": around(0.02, _HIDDEN, 3 * count),
                "direct": around(0.003, width, count),
                # Few tokens and few texts hold any one theme.
                "bias": np.full(count, -4.0, np.float32),
                "whole_bias": np.full(count, -2.5, np.float32),
            }
        )

    def learn(
        self,
        states: Numbers,
        says_true: tuple[Numbers, Numbers],
        first: NDArray[np.int64],
        rate: float,
        dice: np.random.Generator,
    ) -> None:
        """One step down the slope; ``first`` holds the first token of each text."""
        held, (words, truth) = self.held, says_true
        sizes = np.diff([*first, len(states)])
        text_of = np.repeat(np.arange(len(first)), sizes)
        plain = states @ held["of_hidden"] + held["hidden_bias"]
        open_ = (plain > 0) * (dice.random(plain.shape, dtype=np.float32) < _KEPT) / _KEPT
        open_ = open_.astype(np.float32)
        hidden = plain * open_
        says, looks, sees = np.split(hidden @ held["of_heads"], 3, axis=1)
        says = says + states @ held["direct"] + held["bias"]
        looks = np.exp(looks - np.maximum.reduceat(looks, first)[text_of])
        looks /= np.add.reduceat(looks, first)[text_of]
        top = np.maximum.reduceat(says, first)
        loud = np.exp(says - top[text_of])
        summed = np.add.reduceat(loud, first)
        seen = np.add.reduceat(looks * sees, first)
        whole = seen + held["whole_bias"] + 0.5 * (top + np.log(summed))
        of_whole = (_likely(whole) - truth) / len(first)
        of_says = np.zeros_like(says)
        of_says[:, :OF_WORDS] = _likely(says[:, :OF_WORDS]) - words
        of_says *= np.float32(_OF_TOKENS / len(states))
        of_says += 0.5 * of_whole[text_of] * loud / summed[text_of]
        of_sees = looks * of_whole[text_of]
        of_looks = of_sees * (sees - seen[text_of])
        of_all = np.concatenate([of_says, of_looks, of_sees], axis=1)
        of_hidden = (of_all @ held["of_heads"].T) * open_
        self._step(
            {
                "of_hidden": states.T @ of_hidden,
                "hidden_bias": of_hidden.sum(axis=0),
                "of_heads": hidden.T @ of_all,
                "direct": states.T @ of_says,
                "bias": of_says.sum(axis=0),
                "whole_bias": of_whole.sum(axis=0),
            },
            rate,
        )

    def _step(self, slopes: dict[str, Numbers], rate: float) -> None:
        self._steps += 1
        for name, slope in slopes.items():
            mean, square, held = self._mean[name], self._square[name], self.held[name]
            mean += np.float32(0.1) * (slope - mean)
            square += np.float32(0.01) * (slope * slope - square)
            ahead = mean / (1 - 0.9**self._steps)
            size = np.sqrt(square / (1 - 0.99**self._steps)) + 1e-8
            held -= np.float32(rate) * (ahead / size + np.float32(_DECAY) * held)


def _likely(values: Numbers) -> Numbers:
    likely: Numbers = 1 / (1 + np.exp(-values))
    return likely
