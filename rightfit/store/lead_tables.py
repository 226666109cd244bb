"""The tables of who may sign in, how they prove it, and the record of what was done."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    String,
    Table,
)

from rightfit.store.codec import Sealed
from rightfit.store.tables import metadata

#: Who may sign in, and as what. A coach of coaches.yml without a row may, as a coach;
#: ``name`` is for those without a profile there.
people = Table(
    "people",
    metadata,
    Column("coach", String(64), primary_key=True),
    Column("name", String(200)),
    Column("role", String(16), nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("removed_at", DateTime(timezone=True)),
)

#: The secret of a coach's authenticator, and the last step that was used with it.
second_steps = Table(
    "second_steps",
    metadata,
    Column("coach", String(64), primary_key=True),
    Column("secret", Sealed, nullable=False),
    Column("set_at", DateTime(timezone=True), nullable=False),
    Column("last_step", Integer, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("coach", String(64), nullable=False),
    Column("used_at", DateTime(timezone=True)),
)
Index("recovery_codes_by_coach", recovery_codes.c.coach)

#: Sign-ins whose first step is done and whose second is not.
half_sign_ins = Table(
    "half_sign_ins",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("coach", String(64), nullable=False),
    Column("good_until", DateTime(timezone=True), nullable=False),
)

#: What was done, by whom, when, about which intake (a keyed hash of its id); no client text.
#: ``hash`` is over the row and the hash before it.
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String(80), nullable=False),
    Column("what", String(40), nullable=False),
    Column("about", String(64)),
    Column("detail", String(400), nullable=False),
    Column("hash", String(64), nullable=False),
)

#: One row: the number and the hash of the newest entry, and the key of ``about``.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("key", String(64), nullable=False),
)
