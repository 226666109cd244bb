"""The net over tokens finds the word that tells, and is the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from rightfit.language.token_scores import LABELS, OF_WORDS, TokenModel
from rightfit.language.token_training import Marks, fit_tokens

WIDTH = 24
TELLS = np.eye(WIDTH, dtype=np.float32)[0] * 6
THEME = 4


def texts(count: int, seed: int) -> list[Marks]:
    """Every other text has one token, somewhere, that tells of a theme."""
    dice = np.random.default_rng(seed)
    made = []
    for number in range(count):
        size = int(dice.integers(5, 30))
        states = dice.standard_normal((size, WIDTH)).astype(np.float32)
        words = np.zeros((size, OF_WORDS), np.bool_)
        if number % 2:
            at = int(dice.integers(size))
            states[at] += TELLS
            words[at, THEME] = True
        held = np.zeros(len(LABELS), np.bool_)
        held[THEME] = number % 2
        made.append(Marks(states.astype(np.float16), words, held))
    return made


@pytest.fixture(scope="module")
def model() -> TokenModel:
    return fit_tokens(texts(3000, 1))


def test_the_token_that_tells_is_found(model: TokenModel) -> None:
    found, with_it, without = [], [], []
    for text in texts(100, 2):
        scores = model.scores(text.states.astype(np.float32))
        (with_it if text.held[THEME] else without).append(scores.whole[THEME])
        if text.held[THEME]:
            found.append(text.words[scores.tokens[:, THEME].argmax(), THEME])
    assert np.mean(found) > 0.95
    assert np.quantile(with_it, 0.1) > np.quantile(without, 0.9)


def test_the_same_texts_give_the_same_net() -> None:
    first, again = fit_tokens(texts(20, 3)), fit_tokens(texts(20, 3))
    for name, each in first.arrays("a").items():
        assert np.array_equal(each, again.arrays("a")[name])


def test_what_was_written_is_read_back(model: TokenModel) -> None:
    again = TokenModel.of_arrays(model.arrays("a"), "a")
    states = texts(1, 4)[0].states.astype(np.float32)
    assert np.array_equal(again.scores(states).whole, model.scores(states).whole)


def test_no_tokens_say_nothing(model: TokenModel) -> None:
    scores = model.scores(np.zeros((0, WIDTH), np.float32))
    assert scores.tokens.shape == (0, len(LABELS))
    assert (scores.whole < -5).all()
