"""What the clock has to look at, and packets that go to another coach."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _cascade() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "wakes",
        sa.Column("conversation", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _cascade(),
        sa.PrimaryKeyConstraint("conversation"),
    )
    op.create_index("wakes_by_time", "wakes", ["at"])
    op.create_table(
        "packets",
        sa.Column("conversation", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=False),
        _cascade(),
        sa.PrimaryKeyConstraint("conversation", "seq"),
    )
    op.create_index("packets_by_time", "packets", ["good_until"])
    op.create_table(
        "handed_on",
        sa.Column("conversation", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=36), nullable=True),
        sa.Column("came_from", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _cascade(),
        sa.PrimaryKeyConstraint("conversation"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("handed_on_by_origin", "handed_on", ["origin"])


def downgrade() -> None:
    op.drop_index("handed_on_by_origin", table_name="handed_on")
    op.drop_table("handed_on")
    op.drop_index("packets_by_time", table_name="packets")
    op.drop_table("packets")
    op.drop_index("wakes_by_time", table_name="wakes")
    op.drop_table("wakes")
