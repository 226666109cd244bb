"""The tables. Columns of type ``Sealed`` hold client text; no other column does."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from rightfit.store.codec import Sealed

metadata = MetaData()

_ROW_ID = BigInteger().with_variant(Integer, "sqlite")


def _conversation(primary_key: bool = False) -> Column[str]:
    return Column(
        "conversation",
        String(36),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )


conversations = Table(
    "conversations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("receipt_hash", String(64), nullable=False, unique=True),
    Column("channel", String(16), nullable=False),
    Column("locale", String(35)),
    Column("state", String(16), nullable=False),
    Column("coach", String(64)),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    Column("consent_version", String(64)),
    Column("consent_at", DateTime(timezone=True)),
    # How far messages and events are numbered; a turn is written only onto the number it read.
    Column("last_seq", Integer, nullable=False),
    Column("last_event", Integer, nullable=False),
    # What is on screen: the question, its choices (a need's are the client's own words), since
    # which message.
    Column("on_screen", Sealed, nullable=False),
    Column("progress", JSON, nullable=False),
    Column("allowance", Float, nullable=False),
    Column("allowance_at", DateTime(timezone=True), nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    _conversation(),
    Column("made_at", DateTime(timezone=True), nullable=False),
)
Index("tokens_by_conversation", tokens.c.conversation)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _ROW_ID, primary_key=True, autoincrement=True),
    _conversation(),
    Column("channel", String(16), nullable=False),
    Column("key", String(120), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("body", Sealed),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("done_at", DateTime(timezone=True)),
    Column("dead", Boolean, nullable=False),
    Column("first_seq", Integer),
    Column("last_seq", Integer),
    Column("progress", JSON),
    UniqueConstraint("channel", "key", name="inbox_once"),
)
Index("inbox_waiting", inbox.c.conversation, inbox.c.done_at, inbox.c.id)
Index("inbox_undone", inbox.c.done_at, inbox.c.received_at)

#: The transcript, and the outbox of the client's page: shown from here, after the commit.
messages = Table(
    "messages",
    metadata,
    _conversation(primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("id", String(36), nullable=False),
    Column("author", String(16), nullable=False),
    Column("text", Sealed, nullable=False),
    Column("response", String(80)),
    Column("question", String(64)),
    Column("choices", Sealed),
    Column("multiple", Integer),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("dead", Boolean, nullable=False),
)

events = Table(
    "events",
    metadata,
    _conversation(primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("body", Sealed, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    _conversation(primary_key=True),
    Column("question", String(64), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("given", Sealed),
    Column("at", DateTime(timezone=True), nullable=False),
)

#: The needs and wishes for outside help that stand, as read and as the client left them.
notices = Table(
    "notices",
    metadata,
    _conversation(primary_key=True),
    Column("body", Sealed, nullable=False),
)

#: Messages that showed a client worn down (strained) or in danger (crisis).
distress = Table(
    "distress",
    metadata,
    _conversation(primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("level", String(16), nullable=False),
    Column("question", String(64)),
    Column("quote", Sealed, nullable=False),
)

erasures = Table(
    "erasures",
    metadata,
    Column("receipt_hash", String(64), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("address_hash", String(64), primary_key=True),
    Column("allowance", Float, nullable=False),
    Column("allowance_at", DateTime(timezone=True), nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", String(200), nullable=False),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("coach", String(64), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("good_until", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
)

passwords = Table(
    "passwords",
    metadata,
    Column("coach", String(64), primary_key=True),
    Column("hash", String(200), nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("coach", String(64), nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("good_until", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True)),
    # Such as "Firefox on Windows": enough to know one's own laptop by.
    Column("device", String(80)),
)
