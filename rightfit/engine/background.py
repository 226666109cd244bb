"""What goes on beside answering: turns that a crash left waiting, and the day's upkeep."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from rightfit.engine.reception import Reception
from rightfit.engine.upkeep import daily
from rightfit.outbox.worker import Worker
from rightfit.store.database import Database

_log = logging.getLogger(__name__)

#: Seconds between looks for messages that a crash left waiting, and their least age.
_SWEEP_EVERY, _LEFT_BEHIND = 10.0, timedelta(seconds=15)


#: Something done again and again, such as a look of the clock.
Chore = Callable[[], Awaitable[object]]


@asynccontextmanager
async def in_background(
    reception: Reception,
    database: Database,
    clock: Callable[[], datetime],
    outbox: Worker | None = None,
    sweep_every: float = _SWEEP_EVERY,
    chores: Sequence[Chore] = (),
) -> AsyncIterator[None]:
    """Until the block ends, give waiting messages their turn, erase what is due and send mail.

    Any number of processes may do so at once. ``sweep_every`` is in seconds; with each sweep
    the ``chores`` are done as well.
    """
    tasks = [asyncio.create_task(_go_on(reception, database, clock, sweep_every, chores))]
    if outbox is not None:
        tasks.append(asyncio.create_task(outbox.keep_going()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _go_on(
    reception: Reception,
    database: Database,
    clock: Callable[[], datetime],
    sweep_every: float,
    chores: Sequence[Chore],
) -> None:
    least_age = timedelta(0)
    while True:
        try:
            await reception.sweep(least_age)
            least_age = _LEFT_BEHIND
        except Exception as error:  # noqa: BLE001 - whatever it was, the next look may succeed
            _log.warning("messages left waiting: %s", type(error).__name__)
        try:
            await daily(database, clock(), reception.gone)
        except Exception as error:  # noqa: BLE001 - tomorrow is another day
            _log.warning("upkeep left undone: %s", type(error).__name__)
        for chore in chores:
            try:
                await chore()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next look may succeed
                _log.warning("a chore was left undone: %s", type(error).__name__)
        await asyncio.sleep(sweep_every)
