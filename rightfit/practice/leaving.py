"""The practice as clients meet it, once somebody has left who still stands in coaches.yml."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from rightfit.practice.records import Practice, Question


def without(practice: Practice, gone: Collection[str]) -> Practice:
    """The practice in which clients are not offered the coaches whose ids are ``gone``.

    With one coach left there is nothing to choose, so nobody is asked. Where nobody would be
    left, the practice stays as it is: a client must be able to write to somebody.
    """
    left = tuple(coach for coach in practice.coaches if coach.id not in gone)
    if not left or len(left) == len(practice.coaches):
        return practice
    offered = [_without(question, gone) for question in practice.questions]
    asked = [one for one in offered if one.kind != "coach" or len(left) > 1]
    unasked = [one for one in offered if one not in asked]
    return msgspec.structs.replace(
        practice,
        coaches=left,
        questions=tuple(asked),
        not_asked=(*unasked, *(_without(question, gone) for question in practice.not_asked)),
    )


def _without(question: Question, gone: Collection[str]) -> Question:
    if question.kind != "coach":
        return question
    return msgspec.structs.replace(
        question,
        choices=tuple(choice for choice in question.choices if choice.id not in gone),
        typed={id: words for id, words in question.typed.items() if id not in gone},
    )
