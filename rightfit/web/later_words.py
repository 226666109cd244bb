"""The practice's own words on a client's later page, with their places filled in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from rightfit.practice import Practice
from rightfit.review.in_words import coach_named
from rightfit.web.later_frame import Looking


def spoken(looking: Looking, group: str, coach: str | None, **places: str) -> Any:
    """A function that gives the words of a group, with their places filled in."""
    practice = looking.practice
    known = {
        "coach": coach_named(practice, coach) or practice.name,
        "practice": practice.name,
        "name": "",
        **places,
    }
    return partial(_say, practice, group, known)


def _say(
    practice: Practice, group: str, known: Mapping[str, str], name: str, /, **more: str
) -> str:
    return practice.considering.say(group, name, **{**known, **more})
