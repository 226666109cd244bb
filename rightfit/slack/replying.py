"""What goes out to a client in Slack: the replies of the interview, and single sentences.

Everything is put into the outbox under a key of its own, so that whoever comes here twice
changes nothing. See ``rightfit.slack.posting`` for how it leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rightfit.engine.assembly import Engine
from rightfit.records import Message
from rightfit.slack import presenting
from rightfit.slack.presenting import SLACK, Post
from rightfit.store import conversations, slack, slack_outbox
from rightfit.store.conversations import Conversation
from rightfit.store.slack import Delivery, SlackPerson

#: Messages that a turn can come to; far more than any does.
_MOST_IN_A_TURN = 20


class Replies:
    """Hands what is to be posted to the outbox; ``wake`` tells the outbox so."""

    def __init__(self, engine: Engine, wake: Callable[[], None]) -> None:
        self._database = engine.database
        self._practice = engine.practice
        self._clock = engine.clock
        self._wake = wake

    async def hand_over_of(self, team: str, person: str) -> None:
        """Hand over the replies to somebody in Slack, if they have a conversation."""
        async with self._database.reading() as transaction:
            found = await slack.person_of(transaction, team, person)
        if found:
            await self.hand_over(found)

    async def hand_over(self, person: SlackPerson) -> None:
        """Put the replies to what came from Slack into the outbox, a message for each turn."""
        async with self._database.writing() as transaction:
            held = await conversations.lock(transaction, person.conversation)
            now = await slack.person_of(transaction, person.team, person.person)
            if held is None or now is None or now.conversation != person.conversation:
                return
            turns = await slack.turns_after(transaction, now.conversation, now.handed_over, SLACK)
            for first, last in turns:
                shown = await conversations.messages_after(
                    transaction, now.conversation, first - 1, last
                )
                await self._put_turn(transaction, now, held, shown, f"turn|{held.id}|{last}")
            if turns:
                await slack.hand_over(transaction, now, turns[-1][1])
        self._wake()

    async def _put_turn(
        self,
        transaction: Any,
        person: SlackPerson,
        held: Conversation,
        shown: tuple[Message, ...],
        key: str,
    ) -> None:
        said = [message for message in shown if message.author != "client"]
        if not said:
            return
        seq = said[-1].seq
        await self._settle_before(transaction, person, seq)
        asks = seq == held.on_screen.seq and held.on_screen.asked is not None
        posts = presenting.turn(
            self._practice, held.id, said, held.progress if asks and held.state == "open" else None
        )
        for number, post in enumerate(posts):
            last = number == len(posts) - 1
            await self.put(
                transaction,
                f"{key}|{person.person}|{number}",
                person.channel,
                post,
                conversation=held.id,
                seq=seq if last else None,
            )

    async def _settle_before(self, transaction: Any, person: SlackPerson, seq: int) -> None:
        """Take the buttons of earlier questions away; nothing of them can be pressed any more."""
        live = await slack_outbox.live_before(transaction, person.conversation, seq)
        for key, asked in live:
            shown = await conversations.messages_after(
                transaction, person.conversation, asked - _MOST_IN_A_TURN, asked + 1
            )
            said = presenting.one_turn(shown, asked)
            answered = next((message for message in shown if message.seq == asked + 1), None)
            if not said:
                continue
            post = presenting.settled(said, answered)
            await slack_outbox.put(
                transaction,
                app="clients",
                key=f"settled|{key}",
                channel=person.channel,
                method="update",
                about=key,
                body={"text": post.text, "blocks": post.blocks},
                conversation=person.conversation,
                transcript=True,
                at=self._clock(),
            )
        await slack_outbox.not_live(transaction, [key for key, _ in live])

    async def put_again(self, delivery: Delivery, person: SlackPerson) -> None:
        """Post the question that is on screen once more: it went on elsewhere, or is far above."""
        async with self._database.writing() as transaction:
            held = await conversations.lock(transaction, person.conversation)
            if held is None or not held.on_screen.seq:
                return
            seq = held.on_screen.seq
            shown = await conversations.messages_after(transaction, held.id, seq - 1, seq)
            await self._settle_before(transaction, person, seq + 1)
            await self._put_turn(transaction, person, held, shown, f"again|{delivery.key}")
        self._wake()

    async def say(
        self,
        delivery: Delivery,
        response: str,
        *,
        channel: str | None = None,
        thread: str | None = None,
    ) -> None:
        """Say one sentence of the practice's wording, as a reply to a delivery."""
        post = presenting.said(self._practice, response)
        async with self._database.writing() as transaction:
            await self.put(
                transaction,
                f"said|{response}|{delivery.key}",
                channel or delivery.channel,
                post,
                thread=thread,
            )

    async def say_all(self, delivery: Delivery, last_words: tuple[Message, ...]) -> None:
        """Say what stands in no transcript any more."""
        texts = [message for message in last_words if message.author != "client"]
        if not texts:
            return
        async with self._database.writing() as transaction:
            for number, post in enumerate(presenting.turn(self._practice, "", texts)):
                await self.put(
                    transaction, f"farewell|{delivery.key}|{number}", delivery.channel, post
                )

    async def put(
        self,
        transaction: Any,
        key: str,
        channel: str,
        post: Post,
        *,
        conversation: str | None = None,
        seq: int | None = None,
        thread: str | None = None,
    ) -> None:
        """Put one post into the outbox; ``seq`` is the message that it shows the last of."""
        body: dict[str, Any] = {"text": post.text, "blocks": post.blocks}
        if thread:
            body["thread_ts"] = thread
        await slack_outbox.put(
            transaction,
            app="clients",
            key=key[:200],
            channel=channel,
            method="post",
            body=body,
            conversation=conversation,
            transcript=conversation is not None,
            seq=seq,
            live=post.live and seq is not None,
            at=self._clock(),
        )

    async def take_buttons_away(
        self, transaction: Any, proposal: str, do: str, delivery: Delivery
    ) -> None:
        """A proposal was answered; what was chosen stands in its place."""
        key, post = f"proposal|{proposal}", presenting.answered(self._practice, do)
        await slack_outbox.put(
            transaction,
            app="clients",
            key=f"settled|{key}",
            channel=delivery.channel,
            method="update",
            about=key,
            body={"text": post.text, "blocks": post.blocks},
            at=self._clock(),
        )

    async def tidy(self) -> None:
        """Take back what stands in Slack of an erased intake, and forget what is long done."""
        now = self._clock()
        async with self._database.writing() as transaction:
            await slack_outbox.drop_unsent_of_erased(transaction, now)
            for app, key, channel in await slack_outbox.left_behind(transaction):
                await slack_outbox.put(
                    transaction,
                    app=app,
                    key=f"deleted|{key}"[:200],
                    channel=channel,
                    method="delete",
                    about=key,
                    body={},
                    at=now,
                )
            await slack.forget_deliveries(transaction, now - slack.REMEMBERED_FOR)
            await slack_outbox.forget_done(transaction, now - slack.REMEMBERED_FOR)
