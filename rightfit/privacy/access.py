"""Who may read what."""

from __future__ import annotations

from rightfit.practice import NO_PREFERENCE, Practice


def may_read(practice: Practice, reader: str, addressed_to: str | None) -> bool:
    """Whether a coach may read an intake that is addressed to a coach, or to no one (null).

    The consent that clients give says: the coaches of this practice, and nobody else. So
    every coach of the practice reads every intake. Who is one is decided at each door, and
    anew with each request, by :func:`rightfit.store.people.may_enter`: not all of them stand
    in coaches.yml, and one who has left may still stand there.
    """
    return reader not in ("", NO_PREFERENCE)
