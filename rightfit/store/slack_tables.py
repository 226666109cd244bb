"""The tables of the Slack room. As everywhere, client text stands in ``Sealed`` columns alone."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from rightfit.store.codec import Sealed
from rightfit.store.tables import metadata

_ROW_ID = BigInteger().with_variant(Integer, "sqlite")

#: Which conversation a person in Slack has, and how far it was handed over to be posted.
slack_people = Table(
    "slack_people",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("person", String(32), primary_key=True),
    Column(
        "conversation",
        String(36),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("channel", String(32), nullable=False),
    Column("handed_over", Integer, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)
Index("slack_people_by_conversation", slack_people.c.conversation)

#: What Slack has delivered, once; the row outlives its conversation, so that a late duplicate
#: of an erased message is known, but without its words.
slack_deliveries = Table(
    "slack_deliveries",
    metadata,
    Column("id", _ROW_ID, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("team", String(32), nullable=False),
    Column("person", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("ts", String(32), nullable=False),
    Column("body", Sealed),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("not_before", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("done_at", DateTime(timezone=True)),
    # The message that it became in the transcript.
    Column("conversation", String(36), ForeignKey("conversations.id", ondelete="SET NULL")),
    Column("seq", Integer),
)
Index("slack_deliveries_waiting", slack_deliveries.c.done_at, slack_deliveries.c.not_before)
Index("slack_deliveries_of", slack_deliveries.c.team, slack_deliveries.c.person)
Index("slack_deliveries_at", slack_deliveries.c.channel, slack_deliveries.c.ts)

#: A change that was proposed to a client and not answered yet: new words for an answer.
slack_proposals = Table(
    "slack_proposals",
    metadata,
    Column("id", String(36), primary_key=True),
    Column(
        "conversation",
        String(36),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("question", String(64)),
    Column("body", Sealed, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)
Index("slack_proposals_of", slack_proposals.c.conversation)

#: What is to be posted to Slack, and what was: ``ts`` is Slack's name for the message.
slack_outbox = Table(
    "slack_outbox",
    metadata,
    Column("id", _ROW_ID, primary_key=True, autoincrement=True),
    Column("app", String(16), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("channel", String(32), nullable=False),
    Column("method", String(16), nullable=False),
    # The key of the message that is updated or deleted.
    Column("about", String(200)),
    Column("body", Sealed),
    # Sent along as metadata, so that a message whose fate is not known can be looked up.
    Column("mark", String(36), nullable=False),
    Column("conversation", String(36), ForeignKey("conversations.id", ondelete="SET NULL")),
    # Part of a conversation, not to be left standing in Slack once that is erased.
    Column("transcript", Boolean, nullable=False),
    Column("seq", Integer),
    # Whether it has buttons that can still be pressed.
    Column("live", Boolean, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", DateTime(timezone=True), nullable=False),
    Column("claimed_until", DateTime(timezone=True)),
    # When it was last sent without an answer; null where it surely has not arrived.
    Column("tried_at", DateTime(timezone=True)),
    Column("ts", String(32)),
    # Where it arrived, which is a direct message's own channel if ``channel`` is a person.
    Column("arrived_in", String(32)),
    Column("done_at", DateTime(timezone=True)),
    Column("fault", String(80)),
)
Index("slack_outbox_waiting", slack_outbox.c.app, slack_outbox.c.done_at, slack_outbox.c.id)
Index("slack_outbox_of", slack_outbox.c.conversation, slack_outbox.c.seq)
Index("slack_outbox_in", slack_outbox.c.channel, slack_outbox.c.done_at)

#: The cards that coaches have of an intake, and what of the intake each was made of.
slack_cards = Table(
    "slack_cards",
    metadata,
    Column(
        "conversation",
        String(36),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("channel", String(32), primary_key=True),
    # What the card was made of when it was last handed over; no content.
    Column("basis", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("reminded_at", DateTime(timezone=True)),
    Column("made_at", DateTime(timezone=True), nullable=False),
)
