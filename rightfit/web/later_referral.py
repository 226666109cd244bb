"""The referral on the client's later page: whom, what travels, see it, send it or not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from aiohttp import web

from rightfit.engine.clockwork import StepRefused
from rightfit.practice.naming import THEME_NAMES
from rightfit.privacy.packets import digest_of, parts_of, signed, summary_in
from rightfit.review.events import BY_CLIENT, Event, PacketChosen, ReferralDeclined, coach_of
from rightfit.review.referral import (
    LINK_WORKS,
    Declared,
    Offer,
    Referral,
    declared,
    referral_of,
)
from rightfit.store import packets
from rightfit.store.reviews import MayNotFollow
from rightfit.summary.reading_order import blocks, label, pairs
from rightfit.web.app_keys import CLOCKWORK, DATABASE, HANDING_ON, RECEIPTS, address_of
from rightfit.web.later_frame import LOOKING, Looking, Section, form_of, render, see, trouble
from rightfit.web.later_words import spoken
from rightfit.web.when import on_day

routes = web.RouteTableDef()

_MOVED = (
    409,
    "This has moved on meanwhile",
    "Nothing was sent. Go back to your page, and you see how things stand now.",
)


def _person(looking: Looking, kind: str, id: str) -> Declared | None:
    everybody = declared(looking.practice, None)
    return next((each for each in everybody if (each.kind, each.id) == (kind, id)), None)


def _offers(looking: Looking, found: Referral) -> list[tuple[Offer, Declared]]:
    """Who was suggested and is still there, by name: no order says that one fits better."""
    known = [(offer, _person(looking, offer.kind, offer.to)) for offer in found.offers]
    there = [(offer, person) for offer, person in known if person is not None]
    return sorted(there, key=lambda each: each[1].name.casefold())


def _shows(looking: Looking) -> Mapping[str, Any] | None:
    """The referral that is on offer, or was sent; nothing once it was declined and is over."""
    found = referral_of(looking.log)
    if found is None:
        return None
    coach = coach_of(found.offers[-1].by)
    day = partial(on_day, now=looking.now, zone=looking.practice.time_zone)
    packet = found.packet
    name = _person(looking, packet.kind, packet.to) if packet else None
    return {
        "referral": found,
        "offers": _offers(looking, found),
        "themes": THEME_NAMES,
        "say": spoken(
            looking,
            "referral",
            coach,
            to=name.name if name else "",
            until=day(packet.expires_at) if packet else "",
        ),
        "over": packet is not None and packet.kind == "partner" and looking.now > packet.expires_at,
    }


SECTION = Section("referral", "parts/referral.html.j2", _shows)


def _choice(looking: Looking, kind: str, id: str) -> tuple[Referral, Declared, Any] | None:
    """The open referral, the person of these ids in it, and the words about them."""
    found, person = referral_of(looking.log), _person(looking, kind, id)
    if found is None or person is None or found.packet is not None or found.declined_at is not None:
        return None
    if (kind, id) not in {(each.kind, each.to) for each in found.offers}:
        return None
    return found, person, spoken(looking, "referral", coach_of(found.offers[-1].by), to=person.name)


@routes.get("/later/referral/{kind:coach|partner}/{to}")
async def ask_what_travels(request: web.Request) -> web.StreamResponse:
    """The lines of the summary, to be chosen; personal ones are off."""
    looking = request[LOOKING]
    choice = _choice(looking, request.match_info["kind"], request.match_info["to"])
    return trouble(request, *_MOVED) if choice is None else _choosing(request, choice)


def _choosing(
    request: web.Request, choice: tuple[Referral, Declared, Any], *, wrong: bool = False
) -> web.Response:
    looking, (found, person, say) = request[LOOKING], choice
    parts = parts_of(looking.practice, request.app[HANDING_ON].shown_to_coach(looking.content))
    same = found.to == (person.kind, person.id) and found.chosen is not None
    on = set(found.chosen or ()) if same else {part.id for part in parts if not part.personal}
    return render(
        request,
        "travels",
        status=422 if wrong else 200,
        person=person,
        say=say,
        parts=parts,
        on=set() if wrong else on,
        wrong=wrong,
    )


@routes.post("/later/referral/{kind:coach|partner}/{to}")
async def choose(request: web.Request) -> web.StreamResponse:
    """Keep what is to travel, and show exactly that."""
    looking = request[LOOKING]
    kind, to = request.match_info["kind"], request.match_info["to"]
    choice = _choice(looking, kind, to)
    if choice is None:
        return trouble(request, *_MOVED)
    asked = {str(each) for each in (await request.post()).getall("part", [])}
    intake = request.app[HANDING_ON].shown_to_coach(looking.content)
    travels = tuple(part.id for part in parts_of(looking.practice, intake) if part.id in asked)
    if not travels:
        return _choosing(request, choice, wrong=True)
    event = PacketChosen(travels, kind, to)  # type: ignore[arg-type]
    return await _take(request, event, "/later/referral/preview")


@routes.get("/later/referral/preview")
async def preview(request: web.Request) -> web.StreamResponse:
    """All that would go along, and nothing else."""
    looking, hands = request[LOOKING], request.app[HANDING_ON]
    found = referral_of(looking.log)
    content = hands.packet_of(looking.content, looking.log)
    choice = _choice(looking, *found.to) if found is not None and found.to is not None else None
    if content is None or choice is None:
        return trouble(request, *_MOVED)
    practice, (_, person, say) = looking.practice, choice
    packet = signed(content, request.app[RECEIPTS].signing_seed())
    return render(
        request,
        "packet",
        person=person,
        say=say,
        until=on_day(looking.now + LINK_WORKS, looking.now, practice.time_zone),
        blocks=blocks(practice, summary_in(practice, content)),
        label=partial(label, practice),
        pairs=partial(pairs, practice),
        digest=digest_of(packet),
    )


@routes.post("/later/referral/send")
async def send(request: web.Request) -> web.StreamResponse:
    """Send what was looked at."""
    seen = (await form_of(request)).get("digest", "")
    try:
        await request.app[HANDING_ON].send(request[LOOKING].conversation, seen)
    except StepRefused as refused:
        if refused.fault == "changed":
            return see("/later/referral/preview")
        return trouble(request, *_MOVED)
    except MayNotFollow:
        return trouble(request, *_MOVED)
    return see("/later/referral/sent")


@routes.get("/later/referral/sent")
async def sent(request: web.Request) -> web.StreamResponse:
    """That it was sent, with the link or the receipt code that goes with it."""
    looking = request[LOOKING]
    found = referral_of(looking.log)
    if found is None or found.packet is None:
        return see("/later#referral")
    packet, receipts = found.packet, request.app[RECEIPTS]
    async with request.app[DATABASE].reading() as transaction:
        copies = await packets.copies_of(transaction, looking.conversation)
    link = receipts.packet_link(looking.conversation, packet.seq, packet.expires_at)
    return render(
        request,
        "handed_on",
        **(_shows(looking) or {}),
        packet=packet,
        link=f"{address_of(request)}/packet/{link}" if packet.kind == "partner" else None,
        code=receipts.of(copies[-1]) if packet.kind == "coach" and copies else None,
    )


@routes.post("/later/referral/decline")
async def decline(request: web.Request) -> web.StreamResponse:
    """Say no to the referral."""
    return await _take(request, ReferralDeclined(), "/later#referral")


async def _take(request: web.Request, event: Event, there: str) -> web.StreamResponse:
    try:
        await request.app[CLOCKWORK].take(request[LOOKING].conversation, event, BY_CLIENT)
    except (StepRefused, MayNotFollow):
        return trouble(request, *_MOVED)
    return see(there)
