"""Single values that belong to the installation."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.store.tables import settings


async def setting(transaction: AsyncConnection, name: str, default: str) -> str:
    """The value of a setting; the default is written where there is none yet.

    Raises:
        Conflict: (at the end of the statement) another process wrote one meanwhile.
    """
    found = await transaction.execute(select(settings.c.value).where(settings.c.name == name))
    value = found.scalar_one_or_none()
    if value is None:
        await transaction.execute(insert(settings).values(name=name, value=default))
        return default
    return str(value)


async def prove_writable(transaction: AsyncConnection, at: str) -> None:
    """Write something that nobody reads; raises where the database takes no writes."""
    done = await transaction.execute(
        update(settings).where(settings.c.name == "last_proof").values(value=at)
    )
    if done.rowcount == 0:
        await transaction.execute(insert(settings).values(name="last_proof", value=at))
