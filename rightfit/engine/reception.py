"""Takes messages in, has each given its turn, and tells what came of it.

A message is committed to the inbox before it is acknowledged; what follows is decided in
:mod:`rightfit.engine.turns_in_order`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

import msgspec

from rightfit.engine.afterwards import Afterwards
from rightfit.engine.news import News
from rightfit.engine.outcomes import Limits, Opened, Outcome
from rightfit.engine.refusals import Ended, Erased, MovedOn, NoSuchConversation, NotOnScreen
from rightfit.engine.turn import EmbeddedRasa
from rightfit.engine.turns_in_order import Next, Turns
from rightfit.practice import NO_PREFERENCE, Practice, said_in
from rightfit.privacy.keeping import longest_kept
from rightfit.privacy.receipts import Receipts, digest, new_token
from rightfit.records import Message, OnScreen, Progress
from rightfit.store import allowances, conversations, inbox, intakes
from rightfit.store.conversations import Conversation
from rightfit.store.database import Conflict, Database, StorageUnavailable
from rightfit.store.intakes import Content
from rightfit.store.packets import CHANNEL as HANDED_ON
from rightfit.store.settings import decided

_log = logging.getLogger(__name__)


#: Writes in the transaction that opens or resumes the conversation of that id.
Bind = Callable[[Any, str], Awaitable[None]]


class _Accepted(msgspec.Struct, frozen=True):
    """A message in the inbox; ``next`` where it is known to be its turn."""

    inbound: int
    done: bool = False
    next: Next | None = None


class _SomethingWaits(Exception):
    """A message waits that may change what is on screen; nothing was kept."""


class Reception:
    """The way in for every channel. ``clock`` gives aware datetimes in UTC.

    ``gone`` are the ids of coaches who have left, and are not in the practice.
    """

    def __init__(
        self,
        database: Database,
        rasa: EmbeddedRasa,
        practice: Practice,
        receipts: Receipts,
        clock: Callable[[], datetime],
        limits: Limits,
        afterwards: Afterwards,
        gone: frozenset[str] = frozenset(),
    ) -> None:
        self._database = database
        self._rasa = rasa
        self._practice = practice
        self._receipts = receipts
        self._clock = clock
        self.limits = limits
        self._gone = gone
        self._afterwards = afterwards
        self._news = News()
        self._turns = Turns(database, rasa, practice, clock, limits, afterwards, self._news)

    # ------------------------------------------------------------------ coming in

    async def open(
        self,
        channel: str,
        coach: str | None,
        locale: str | None,
        address: str | None,
        bind: Bind | None = None,
    ) -> Opened:
        """Open a conversation and play its first turn; ``bind`` writes along with it.

        A page that still names a coach who has left opens one for any coach.

        Raises:
            KeyError: there is no such coach.
            TooMany: too many new conversations from this address.
            StorageUnavailable: nothing was opened.
        """
        if coach in self._gone:
            coach = None
        if coach is not None and coach != NO_PREFERENCE:
            self._practice.coach(coach)
        elif coach is None and len(self._practice.coaches) == 1:
            coach = self._practice.coaches[0].id
        id, token, now = str(uuid4()), new_token(), self._clock()
        receipt = self._receipts.of(id)
        first = self._practice.questions[0]
        progress = Progress(
            1, len(self._practice.questions), self._practice.section(first.section).title
        )
        async with self._database.writing() as transaction:
            if address is not None:
                await allowances.spend_arrival(
                    transaction, self._receipts.blind(address), self.limits.arrivals, now
                )
            kept = longest_kept(await decided(transaction))
            await conversations.open_conversation(
                transaction,
                id=id,
                receipt_hash=digest(receipt),
                token_hash=digest(token),
                channel=channel,
                coach=coach,
                locale=locale,
                progress=progress,
                burst=self.limits.messages.burst,
                at=now,
            )
            await inbox.accept(
                transaction,
                conversation=id,
                channel=channel,
                key=f"{id}:open",
                kind="open",
                body={"receipt": receipt, "coach": coach, "kept_days": str(kept)},
                at=now,
            )
            if bind is not None:
                await bind(transaction, id)
        await self._turns.drain(id)
        return Opened(token, receipt, id)

    async def resume(
        self,
        receipt: str,
        address: str | None,
        channel: str | None = None,
        bind: Bind | None = None,
    ) -> Opened:
        """Let another device in by receipt code; a paused interview goes on.

        ``channel`` is where the device is, null for that of the conversation; ``bind`` writes
        along with it.

        Raises:
            NoSuchConversation, Erased, TooMany, StorageUnavailable.
        """
        receipt, token, now = self._receipts.normal(receipt), new_token(), self._clock()
        async with self._database.writing() as transaction:
            if address is not None:
                await allowances.spend_arrival(
                    transaction, self._receipts.blind(address), self.limits.arrivals, now
                )
            id = await conversations.conversation_of_receipt(transaction, digest(receipt))
            if id is not None:
                # Locked first: a token takes a share of the row, and two shares never get it all.
                found = await conversations.lock(transaction, id)
                if found is None:
                    id = None  # erased meanwhile
                else:
                    await conversations.add_token(transaction, id, digest(token), now)
                    if found.state == "paused":
                        await self._take_up(transaction, found, channel or found.channel, now)
                    if bind is not None:
                        await bind(transaction, id)
            gone = await conversations.erased_at(transaction, digest(receipt))
        if id is None:
            raise Erased(gone) if gone else NoSuchConversation("no intake has this receipt code")
        await self._turns.drain(id)
        return Opened(token, receipt, id)

    async def _take_up(
        self, transaction: Any, held: Conversation, channel: str, now: datetime
    ) -> None:
        # One key a break: a client who asks twice is welcomed back once.
        key = f"{held.id}:resume:{held.last_seq}"
        if await inbox.inbound_by_key(transaction, channel, key) is None:
            await inbox.accept(
                transaction,
                conversation=held.id,
                channel=channel,
                key=key,
                kind="resume",
                body=None,
                at=now,
            )

    async def conversation_of(self, token: str) -> str:
        """The conversation that a token opens. Raises NoSuchConversation."""
        async with self._database.reading() as transaction:
            id = await conversations.conversation_of_token(transaction, digest(token))
        if id is None:
            raise NoSuchConversation("the token opens no conversation")
        return id

    # ------------------------------------------------------------------ messages

    async def receive(
        self,
        conversation: str,
        key: str,
        kind: Literal["text", "choice", "change"],
        body: str | list[str] | dict[str, str | None],
        seen: int | None = None,
        channel: str | None = None,
    ) -> Outcome:
        """Acknowledge a message, give it its turn, and tell what came of it.

        The same key again gives the same outcome and changes nothing. ``seen`` is the last
        message that the client had on screen when writing; ``channel`` is where that was,
        null for the channel of the conversation. A change is ``{"question", "text"}``: new
        words for an answer, or null to take it out.

        Raises:
            Ended, NotOnScreen, MovedOn, TooMany: nothing was kept.
            StorageUnavailable: if the message was acknowledged before, it keeps its place.
        """
        key = f"{conversation}:{key}"
        while True:
            try:
                accepted = await self._accept(conversation, key, kind, body, seen, channel)
            except _SomethingWaits:
                await self._turns.drain(conversation)
                continue
            outcome = (
                None
                if accepted.done
                else await self._turns.drain(conversation, accepted.inbound, accepted.next)
            )
            return outcome or await self._outcome(key, conversation, channel)

    async def _accept(
        self,
        conversation: str,
        key: str,
        kind: str,
        body: Any,
        seen: int | None,
        channel: str | None = None,
    ) -> _Accepted:
        """Put the message into the inbox, or find it there.

        Raises:
            _SomethingWaits: it was said to what is on screen, and that may change first.
        """
        now = self._clock()
        try:
            async with self._database.writing() as transaction:
                held = await conversations.lock(transaction, conversation)
                if held is None:
                    raise NoSuchConversation("the conversation was erased")
                # Before all else: what was sent before is known, whatever has come since.
                inbound = await inbox.accept(
                    transaction,
                    conversation=conversation,
                    channel=channel or held.channel,
                    key=key,
                    kind=kind,
                    body=body,
                    at=now,
                )
                if held.state == "declined" or held.channel == HANDED_ON:
                    raise Ended("the intake has ended")
                if seen is not None and seen < held.on_screen.seq:
                    raise MovedOn("the question on screen has changed")
                await allowances.spend_message(transaction, held, self.limits.messages, now)
                # The commit waits for the disk; the words can be understood meanwhile.
                listening = self._rasa.listen(held.on_screen, body) if kind == "text" else None
                first = await inbox.next_waiting(transaction, conversation)
                its_turn = first is not None and first.id == inbound
                if not its_turn and (seen is not None or kind == "choice"):
                    raise _SomethingWaits
                if kind == "choice" and not _shown(body, held.on_screen):
                    raise NotOnScreen("the choice is not on screen")
        except Conflict:
            return await self._accepted_before(conversation, key, channel)
        if first is None or not its_turn:
            return _Accepted(inbound)
        return _Accepted(inbound, next=Next(held, first, listening))

    async def _accepted_before(self, conversation: str, key: str, channel: str | None) -> _Accepted:
        async with self._database.reading() as transaction:
            channel = channel or (await self._held(transaction, conversation)).channel
            known = await inbox.inbound_by_key(transaction, channel, key)
        if known is None:
            raise StorageUnavailable("the message was not kept")
        return _Accepted(known.id, known.done)

    async def _held(self, transaction: Any, conversation: str) -> Conversation:
        held = await conversations.conversation(transaction, conversation)
        if held is None:
            raise NoSuchConversation("the conversation was erased")
        return held

    async def _outcome(self, key: str, conversation: str, channel: str | None) -> Outcome:
        async with self._database.reading() as transaction:
            held = await conversations.conversation(transaction, conversation)
            if held is None:
                return self._farewell(channel or "web")
            inbound = await inbox.inbound_by_key(transaction, channel or held.channel, key)
            if inbound is None and held.state == "declined":
                raise Ended("the intake ended before the message had its turn")
            if inbound is None or inbound.first_seq is None or inbound.last_seq is None:
                raise StorageUnavailable("the message has not had its turn")
            shown = await conversations.messages_after(
                transaction, conversation, inbound.first_seq - 1, inbound.last_seq
            )
        return Outcome(shown, inbound.last_seq, inbound.progress or held.progress)

    def _farewell(self, channel: str) -> Outcome:
        """The last words of a conversation that was erased in its own last turn."""
        now = self._clock()
        text = said_in(self._practice, "utter_erased", channel).text
        last = Message(1, str(uuid4()), "assistant", text, now, "utter_erased")
        return Outcome((last,), 1, Progress(1, 1, ""))

    async def shown(self, conversation: str, after: int) -> Outcome:
        """The transcript after a cursor. Raises NoSuchConversation."""
        async with self._database.reading() as transaction:
            held = await self._held(transaction, conversation)
            messages = await conversations.messages_after(transaction, conversation, after)
        cursor = messages[-1].seq if messages else max(after, held.last_seq)
        return Outcome(messages, cursor, held.progress)

    async def content(self, conversation: str) -> Content:
        """Everything of a conversation. Raises NoSuchConversation."""
        async with self._database.reading() as transaction:
            found = await intakes.content(transaction, conversation)
        if found is None:
            raise NoSuchConversation("the conversation was erased")
        return found

    async def erase(self, conversation: str) -> tuple[str, datetime]:
        """Erase everything of a conversation; its receipt code and the time.

        Raises:
            NoSuchConversation: it was erased before.
        """
        now = self._clock()
        async with self._database.writing() as transaction:
            if await conversations.erase(transaction, conversation, now) is None:
                raise NoSuchConversation("the conversation was erased")
            await self._afterwards.erased(transaction, conversation, now)
        await self._database.settle()
        self.gone(conversation)
        return self._receipts.of(conversation), now

    async def wait_for_news(self, conversation: str, seconds: float) -> None:
        """Return when a turn of this process has been written, or after some seconds."""
        await self._news.wait(conversation, seconds)

    async def sweep(self, older_than: timedelta) -> int:
        """Give their turn to messages that a crash left waiting; how many conversations."""
        return await self._turns.sweep(older_than)

    async def give_turns(self, conversation: str) -> None:
        """Give their turn to what was put into a conversation's inbox elsewhere."""
        await self._turns.drain(conversation)

    def gone(self, conversation: str) -> None:
        """Keep nothing in memory of a conversation that was erased, and tell open pages."""
        self._rasa.forget(conversation)
        self._news.tell(conversation)


def _shown(ids: list[str], screen: OnScreen) -> bool:
    shown = {choice.id for choice in screen.choices}
    at_most = screen.multiple or 1
    return 0 < len(ids) <= at_most and len(set(ids)) == len(ids) and set(ids) <= shown
