"""Steps of the consider round, the trial and the referral, and what the clock does by itself.

A step is checked and written under the lock of its intake, and whatever is due after it follows
in the same transaction. So several processes at once do each step of the clock once.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from rightfit.practice import Practice
from rightfit.review import consider, pact, referral
from rightfit.review.clock import due, wakes_at
from rightfit.review.events import BY_SYSTEM, Entry, Event
from rightfit.store import conversations, reviews, wakes
from rightfit.store.database import Conflict, Database, Transaction
from rightfit.store.reviews import MayNotFollow, NoSuchIntake

_log = logging.getLogger(__name__)

#: Intakes that one look of the clock works on; the rest waits for the next.
_AT_ONCE = 100

#: What is told to whom when something was written; called within the transaction.
Tells = Callable[[Transaction, str, Entry], Awaitable[None]]


class Clockwork(msgspec.Struct, frozen=True):
    """The clock of one installation; ``tells`` is called for every step that is written."""

    database: Database
    practice: Practice
    clock: Callable[[], datetime]
    tells: Tells | None = None

    async def take(self, conversation: str, event: Event, by: str) -> Entry:
        """Take one step in a transaction of its own; raises as :func:`take`."""
        async with self.database.writing() as transaction:
            return await take(
                transaction, self.practice, conversation, event, by, self.clock(), self.tells
            )

    async def look(self) -> int:
        """Do everything that is due to any intake; raises as :func:`look`."""
        return await look(self.database, self.practice, self.clock(), self.tells)


class StepRefused(RuntimeError):
    """A step that cannot be taken now; ``fault`` names why, nothing was kept."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


async def take(
    transaction: Transaction,
    practice: Practice,
    conversation: str,
    event: Event,
    by: str,
    now: datetime,
    tells: Tells | None = None,
) -> Entry:
    """Write one step, and what follows from it at once; the entry of the step.

    Raises:
        StepRefused: the round, the trial or the referral is not where the step belongs.
        MayNotFollow: the intake is not; with a sentence.
        NoSuchIntake: it was erased.
    """
    if await conversations.lock(transaction, conversation) is None:
        raise NoSuchIntake("there is no such intake")
    log = await reviews.log_of(transaction, conversation)
    barred = practice.ethics_code == "aca_ncda"
    fault = (
        consider.may_follow(log, event, own_values_bar=barred)
        or pact.may_follow(log, event)
        or referral.may_follow(log, event, practice)
    )
    if fault is not None:
        raise StepRefused(fault)
    entry = await _write(transaction, practice, conversation, event, by, now, tells)
    await settle(transaction, practice, conversation, now, tells)
    return entry


async def settle(
    transaction: Transaction,
    practice: Practice,
    conversation: str,
    now: datetime,
    tells: Tells | None = None,
) -> int:
    """Do what is due to one intake, and say when to look again; how many steps were taken.

    The caller holds the lock of the intake.
    """
    steps = 0
    while True:
        log = await reviews.log_of(transaction, conversation)
        event = due(log, now)
        if event is None:
            await wakes.wake_at(transaction, conversation, wakes_at(log))
            return steps
        try:
            await _write(transaction, practice, conversation, event, BY_SYSTEM, now, tells)
        except MayNotFollow:
            # Another version wrote this log. Nothing is forced upon it, and nothing tried again.
            _log.warning("the clock leaves an intake alone at %s", type(event).__name__)
            await wakes.wake_at(transaction, conversation, None)
            return steps
        steps += 1


async def _write(
    transaction: Transaction,
    practice: Practice,
    conversation: str,
    event: Event,
    by: str,
    now: datetime,
    tells: Tells | None,
) -> Entry:
    code = practice.ethics_code
    seq = await reviews.record(transaction, conversation, None, event, by, now, code)
    entry = Entry(seq, now, by, event)
    if tells is not None:
        await tells(transaction, conversation, entry)
    return entry


async def look(
    database: Database, practice: Practice, now: datetime, tells: Tells | None = None
) -> int:
    """Do everything that is due to any intake; how many steps were taken.

    Raises:
        StorageUnavailable: what was not done is still due.
    """
    async with database.reading() as transaction:
        ready = await wakes.awake(transaction, now, _AT_ONCE)
    steps = 0
    for conversation in ready:
        try:
            async with database.writing() as transaction:
                if await conversations.lock(transaction, conversation) is not None:
                    steps += await settle(transaction, practice, conversation, now, tells)
        except Conflict:
            # Somebody else was faster, or it was erased; the next look knows.
            continue
    async with database.writing() as transaction:
        await wakes.forget_packets(transaction, now)
    return steps
