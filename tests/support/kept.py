"""One empty database per worker and kind: each test finds it as good as new, at a fraction of a new one's price."""

import filecmp
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import make_url

from tests.support import postgres, run
from tests.support.application import close
from tests.support.databases import postgres_template, sqlite_address, sqlite_template

#: Deleted rows take room until then.
_SWEPT_EVERY = 100
_TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
_SEQUENCES = """
    select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    from pg_sequences where schemaname = 'public' and last_value is not null
"""
_STRANGERS = """
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""


@dataclass
class _Kept:
    """A PostgreSQL database that this process empties again and again."""

    name: str
    address: str
    tables: frozenset[str]
    uses: int = 0


_postgres: list[_Kept] = []
#: By name the SQLite databases in which something stands already.
_written: dict[str, Path] = {}


@contextmanager
def emptied(backend: str) -> Iterator[str]:
    """The address of this worker's database, migrated and empty; whoever was still connected is not any more."""
    yield _emptied_sqlite() if backend == "sqlite" else _emptied_postgres()


def forget() -> None:
    """Whatever happened to it, the next test gets another one."""
    while _postgres:
        postgres.drop(_postgres.pop().name)


def write_once(app: Flask, name: str, write: Callable[[], None]) -> None:
    """Write it; the next time that a test of this process wants the same into an empty SQLite database, it gets a copy."""
    file = _untouched_file(app)
    if file is not None and name in _written:
        close(app)
        shutil.copyfile(_written[name], file)
        return
    write()
    if file is not None:
        _written[name] = _copied(file, f"{name}-{os.getpid()}")


def _untouched_file(app: Flask) -> Path | None:
    """The file of an application's SQLite database, if nothing has been written to it since it was migrated."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    file = Path(url.database)
    logged = any(file.with_name(file.name + end).exists() for end in ("-wal", "-journal"))
    return file if not logged and filecmp.cmp(file, sqlite_template(None), shallow=False) else None


def _copied(file: Path, name: str) -> Path:
    """A copy of a SQLite database as it stands, whoever has it open."""
    copy = run.folder() / f"{name}.db"
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _emptied_sqlite() -> str:
    """A new file at the old address: who still has the old one open writes into the void."""
    folder = run.folder() / f"kept-{os.getpid()}"
    folder.mkdir(exist_ok=True)
    for left in folder.iterdir():
        left.unlink()
    shutil.copyfile(sqlite_template(None), folder / "stillpoint.db")
    return sqlite_address(folder / "stillpoint.db")


def _emptied_postgres() -> str:
    if not _postgres or not _empty(_postgres[0]):
        forget()
        _postgres.append(_made())
    return _postgres[0].address


def _made() -> _Kept:
    name = f"kept_{os.getpid()}"
    address = postgres.create(name, postgres_template(None))
    with _connected(address) as connection:
        tables = frozenset(row[0] for row in connection.execute(_TABLES))
        filled = _filled(connection, tables)
    assert not filled, f"a migration fills {filled}: emptying would lose it"
    return _Kept(name, address, tables)


def _empty(kept: _Kept) -> bool:
    """Takes out what is in it; false where a test has changed the tables themselves."""
    kept.uses += 1
    with _connected(kept.address) as connection:
        connection.execute(_STRANGERS)
        if frozenset(row[0] for row in connection.execute(_TABLES)) != kept.tables:
            return False
        connection.execute("set session_replication_role = replica")  # no trigger, no foreign key in the way
        for table in _filled(connection, kept.tables):
            connection.execute(sql.SQL("delete from {}").format(sql.Identifier(table)))
        connection.execute(_SEQUENCES)
        if kept.uses % _SWEPT_EVERY == 0:
            connection.execute("vacuum")
    return True


def _filled(connection: psycopg.Connection, tables: frozenset[str]) -> list[str]:
    asked = [
        sql.SQL("select {} where exists (select 1 from {})").format(sql.Literal(name), sql.Identifier(name))
        for name in sorted(tables)
    ]
    return [row[0] for row in connection.execute(sql.SQL(" union all ").join(asked))]


def _connected(address: str) -> psycopg.Connection:
    url = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True)
