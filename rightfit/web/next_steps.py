"""What a decision leads to next, and the page on which that is done."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from aiohttp import web

from rightfit.review.decisions import State
from rightfit.review.events import LetterSent
from rightfit.web.one_intake import Opened


class Step(msgspec.Struct, frozen=True):
    """One thing to do: what stands on the link, and where it leads."""

    title: str
    href: str


#: State -> what the link says, and the name of the route.
_STEPS: Mapping[State, tuple[str, str]] = MappingProxyType(
    {
        "asking": ("Choose the questions", "ask_more"),
        "telling": ("Choose the words", "consider"),
        "both_consider": ("Answer for yourself", "consider"),
        "coach_considers": ("Answer for yourself", "consider"),
        "client_considers": ("Look at the round", "consider"),
        "both_answered": ("Look at the round", "consider"),
        "talking": ("Answer after the talk", "consider"),
        "not_both": ("Suggest somebody else", "referral"),
        "proceeding": ("How it goes", "pact"),
        "on_trial": ("How it goes", "pact"),
        "called_back": ("Look at what came up", "pact"),
        "left": ("Suggest somebody else", "referral"),
        "referring": ("Say who", "referral"),
        "referral_offered": ("Look at the referral", "referral"),
        "referral_declined": ("Suggest somebody else", "referral"),
        "referred": ("Look at the referral", "referral"),
    }
)
_WRITE = ("Write to the client", "letter")


def next_step(request: web.Request, opened: Opened) -> Step | None:
    """The page to go on with; null where there is nothing to do, or no page for it."""
    step = _STEPS.get(opened.at.state)
    if opened.at.state in ("proceeding", "closed") and not _told(opened):
        step = _WRITE
    if step is None:
        return None
    title, name = step
    found = request.app.router.named_resources().get(name)
    return Step(title, str(found.url_for(id=opened.id))) if found is not None else None


def _told(opened: Opened) -> bool:
    """Whether the client was written to since the decision."""
    return any(
        entry.seq > opened.at.seq and isinstance(entry.event, LetterSent) for entry in opened.log
    )
