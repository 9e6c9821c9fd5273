"""Transactions: everything reads in read-only transactions; only ``transaction()`` can write, and only it commits."""

import logging
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import current_app, g, has_request_context
from flask_sqlalchemy.session import Session
from psycopg import IsolationLevel
from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import (
    DisconnectionError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import scoped_session
from sqlalchemy.orm.exc import StaleDataError

from app.extensions import db

_log = logging.getLogger(__name__)
_writing: ContextVar[bool] = ContextVar("stillpoint-writing", default=False)
#: SQLite before 3.51.3 can corrupt a WAL database that two connections write and checkpoint at once.
WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
_BOOKING_LOCK, _AUDIT_LOCK = 7301, 7302
_LOCK = text(
    "select pg_advisory_xact_lock(:key)"
)  # waits for three seconds at most: a setting of the connection
#: A connection that has rested longer than this, in seconds, is tried before it is used; asking each time would cost a request a tenth.
_RESTED = 10.0
_PATIENCE = 5.0  # seconds that a writer waits for its turn
#: What is wrong is the database, not what was asked of it: no disk, no server, no free connection.
DATABASE_TROUBLE = (OperationalError, InterfaceError, PoolTimeout)
#: Whatever a page that must not fail has to live with.
ANY_DATABASE_ERROR = SQLAlchemyError
_TRY_AGAIN = frozenset({"40001", "40P01", "55P03"})
#: Two appointments were called the same by chance; the next try calls one of them otherwise.
_SAME_REFERENCE = re.compile(r"appointment[._]reference")


class Busy(Exception):
    """Others were faster for too long; nothing was written, and trying again may well succeed."""


class Stale(Exception):
    """Somebody else has changed the row since it was read; nothing was written."""


class Overlap(Exception):
    """The database itself refused a claim that overlaps another; nothing was written."""


@contextmanager
def transaction() -> Iterator[scoped_session[Session]]:
    """One write transaction, committed at the end, rolled back on any error. Raises Busy, Stale, Overlap.

    Ends whatever was read before: a transaction that began as a reader can't see, or change, the present.
    """
    if _writing.get():
        raise RuntimeError("a transaction is open already: actions do not call actions inside it")
    db.session.rollback()
    token = _writing.set(True)
    try:
        with _turn():
            yield db.session
            db.session.commit()
    except StaleDataError as error:
        db.session.rollback()
        raise Stale from error
    except (OperationalError, IntegrityError) as error:
        db.session.rollback()
        raise _explained(error) from error
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)


@contextmanager
def _turn() -> Iterator[None]:
    """SQLite lets writers poll for its lock in no order, and some wait for ever: within a process they queue instead."""
    if db.engine.dialect.name != "sqlite":
        yield
        return
    queue: threading.Lock = current_app.extensions.setdefault("stillpoint-writers", threading.Lock())
    if not queue.acquire(timeout=_PATIENCE):
        raise Busy
    try:
        yield
    except BaseException:
        db.session.rollback()  # before the next one's turn
        raise
    finally:
        queue.release()


@contextmanager
def writes_allowed() -> Iterator[None]:
    """For who brings transactions of their own, such as the benchmarks' builder."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def take_booking_lock() -> None:
    """Whoever makes time scarcer queues here, and sees the truth afterwards: what was loaded before is loaded anew.

    SQLite's write transaction is such a lock already.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(_LOCK, {"key": _BOOKING_LOCK})
    db.session.expire_all()
    seen_in_transaction().clear()


def seen_in_transaction() -> dict[str, Any]:
    """What need not be looked up twice: it lives as long as the transaction that is open now."""
    own = db.session()
    current = own.get_transaction()
    if current is None or own.info.get("transaction") is not current:
        own.info["seen"] = {}
        own.info["transaction"] = current
    seen: dict[str, Any] = own.info["seen"]
    return seen


def take_audit_lock() -> None:
    """The audit chain has one end; whoever needs both locks takes the booking lock first."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(_LOCK, {"key": _AUDIT_LOCK})


def allow_writes_in_this_request() -> None:
    """For Flask-Security's own pages, which write by themselves."""
    db.session.rollback()
    g.writing_allowed = True


def give_up_reading() -> None:
    """After a failure: an aborted transaction would fail whatever an error page still has to read."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session.remove()


def end_reading() -> None:
    """Let go of the database: nothing is held while the network is waited for.

    By COMMIT: with a ROLLBACK psycopg forgets all statements it has prepared, and to plan what a mail needs costs more
    than to run it.
    """
    db.session.commit()


def may_write() -> bool:
    """Whether the code that runs now may write."""
    return _writing.get() or (has_request_context() and bool(g.get("writing_allowed", False)))


def prepare(engine: Engine) -> None:
    """Give the engine our habits: how connections are set up and how transactions begin."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
        event.listen(engine, "checkin", _note_when)
        event.listen(engine, "checkout", _try_if_rested)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    journal = "WAL" if WAL_IS_SAFE else "TRUNCATE"
    settings = (
        "busy_timeout=5000",
        f"journal_mode={journal}",
        "foreign_keys=ON",
        "synchronous=FULL",
        "trusted_schema=OFF",
        "secure_delete=ON",  # zeros over what is deleted
    )
    for setting in settings:
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: Connection) -> None:
    writing = may_write()
    raw: Any = connection.connection.dbapi_connection
    raw.execute(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
    if writing:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # may have to wait, and fail in SQLAlchemy's words
    else:
        raw.execute("BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    """Readers see one moment from beginning to end, so that nothing is put together from before and after a change."""
    raw: Any = connection.connection.dbapi_connection
    writing = may_write()
    raw.read_only = not writing
    raw.isolation_level = IsolationLevel.READ_COMMITTED if writing else IsolationLevel.REPEATABLE_READ


def _note_when(_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _try_if_rested(connection: Any, record: Any, _proxy: Any) -> None:
    """A server that was restarted meanwhile is noticed here, and another connection is made."""
    used_at = record.info.get("used_at")
    if used_at is None or time.monotonic() - used_at < _RESTED:
        return
    try:
        connection.execute("select 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


def _explained(error: OperationalError | IntegrityError) -> Exception:
    """Our name for what the database said, or the error itself."""
    said = str(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    if "claim_overlap" in said or state == "23P01":
        return Overlap()
    if state in _TRY_AGAIN or "database is locked" in said or _SAME_REFERENCE.search(said):
        return Busy()
    return error
