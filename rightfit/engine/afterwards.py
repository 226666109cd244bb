"""What a turn leads to outside the conversation, written in the turn's own transaction.

The log hears that what a coach asked was answered; coaches are told by mail that a client may
be in danger; the practice's other programs are told by webhook.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from rightfit.outbox.contents import danger_alerts, hooks_of, words_of_intake
from rightfit.practice import Practice
from rightfit.privacy.held_back import for_coach
from rightfit.review.asking_more import answered_by, waiting
from rightfit.review.events import BY_CLIENT
from rightfit.store import conversations, intakes, outbox, reviews
from rightfit.store.conversations import Conversation, Turn


class Afterwards(msgspec.Struct, frozen=True):
    """``address`` is where coaches reach their pages; null where no mail is sent."""

    practice: Practice
    address: str | None = None

    async def note(self, transaction: Any, held: Conversation, turn: Turn, at: datetime) -> None:
        """Write what follows from a turn that was just written onto ``held``."""
        if turn.state == "sent" and held.state != "sent":
            await self._sent(transaction, held, turn, at)
        if self.address and await self._shows_danger(transaction, held, turn):
            for alert in danger_alerts(self.practice, held.id, turn.coach, self.address):
                await outbox.put(transaction, alert, at)

    async def erased(self, transaction: Any, conversation: str, at: datetime) -> None:
        """Tell the practice's other programs that an intake is gone, so that it goes there too."""
        for each in hooks_of(self.practice, "intake.erased", conversation, "erased", at, {}):
            await outbox.put(transaction, each, at)

    async def _sent(self, transaction: Any, held: Conversation, turn: Turn, at: datetime) -> None:
        log = await reviews.log_of(transaction, held.id)
        asked, seq = waiting(log), held.last_seq + len(turn.messages)
        facts = {"state": "sent", "coach": turn.coach}
        words = await self._words(transaction, held.id)
        if asked is not None:
            versions = await conversations.answer_versions(transaction, held.id)
            stands = tuple(conversations.in_force(versions).values())
            event = answered_by(asked, self.practice, stands)
            await reviews.append(transaction, held.id, len(log), event, BY_CLIENT, at)
        told = "intake.questions_answered" if asked is not None else "intake.sent"
        for each in hooks_of(self.practice, told, held.id, f"sent:{seq}", at, facts, words):
            await outbox.put(transaction, each, at)

    async def _words(self, transaction: Any, id: str) -> dict[str, Any] | None:
        """The intake as its coach may read it, where a webhook is to carry it."""
        if not any(hook.client_text for hook in self.practice.webhooks):
            return None
        content = await intakes.content(transaction, id)
        if content is None:
            return None
        read = for_coach(
            self.practice, content.intake, content.versions, content.transcript, content.held_back
        )
        return words_of_intake(read.intake)

    async def _shows_danger(self, transaction: Any, held: Conversation, turn: Turn) -> bool:
        """Whether the turn shows a client in danger, or lets a coach read of it at last.

        Before the consent nobody reads what is written, and the client is told so.
        """
        if turn.distress is not None and turn.distress.level == "crisis":
            return held.consent_version is not None or turn.consent_version is not None
        if turn.consent_version is None:
            return False
        shown = await conversations.distress_shown(transaction, held.id)
        return any(each.level == "crisis" for each in shown)
