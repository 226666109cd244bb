"""The examples nearest to a clause: what the understanding of it may rest on."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

_MOST = 3


class Example(msgspec.Struct, frozen=True):
    """A line of the example files, its first theme (or none), and how alike it is, up to 1."""

    text: str
    theme: str
    alike: float


class Nearest(msgspec.Struct, frozen=True):
    """Examples with the directions of their meanings, in whole numbers of a hundred."""

    texts: tuple[str, ...]
    themes: tuple[str, ...]
    rows: NDArray[np.int8]

    @classmethod
    def of(
        cls, texts: tuple[str, ...], themes: tuple[str, ...], meaning: NDArray[np.float32]
    ) -> Nearest:
        """Examples with their rows of meaning."""
        return cls(texts, themes, np.clip(np.rint(_unit(meaning) * 400), -127, 127).astype(np.int8))

    def to(self, meaning: NDArray[np.float32]) -> list[Example]:
        """The nearest, the nearest first."""
        if not len(self.texts):
            return []
        rows = _unit(self.rows.astype(np.float32))
        alike = rows @ _unit(meaning[None])[0]
        return [
            Example(self.texts[at], self.themes[at], round(float(alike[at]), 3))
            for at in np.argsort(-alike, kind="stable")[:_MOST]
        ]


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return unit
