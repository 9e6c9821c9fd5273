"""One empty database per worker and kind: each test finds it as good as new, at a fraction of a new one's price."""

import filecmp
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import URL, make_url

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


_COPY_OUT = sql.SQL("copy {} to stdout (format binary)")
_COPY_IN = sql.SQL("copy {} from stdin (format binary)")
_LAST_NUMBERS = """
    select format('%I.%I', schemaname, sequencename), last_value
    from pg_sequences where schemaname = 'public' and last_value is not null
"""

_Answer = TypeVar("_Answer")
#: The rows of each table as PostgreSQL copies them, and the last number of each sequence.
_Tables = tuple[dict[str, bytes], list[tuple[str, int]]]


@dataclass
class _Kept:
    """A PostgreSQL database that this process empties again and again, through a connection of its own."""

    name: str
    address: str
    admin: psycopg.Connection
    tables: frozenset[str]
    uses: int = 0


_postgres: list[_Kept] = []
#: By backend and name what was written once: what the writer answered, and a copy.
_written: dict[tuple[str, str], tuple[Any, Any]] = {}


@contextmanager
def emptied(backend: str) -> Iterator[str]:
    """The address of this worker's database, migrated and empty; whoever was still connected is not any more."""
    yield _emptied_sqlite() if backend == "sqlite" else _emptied_postgres()


def end() -> None:
    """Let go of what this process has kept; the run's server is about to stop."""
    for kept in _postgres:
        kept.admin.close()


def forget() -> None:
    """Whatever happened to it, the next test gets another one."""
    while _postgres:
        kept = _postgres.pop()
        kept.admin.close()
        postgres.drop(kept.name)


def write_once(app: Flask, name: str, write: Callable[[], _Answer]) -> _Answer:
    """Write it; the next time that a test of this process wants the same into an empty database, it gets a copy.

    Answers what ``write`` did. All that it depends on must be in the name.
    """
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    backend = url.get_backend_name()
    place = _untouched_file(url) if backend == "sqlite" else _untouched_tables(url)
    if place is None:
        return write()
    if (backend, name) in _written:
        answer, copy = _written[backend, name]
        if isinstance(place, Path):
            close(app)
            shutil.copyfile(copy, place)
        else:
            _fill(place, copy)
        return cast("_Answer", answer)
    answer = write()
    copied = _copied_file(place, name) if isinstance(place, Path) else _copied_tables(place)
    _written[backend, name] = answer, copied
    return answer


def _untouched_file(url: URL) -> Path | None:
    """The file of a SQLite database, if nothing has been written to it since it was migrated."""
    if not url.database:
        return None
    file = Path(url.database)
    logged = any(file.with_name(file.name + end).exists() for end in ("-wal", "-journal"))
    return file if not logged and filecmp.cmp(file, sqlite_template(None), shallow=False) else None


def _copied_file(file: Path, name: str) -> Path:
    """A copy of a SQLite database as it stands, whoever has it open."""
    copy = run.folder() / f"{name}-{os.getpid()}.db"
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _untouched_tables(url: URL) -> _Kept | None:
    """Our PostgreSQL database, if that is it and nothing stands in it."""
    kept = next((one for one in _postgres if one.name == url.database), None)
    return kept if kept and not _filled(kept) else None


def _copied_tables(kept: _Kept) -> _Tables:
    """What stands in it, and how far its numbers have come."""
    rows = {}
    for table in _filled(kept):
        with kept.admin.cursor().copy(_COPY_OUT.format(sql.Identifier(table))) as copy:
            rows[table] = b"".join(bytes(part) for part in copy)
    return rows, [(str(name), int(last)) for name, last in kept.admin.execute(_LAST_NUMBERS)]


def _fill(kept: _Kept, tables: _Tables) -> None:
    """Put it back; triggers and foreign keys were obeyed when it was written."""
    rows, numbers = tables
    kept.admin.execute("set session_replication_role = replica")
    for table, said in rows.items():
        with kept.admin.cursor().copy(_COPY_IN.format(sql.Identifier(table))) as copy:
            copy.write(said)
    for name, last in numbers:
        kept.admin.execute("select setval(%s::regclass, %s)", (name, last))


def _emptied_sqlite() -> str:
    """A new file at the old address: who still has the old one open writes into the void."""
    folder = run.folder() / f"kept-{os.getpid()}"
    folder.mkdir(exist_ok=True)
    for left in folder.iterdir():
        left.unlink()
    shutil.copyfile(sqlite_template(None), folder / "stillpoint.db")
    return sqlite_address(folder / "stillpoint.db")


def _emptied_postgres() -> str:
    if not _postgres or not _can_be_emptied(_postgres[0]):
        forget()
        _postgres.append(_made())
    return _postgres[0].address


def _made() -> _Kept:
    name = f"kept_{os.getpid()}"
    address = postgres.create(name, postgres_template(None))
    admin = _connected(address)
    kept = _Kept(name, address, admin, frozenset(row[0] for row in admin.execute(_TABLES)))
    filled = _filled(kept)
    assert not filled, f"a migration fills {filled}: emptying would lose it"
    return kept


def _can_be_emptied(kept: _Kept) -> bool:
    """Takes out what is in it; false where a test has changed the tables themselves, or cut all connections."""
    with suppress(psycopg.OperationalError):
        return _empty(kept)
    return False


def _empty(kept: _Kept) -> bool:
    kept.uses += 1
    kept.admin.execute(_STRANGERS)
    if frozenset(row[0] for row in kept.admin.execute(_TABLES)) != kept.tables:
        return False
    kept.admin.execute("set session_replication_role = replica")  # no trigger, no foreign key in the way
    for table in _filled(kept):
        kept.admin.execute(sql.SQL("delete from {}").format(sql.Identifier(table)))
    kept.admin.execute(_SEQUENCES)
    if kept.uses % _SWEPT_EVERY == 0:
        kept.admin.execute("vacuum")
    return True


def _filled(kept: _Kept) -> list[str]:
    asked = [
        sql.SQL("select {} where exists (select 1 from {})").format(sql.Literal(name), sql.Identifier(name))
        for name in sorted(kept.tables)
    ]
    return [row[0] for row in kept.admin.execute(sql.SQL(" union all ").join(asked))]


def _connected(address: str) -> psycopg.Connection:
    url = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True)
