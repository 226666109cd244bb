"""The second step of signing in, as it is kept: the app's secret, recovery codes, half sign-ins.

Every function takes an open transaction; times are aware datetimes in UTC, handed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.lead_tables import half_sign_ins, recovery_codes, second_steps
from rightfit.store.moments import as_utc


class SecondStep(msgspec.Struct, frozen=True):
    """The app of a coach: its secret in base 32, and the last half minute that was used."""

    secret: str
    set_at: datetime
    last_step: int


async def of(transaction: AsyncConnection, coach: str) -> SecondStep | None:
    """The second step of a coach; null where none is set up."""
    row = (
        await transaction.execute(select(second_steps).where(second_steps.c.coach == coach))
    ).first()
    return SecondStep(row.secret, as_utc(row.set_at), row.last_step) if row else None


async def who_have_one(transaction: AsyncConnection) -> frozenset[str]:
    """The ids of the coaches who have set up a second step."""
    return frozenset((await transaction.execute(select(second_steps.c.coach))).scalars())


async def set_up(
    transaction: AsyncConnection,
    coach: str,
    secret: str,
    step: int,
    code_hashes: Iterable[str],
    at: datetime,
) -> None:
    """Set up or replace a coach's app; ``step`` is the half minute of the code that proved it."""
    await forget(transaction, coach)
    await transaction.execute(
        insert(second_steps).values(coach=coach, secret=secret, set_at=at, last_step=step)
    )
    await new_codes(transaction, coach, code_hashes)


async def use(transaction: AsyncConnection, coach: str, step: int) -> bool:
    """Use up a half minute; false where it, or a later one, was used before."""
    used = await transaction.execute(
        update(second_steps)
        .where(and_(second_steps.c.coach == coach, second_steps.c.last_step < step))
        .values(last_step=step)
    )
    return bool(used.rowcount == 1)


async def new_codes(transaction: AsyncConnection, coach: str, hashes: Iterable[str]) -> None:
    """Put new recovery codes in the place of all that a coach had."""
    await transaction.execute(delete(recovery_codes).where(recovery_codes.c.coach == coach))
    rows = [{"hash": hashed, "coach": coach} for hashed in hashes]
    if rows:
        await transaction.execute(insert(recovery_codes), rows)


async def use_code(transaction: AsyncConnection, coach: str, hashed: str, at: datetime) -> bool:
    """Use a recovery code up; false where there is none such, or it was used."""
    mine = and_(
        recovery_codes.c.coach == coach,
        recovery_codes.c.hash == hashed,
        recovery_codes.c.used_at.is_(None),
    )
    used = await transaction.execute(update(recovery_codes).where(mine).values(used_at=at))
    return bool(used.rowcount == 1)


async def codes_left(transaction: AsyncConnection, coach: str) -> int:
    """How many recovery codes a coach has not used."""
    mine = and_(recovery_codes.c.coach == coach, recovery_codes.c.used_at.is_(None))
    query = select(func.count()).select_from(recovery_codes).where(mine)
    return int((await transaction.execute(query)).scalar_one())


async def forget(transaction: AsyncConnection, coach: str) -> None:
    """Take away a coach's app, recovery codes and half sign-ins."""
    for table in (second_steps, recovery_codes, half_sign_ins):
        await transaction.execute(delete(table).where(table.c.coach == coach))


async def add_half(
    transaction: AsyncConnection, coach: str, token_hash: str, at: datetime, good_until: datetime
) -> None:
    """Remember that the first step is done; what is over goes at the same time."""
    await transaction.execute(delete(half_sign_ins).where(half_sign_ins.c.good_until <= at))
    await transaction.execute(
        insert(half_sign_ins).values(hash=token_hash, coach=coach, good_until=good_until)
    )


async def half_of(transaction: AsyncConnection, token_hash: str, at: datetime) -> str | None:
    """The coach whose first step is done; null where that is none, or over."""
    query = select(half_sign_ins.c.coach).where(
        and_(half_sign_ins.c.hash == token_hash, half_sign_ins.c.good_until > at)
    )
    found: str | None = (await transaction.execute(query)).scalar_one_or_none()
    return found


async def end_half(transaction: AsyncConnection, token_hash: str) -> bool:
    """End a half sign-in; false where it was ended before."""
    done = await transaction.execute(
        delete(half_sign_ins).where(half_sign_ins.c.hash == token_hash)
    )
    return bool(done.rowcount == 1)
