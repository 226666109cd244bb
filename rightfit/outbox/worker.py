"""Works the outbox off: claims what is due, sends it, and says how it ended.

Several processes may do so at once. What could not be sent is tried again, more and more
seldom, for two days.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from rightfit.outbox.result import Result, Sends
from rightfit.store import outbox
from rightfit.store.database import Conflict, Database, StorageUnavailable
from rightfit.store.outbox import Claimed, Kind

_log = logging.getLogger(__name__)

#: How long after the first, second ... try the next one comes; the last one repeats.
DELAYS: tuple[timedelta, ...] = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))
GIVES_UP_AFTER = timedelta(days=2)
#: Longer than any try takes; what is not settled by then was dropped by a crash.
_HOLD = timedelta(minutes=5)
#: Seconds between looks where nobody says that there is something new.
_LOOK_EVERY = 5.0


class Worker:
    """Sends what waits; a kind without a sender waits until there is one."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        senders: Mapping[Kind, Sends],
        look_every: float = _LOOK_EVERY,
    ) -> None:
        self._database = database
        self._clock = clock
        self._senders = senders
        self._look_every = look_every

    async def work_off(self, kind: Kind) -> int:
        """Send everything of a kind that is due; how many tries that took.

        Raises:
            StorageUnavailable, Conflict: the rest waits for the next look.
        """
        tries = 0
        async with self._database.writing() as transaction:
            await outbox.own_up(transaction, self._clock())
        while True:
            now = self._clock()
            async with self._database.writing() as transaction:
                claimed = await outbox.claim(transaction, kind, now, now + _HOLD)
            if claimed is None:
                return tries
            tries += 1
            await self._try(self._senders[kind], claimed)

    async def _try(self, sender: Sends, claimed: Claimed) -> None:
        handed = False

        async def before_content() -> bool:
            nonlocal handed
            async with self._database.writing() as transaction:
                until = self._clock() + _HOLD
                handed = await outbox.hand_over(transaction, claimed, until)
            return handed

        try:
            result = await sender.send(claimed, before_content)
        except (StorageUnavailable, Conflict):
            raise
        except Exception as error:  # noqa: BLE001 - one thing that cannot be sent stops no other
            # Only the kind is logged: the error's own words may quote a letter.
            _log.error("sending failed: %s", type(error).__name__)
            result = Result("unknown" if handed else "later", "Something went wrong on our side.")
        await self._settle(claimed, result)

    async def _settle(self, claimed: Claimed, result: Result) -> None:
        now, fault = self._clock(), result.fault or None
        if result.outcome == "not_ours":
            return
        async with self._database.writing() as transaction:
            if result.outcome != "later":
                await outbox.settle(transaction, claimed, result.outcome, now, fault)
            elif now - claimed.made_at >= GIVES_UP_AFTER:
                await outbox.settle(transaction, claimed, "given_up", now, fault)
            else:
                delay = DELAYS[min(claimed.attempts, len(DELAYS)) - 1]
                await outbox.put_off(transaction, claimed, now + delay, result.fault)

    async def keep_going(self) -> None:
        """Work off whatever comes in, each kind by itself, until cancelled."""
        await asyncio.gather(*(self._keep_going(kind) for kind in self._senders))

    async def _keep_going(self, kind: Kind) -> None:
        while True:
            try:
                await self.work_off(kind)
            except Exception as error:  # noqa: BLE001 - whatever it was, the next look may succeed
                _log.warning("the outbox waits: %s", type(error).__name__)
            await asyncio.sleep(self._look_every)
