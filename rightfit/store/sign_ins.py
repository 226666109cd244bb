"""How coaches get in: one-time links, passwords, and sign-ins that are under way.

Links and sign-ins are kept as hashes only. Every function takes an open transaction;
times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.conversations import as_utc
from rightfit.store.tables import passwords, sign_in_links, sign_ins


class SignIn(msgspec.Struct, frozen=True):
    """One sign-in that holds: whose, since when, and until when if nothing prolongs it."""

    coach: str
    made_at: datetime
    good_until: datetime


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
) -> None:
    """Sign a coach in on one device."""
    await transaction.execute(
        insert(sign_ins).values(hash=token_hash, coach=coach, made_at=at, good_until=good_until)
    )


async def sign_in_of(transaction: AsyncConnection, token_hash: str, at: datetime) -> SignIn | None:
    """The sign-in of a token; null where there is none, or where it is over."""
    query = select(sign_ins).where(and_(sign_ins.c.hash == token_hash, sign_ins.c.good_until > at))
    row = (await transaction.execute(query)).first()
    return SignIn(row.coach, as_utc(row.made_at), as_utc(row.good_until)) if row else None


async def prolong(transaction: AsyncConnection, token_hash: str, good_until: datetime) -> None:
    """Let a sign-in hold for longer; does nothing where it was ended meanwhile."""
    await transaction.execute(
        update(sign_ins).where(sign_ins.c.hash == token_hash).values(good_until=good_until)
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
    were not used yet are over.
    """
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
