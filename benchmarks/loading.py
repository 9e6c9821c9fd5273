"""Many rows into a table at once: COPY on PostgreSQL, one prepared statement on SQLite."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import make_url

_TRIGGERS = "select name, sql from sqlite_master where type = 'trigger'"
Rows = Iterable[Sequence[Any]]


class Loader(Protocol):
    """Writes rows into tables, then says that it is done."""

    def load(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        """Adds the rows."""

    def finish(self) -> None:
        """Commits and lets the database count what it has."""


def open_loader(database_url: str) -> Loader:
    """The loader for that address."""
    if database_url.startswith("sqlite"):
        return SqliteLoader(Path(make_url(database_url).database or ""))
    return PostgresLoader(database_url)


class SqliteLoader:
    """Without waiting for the disk, and without triggers in between: a build that is cut off is begun anew."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._triggers = self._connection.execute(_TRIGGERS).fetchall()
        for name, _ in self._triggers:
            self._connection.execute(f"drop trigger {name}")
        for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-200000"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.execute("BEGIN")

    def load(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        """Adds the rows; instants are written as SQLAlchemy writes them."""
        marks = ", ".join("?" * len(columns))
        statement = f"insert into {table} ({', '.join(columns)}) values ({marks})"  # noqa: S608 - our own names
        self._connection.executemany(statement, (tuple(map(_for_sqlite, row)) for row in rows))

    def finish(self) -> None:
        """Commits, sets the triggers again, and lets SQLite count."""
        self._connection.execute("COMMIT")
        for _, statement in self._triggers:
            self._connection.execute(statement)
        self._connection.execute("ANALYZE")
        self._connection.close()


class PostgresLoader:
    """COPY in one transaction; afterwards the sequences go on from the highest number."""

    def __init__(self, database_url: str) -> None:
        self._connection = psycopg.connect(database_url.replace("+psycopg", ""))
        self._connection.execute("set synchronous_commit = off")
        self._numbered: set[str] = set()

    def load(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        """Adds the rows."""
        if "id" in columns:
            self._numbered.add(table)
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        into = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), names)
        with self._connection.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)

    def finish(self) -> None:
        """Commits, sets the sequences, and lets PostgreSQL count and mark what everybody may see."""
        for table in self._numbered:
            following = (
                f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"  # noqa: S608
            )
            self._connection.execute(following.encode())
        self._connection.commit()
        self._connection.autocommit = True
        self._connection.execute("vacuum analyze")
        self._connection.execute("checkpoint")
        self._connection.close()


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value
