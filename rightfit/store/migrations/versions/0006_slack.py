"""What Slack delivers, what is posted there, and whose conversation is whose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "slack_people",
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("handed_over", sa.Integer(), nullable=False),
        sa.Column("made_at", _NOW, nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("team", "person"),
    )
    op.create_index("slack_people_by_conversation", "slack_people", ["conversation"])
    op.create_table(
        "slack_deliveries",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", _NOW, nullable=False),
        sa.Column("not_before", _NOW, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", _NOW, nullable=True),
        sa.Column("conversation", sa.String(length=36), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("slack_deliveries_waiting", "slack_deliveries", ["done_at", "not_before"])
    op.create_index("slack_deliveries_of", "slack_deliveries", ["team", "person"])
    op.create_index("slack_deliveries_at", "slack_deliveries", ["channel", "ts"])
    op.create_table(
        "slack_proposals",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation", sa.String(length=36), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _NOW, nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("slack_proposals_of", "slack_proposals", ["conversation"])
    op.create_table(
        "slack_outbox",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("app", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("mark", sa.String(length=36), nullable=False),
        sa.Column("conversation", sa.String(length=36), nullable=True),
        sa.Column("transcript", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("made_at", _NOW, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", _NOW, nullable=False),
        sa.Column("claimed_until", _NOW, nullable=True),
        sa.Column("tried_at", _NOW, nullable=True),
        sa.Column("ts", sa.String(length=32), nullable=True),
        sa.Column("arrived_in", sa.String(length=32), nullable=True),
        sa.Column("done_at", _NOW, nullable=True),
        sa.Column("fault", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("slack_outbox_waiting", "slack_outbox", ["app", "done_at", "id"])
    op.create_index("slack_outbox_of", "slack_outbox", ["conversation", "seq"])
    op.create_index("slack_outbox_in", "slack_outbox", ["channel", "done_at"])
    op.create_table(
        "slack_cards",
        sa.Column("conversation", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reminded_at", _NOW, nullable=True),
        sa.Column("made_at", _NOW, nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("conversation", "channel"),
    )


def downgrade() -> None:
    for table in (
        "slack_cards",
        "slack_outbox",
        "slack_proposals",
        "slack_deliveries",
        "slack_people",
    ):
        op.drop_table(table)
