"""Single values that belong to the installation, and what the practice lead has decided."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rightfit.privacy.practice_settings import PracticeSettings, checked, in_form
from rightfit.store.tables import settings

#: Before the name of what a lead decides, so that no such name meets one of the program's.
_DECIDED = "practice."


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


async def value_of(transaction: AsyncConnection, name: str) -> str | None:
    """The value of a setting; null where there is none."""
    found = await transaction.execute(select(settings.c.value).where(settings.c.name == name))
    value = found.scalar_one_or_none()
    return None if value is None else str(value)


async def prove_writable(transaction: AsyncConnection, at: str) -> None:
    """Write something that nobody reads; raises where the database takes no writes."""
    done = await transaction.execute(
        update(settings).where(settings.c.name == "last_proof").values(value=at)
    )
    if done.rowcount == 0:
        await transaction.execute(insert(settings).values(name="last_proof", value=at))


async def decided(transaction: AsyncConnection) -> PracticeSettings:
    """What the practice lead has decided; the defaults where that is nothing.

    A value that this version does not know how to read counts as not decided.
    """
    query = select(settings).where(settings.c.name.startswith(_DECIDED))
    kept = {
        row.name.removeprefix(_DECIDED): row.value
        for row in (await transaction.execute(query)).all()
    }
    form = in_form(PracticeSettings()) | kept
    _, wrong = checked(form)
    defaults = in_form(PracticeSettings())
    return checked(form | {name: defaults[name] for name in wrong})[0]


async def decide(transaction: AsyncConnection, changed: Mapping[str, str]) -> None:
    """Keep what a lead has decided, by the name of the setting, as its form holds it."""
    for name, value in changed.items():
        await keep(transaction, _DECIDED + name, value)


async def keep(transaction: AsyncConnection, name: str, value: str) -> None:
    """Write a setting, whatever it was before."""
    done = await transaction.execute(
        update(settings).where(settings.c.name == name).values(value=value)
    )
    if done.rowcount == 0:
        await transaction.execute(insert(settings).values(name=name, value=value))


async def claim(transaction: AsyncConnection, name: str, value: str, before: str) -> bool:
    """Move a setting on from ``before``; false where somebody else did meanwhile."""
    mine = and_(settings.c.name == name, settings.c.value == before)
    done = await transaction.execute(update(settings).where(mine).values(value=value))
    return bool(done.rowcount == 1)
