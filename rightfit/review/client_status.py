"""How things stand, as the client is told on their own page. Pure.

Nothing that a coach has only thought of shows here: the machine of decisions says what a
client sees in each of its states.
"""

from __future__ import annotations

from collections.abc import Sequence

from rightfit.practice import Practice
from rightfit.review.decisions import position
from rightfit.review.events import Entry

_PREFIX = "status_"


def status_of(state: str, was_sent: bool, log: Sequence[Entry]) -> str:
    """The name of the sentence: one of CLIENT_STATUSES. ``state`` is the intake's."""
    where = position(log)
    told = where.client_sees.removeprefix(_PREFIX)
    if state == "sent":
        return told
    if not was_sent:
        return "taking_a_break" if state == "paused" else "being_answered"
    # Whoever is asked something answers in the same interview, which is open for it.
    return told if where.state == "asked" else "being_changed"


def told_to_client(practice: Practice, status: str) -> str:
    """The sentence in the practice's wording."""
    return practice.statuses[status]
