"""Checking an installation: what is wrong with it, in sentences."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.delivery.smtp import Courier, sender_address
from app.store import condition
from app.store.outbox import is_held
from app.store.place import database_file, database_time, journal_mode
from app.store.practice import NoPractice, load_practice
from app.store.transactions import DATABASE_TROUBLE, WAL_IS_SAFE

_CLOCK_MAY_DIFFER = timedelta(seconds=30)
_EARLIEST = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
_ENOUGH_DISK = 200 * 1024 * 1024
_WORKER_WITHIN = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is, how it stands, and whether that is wrong."""

    about: str
    says: str
    wrong: bool = False


def check_up(now: datetime, public_url: str) -> Iterator[Finding]:
    """Look at everything in turn; what needs the database, or its tables, is left out while they are not there."""
    yield _settings(public_url)
    yield _mail()
    reached = _database()
    yield reached
    if not reached.wrong:
        schema = _schema()
        yield from (schema, _clock(now), _journal())
        if not schema.wrong:
            yield from (_practice(), _worker(now))
    yield _disk()


def _settings(public_url: str) -> Finding:
    if sender_address() is None:
        return Finding("settings", "MAIL_FROM is not set; mails need a sender's address", wrong=True)
    return Finding("settings", f"complete; clients reach it at {public_url}")


def _database() -> Finding:
    try:
        condition.schema_revision()
    except DATABASE_TROUBLE as error:
        return Finding("database", f"can't be reached ({type(error).__name__})", wrong=True)
    return Finding("database", "answers")


def _schema() -> Finding:
    present, newest = condition.schema_revision(), condition.newest_revision()
    if present != newest:
        return Finding(
            "schema",
            f"is at {present or 'nothing'}, should be at {newest}: run 'flask db upgrade'",
            wrong=True,
        )
    return Finding("schema", f"is at the newest revision, {newest}")


def _clock(now: datetime) -> Finding:
    theirs = database_time()
    if now < _EARLIEST:
        return Finding("clock", f"says {now:%Y-%m-%d %H:%M} UTC, which is long past", wrong=True)
    if theirs is not None and abs(theirs - now) > _CLOCK_MAY_DIFFER:
        return Finding(
            "clock",
            f"differs from the database's by {abs(theirs - now).total_seconds():.0f} seconds",
            wrong=True,
        )
    return Finding("clock", f"{now:%Y-%m-%d %H:%M} UTC")


def _journal() -> Finding:
    mode = journal_mode()
    if mode is None:
        return Finding("journal", "is PostgreSQL's own")
    if mode == "wal" and not WAL_IS_SAFE:
        return Finding("journal", f"is WAL, which SQLite {sqlite3.sqlite_version} can corrupt", wrong=True)
    return Finding("journal", f"SQLite {sqlite3.sqlite_version} with {mode.upper()}")


def _disk() -> Finding:
    path = database_file() or Path.cwd()
    free = shutil.disk_usage(path if path.exists() else path.parent).free
    return Finding("disk", f"{free // 1024**2:,} MB free", wrong=free < _ENOUGH_DISK)


def _practice() -> Finding:
    try:
        practice = load_practice()
    except NoPractice:
        return Finding("practice", "none is loaded: run 'flask clinic load FILE'", wrong=True)
    return Finding("practice", f"{practice.name}{' (a demonstration)' if practice.demonstration else ''}")


def _worker(now: datetime) -> Finding:
    state = condition.load_condition(now)
    if is_held():
        return Finding("worker", "sending is held: 'flask outbox release' lets it go on", wrong=True)
    if state.worker_seen_at is None or now - state.worker_seen_at > _WORKER_WITHIN:
        return Finding("worker", "none has been seen in the last minutes: run 'flask worker'", wrong=True)
    return Finding("worker", f"seen at {state.worker_seen_at:%H:%M} UTC")


def _mail() -> Finding:
    with Courier(demonstration=False) as carrier:
        trouble = carrier.why_no_connection()
    return Finding("mail server", trouble or "answers", wrong=trouble is not None)
