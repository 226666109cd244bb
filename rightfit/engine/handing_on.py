"""Sends a packet to another coach at the client's word, and takes one in.

A coach of this practice gets the packet as an intake of their own at once. A partner outside
gets a link; what they do with it is theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import msgspec

from rightfit.engine import clockwork
from rightfit.engine.clockwork import StepRefused, Tells
from rightfit.outbox.contents import plain_mail
from rightfit.practice import Practice
from rightfit.privacy.held_back import for_coach
from rightfit.privacy.packets import (
    Content,
    Packet,
    answers_in,
    as_bytes,
    content_of,
    digest_of,
    fingerprint,
    parts_of,
    signed,
)
from rightfit.privacy.receipts import Receipts, digest, new_token
from rightfit.records import Intake
from rightfit.review.events import (
    BY_CLIENT,
    BY_SYSTEM,
    Entry,
    PacketArrived,
    PacketChosen,
    PacketSent,
    coach_of,
)
from rightfit.review.referral import LINK_WORKS, Referral, declared, referral_of
from rightfit.store import intakes, outbox, packets, reviews
from rightfit.store.database import Conflict, Database, Transaction
from rightfit.store.intakes import Content as Stored
from rightfit.store.packets import CameFrom


class HandingOn(msgspec.Struct, frozen=True):
    """``address`` is where the pages are reached; null where no mail is sent."""

    database: Database
    practice: Practice
    receipts: Receipts
    clock: Callable[[], datetime]
    tells: Tells | None = None
    address: str | None = None

    def shown_to_coach(self, stored: Stored) -> Intake:
        """The intake as its coach may read it: nothing else can travel."""
        return for_coach(
            self.practice, stored.intake, stored.versions, stored.transcript, stored.held_back
        ).intake

    def packet_of(self, stored: Stored, log: tuple[Entry, ...]) -> Content | None:
        """What would be sent as things stand; null where nobody and nothing is chosen yet."""
        found = referral_of(log)
        if found is None or found.chosen is None or found.to is None:
            return None
        at = max(each.at for each in log if isinstance(each.event, PacketChosen))
        intake = self.shown_to_coach(stored)
        known = {part.id for part in parts_of(self.practice, intake)}
        travels = [each for each in found.chosen if each in known]
        offer = next(each for each in found.offers if (each.kind, each.to) == found.to)
        sender = self._coach_named(coach_of(offer.by)) or self.practice.name
        name = self.name_of(*found.to) or ""
        return content_of(self.practice, intake, travels, sender, name, at.isoformat())

    def name_of(self, kind: str, id: str) -> str | None:
        """What somebody is called whom a coach has suggested; null where they are gone."""
        everybody = declared(self.practice, None)
        return next((each.name for each in everybody if (each.kind, each.id) == (kind, id)), None)

    async def send(self, conversation: str, seen: str) -> None:
        """Send what the client has looked at; ``seen`` is the digest of it.

        Raises:
            StepRefused: ``changed`` where it is not what they saw, or the step is not possible.
            MayNotFollow, NoSuchIntake: as :func:`rightfit.engine.clockwork.take`.
        """
        now = self.clock()
        async with self.database.writing() as transaction:
            stored = await intakes.content(transaction, conversation)
            log = await reviews.log_of(transaction, conversation)
            content = self.packet_of(stored, log) if stored is not None else None
            found = referral_of(log)
            if content is None or found is None or found.to is None:
                raise StepRefused("not_chosen")
            packet = signed(content, self.receipts.signing_seed())
            if digest_of(packet) != seen:
                raise StepRefused("changed")
            kind, to = found.to
            event = PacketSent(seen, now + LINK_WORKS, kind, to)
            entry = await clockwork.take(
                transaction, self.practice, conversation, event, BY_CLIENT, now, self.tells
            )
            if kind == "coach":
                await self._take_in(transaction, packet, to, conversation, now)
                await self._arrived(transaction, conversation, now)
            else:
                await self._post(transaction, conversation, entry, packet, to)

    async def _post(
        self, transaction: Transaction, conversation: str, entry: Entry, packet: Packet, to: str
    ) -> None:
        until = entry.at + LINK_WORKS
        body = as_bytes(packet).decode()
        await packets.keep_packet(transaction, conversation, entry.seq, body, until)
        partner = next((each for each in self.practice.partners if each.id == to), None)
        if self.address is None or partner is None:
            return
        link = f"{self.address}/packet/{self.receipts.packet_link(conversation, entry.seq, until)}"
        text = (
            f"A client of {self.practice.name} would like you to read what they are looking for"
            f" in a coach. They chose themselves what you may read.\n\n{link}\n\n"
            f"The link works until {until:%d %B %Y}. This message holds nothing of what they wrote."
        )
        subject = f"From a client of {self.practice.name}"
        key = f"packet:{conversation}:{entry.seq}"
        going = plain_mail(self.practice, key, conversation, partner.contact.email, subject, text)
        await outbox.put(transaction, going, entry.at)

    async def open_link(self, link: str, *, arrived: bool) -> bytes | None:
        """The packet behind a link; null where it is over, erased or forged.

        ``arrived`` says that somebody has opened it, which is all that the sender learns.
        """
        now = self.clock()
        found = self.receipts.packet_of_link(link, now)
        if found is None:
            return None
        conversation, seq = found
        async with self.database.writing() as transaction:
            body = await packets.packet(transaction, conversation, seq, now)
            if body is not None and arrived:
                log = await reviews.log_of(transaction, conversation)
                if not _has_arrived(referral_of(log)):
                    await self._arrived(transaction, conversation, now)
        return body.encode() if body is not None else None

    async def _arrived(self, transaction: Transaction, conversation: str, now: datetime) -> None:
        await clockwork.take(
            transaction, self.practice, conversation, PacketArrived(), BY_SYSTEM, now, self.tells
        )

    async def take_in(self, packet: Packet, coach: str) -> tuple[str, bool]:
        """Make an intake of a packet from elsewhere; its id, and whether it is new here."""
        known = digest_of(packet)
        for _ in range(2):
            async with self.database.reading() as transaction:
                there = await packets.taken_in(transaction, known)
            if there is not None:
                return there, False
            try:
                async with self.database.writing() as transaction:
                    return await self._take_in(transaction, packet, coach, None, self.clock()), True
            except Conflict:
                # The same file at the same moment; the other one is there now.
                continue
        raise Conflict("the packet was taken in and erased meanwhile")

    async def _take_in(
        self,
        transaction: Transaction,
        packet: Packet,
        coach: str,
        origin: str | None,
        now: datetime,
    ) -> str:
        id, content = str(uuid4()), packet.content
        consent = content.intake.consent
        await packets.take_in(
            transaction,
            id=id,
            receipt_hash=digest(self.receipts.of(id)),
            token_hash=digest(new_token()),
            coach=coach,
            answers=answers_in(content),
            needs=content.intake.needs,
            digest=digest_of(packet),
            origin=origin,
            whence=CameFrom(content.practice, content.coach, fingerprint(packet)),
            consent_version=consent.version if consent else None,
            at=now,
        )
        return id

    def _coach_named(self, id: str | None) -> str | None:
        return next((coach.name for coach in self.practice.coaches if coach.id == id), None)


def _has_arrived(found: Referral | None) -> bool:
    return found is None or found.packet is None or found.packet.arrived_at is not None
