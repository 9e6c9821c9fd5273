"""What rows said before they were erased lies on in the database's own files: written anew, and looked at whether it is gone.

SQLite overwrites what it deletes (``secure_delete``); its journal is cut off. PostgreSQL's tables are marked and rewritten later,
outside of any request.
"""

import logging
import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.errors import Diagnostic, LockNotAvailable
from sqlalchemy import delete, insert, select

from app.extensions import db
from app.models import OldVersions
from app.store.transactions import ANY_DATABASE_ERROR, end_reading

_log = logging.getLogger(__name__)
#: VACUUM alone frees the room of dead rows and leaves their bytes in it. ANALYZE takes the samples of columns that PostgreSQL keeps anew.
_REWRITE = sql.SQL("vacuum (full, verbose, analyze) {}")
#: Others wait behind whoever waits for a table: not long. The rewriting itself takes as long as it takes.
_LIMITS = "-c statement_timeout=0 -c lock_timeout=1s"
#: In whatever language the server speaks, the detail of its report begins with how many dead rows it had to keep.
_KEPT = re.compile(r"\d+")


def mark(tables: Collection[str], now: datetime) -> None:
    """Inside the transaction that erases: these tables are to be written anew. The caller has the booking lock."""
    if _is_sqlite():
        return
    db.session.execute(delete(OldVersions).where(OldVersions.table.in_(tables)))
    db.session.execute(insert(OldVersions), [{"table": one, "since": now} for one in tables])


def list_marked() -> dict[str, datetime]:
    """The tables that are to be written anew, and since when."""
    found = db.session.execute(select(OldVersions.table, OldVersions.since).order_by(OldVersions.table))
    return {one.table: one.since for one in found}


def unmark(clean: Mapping[str, datetime]) -> None:
    """Inside a transaction: these are clean, unless something was erased from them since."""
    for table, since in clean.items():
        db.session.execute(delete(OldVersions).where(OldVersions.table == table, OldVersions.since == since))


def cut_journal() -> None:
    """Move SQLite's journal into its file, and cut it off. What somebody still reads is left to the next time. Never raises."""
    if not _is_sqlite():
        return
    end_reading()
    try:
        connection = db.engine.raw_connection()  # outside of any transaction, as it must be
    except ANY_DATABASE_ERROR as error:
        _log.warning("the database's journal was not cut off: %s", type(error).__name__)
        return
    try:
        said = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if said[0]:
            _log.warning("the database's journal is not cut off yet: somebody reads for long")
    except sqlite3.Error as error:
        _log.warning("the database's journal was not cut off: %s", type(error).__name__)
    finally:
        connection.close()


def rewrite(tables: Iterable[str]) -> dict[str, str | None]:
    """Write PostgreSQL's tables anew, each locked meanwhile; by table why old rows are still in it, none where it is clean."""
    address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(address, autocommit=True, options=_LIMITS, connect_timeout=10) as connection:
            return {table: _why_not(connection, table) for table in tables}
    except psycopg.Error as error:
        return dict.fromkeys(tables, f"no connection ({type(error).__name__})")


def _why_not(connection: psycopg.Connection[Any], table: str) -> str | None:
    """The command succeeds also where it had to take dead rows along, or did nothing at all: only its report says so."""
    said: list[tuple[str, str]] = []

    def hear(report: Diagnostic) -> None:  # read at once: it is gone afterwards
        said.append((report.message_primary or "", report.message_detail or ""))

    connection.add_notice_handler(hear)
    try:
        connection.execute(_REWRITE.format(sql.Identifier(table)))
    except LockNotAvailable:
        return "somebody uses it for long"
    except psycopg.Error as error:
        return type(error).__name__
    finally:
        connection.remove_notice_handler(hear)
    kept = next((found for _, detail in said if (found := _KEPT.match(detail))), None)
    if kept is None:
        return "; ".join(primary for primary, _ in said) or "PostgreSQL did not say"
    return f"a transaction from before still sees {kept[0]} dead rows" if int(kept[0]) else None


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"
