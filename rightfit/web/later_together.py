"""The consider round and the trial on the client's later page: sections, and their buttons.

Everything that a client reads here is the practice's wording, from considering.yml.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from aiohttp import web

from rightfit.engine.clockwork import StepRefused
from rightfit.review.consider import ANSWERS, round_of, seen_by
from rightfit.review.events import (
    BY_CLIENT,
    ConsiderAnswered,
    ConsiderWithdrawn,
    Entry,
    Event,
    PactLeft,
    PulseAsked,
)
from rightfit.review.pact import PARTS, pact_of, to_give
from rightfit.store.reviews import MayNotFollow
from rightfit.web import later_referral
from rightfit.web.app_keys import CLOCKWORK
from rightfit.web.later_frame import LOOKING, Looking, Section, form_of, see, trouble
from rightfit.web.later_words import spoken
from rightfit.web.pulses import taps_of
from rightfit.web.together import whole_number
from rightfit.web.when import on_day

routes = web.RouteTableDef()


def _round(looking: Looking) -> Mapping[str, Any] | None:
    """The consider round, until something newer has taken its place."""
    found = round_of(looking.log)
    if found is None:
        return None
    seen = seen_by(found, "client", looking.now)
    if seen.outcome is not None and _has_moved_on(looking.log, found.opened.seq):
        return None
    day = partial(on_day, now=looking.now, zone=looking.practice.time_zone)
    say = spoken(
        looking,
        "consider",
        seen.coach,
        until=day(seen.quiet_until if seen.pausing else seen.expires_at),
        sessions=str(seen.sessions),
    )
    return {"round": seen, "say": say, "by_when": day(seen.expires_at)}


def _has_moved_on(log: tuple[Entry, ...], since: int) -> bool:
    """Whether a trial, a referral or a decision has come after the end of a round."""
    newer = ("PactBegun", "ReferralOffered", "Decided", "LetterSent")
    return any(type(each.event).__name__ in newer for each in log[since:])


def _trial(looking: Looking) -> Mapping[str, Any] | None:
    """The trial, and the pulse where one is asked; and pulses without a trial."""
    pact = pact_of(looking.log)
    if pact is None or pact.over == "decided":
        return None
    owed = to_give(pact, "client")
    if not pact.on_trial and owed is None and pact.over is None:
        # Nothing was agreed to be tried: only the pulse, when it is there.
        return None
    coach = next((e.by.removeprefix("coach:") for e in reversed(looking.log)
                  if e.by.startswith("coach:")), None)  # fmt: skip
    considering = looking.practice.considering
    return {
        "pact": pact,
        "owed": owed,
        "say": spoken(looking, "trial", coach, sessions=str(pact.sessions)),
        "statements": [(part, considering.pulse["client"][part]) for part in PARTS],
        "taps": considering.taps,
    }


#: In the order of the page: what waits for an answer stands first.
SECTIONS: tuple[Section, ...] = (
    Section("consider", "parts/consider.html.j2", _round),
    Section("trial", "parts/trial.html.j2", _trial),
    later_referral.SECTION,
)


async def take(request: web.Request, event: Event, there: str = "/later") -> web.StreamResponse:
    """Write one step of the client who looks in, and show the page anew."""
    looking = request[LOOKING]
    try:
        await request.app[CLOCKWORK].take(looking.conversation, event, BY_CLIENT)
    except (StepRefused, MayNotFollow):
        return trouble(
            request,
            409,
            "This has moved on meanwhile",
            "Nothing was changed. Go back to your page, and you see how things stand now.",
        )
    return see(there)


@routes.post("/later/consider")
async def answer(request: web.Request) -> web.StreamResponse:
    """The client's answer, or another one in its place."""
    given = (await form_of(request)).get("answer")
    chosen = next((each for each in ANSWERS if each == given), None)
    if chosen is None:
        return see("/later#consider")
    return await take(request, ConsiderAnswered("client", chosen), "/later#consider")


@routes.post("/later/consider/end")
async def end_round(request: web.Request) -> web.StreamResponse:
    """End the round without an answer."""
    return await take(request, ConsiderWithdrawn("client"), "/later#consider")


@routes.post("/later/session")
async def session_was(request: web.Request) -> web.StreamResponse:
    """Say that a session was, after which both are asked."""
    session = whole_number((await form_of(request)).get("session", ""))
    return await take(request, PulseAsked(session), "/later#trial")


@routes.post("/later/pulse")
async def give_pulse(request: web.Request) -> web.StreamResponse:
    """The client's six taps."""
    sent = await form_of(request)
    event = taps_of(sent, "client", whole_number(sent.get("session", "")))
    if event is None:
        return trouble(
            request,
            422,
            "One of the six is still open",
            "Go back, and tap one answer for each sentence.",
        )
    return await take(request, event, "/later#trial")


@routes.post("/later/trial/leave")
async def leave(request: web.Request) -> web.StreamResponse:
    """Leave the trial, with one tap."""
    return await take(request, PactLeft("client"), "/later#trial")
