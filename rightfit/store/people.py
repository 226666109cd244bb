"""Who may sign in, as it is kept. Every function takes an open transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.practice import Practice
from rightfit.privacy.people import Kept, Person, Role, leads, people_of, who_may_enter
from rightfit.store import second_steps, sign_ins
from rightfit.store.lead_tables import people
from rightfit.store.moments import as_utc


async def everybody(transaction: AsyncConnection, practice: Practice) -> tuple[Person, ...]:
    """Everybody of the practice, those who were removed too."""
    rows = (await transaction.execute(select(people).order_by(people.c.coach))).all()
    return people_of(
        practice,
        [
            Kept(row.coach, row.name, row.role, as_utc(row.removed_at) if row.removed_at else None)
            for row in rows
        ],
    )


async def may_enter(transaction: AsyncConnection, practice: Practice, id: str) -> Person | None:
    """The person of that id, if they may sign in; every door asks this, each time."""
    return who_may_enter(await everybody(transaction, practice), id)


async def removed(transaction: AsyncConnection) -> frozenset[str]:
    """The ids of those whose way in was taken away."""
    query = select(people.c.coach).where(people.c.removed_at.is_not(None))
    return frozenset((await transaction.execute(query)).scalars())


async def invite(
    transaction: AsyncConnection, practice: Practice, id: str, name: str, role: Role, at: datetime
) -> None:
    """Let somebody without a profile in.

    Raises:
        Conflict: (at the end of the statement) the id was taken meanwhile.
    """
    await _as_it_is(transaction, practice, at)
    await transaction.execute(insert(people).values(coach=id, name=name, role=role, added_at=at))


async def make(
    transaction: AsyncConnection, practice: Practice, id: str, role: Role, at: datetime
) -> None:
    """Give somebody a role."""
    await _as_it_is(transaction, practice, at)
    await _write(transaction, id, at, role=role)


async def remove(transaction: AsyncConnection, practice: Practice, id: str, at: datetime) -> int:
    """Take somebody's way in away: sign-ins, links, password, second step; how many sign-ins."""
    await _as_it_is(transaction, practice, at)
    # Kept by name, for the day on which they do not stand in coaches.yml any more.
    name = next((one.name for one in practice.coaches if one.id == id), None)
    named = {"name": name} if name is not None else {}
    await _write(transaction, id, at, role="coach", removed_at=at, **named)
    await second_steps.forget(transaction, id)
    return await sign_ins.forget(transaction, id)


async def let_back_in(
    transaction: AsyncConnection, practice: Practice, id: str, at: datetime
) -> None:
    """Let somebody in again who was removed; they need a new link."""
    await _as_it_is(transaction, practice, at)
    await _write(transaction, id, at, removed_at=None)


async def _as_it_is(transaction: AsyncConnection, practice: Practice, at: datetime) -> None:
    """Write down who leads, where that only follows from nobody having been made a lead."""
    for person in leads(await everybody(transaction, practice)):
        await _write(transaction, person.coach.id, at, role="lead")


async def _write(
    transaction: AsyncConnection, id: str, at: datetime, **values: str | datetime | None
) -> None:
    mine = people.c.coach == id
    changed = await transaction.execute(update(people).where(mine).values(**values))
    if changed.rowcount == 0:
        row = {"role": "coach", **values}
        await transaction.execute(insert(people).values(coach=id, added_at=at, **row))
