"""Who may sign in and how, and the record of what was done."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("coach", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("coach"),
    )
    op.create_table(
        "second_steps",
        sa.Column("coach", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("coach"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("coach", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index("recovery_codes_by_coach", "recovery_codes", ["coach"], unique=False)
    op.create_table(
        "half_sign_ins",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("coach", sa.String(length=64), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.String(length=400), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    # Nothing was recorded yet. The key is this installation's own.
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64, "key": secrets.token_hex(32)}])
    with op.batch_alter_table("sign_ins") as sign_ins:
        sign_ins.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        sign_ins.add_column(sa.Column("device", sa.String(length=80), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sign_ins") as sign_ins:
        sign_ins.drop_column("device")
        sign_ins.drop_column("seen_at")
    op.drop_table("audit_head")
    op.drop_table("audit")
    op.drop_table("half_sign_ins")
    op.drop_index("recovery_codes_by_coach", table_name="recovery_codes")
    op.drop_table("recovery_codes")
    op.drop_table("second_steps")
    op.drop_table("people")
