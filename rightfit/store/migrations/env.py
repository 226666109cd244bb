"""Alembic's way in: the connection is handed over by ``Database.prepare``."""

from __future__ import annotations

from alembic import context

from rightfit.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
