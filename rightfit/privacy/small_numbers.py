"""Counts of people, told so that no single person can be seen in them.

A practice has few clients. Whoever knows that one of them was there on Tuesday must not see
from two counts how far that one got. So counts are told in fives, and below five not at all.
"""

from __future__ import annotations

STEP = 5


def told(count: int) -> int | None:
    """A count to the nearest five; null where it is below five."""
    if count < STEP:
        return None
    return (count + STEP // 2) // STEP * STEP


def in_words(count: int) -> str:
    """Such as ``about 20``, ``fewer than 5`` or ``none``."""
    if count == 0:
        return "none"
    shown = told(count)
    return f"about {shown}" if shown is not None else f"fewer than {STEP}"
