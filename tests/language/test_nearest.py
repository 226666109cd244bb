"""An explanation shows the examples that mean nearly the same."""

from __future__ import annotations

import numpy as np

from rightfit.language.nearest import Nearest


def test_the_nearest_comes_first() -> None:
    rows = np.random.default_rng(1).standard_normal((9, 40)).astype(np.float32)
    texts = tuple(f"line {number}" for number in range(9))
    near = Nearest.of(texts, ("training",) * 9, rows).to(rows[5] * 3)
    assert near[0].text == "line 5"
    assert near[0].alike > 0.99
    assert [each.alike for each in near] == sorted((e.alike for e in near), reverse=True)


def test_without_examples_there_are_none() -> None:
    assert Nearest.of((), (), np.zeros((0, 4), np.float32)).to(np.ones(4, np.float32)) == []
