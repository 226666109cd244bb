"""Who hears by mail of a step in the round, the trial or the referral: written with the step.

A letter to a client says that something waits on their page, and never what. A coach hears of
nothing that the client has answered.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec

from rightfit.outbox.contents import letter_by_mail, mail_address, plain_mail
from rightfit.practice import Coach, Practice
from rightfit.privacy.receipts import Receipts
from rightfit.review.events import (
    ConsiderOpened,
    ConsiderReminded,
    ConsiderRevealed,
    Entry,
    Event,
    PacketArrived,
    PulseAsked,
    ReferralOffered,
    coach_of,
)
from rightfit.review.letters import letter_for
from rightfit.store import intakes, outbox, reviews
from rightfit.store.database import Transaction

#: How long the link of a letter lets a client in.
_LINK_WORKS = timedelta(days=30)


class Telling(msgspec.Struct, frozen=True):
    """``address`` is where the pages are reached; null where no mail is sent."""

    practice: Practice
    receipts: Receipts
    address: str | None = None

    async def __call__(self, transaction: Transaction, conversation: str, entry: Entry) -> None:
        """Put the mail about one entry into the outbox, in the transaction of the entry."""
        if self.address is None:
            return
        kind = _letter_kind(entry.event)
        if kind is not None:
            await self._to_client(transaction, conversation, entry, kind)
        if _calls_coach(entry.event):
            await self._to_coach(transaction, conversation, entry)

    async def _to_client(
        self, transaction: Transaction, conversation: str, entry: Entry, kind: str
    ) -> None:
        content = await intakes.content(transaction, conversation)
        to = mail_address(self.practice, content.intake.answers) if content else None
        coach = await self._coach(transaction, conversation, entry)
        if content is None or to is None or coach is None:
            return
        key = self.receipts.pass_for(conversation, entry.at + _LINK_WORKS)
        names = (
            answer.given.text
            for answer in content.intake.answers
            if answer.question == "name" and answer.given is not None
        )
        letter = letter_for(
            self.practice, kind, coach, next(names, None), f"{self.address}/later/open/{key}"
        )
        going = letter_by_mail(self.practice, coach, conversation, entry.seq, to, letter)
        await outbox.put(transaction, going, entry.at)

    async def _to_coach(self, transaction: Transaction, conversation: str, entry: Entry) -> None:
        coach = await self._coach(transaction, conversation, entry)
        if coach is None or coach.email is None:
            return
        text = (
            f"Something about one of your intakes waits for you:\n"
            f"{self.address}/coach/intakes/{conversation}\n\n"
            "This message holds nothing of what was written or answered."
        )
        subject = "An intake waits for you"
        key = f"step:{conversation}:{entry.seq}"
        going = plain_mail(self.practice, key, conversation, coach.email, subject, text)
        await outbox.put(transaction, going, entry.at)

    async def _coach(
        self, transaction: Transaction, conversation: str, entry: Entry
    ) -> Coach | None:
        """Who wrote the entry, or the coach who wrote into the log last before it."""
        log = await reviews.log_of(transaction, conversation)
        signed = [coach_of(each.by) for each in log if each.seq <= entry.seq]
        id = next((each for each in reversed(signed) if each), None)
        return next((coach for coach in self.practice.coaches if coach.id == id), None)


def _letter_kind(event: Event) -> str | None:
    """The letter that a client gets, by its kind."""
    if isinstance(event, ConsiderOpened):
        return "disclose"
    if isinstance(event, ReferralOffered):
        return "packet"
    told = isinstance(event, ConsiderRevealed | PulseAsked)
    reminded = isinstance(event, ConsiderReminded) and event.side == "client"
    return "reminder" if told or reminded else None


def _calls_coach(event: Event) -> bool:
    reminded = isinstance(event, ConsiderReminded) and event.side == "coach"
    return reminded or isinstance(event, ConsiderRevealed | PulseAsked | PacketArrived)
