"""Questions that a coach has put to one client, beside those of the practice.

For whoever reads or continues the interview of that client they are questions of the practice
like any other: of kind ``open``, just before the summary is read.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rightfit.practice.records import Practice, Question
from rightfit.records import AskedQuestion

#: The slot of whichever of them is on screen; each has an id of its own below.
EXTRA = "extra"
_PREFIX = f"{EXTRA}_"
#: At a time; a coach who wants to know more than this should call.
MOST_AT_ONCE = 5
#: Characters of one question.
LONGEST = 300


def extra_id(number: int) -> str:
    """The id of the so-manieth question that a client was asked beside the practice's."""
    return f"{_PREFIX}{number}"


def is_extra(id: str | None) -> bool:
    """Whether this is the id of such a question; the practice's own cannot be called so."""
    return id is not None and id.startswith(_PREFIX)


def asked_question(id: str, text: str = "") -> Question:
    """The question as the interview treats it. Its own words are its title."""
    return Question(id, "", "open", text)


def with_asked_more(practice: Practice, asked: Sequence[AskedQuestion]) -> Practice:
    """The practice as this one client is asked."""
    if not asked:
        return practice
    last = practice.questions[-1]
    extra = (
        msgspec.structs.replace(asked_question(each.id, each.text), section=last.section)
        for each in asked
    )
    return msgspec.structs.replace(practice, questions=(*practice.questions[:-1], *extra, last))
