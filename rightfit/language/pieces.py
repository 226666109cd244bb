"""The words of a text and the letters of its words, as numbers that stay the same for ever.

Meaning alone blurs what a client says ("on call", "on time"); pieces keep it. They are
hashed, so there is no vocabulary to keep, and a typo still shares most of its letters.
"""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: Buckets of words and pairs of words, and of letters: the second family comes after the first.
WORD_BUCKETS, LETTER_BUCKETS = 1 << 13, 1 << 14
BUCKETS = WORD_BUCKETS + LETTER_BUCKETS

_WORDS_READ = 120
_LONGEST_WORD = 24
_LETTERS = (3, 4, 5)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[?!]")

Buckets = NDArray[np.int64]
#: The buckets of the words of one text, and of its letters.
Pieces = tuple[Buckets, Buckets]


def pieces(text: str) -> Pieces:
    """The buckets of words (with pairs) and of letters in ``text``: sorted, each once."""
    words = [
        word[:_LONGEST_WORD]
        for word in _WORD.findall(text[:2000].lower().replace("\u2019", "'"))[:_WORDS_READ]
    ]
    framed = ["^", *words, "$"]
    whole = {*words, *(f"{first} {second}" for first, second in itertools.pairwise(framed))}
    letters: set[str] = set()
    for word in dict.fromkeys(words):
        spaced = f" {word} "
        for size in _LETTERS:
            letters.update(spaced[at : at + size] for at in range(max(1, len(spaced) - size + 1)))
    return _hashed(whole, WORD_BUCKETS, 0), _hashed(letters, LETTER_BUCKETS, WORD_BUCKETS)


def rarity(found: Sequence[Pieces]) -> NDArray[np.float32]:
    """How much each bucket tells, from how few of the texts have it; float32 of ``BUCKETS``."""
    count = np.zeros(BUCKETS, dtype=np.float32)
    for words, letters in found:
        count[words] += 1
        count[letters] += 1
    told: NDArray[np.float32] = np.log((1 + len(found)) / (1 + count)) + 1
    return told.astype(np.float32)


def weighed(found: Pieces, rare: NDArray[np.float32]) -> tuple[Buckets, NDArray[np.float32]]:
    """All buckets of one text and what each weighs; words and letters of unit length each."""
    parts = []
    for family in found:
        weights = rare[family]
        length = float(np.linalg.norm(weights))
        parts.append(weights / length if length else weights)
    return np.concatenate(found), np.concatenate(parts).astype(np.float32)


def _hashed(texts: set[str], buckets: int, offset: int) -> Buckets:
    return np.array(
        sorted({zlib.crc32(text.encode("utf-8", "replace")) % buckets for text in texts}),
        dtype=np.int64,
    ) + np.int64(offset)
