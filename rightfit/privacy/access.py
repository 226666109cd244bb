"""Who may read what."""

from __future__ import annotations

from rightfit.practice import Practice


def may_read(practice: Practice, reader: str, addressed_to: str | None) -> bool:
    """Whether a coach may read an intake that is addressed to a coach, or to no one (null).

    The consent that clients give says: the coaches of this practice, and nobody else. So
    every coach of the practice reads every intake; one who has left it reads none.
    """
    return any(coach.id == reader for coach in practice.coaches)
