"""Keeps coaches' cards true: a new one for each intake, another text once something changed.

What is decided on the web is seen here, too, since both write the same log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rightfit.practice import Coach
from rightfit.records import Flag
from rightfit.review.decisions import Position, position
from rightfit.review.events import Entry, LetterSent
from rightfit.slack import cards
from rightfit.slack.blocks import fallback, paragraphs
from rightfit.slack.desk import Desk, in_danger
from rightfit.slack.presenting import Post
from rightfit.slack.settings import SlackSettings
from rightfit.store import intakes, reviews, slack_cards, slack_outbox
from rightfit.store.database import Conflict
from rightfit.store.intakes import Head
from rightfit.store.slack_cards import Card

#: An intake that was sent longer ago than this, when Slack is joined, gets no card any more.
_NEW = timedelta(days=7)
#: All intakes are looked at so often, although nothing seems to have changed.
_IN_ANY_CASE = timedelta(minutes=1)
#: Times that one intake is called to mind.
_REMINDED = 3


def is_quiet(at: datetime, zone: str, quiet: tuple[time, time]) -> bool:
    """Whether nobody is to be reminded at this time; the stretch may go past midnight."""
    now, (begins, ends) = at.astimezone(ZoneInfo(zone)).time(), quiet
    if begins <= ends:
        return begins <= now < ends
    return now >= begins or now < ends


class Watching:
    """Looks at all intakes, and hands cards and reminders to the outbox."""

    def __init__(self, desk: Desk, settings: SlackSettings, wake: Callable[[], None]) -> None:
        self._desk = desk
        self._database = desk.database
        self._practice = desk.practice
        self._clock = desk.clock
        self._settings = settings
        self._wake = wake
        self._seen: tuple[str, ...] = ()
        self._looked_at: datetime | None = None

    async def sweep(self) -> None:
        """Make and renew the cards that are due, and remind of what nobody has opened."""
        now = self._clock()
        async with self._database.reading() as transaction:
            pulse = await slack_cards.pulse(transaction)
        lately = self._looked_at is not None and now - self._looked_at < _IN_ANY_CASE
        if lately and pulse == self._seen:
            return
        await self._look(now)
        self._seen, self._looked_at = pulse, now

    async def _look(self, now: datetime) -> None:
        async with self._database.reading() as transaction:
            heads = await intakes.heads(transaction)
            logs = await reviews.logs_of(transaction)
            known = await slack_cards.cards(transaction)
        for head in heads:
            log = logs.get(head.id, ())
            danger = in_danger(head, log)
            if head.sent_at is None and not danger:
                continue
            for channel, coach in await self._places(head):
                card = known.get((head.id, channel))
                since = max(each for each in (head.sent_at, head.danger_at) if each)
                if card is None and since < now - _NEW:
                    continue
                await self._card(head, log, channel, coach, card, danger=danger)
        await self._remind(heads, logs, now)

    async def _places(self, head: Head) -> Sequence[tuple[str, Coach | None]]:
        """Where the card goes, and whose flags it counts."""
        named = next((each for each in self._practice.coaches if each.id == head.coach), None)
        if self._settings.channel:
            return [(self._settings.channel, named)]
        if named is not None and named.slack and await self._desk.coach_of(named.slack):
            return [(named.slack, named)]
        found = []
        for each in self._practice.coaches:
            if each.slack and await self._desk.coach_of(each.slack):
                found.append((each.slack, each))
        return found

    async def _card(
        self,
        head: Head,
        log: Sequence[Entry],
        channel: str,
        coach: Coach | None,
        card: Card | None,
        *,
        danger: bool,
    ) -> None:
        basis = "|".join(
            str(part) for part in (head.sent_at, head.changed_at, len(log), danger, head.coach)
        )
        if card is not None and card.basis == basis:
            return
        post = await self._made(head, position(log), coach, danger=danger)
        if post is None:
            return
        key, version = f"card|{head.id}|{channel}", 0
        try:
            async with self._database.writing() as transaction:
                if card is None:
                    new = Card(head.id, channel, basis, 1)
                    await slack_cards.new_card(transaction, new, self._clock())
                elif not await slack_cards.renewed(transaction, card, basis):
                    return
                else:
                    version = card.version
                await slack_outbox.put(
                    transaction,
                    app="coaches",
                    key=f"{key}|{version}" if version else key,
                    channel=channel,
                    method="update" if version else "post",
                    about=key if version else None,
                    body={"text": post.text, "blocks": post.blocks},
                    conversation=head.id,
                    transcript=True,
                    at=self._clock(),
                )
        except Conflict:
            return  # Another process has made the same card.
        self._wake()

    async def _made(
        self, head: Head, at: Position, coach: Coach | None, *, danger: bool
    ) -> Post | None:
        flags: Sequence[Flag] | None = None
        if coach is not None and head.sent_at is not None:
            opened = await self._desk.open(coach, head.id)
            if opened is None:
                return None
            flags = opened.flags
        return cards.card(self._practice, head, at, flags, danger=danger)

    async def _remind(
        self, heads: Sequence[Head], logs: Mapping[str, Sequence[Entry]], now: datetime
    ) -> None:
        """Call to mind what was sent long ago and that no coach has opened; not at night."""
        if is_quiet(now, self._practice.time_zone, self._settings.quiet):
            return
        after = timedelta(hours=self._settings.remind_after_hours)
        waiting = [
            head
            for head in heads
            if head.sent_at is not None
            and now - head.sent_at >= after
            and position(logs.get(head.id, ())).state == "new"
        ]
        async with self._database.reading() as transaction:
            read_by = await reviews.readings_of(transaction, [head.id for head in waiting])
        for head in waiting:
            assert head.sent_at is not None
            times = int((now - head.sent_at) / after)
            if head.id in read_by or times > _REMINDED:
                continue
            post = cards.reminder(self._practice, head)
            for channel, _ in await self._places(head):
                async with self._database.writing() as transaction:
                    await slack_outbox.put(
                        transaction,
                        app="coaches",
                        key=f"reminder|{head.id}|{channel}|{times}",
                        channel=channel,
                        method="post",
                        body={"text": post.text, "blocks": post.blocks},
                        conversation=head.id,
                        transcript=True,
                        at=now,
                    )
        if waiting:
            self._wake()


async def hand_letters_over(desk: Desk, wake: Callable[[], None]) -> None:
    """Post what coaches wrote to clients who have their intake in Slack."""
    async with desk.database.reading() as transaction:
        untold = await slack_cards.letters_untold(transaction)
        logs = await reviews.logs_of(transaction, [each.conversation for each in untold])
    for each in untold:
        entry = next((e for e in logs.get(each.conversation, ()) if e.seq == each.seq), None)
        if entry is None or not isinstance(entry.event, LetterSent):
            continue
        text = f"{entry.event.subject}\n\n{entry.event.text}"
        body: dict[str, Any] = {"text": fallback(text), "blocks": paragraphs(text)}
        async with desk.database.writing() as transaction:
            await slack_outbox.put(
                transaction,
                app="clients",
                key=slack_cards.letter_key(each),
                channel=each.channel,
                method="post",
                body=body,
                conversation=each.conversation,
                transcript=True,
                at=desk.clock(),
            )
    if untold:
        wake()
