"""The words of a text and the letters of its words, as numbers that stay the same for ever.

Meaning alone blurs what a client says ("on call", "on time"); pieces keep it. They are
hashed, so there is no vocabulary to keep, and a typo still shares most of its letters.
"""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Iterable, Sequence

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


def pieces(texts: Sequence[str]) -> list[Pieces]:
    """For each text the buckets of its words (with pairs) and of its letters: sorted, each once.

    Clauses, sentences and the whole share their words, so those are cut once for all.
    """
    letters_of: dict[str, list[int]] = {}
    return [_pieces(text, letters_of) for text in texts]


def _pieces(text: str, letters_of: dict[str, list[int]]) -> Pieces:
    words = [
        word[:_LONGEST_WORD]
        for word in _WORD.findall(text[:2000].lower().replace("\u2019", "'"))[:_WORDS_READ]
    ]
    framed = ["^", *words, "$"]
    whole = {*words, *(f"{first} {second}" for first, second in itertools.pairwise(framed))}
    letters: set[int] = set()
    for word in words:
        if word not in letters_of:
            letters_of[word] = _letters(word)
        letters.update(letters_of[word])
    return _sorted(map(_hashed, whole), WORD_BUCKETS, 0), _sorted(
        letters, LETTER_BUCKETS, WORD_BUCKETS
    )


def _letters(word: str) -> list[int]:
    spaced = f" {word} "
    if spaced.isascii():
        # Bytes are cut as quickly as they are hashed; beyond ASCII letters take several.
        plain = spaced.encode()
        return [
            zlib.crc32(plain[at : at + size])
            for size in _LETTERS
            for at in range(max(1, len(plain) - size + 1))
        ]
    return [
        _hashed(spaced[at : at + size])
        for size in _LETTERS
        for at in range(max(1, len(spaced) - size + 1))
    ]


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


def _hashed(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "replace"))


def _sorted(hashes: Iterable[int], buckets: int, offset: int) -> Buckets:
    found: Buckets = np.unique(np.fromiter(hashes, dtype=np.int64) % buckets) + np.int64(offset)
    return found
