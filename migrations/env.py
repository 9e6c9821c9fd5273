"""How Alembic runs here: on the application's own database, in one transaction, with batch mode for SQLite."""

import logging
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from app.extensions import Row, db
from app.models.types import UtcDateTime
from app.store.transactions import writes_allowed


def _render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Migrations speak of plain column types: they must not change when ours do."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run() -> None:
    """Bring the schema along; foreign keys rest meanwhile, since batch mode copies tables on SQLite."""
    engine = db.engine
    with writes_allowed(), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        context.configure(
            connection=connection,
            target_metadata=Row.metadata,
            render_item=_render_item,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
            transaction_per_migration=True,
            transactional_ddl=True,  # SQLite can roll DDL back, once pysqlite's own habits are switched off
        )
        with context.begin_transaction():
            context.run_migrations()
        if engine.dialect.name == "sqlite":
            broken = connection.execute(sa.text("PRAGMA foreign_key_check")).all()
            connection.rollback()
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
            if broken:
                raise RuntimeError(f"foreign keys are broken after the migration: {broken[:3]}")


logging.getLogger("alembic.runtime.migration").setLevel(logging.INFO)
if context.is_offline_mode():
    raise SystemExit("Migrations run against a database, not into a file.")
current_app.logger.debug("migrating %s", db.engine.url.render_as_string(hide_password=True))
_run()
