"""How coaches get in: one-time links, passwords, and sign-ins that are under way.

Links and sign-ins are kept as hashes only. Every function takes an open transaction;
times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.lead_tables import half_sign_ins
from rightfit.store.moments import as_utc
from rightfit.store.tables import passwords, sign_in_links, sign_ins


class SignIn(msgspec.Struct, frozen=True):
    """One sign-in that holds: whose, since when, and until when if nothing prolongs it.

    ``seen_at`` is when it was last used, to some minutes; ``device`` is such as "Firefox on
    Windows", null where it was not told.
    """

    coach: str
    made_at: datetime
    good_until: datetime
    seen_at: datetime | None = None
    device: str | None = None
    hash: str = ""


async def make_link(
    transaction: AsyncConnection,
    coach: str,
    token_hash: str,
    at: datetime,
    good_until: datetime,
) -> None:
    """Make a link that signs a coach in once; what is long over goes at the same time."""
    await transaction.execute(
        delete(sign_in_links).where(
            or_(sign_in_links.c.good_until <= at, sign_in_links.c.used_at.is_not(None))
        )
    )
    await transaction.execute(delete(sign_ins).where(sign_ins.c.good_until <= at))
    await transaction.execute(
        insert(sign_in_links).values(
            hash=token_hash, coach=coach, made_at=at, good_until=good_until
        )
    )


async def coach_of_link(transaction: AsyncConnection, token_hash: str, at: datetime) -> str | None:
    """The id of the coach whom an unused link would sign in; null where it is over."""
    query = select(sign_in_links.c.coach).where(_still_good(token_hash, at))
    found: str | None = (await transaction.execute(query)).scalar_one_or_none()
    return found


async def use_link(transaction: AsyncConnection, token_hash: str, at: datetime) -> str | None:
    """Use a link up; the coach's id for whoever is first, null for everybody after."""
    coach = await coach_of_link(transaction, token_hash, at)
    used = await transaction.execute(
        update(sign_in_links).where(_still_good(token_hash, at)).values(used_at=at)
    )
    return coach if used.rowcount == 1 else None


def _still_good(token_hash: str, at: datetime) -> Any:
    return and_(
        sign_in_links.c.hash == token_hash,
        sign_in_links.c.used_at.is_(None),
        sign_in_links.c.good_until > at,
    )


async def add_sign_in(
    transaction: AsyncConnection,
    coach: str,
    token_hash: str,
    at: datetime,
    good_until: datetime,
    device: str | None = None,
) -> None:
    """Sign a coach in on one device."""
    await transaction.execute(
        insert(sign_ins).values(
            hash=token_hash,
            coach=coach,
            made_at=at,
            good_until=good_until,
            seen_at=at,
            device=device,
        )
    )


async def sign_in_of(transaction: AsyncConnection, token_hash: str, at: datetime) -> SignIn | None:
    """The sign-in of a token; null where there is none, or where it is over."""
    query = select(sign_ins).where(and_(sign_ins.c.hash == token_hash, sign_ins.c.good_until > at))
    row = (await transaction.execute(query)).first()
    return _sign_in(row) if row else None


async def sign_ins_of(
    transaction: AsyncConnection, at: datetime, coach: str | None = None
) -> tuple[SignIn, ...]:
    """The sign-ins that hold, of one coach or of all, the one used last first."""
    query = select(sign_ins).where(sign_ins.c.good_until > at)
    if coach is not None:
        query = query.where(sign_ins.c.coach == coach)
    found = [_sign_in(row) for row in (await transaction.execute(query)).all()]
    return tuple(sorted(found, key=lambda one: one.seen_at or one.made_at, reverse=True))


async def prolong(
    transaction: AsyncConnection, token_hash: str, good_until: datetime, seen_at: datetime
) -> None:
    """Let a sign-in hold for longer; does nothing where it was ended meanwhile."""
    await transaction.execute(
        update(sign_ins)
        .where(sign_ins.c.hash == token_hash)
        .values(good_until=good_until, seen_at=seen_at)
    )


async def end(transaction: AsyncConnection, coach: str, token_hash: str) -> bool:
    """End one sign-in of a coach; false where they have no such one."""
    mine = and_(sign_ins.c.coach == coach, sign_ins.c.hash == token_hash)
    return bool((await transaction.execute(delete(sign_ins).where(mine))).rowcount == 1)


async def end_others(transaction: AsyncConnection, coach: str, keep: str) -> int:
    """End a coach's sign-ins, but for the one with the token hash ``keep``; how many."""
    others = and_(sign_ins.c.coach == coach, sign_ins.c.hash != keep)
    return int((await transaction.execute(delete(sign_ins).where(others))).rowcount)


async def end_all(transaction: AsyncConnection) -> None:
    """End everybody's sign-ins and links, as after a restored backup."""
    await transaction.execute(delete(sign_ins))
    await transaction.execute(delete(sign_in_links))


async def forget(transaction: AsyncConnection, coach: str) -> int:
    """Take away a coach's every way in: sign-ins, links, password; how many sign-ins."""
    await transaction.execute(delete(sign_in_links).where(sign_in_links.c.coach == coach))
    await transaction.execute(delete(passwords).where(passwords.c.coach == coach))
    return await end_others(transaction, coach, keep="")


async def last_seen(transaction: AsyncConnection, at: datetime) -> Mapping[str, datetime]:
    """Coach -> when any of their sign-ins that hold was last used."""
    found = {}
    for one in reversed(await sign_ins_of(transaction, at)):
        found[one.coach] = one.seen_at or one.made_at
    return found


async def who_have_passwords(transaction: AsyncConnection) -> frozenset[str]:
    """The ids of the coaches who have set a password."""
    return frozenset((await transaction.execute(select(passwords.c.coach))).scalars())


def _sign_in(row: Row) -> SignIn:
    return SignIn(
        row.coach,
        as_utc(row.made_at),
        as_utc(row.good_until),
        as_utc(row.seen_at) if row.seen_at else None,
        row.device,
        row.hash,
    )


async def sign_out(transaction: AsyncConnection, token_hash: str) -> None:
    """End a sign-in."""
    await transaction.execute(delete(sign_ins).where(sign_ins.c.hash == token_hash))


async def password_of(transaction: AsyncConnection, coach: str) -> str | None:
    """The hash of a coach's password; null where none is set."""
    query = select(passwords.c.hash).where(passwords.c.coach == coach)
    found: str | None = (await transaction.execute(query)).scalar_one_or_none()
    return found


async def set_password(
    transaction: AsyncConnection, coach: str, password_hash: str, at: datetime, keep: str
) -> None:
    """Set a coach's password and end every other way in that is open.

    Of the coach's sign-ins only the one with the token hash ``keep`` goes on; links that
    were not used yet are over, and so are sign-ins that wait for their second step.
    """
    await transaction.execute(delete(half_sign_ins).where(half_sign_ins.c.coach == coach))
    await transaction.execute(delete(passwords).where(passwords.c.coach == coach))
    await transaction.execute(insert(passwords).values(coach=coach, hash=password_hash, set_at=at))
    await transaction.execute(
        delete(sign_ins).where(and_(sign_ins.c.coach == coach, sign_ins.c.hash != keep))
    )
    await transaction.execute(delete(sign_in_links).where(sign_in_links.c.coach == coach))


async def rehash_password(
    transaction: AsyncConnection, coach: str, before: str, after: str
) -> None:
    """Keep the same password under a stronger hash, unless it was changed meanwhile."""
    await transaction.execute(
        update(passwords)
        .where(and_(passwords.c.coach == coach, passwords.c.hash == before))
        .values(hash=after)
    )
