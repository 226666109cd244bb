"""Intakes of made-up clients, by what was answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rightfit.practice import Practice, load
from rightfit.records import Answer, Given, Intake, Need

ROOT = Path(__file__).parents[2]
PRACTICE: Practice = load(ROOT / "practice", ROOT / "domain.yml")
AT = "2026-03-13T09:00:00+00:00"

#: Words that were said, ids that were chosen, or None for what was skipped.
Answered = str | tuple[str, ...] | Given | None


def given(answered: Answered) -> Given:
    if answered is None:
        return Given("skipped")
    if isinstance(answered, Given):
        return answered
    if isinstance(answered, str):
        return Given("said", text=answered)
    return Given("chosen", choices=answered)


def intake(needs: tuple[Need, ...] = (), to_tell: int = 0, /, **answered: Answered) -> Intake:
    """An intake whose answers came in messages 2, 4, 6 and so on."""
    answers = tuple(
        Answer(question, given(each), 2 * at, AT)
        for at, (question, each) in enumerate(answered.items(), start=1)
    )
    return Intake("one", "sent", None, AT, AT, answers, needs=needs, to_tell=to_tell)


def need(quote: str, text: str, question: str = "environment", **more: Any) -> Need:
    """A need that stands in the answer."""
    start = text.index(quote)
    fields = {"theme": "coworkers", "stance": "wants", "strength": "unstated", "mode": None}
    return Need(
        **{**fields, **more}, question=question, quote=quote, start=start, end=start + len(quote)
    )
