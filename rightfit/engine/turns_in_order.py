"""Gives each waiting message its turn, in order, and writes what came of it.

A turn is played outside of any transaction and written in one, onto the very state it was
played on; if that has moved, the turn is played again. Nothing is shown before its commit.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

import msgspec

from rightfit.engine.afterwards import Afterwards
from rightfit.engine.news import News
from rightfit.engine.outcomes import Limits, Outcome
from rightfit.engine.turn import EmbeddedRasa, StaleChoice
from rightfit.engine.understanding import Words
from rightfit.engine.writing import nothing_new, put_again, turn_of
from rightfit.practice import Practice
from rightfit.store import conversations, inbox
from rightfit.store.conversations import Conversation, Turn
from rightfit.store.database import Conflict, Database, StorageUnavailable
from rightfit.store.inbox import Inbound

_log = logging.getLogger(__name__)

#: Plays in one go, those included that another process's write made void.
_MOST_PLAYS = 500
#: How many tries a turn counts for that took too long: the client is waiting all the while.
_HUNG = 3


class Next(msgspec.Struct, frozen=True):
    """The message whose turn it is, and the conversation as it stood at that moment.

    ``listening`` is what is being understood of it already, said to what was on screen then.
    """

    held: Conversation
    inbound: Inbound
    listening: Future[Words] | None = None


class _Done(msgspec.Struct, frozen=True):
    """A message that had its turn; ``outcome`` is null where it is not what was written."""

    inbound: int | None
    outcome: Outcome | None


_PLAY_AGAIN = _Done(None, None)


class Turns:
    """Messages of one conversation have their turns strictly one after the other."""

    def __init__(
        self,
        database: Database,
        rasa: EmbeddedRasa,
        practice: Practice,
        clock: Callable[[], datetime],
        limits: Limits,
        afterwards: Afterwards,
        news: News,
    ) -> None:
        self._database = database
        self._rasa = rasa
        self._practice = practice
        self._clock = clock
        self._limits = limits
        self._afterwards = afterwards
        self._news = news
        # Each lives as long as somebody waits for it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def sweep(self, older_than: timedelta) -> int:
        """Give their turn to messages that a crash left waiting; how many conversations."""
        async with self._database.reading() as transaction:
            waiting = await inbox.conversations_waiting(transaction, self._clock() - older_than)
        for conversation in waiting:
            try:
                await self.drain(conversation)
            except Exception as error:  # noqa: BLE001 - the others are not to wait for this one
                _log.error("a message was left waiting: %s", type(error).__name__)
        return len(waiting)

    async def drain(
        self, conversation: str, accepted: int | None = None, next_: Next | None = None
    ) -> Outcome | None:
        """Play what waits; the outcome of the message ``accepted`` if it was played here.

        ``next_`` is what is known to be next, and spares reading it.
        """
        lock = self._locks.setdefault(conversation, asyncio.Lock())
        async with lock:
            for _ in range(_MOST_PLAYS):
                done, next_ = await self._one_turn(conversation, next_), None
                if done is None:
                    return None
                if accepted is not None and done.inbound == accepted:
                    return done.outcome
        raise StorageUnavailable("other processes keep writing first")

    async def _one_turn(self, conversation: str, next_: Next | None) -> _Done | None:
        """Play and write the oldest waiting message; null if none waits.

        ``next_`` spares reading it; where it is out of date, writing finds out.
        """
        past = None
        if next_ is None or not self._rasa.remembers(conversation, next_.held.last_event):
            async with self._database.reading() as transaction:
                next_ = next_ or await self._next(transaction, conversation)
                if next_ is None:
                    return None
                last = next_.held.last_event
                if not self._rasa.remembers(conversation, last):
                    past = await conversations.events_of(transaction, conversation, last)
        held, inbound = next_.held, next_.inbound
        if inbound.kind == "resume" and held.state != "paused":
            # A message that was accepted before it has ended the break already.
            return await self._write(held, inbound, nothing_new(held, inbound))
        try:
            played = await self._rasa.play(
                conversation,
                inbound.channel,
                past,
                inbound.kind,
                inbound.body,
                held.on_screen,
                next_.listening,
                deadline=self._limits.deadline,
            )
            turn = turn_of(self._practice, held, inbound, played, self._clock())
        except StaleChoice:
            turn = await self._again(held, inbound, "utter_moved_on", dead=False)
        except StorageUnavailable:
            self._rasa.forget(conversation)
            raise
        except Exception as error:  # noqa: BLE001 - whatever an action does, the message stays
            self._rasa.forget(conversation)
            weight = _HUNG if isinstance(error, asyncio.TimeoutError) else 1
            async with self._database.writing() as transaction:
                tries = await inbox.count_attempt(transaction, inbound.id, weight)
            # Only the kind of the error is logged: its words may quote the client.
            _log.error("turn failed: %s, try %d", type(error).__name__, tries)
            if tries < self._limits.tries:
                return _PLAY_AGAIN
            turn = await self._again(held, inbound, "utter_trouble", dead=True)
        return await self._write(held, inbound, turn)

    async def _write(self, held: Conversation, inbound: Inbound, turn: Turn) -> _Done:
        now = self._clock()
        erased = turn.state == "erased"
        try:
            async with self._database.writing() as transaction:
                if erased:
                    await conversations.lock(transaction, held.id)
                    await conversations.erase(transaction, held.id, now)
                    await self._afterwards.erased(transaction, held.id, now)
                else:
                    await conversations.write_turn(transaction, held, turn, now)
                    await self._afterwards.note(transaction, held, turn, now)
                    if turn.state == "declined":
                        last = held.last_seq + len(turn.messages)
                        await conversations.forget_content(transaction, held.id, keep_from=last)
        except Conflict:
            self._rasa.forget(held.id)
            return _PLAY_AGAIN
        except BaseException:
            self._rasa.forget(held.id)
            raise
        if turn.events and not erased and turn.state != "declined":
            self._rasa.remember(held.id, held.last_event + len(turn.events))
        else:
            self._rasa.forget(held.id)
        self._news.tell(held.id)
        if erased or turn.state == "declined":
            await self._database.settle()
            return _Done(inbound.id, None)
        cursor = held.last_seq + len(turn.messages)
        return _Done(inbound.id, Outcome(turn.messages, cursor, turn.progress))

    async def _next(self, transaction: Any, conversation: str) -> Next | None:
        held = await conversations.conversation(transaction, conversation)
        inbound = await inbox.next_waiting(transaction, conversation)
        return Next(held, inbound) if held and inbound else None

    async def _again(
        self, held: Conversation, inbound: Inbound, response: str, *, dead: bool
    ) -> Turn:
        seq = held.on_screen.seq
        async with self._database.reading() as transaction:
            standing = await conversations.messages_after(transaction, held.id, seq - 1, seq)
        return put_again(
            self._practice,
            held,
            inbound,
            standing[0] if standing else None,
            response,
            self._clock(),
            dead=dead,
        )
