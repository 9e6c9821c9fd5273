"""The whole database as one file that either kind of database can take in again: a zip with a file of JSON lines per table.

SQLite is copied first (VACUUM INTO: one moment, and nothing of what was deleted), PostgreSQL is read in one transaction that
sees one moment; so the program may run meanwhile.
"""

import base64
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    LargeBinary,
    Table,
    Time,
    create_engine,
    func,
    null,
    select,
    text,
)
from sqlalchemy.engine import Connection

from app.extensions import Row, db
from app.models.types import UtcDateTime
from app.store.condition import schema_revision
from app.store.place import database_file

_FORMAT = "stillpoint backup 1"
_MANIFEST = "manifest.json"
_AT_ONCE = 500
#: What lives for hours: who is signed in, forms that a session's end interrupted, which workers live; what is
#: about this database's own files.
_LEFT_OUT = frozenset({"staff_session", "kept_form", "worker_heartbeat", "old_versions"})


class BadBackup(Exception):
    """The file is no backup, or not one for this program and database; the message says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    revision: str
    made_at: datetime
    rows: Mapping[str, int]


def tables() -> list[Table]:
    """What is backed up, in an order in which rows only name what was there before."""
    return [table for table in Row.metadata.sorted_tables if table.name not in _LEFT_OUT]


def write_dump(file: Path, now: datetime) -> Manifest:
    """Write everything, or nothing at all: the file has its name only once it is whole and on the disk. Raises OSError."""
    revision = schema_revision()
    db.session.rollback()
    if revision is None:
        raise BadBackup("the database has no tables yet")
    if file.exists():
        raise BadBackup(f"{file} is there already")
    part = file.with_name(f".{file.name}.part")
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as opened:
            with _one_moment(file.parent) as connection:
                manifest = _written(opened, connection, revision, now)
            opened.flush()
            os.fsync(opened.fileno())
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _written(opened: Any, connection: Connection, revision: str, now: datetime) -> Manifest:
    rows = {}
    with zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as packed:
        for table in tables():
            with packed.open(f"{table.name}.jsonl", "w", force_zip64=True) as lines:
                rows[table.name] = 0
                for row in connection.execute(select(table).execution_options(yield_per=_AT_ONCE)).mappings():
                    lines.write(json.dumps(_told(dict(row))).encode() + b"\n")
                    rows[table.name] += 1
        told = {"format": _FORMAT, "revision": revision, "made_at": now.isoformat(), "rows": rows}
        packed.writestr(_MANIFEST, json.dumps(told, indent=1))
    return Manifest(revision, now, rows)


def read_manifest(file: Path) -> Manifest:
    """What a backup says of itself, after a look at every part of it. Raises BadBackup and OSError."""
    try:
        with zipfile.ZipFile(file) as packed:
            broken = packed.testzip()
            told = json.loads(packed.read(_MANIFEST))
            if broken is not None or told["format"] != _FORMAT:
                raise BadBackup(f"{file} is damaged")
            return Manifest(told["revision"], datetime.fromisoformat(told["made_at"]), told["rows"])
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise BadBackup(f"{file} is no backup of this program") from error


def is_empty() -> bool:
    """Whether no table holds anything that a restore would mix with."""
    return not any(db.session.execute(select(1).select_from(table).limit(1)).first() for table in tables())


def take_in(file: Path, manifest: Manifest) -> None:
    """Put every row of a backup into the empty tables, inside a transaction. Raises BadBackup."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA defer_foreign_keys=ON"))
    with zipfile.ZipFile(file) as packed:
        for table in tables():
            if table.name in manifest.rows:
                _take_in_table(table, packed, manifest.rows[table.name])
    if db.engine.dialect.name == "postgresql":
        _set_sequences()


def empty_all() -> None:
    """Delete everything, the log too, inside a transaction."""
    with _audit_lines_deletable():
        for table in reversed(Row.metadata.sorted_tables):
            db.session.execute(table.delete())


def _take_in_table(table: Table, packed: zipfile.ZipFile, expected: int) -> None:
    """Columns by which rows name rows of the same table are filled in afterwards: the other one may come later."""
    own = [
        column for column in table.columns if any(one.column.table is table for one in column.foreign_keys)
    ]
    later, found = [], 0
    with packed.open(f"{table.name}.jsonl") as lines:
        for batch in _batches(_rows(table, lines)):
            found += len(batch)
            for row in batch:
                later += [
                    (row["id"], column, row[column.name]) for column in own if row[column.name] is not None
                ]
                row.update({column.name: None for column in own})
            _insert(table, batch)
    for number, column, value in later:
        db.session.execute(table.update().where(table.c.id == number).values({column.name: value}))
    if found != expected:
        raise BadBackup(f"{table.name} has {found} rows, and should have {expected}")


def _insert(table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Whoever has nothing in a column of JSON goes in alone: many at once can't tell "null" from nothing."""
    as_json = [column.name for column in table.columns if isinstance(column.type, JSON)]
    plain = [row for row in rows if all(row[name] is not None for name in as_json)]
    if plain:
        db.session.execute(table.insert(), plain)
    for row in rows:
        if any(row[name] is None for name in as_json):
            nothing = {name: null() for name in as_json if row[name] is None}
            db.session.execute(table.insert().values(row | nothing))


def _rows(table: Table, lines: Any) -> Iterator[dict[str, Any]]:
    for line in lines:
        told = json.loads(line)
        yield {column.name: _read(column, told.get(column.name)) for column in table.columns}


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value.isoformat() if isinstance(value, datetime | date | time) else value


def _read(column: Column[Any], told: Any) -> Any:
    if told is None:
        return None
    kind = column.type
    if isinstance(kind, LargeBinary):
        return base64.b64decode(told)
    if isinstance(kind, UtcDateTime | DateTime):
        return datetime.fromisoformat(told)
    if isinstance(kind, Date):
        return date.fromisoformat(told)
    return time.fromisoformat(told) if isinstance(kind, Time) else told


@contextmanager
def _one_moment(folder: Path) -> Iterator[Connection]:
    """A connection that sees the database as it was at one moment, and holds nobody up."""
    source = database_file()
    if source is None:
        with db.engine.connect() as connection:
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(text(f"set local {limit} = 0"))
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=folder) as place:
        copy = Path(place) / "copy.db"
        with sqlite3.connect(source, timeout=30.0, isolation_level=None) as raw:
            raw.execute("VACUUM INTO ?", (str(copy),))
        raw.close()
        engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(copy))
        with engine.connect() as connection:
            yield connection
        engine.dispose()


@contextmanager
def _audit_lines_deletable() -> Iterator[None]:
    """The log's own guards rest meanwhile: who restores a backup replaces the log, too."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("alter table audit disable trigger user"))
        yield
        db.session.execute(text("alter table audit enable trigger user"))
        return
    wanted = text("select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'audit'")
    guards = db.session.execute(wanted).all()
    for name, _ in guards:
        db.session.execute(text(f'drop trigger "{name}"'))
    yield
    for _, sql in guards:
        db.session.connection().exec_driver_sql(sql)


def _set_sequences() -> None:
    for table in tables():
        if "id" not in table.columns or table.c.id.type.python_type is not int:
            continue
        sequence = db.session.execute(select(func.pg_get_serial_sequence(f'"{table.name}"', "id"))).scalar()
        if sequence is not None:
            most = select(func.max(table.c.id)).scalar_subquery()
            db.session.execute(select(func.setval(sequence, func.coalesce(most, 1), most.is_not(None))))
