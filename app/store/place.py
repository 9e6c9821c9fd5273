"""Where the database lives, and how it keeps time and journal."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from app.extensions import db


def database_file() -> Path | None:
    """SQLite's file; none on PostgreSQL."""
    url = db.engine.url
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def database_time() -> datetime | None:
    """What the database server takes for now; none on SQLite, which has no clock of its own."""
    if db.engine.dialect.name == "sqlite":
        return None
    theirs: datetime = db.session.execute(text("select clock_timestamp()")).scalar_one()
    return theirs.astimezone(UTC)


def journal_mode() -> str | None:
    """How SQLite keeps its journal; none on PostgreSQL."""
    if db.engine.dialect.name != "sqlite":
        return None
    return str(db.session.execute(text("pragma journal_mode")).scalar_one()).lower()
