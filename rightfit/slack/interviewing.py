"""The interview in a direct message: from what Slack delivered to the reception, and back.

A delivery is kept and committed before it is acknowledged, then worked on in the order of its
person. Every step may be done twice: the reception knows the key, and so does the outbox.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from weakref import WeakValueDictionary

import msgspec

from rightfit.engine.assembly import Engine
from rightfit.engine.refusals import Ended, Erased, MovedOn, NoSuchConversation, NotOnScreen
from rightfit.hearing import wants_erasing
from rightfit.records import Message
from rightfit.slack import delivered, presenting
from rightfit.slack.delivered import Delivered, Kept
from rightfit.slack.presenting import SLACK
from rightfit.slack.replying import Replies
from rightfit.store import conversations, slack, slack_outbox
from rightfit.store.allowances import TooMany
from rightfit.store.conversations import Conversation
from rightfit.store.database import Conflict, StorageUnavailable
from rightfit.store.slack import Delivery, Proposal, SlackPerson

_log = logging.getLogger(__name__)

_RECEIPT = re.compile(r"\W*[0-9A-Za-z]{4}(?:[-\s][0-9A-Za-z]{4}){3}\W*")
#: How long a delivery waits that could not be worked on, for each try; and at most.
_AGAIN, _AGAIN_AT_MOST = timedelta(seconds=2), timedelta(minutes=1)
#: Answers on which words can be changed: those that a client gives in the interview.
_NOT_CHANGED_SO = frozenset(("consent", "recap", "needs", "disclosure"))


class Became(msgspec.Struct, frozen=True):
    """The message of the transcript that a delivery became, if it became one."""

    conversation: str | None = None
    seq: int | None = None


_NOTHING = Became()


class Interviews:
    """Takes clients' deliveries in, works on them, and hands the replies to the outbox."""

    def __init__(self, engine: Engine, wake: Callable[[], None] = lambda: None) -> None:
        self._engine = engine
        self._database = engine.database
        self._reception = engine.reception
        self._practice = engine.practice
        self._clock = engine.clock
        self._wake = wake
        self._replies = Replies(engine, wake)
        self._at_work: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    # ------------------------------------------------------------------ taking in

    async def take(self, kept: Kept) -> bool:
        """Keep a delivery; false where Slack has delivered it before.

        Raises:
            StorageUnavailable: it was not kept and must not be acknowledged.
        """
        try:
            async with self._database.writing() as transaction:
                await slack.take_in(
                    transaction,
                    key=kept.key,
                    team=kept.team,
                    person=kept.person,
                    channel=kept.channel,
                    ts=kept.ts,
                    body=msgspec.to_builtins(kept.what),
                    at=self._clock(),
                )
        except Conflict:
            return False
        return True

    async def sweep(self) -> None:
        """Work on what a crash or a failure left: deliveries, replies, posts of erased intakes."""
        now = self._clock()
        async with self._database.reading() as transaction:
            waiting = await slack.people_waiting(transaction, now)
            behind = await slack.people_behind(transaction)
        for team, person in waiting:
            await self.work(team, person)
        for each in behind:
            await self._replies.hand_over(each)
        await self._replies.tidy()

    async def work(self, team: str, person: str) -> None:
        """Work on what waits of one person, oldest first, until nothing is due."""
        lock = self._at_work.setdefault((team, person), asyncio.Lock())
        async with lock:
            while True:
                now = self._clock()
                async with self._database.reading() as transaction:
                    delivery = await slack.next_delivery(transaction, team, person, now)
                if delivery is None:
                    return
                try:
                    became = await self._work_on(delivery)
                    async with self._database.writing() as transaction:
                        await slack.finish_delivery(
                            transaction, delivery.id, now, became.conversation, became.seq
                        )
                except TooMany as error:
                    await self._postpone(delivery, timedelta(seconds=error.retry_after))
                    return
                except Exception as error:  # noqa: BLE001 - it is kept, and tried again
                    _log.error("a delivery from Slack waits: %s", type(error).__name__)
                    await self._postpone(
                        delivery, min(_AGAIN * 2**delivery.attempts, _AGAIN_AT_MOST)
                    )
                    return
                finally:
                    self._wake()

    async def _postpone(self, delivery: Delivery, wait: timedelta) -> None:
        try:
            async with self._database.writing() as transaction:
                await slack.postpone_delivery(transaction, delivery.id, self._clock() + wait)
        except StorageUnavailable:
            return  # It is due still, and the next sweep finds it.

    # ------------------------------------------------------------------ one delivery

    async def _work_on(self, delivery: Delivery) -> Became:
        what: Delivered = msgspec.convert(delivery.body, Delivered)
        async with self._database.reading() as transaction:
            person = await slack.person_of(transaction, delivery.team, delivery.person)
            held = (
                await conversations.conversation(transaction, person.conversation)
                if person
                else None
            )
        match what:
            case delivered.Elsewhere():
                return await self._elsewhere(delivery, person)
            case delivered.Typed(text, files):
                return await self._typed(delivery, person, held, text, files)
            case delivered.Chosen():
                return await self._chosen(delivery, person, what)
            case delivered.Edited() | delivered.Deleted():
                return await self._changed(delivery, person, what)
            case delivered.Agreed():
                return await self._agreed(delivery, person, what)
            case delivered.InThread():
                await self._replies.say(delivery, "slack_thread", thread=delivery.ts)
            case delivered.Huddled():
                await self._replies.say(delivery, "slack_huddle")
            case delivered.Reacted():
                await self._replies.say(delivery, "slack_reaction")
        return _NOTHING

    async def _elsewhere(self, delivery: Delivery, person: SlackPerson | None) -> Became:
        """Somebody wrote where others read along: only they see the hint, and the DM opens."""
        hint = presenting.said(self._practice, "slack_elsewhere")
        body = {"text": hint.text, "blocks": hint.blocks, "user": delivery.person}
        # Once a day for each channel: people talk in channels, and not always to us.
        place = f"{delivery.team}|{delivery.channel}|{delivery.person}"
        async with self._database.writing() as transaction:
            new = await slack_outbox.put(
                transaction,
                app="clients",
                key=f"hint|{place}|{self._clock().date()}",
                channel=delivery.channel,
                method="ephemeral",
                body=body,
                at=self._clock(),
            )
        if person is None:
            await self._open(delivery, channel=delivery.person)
        elif new:
            await self._replies.say(delivery, "slack_here", channel=person.channel)
        return _NOTHING

    async def _typed(
        self,
        delivery: Delivery,
        person: SlackPerson | None,
        held: Conversation | None,
        text: str,
        files: bool,
    ) -> Became:
        if files:
            await self._replies.say(delivery, "slack_file")
        if _RECEIPT.fullmatch(text):
            return await self._resume(delivery, text)
        if not text:
            return _NOTHING
        if person is None or held is None or held.state == "declined":
            await self._open(delivery, channel=delivery.channel)
            return _NOTHING
        if len(text) > self._reception.limits.characters:
            await self._replies.say(delivery, "slack_too_long")
            return _NOTHING
        if person.channel != delivery.channel:
            await self._here(person, delivery.channel)
        if held.state == "sent" and wants_erasing(text):
            await self._propose(delivery, person.conversation, "slack_erase", None, None)
            return _NOTHING
        seen, asked_since = await self._seen(delivery, held)
        try:
            return await self._receive(delivery, person, "text", text, asked_since)
        except MovedOn:
            await self._late(delivery, person, text, seen)
        except (Ended, NoSuchConversation):
            await self._open(delivery, channel=delivery.channel)
        return _NOTHING

    async def _seen(self, delivery: Delivery, held: Conversation) -> tuple[int, int]:
        """What stood in Slack when the words were written; and what counts as seen.

        A question that was put again since, after an aside, is still the same question.
        """
        async with self._database.reading() as transaction:
            seen = await slack_outbox.seen_at(transaction, held.id, delivery.channel, delivery.ts)
            then = await conversations.messages_after(transaction, held.id, seen - 1, seen)
            at = held.on_screen.seq
            now = await conversations.messages_after(transaction, held.id, at - 1, at)
        same = then and now and _asks(then[0]) == _asks(now[0])
        return seen, max(seen, at) if same else seen

    async def _here(self, person: SlackPerson, channel: str) -> None:
        """The direct message has an id of its own, which is known once they write in it."""
        async with self._database.writing() as transaction:
            await slack.move_person(transaction, person, channel)

    async def _late(self, delivery: Delivery, person: SlackPerson, text: str, seen: int) -> None:
        """Words that were written before the question on screen had arrived in Slack."""
        if seen == 0:
            return  # Written before anything was asked: the welcome is on its way.
        before = await self._answer_before(person.conversation, seen)
        if before is None:
            await self._replies.say(delivery, "moved_on")
            await self._replies.put_again(delivery, person)
            return
        question, words = before
        await self._propose(
            delivery, person.conversation, "slack_late", question, f"{words}\n{text}", late=text
        )

    async def _answer_before(self, conversation: str, seen: int) -> tuple[str, str] | None:
        """The question that was on screen then, and what the client has said under it since."""
        async with self._database.reading() as transaction:
            shown = await conversations.messages_after(transaction, conversation, seen - 1, seen)
            in_force = conversations.in_force(
                await conversations.answer_versions(transaction, conversation)
            )
        question = shown[0].question if shown else None
        answer = in_force.get(question) if question else None
        if question is None or question in _NOT_CHANGED_SO:
            return None
        if answer is None or answer.given is None or answer.given.kind != "said":
            return None
        return question, answer.given.text or ""

    async def _chosen(
        self, delivery: Delivery, person: SlackPerson | None, what: delivered.Chosen
    ) -> Became:
        if person is None or person.conversation != what.conversation:
            await self._replies.say(delivery, "moved_on")
            return _NOTHING
        if not what.choices:
            await self._replies.say(delivery, "please_choose")
            return _NOTHING
        try:
            return await self._receive(delivery, person, "choice", list(what.choices), what.seq)
        except (MovedOn, NotOnScreen, Ended):
            await self._replies.say(delivery, "moved_on")
            await self._replies.put_again(delivery, person)
        except NoSuchConversation:
            await self._replies.say(delivery, "moved_on")
        return _NOTHING

    async def _receive(
        self, delivery: Delivery, person: SlackPerson, kind: Any, body: Any, seen: int | None
    ) -> Became:
        outcome = await self._reception.receive(
            person.conversation, delivery.key, kind, body, seen, SLACK
        )
        first = outcome.messages[0] if outcome.messages else None
        async with self._database.reading() as transaction:
            there = await conversations.conversation(transaction, person.conversation)
        if there is None:
            # Erased in its own last turn: its farewell stands nowhere but here.
            await self._replies.say_all(delivery, outcome.messages)
            return _NOTHING
        await self._replies.hand_over(person)
        if there.state == "declined" or first is None or first.author != "client":
            return _NOTHING
        return Became(person.conversation, first.seq)

    # ------------------------------------------------------------------ changes

    async def _changed(
        self,
        delivery: Delivery,
        person: SlackPerson | None,
        what: delivered.Edited | delivered.Deleted,
    ) -> Became:
        """A message was changed or deleted in Slack; the answer is not, unless they say so."""
        async with self._database.reading() as transaction:
            was = await slack.became(transaction, delivery.channel, delivery.ts)
            mine = was is not None and person is not None and was[0] == person.conversation
            questions = await slack.answers_of_turn(transaction, *was) if was and mine else ()
        questions = tuple(each for each in questions if each not in _NOT_CHANGED_SO)
        if not mine or was is None:
            return _NOTHING
        if not questions:
            await self._replies.say(delivery, "slack_not_an_answer")
            return _NOTHING
        question, words = questions[0], None
        if isinstance(what, delivered.Edited) and what.text:
            if len(what.text) > self._reception.limits.characters:
                await self._replies.say(delivery, "slack_too_long")
                return _NOTHING
            words = what.text
        response = "slack_edited" if words else "slack_deleted"
        await self._propose(delivery, was[0], response, question, words)
        return _NOTHING

    async def _propose(
        self,
        delivery: Delivery,
        conversation: str,
        response: str,
        question: str | None,
        words: str | None,
        late: str | None = None,
    ) -> None:
        title = self._practice.question(question).title if question else ""
        id = str(uuid5(NAMESPACE_URL, f"{conversation}|{delivery.key}"))
        post = presenting.proposed(
            self._practice, response, id, title=title, words=f"“{words}”" if words else ""
        )
        async with self._database.writing() as transaction:
            proposal = Proposal(id, conversation, question, words, late)
            await slack.propose(transaction, proposal, self._clock())
            await self._replies.put(
                transaction,
                f"proposal|{id}",
                delivery.channel,
                post,
                conversation=conversation,
            )

    async def _agreed(
        self, delivery: Delivery, person: SlackPerson | None, what: delivered.Agreed
    ) -> Became:
        """The answer to a proposal: only now does anything change."""
        async with self._database.reading() as transaction:
            proposal = await slack.proposal_of(transaction, what.proposal)
        if proposal is None or person is None or person.conversation != proposal.conversation:
            await self._replies.say(delivery, "moved_on")
            return _NOTHING
        became = _NOTHING
        try:
            if what.do == "leave":
                await self._replies.say(delivery, "kept")
            elif what.do == "erase":
                await self._erase(delivery, person)
                return _NOTHING
            elif what.do == "answer" and proposal.late is not None:
                became = await self._receive(delivery, person, "text", proposal.late, None)
            elif proposal.question is not None:
                body = {"question": proposal.question, "text": proposal.words}
                became = await self._receive(delivery, person, "change", body, None)
        except (Ended, NoSuchConversation):
            await self._replies.say(delivery, "moved_on")
        async with self._database.writing() as transaction:
            await slack.drop_proposal(transaction, proposal.id)
            await self._replies.take_buttons_away(transaction, proposal.id, what.do, delivery)
        return became

    async def _erase(self, delivery: Delivery, person: SlackPerson) -> None:
        with contextlib.suppress(NoSuchConversation):
            await self._reception.erase(person.conversation)
        await self._replies.say(delivery, "erased")
        await self._replies.tidy()

    # ------------------------------------------------------------------ coming in

    async def _open(self, delivery: Delivery, channel: str) -> None:
        async def bind(transaction: Any, id: str) -> None:
            await slack.bind_person(
                transaction, delivery.team, delivery.person, channel, id, 0, self._clock()
            )

        address = f"slack {delivery.team} {delivery.person}"
        await self._reception.open(SLACK, None, None, address, bind)
        await self._replies.hand_over_of(delivery.team, delivery.person)

    async def _resume(self, delivery: Delivery, receipt: str) -> Became:
        """Go on here with an intake that was begun elsewhere."""

        async def bind(transaction: Any, id: str) -> None:
            held = await conversations.conversation(transaction, id)
            seq = held.last_seq if held else 0
            await slack.bind_person(
                transaction, delivery.team, delivery.person, delivery.channel, id, seq, now
            )

        now = self._clock()
        address = f"slack {delivery.team} {delivery.person}"
        try:
            await self._reception.resume(receipt, address, SLACK, bind)
        except Erased:
            await self._replies.say(delivery, "slack_erased_before")
            return _NOTHING
        except NoSuchConversation:
            await self._replies.say(delivery, "slack_no_receipt")
            return _NOTHING
        async with self._database.reading() as transaction:
            person = await slack.person_of(transaction, delivery.team, delivery.person)
            behind = person and await slack.turns_after(
                transaction, person.conversation, person.handed_over, SLACK
            )
        if person is None:
            return _NOTHING
        if not behind:
            # It was not taking a break, so nothing was said to the client yet.
            await self._replies.say(delivery, "welcome_back")
            await self._replies.put_again(delivery, person)
        await self._replies.hand_over(person)
        return _NOTHING


def _asks(message: Message) -> tuple[Any, ...]:
    """What a message asks, whenever it does."""
    return message.question, message.text, message.choices
