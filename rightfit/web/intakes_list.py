"""The coach's list: what is new, what waits and for whom, what is decided; searched and filtered.

A search is a GET, so that a coach can go back to it and keep it as a bookmark. Its words then
stand in the address: the server keeps no access log, the sample for the proxy neither, and
``Referrer-Policy`` takes them to no other site.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from rightfit.practice import NO_PREFERENCE, Coach, Practice
from rightfit.privacy.access import may_read
from rightfit.privacy.held_back import for_coach
from rightfit.review.decisions import Position, position
from rightfit.review.in_words import STANDINGS, coach_named, wanted, where
from rightfit.review.queue import (
    SECTIONS,
    Queued,
    Section,
    Unread,
    danger_met,
    in_order,
    section_of,
    unread_by,
)
from rightfit.store import intakes, reviews
from rightfit.store.database import Transaction
from rightfit.store.intakes import Head
from rightfit.store.reviews import Reading
from rightfit.store.tallies import Tally, tallies
from rightfit.summary.report import Standing, standing
from rightfit.web.app_keys import DATABASE, PRACTICE
from rightfit.web.coach_frame import SIGNED_IN, render

routes = web.RouteTableDef()

_ON_A_PAGE = 50
_LONGEST_SEARCH = 200
_TITLES: Mapping[Section, str] = MappingProxyType(
    {
        "danger": "Please read first",
        "new": "New",
        "waiting_for_me": "Waiting for me",
        "waiting_for_client": "Waiting for the client",
        "unfinished": "Not finished",
        "decided": "Decided",
    }
)
_UNREAD: Mapping[Unread, str] = MappingProxyType(
    {"never_opened": "Not opened by you", "new_since": "New since you read it"}
)


class Asked(msgspec.Struct, frozen=True):
    """What the coach asked to see: words to search for, one section, only their own, a page."""

    words: str = ""
    section: Section | None = None
    mine: bool = False
    page: int = 1

    def address(self, **changes: object) -> str:
        """The address of the list with something asked otherwise."""
        other = msgspec.structs.replace(self, **changes)
        asked = {
            "q": other.words,
            "show": other.section or "",
            "for": "me" if other.mine else "",
            "page": str(other.page) if other.page > 1 else "",
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/coach?{query}" if query else "/coach"


class Row(msgspec.Struct, frozen=True):
    """One intake in the list; ``at`` is when it came to where it stands."""

    id: str
    name: str | None
    standing: Standing
    in_words: str
    wanted: str
    at: datetime
    needs_eyes: int
    danger: bool
    danger_met: bool
    unread: str | None
    tally: Tally
    decided_by: str | None
    readers: tuple[str, ...]


class _Known(msgspec.Struct, frozen=True):
    """All that the list knows of one intake."""

    head: Head
    at: Position
    queued: Queued
    readers: tuple[Reading, ...]


@routes.get("/coach")
@routes.get("/coach/")
async def list_intakes(request: web.Request) -> web.StreamResponse:
    """The intakes that the coach may read, the most pressing first."""
    me, practice, asked = request[SIGNED_IN].coach, request.app[PRACTICE], _asked(request)
    start = (asked.page - 1) * _ON_A_PAGE
    async with request.app[DATABASE].reading() as transaction:
        everything = await _known(transaction, practice, me)
        found = [one for one in everything.values() if not asked.mine or _is_mine(me, one.head)]
        if asked.words:
            said = await _who_said(transaction, practice, found, asked.words)
            found = [one for one in found if one.head.id in said]
        counts = {
            section: sum(one.queued.section == section for one in found) for section in SECTIONS
        }
        if asked.section:
            found = [one for one in found if one.queued.section == asked.section]
        ordered = in_order([one.queued for one in found])
        shown = [everything[one.id] for one in ordered[start : start + _ON_A_PAGE]]
        numbers = await tallies(transaction, [one.head.id for one in shown])
    rows: dict[Section, list[Row]] = {}
    for one in shown:
        row = _row(practice, me, one, numbers.get(one.head.id, Tally()))
        rows.setdefault(one.queued.section, []).append(row)
    return render(
        request,
        "intakes",
        sections=[(each, _TITLES[each], rows[each]) for each in SECTIONS if each in rows],
        titles=_TITLES,
        counts=counts,
        asked=asked,
        any_at_all=bool(everything),
        how_many=_how_many([one.head for one in everything.values()]),
        more=len(ordered) > start + _ON_A_PAGE,
        unread=sum(one.queued.unread is not None for one in everything.values()),
        address=f"{request.scheme}://{request.host}",
        longest_search=_LONGEST_SEARCH,
    )


def _asked(request: web.Request) -> Asked:
    """What the address asks for; whatever is odd in it asks for nothing."""
    number, show = request.query.get("page", "1"), request.query.get("show", "")
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
    return Asked(
        words=" ".join(request.query.get("q", "").split())[:_LONGEST_SEARCH],
        section=next((each for each in SECTIONS if each == show), None),
        mine=request.query.get("for") == "me",
        page=max(page, 1),
    )


async def _known(transaction: Transaction, practice: Practice, me: Coach) -> dict[str, _Known]:
    heads = [
        head for head in await intakes.heads(transaction) if may_read(practice, me.id, head.coach)
    ]
    logs = await reviews.logs_of(transaction)
    read_by = await reviews.readings_of(transaction, [head.id for head in heads])
    known = {}
    for head in heads:
        log, readers = logs.get(head.id, ()), read_by.get(head.id, ())
        at = position(log)
        mine = next((each for each in readers if each.coach == me.id), None)
        far = (mine.message, mine.entry) if mine else None
        unread = unread_by(me.id, log, far, head.last_words)
        danger = head.danger_at is not None and not danger_met(log, head.danger_at)
        section = section_of(at, sent=head.sent_at is not None, danger=danger)
        since = at.since or head.sent_at or head.changed_at
        known[head.id] = _Known(head, at, Queued(head.id, section, since, unread), readers)
    return known


def _is_mine(me: Coach, head: Head) -> bool:
    """What the client asked of this coach, or of whoever has room."""
    others = head.coach is not None and head.coach not in (me.id, NO_PREFERENCE)
    return not others


async def _who_said(
    transaction: Transaction, practice: Practice, among: Sequence[_Known], words: str
) -> set[str]:
    """The intakes in which all the words stand, in the name or an answer that the coach reads.

    What is held back from the coach is never found by: who hits on the words would know them.
    """
    wanted_words = words.casefold().split()

    def holds(texts: Sequence[str]) -> bool:
        whole = "\n".join(texts).casefold()
        return all(word in whole for word in wanted_words)

    typed = await intakes.words_of(transaction, [one.head.id for one in among])
    found = set()
    for id in [id for id, texts in typed.items() if holds(texts)]:
        content = await intakes.content(transaction, id)
        if content is None:
            continue
        read = for_coach(
            practice, content.intake, content.versions, content.transcript, content.held_back
        )
        given = [answer.given for answer in read.intake.answers]
        if holds([each.text for each in given if each is not None and each.text]):
            found.add(id)
    return found


def _row(practice: Practice, me: Coach, one: _Known, tally: Tally) -> Row:
    head, at = one.head, one.at
    stands = standing(head.state, was_sent=head.sent_at is not None)
    moved = at.state != "new" and stands == "sent"
    return Row(
        id=head.id,
        name=head.name,
        standing=stands,
        in_words=where(at) if moved else STANDINGS[stands],
        wanted=wanted(practice, me, head.coach),
        at=one.queued.since,
        needs_eyes=head.dead_letters,
        danger=one.queued.section == "danger",
        danger_met=head.danger_at is not None and one.queued.section != "danger",
        unread=_UNREAD[one.queued.unread] if one.queued.unread else None,
        tally=tally,
        decided_by=_decider(practice, me, at),
        readers=tuple(
            name
            for each in one.readers
            if each.coach != me.id and (name := coach_named(practice, each.coach))
        ),
    )


def _decider(practice: Practice, me: Coach, at: Position) -> str | None:
    if at.decision is None or at.by is None:
        return None
    id = at.by.removeprefix("coach:")
    return "you" if id == me.id else coach_named(practice, id)


def _how_many(heads: Sequence[Head]) -> str:
    sent = sum(head.sent_at is not None for head in heads)
    parts = [f"{sent} sent", f"{len(heads) - sent} unfinished"]
    eyes = sum(head.dead_letters for head in heads)
    if eyes:
        parts.append(f"{eyes} {'message needs' if eyes == 1 else 'messages need'} your eyes")
    return ", ".join(parts)
