"""The tables of what leaves the house, and of clients who look in on their intake."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String, Table

from rightfit.store.codec import Sealed
from rightfit.store.tables import metadata

#: Mail and webhooks, written in the transaction of what they tell of. ``key`` says what a
#: thing is, so that nothing is put in twice; ``about`` says so to people, without names.
outbox = Table(
    "outbox",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("conversation", String(36), ForeignKey("conversations.id", ondelete="CASCADE")),
    Column("kind", String(8), nullable=False),
    Column("about", String(64), nullable=False),
    Column("body", Sealed),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("held_until", DateTime(timezone=True)),
    Column("done_at", DateTime(timezone=True)),
    Column("fault", String(200)),
)
Index("outbox_due", outbox.c.kind, outbox.c.state, outbox.c.due_at)
Index("outbox_by_conversation", outbox.c.conversation)

#: A client's way into the page about their intake; only the hash of its cookie is kept.
visits = Table(
    "visits",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column(
        "conversation",
        String(36),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("good_until", DateTime(timezone=True), nullable=False),
)
Index("visits_by_conversation", visits.c.conversation)
