"""The tables of what happens to an intake once it was sent, and of who has read it."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String, Table

from rightfit.store.codec import Sealed
from rightfit.store.tables import metadata

#: Only ever added to: one log for each conversation, numbered from 1.
review_events = Table(
    "review_events",
    metadata,
    Column(
        "conversation",
        String(36),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
    ),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("author", String(80), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", Sealed, nullable=False),
)
Index("review_events_by_kind", review_events.c.kind, review_events.c.conversation)

#: How far each coach has read an intake: up to which message and which entry of the log.
readings = Table(
    "readings",
    metadata,
    Column(
        "conversation",
        String(36),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
    ),
    Column("coach", String(64), primary_key=True),
    Column("first_at", DateTime(timezone=True), nullable=False),
    Column("last_at", DateTime(timezone=True), nullable=False),
    Column("message", Integer, nullable=False),
    Column("entry", Integer, nullable=False),
)
