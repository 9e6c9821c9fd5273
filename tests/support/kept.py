"""One empty database per worker and kind: each test finds it as good as new, at a fraction of a new one's price."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.support import postgres, run
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


@contextmanager
def emptied(backend: str) -> Iterator[str]:
    """The address of this worker's database, migrated and empty; whoever was still connected is not any more."""
    yield _emptied_sqlite() if backend == "sqlite" else _emptied_postgres()


def forget() -> None:
    """Whatever happened to it, the next test gets another one."""
    while _postgres:
        postgres.drop(_postgres.pop().name)


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
