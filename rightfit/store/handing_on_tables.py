"""The tables of what the clock has to look at, and of packets that go to another coach."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String, Table

from rightfit.store.codec import Sealed
from rightfit.store.tables import metadata


def _conversation() -> Column[str]:
    return Column(
        "conversation",
        String(36),
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
    )


#: When the clock has something to do to a log.
wakes = Table(
    "wakes",
    metadata,
    _conversation(),
    Column("at", DateTime(timezone=True), nullable=False),
)
Index("wakes_by_time", wakes.c.at)

#: A packet as the client has sent it, word for word, for as long as its link works.
packets = Table(
    "packets",
    metadata,
    _conversation(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("body", Sealed, nullable=False),
    Column("good_until", DateTime(timezone=True), nullable=False),
)
Index("packets_by_time", packets.c.good_until)

#: An intake that came in as a packet; ``origin`` is the one it came from, if that is here too.
handed_on = Table(
    "handed_on",
    metadata,
    _conversation(),
    Column("digest", String(64), nullable=False, unique=True),
    Column("origin", String(36)),
    Column("came_from", Sealed, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
Index("handed_on_by_origin", handed_on.c.origin)
