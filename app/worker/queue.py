"""The queue by its address: SQLite for one machine, PostgreSQL or Redis for several."""

import logging
import sqlite3
from pathlib import Path
from typing import Any

from huey import Huey, PostgresHuey, PriorityRedisHuey
from huey.exceptions import ConfigurationError
from huey.storage import SqliteStorage

_NAME = "stillpoint"
#: SQLite before 3.51.3 can corrupt a WAL database that two connections write and checkpoint at once.
_JOURNAL = "wal" if sqlite3.sqlite_version_info >= (3, 51, 3) else "truncate"
_REDIS = ("redis://", "rediss://", "unix://")


#: Seconds that a booking waits at most for a queue that does not answer; the sweep makes up for it.
_PATIENCE = 2
_log = logging.getLogger(__name__)


class BadQueue(Exception):
    """QUEUE_URL can't be used; the message says why."""


def open_queue(url: str) -> Huey:
    """Huey on that storage. It keeps no results: the outbox holds the truth. Raises BadQueue."""
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return Huey(
            _NAME,
            results=False,
            storage_class=_Sqlite,
            filename=str(path),
            journal_mode=_JOURNAL,
            timeout=_PATIENCE,
            fsync=False,  # what a power failure loses here, the next sweep finds in the outbox
        )
    if url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        dsn = _with("postgresql://" + url.partition("://")[2], f"connect_timeout={_PATIENCE}")
        return PostgresHuey(_NAME, results=False, dsn=dsn, table_prefix="stillpoint_queue")
    if url.startswith(_REDIS):
        return _on_redis(url)
    raise BadQueue("QUEUE_URL must begin with sqlite:///, postgresql:// or redis://")


class _Sqlite(SqliteStorage):  # type: ignore[misc]
    """A file that somebody deletes or replaces is made, or opened, anew: what was in it, the sweep finds."""

    _conn: Any
    _opened: tuple[int, int] | None = None

    @property
    def conn(self) -> Any:
        """The connection to the file that stands there now."""
        if self._conn is not None and self._opened != self._present():
            _log.warning("the queue's file was deleted or replaced; it is opened anew")
            self._conn.close()
            self._conn = None
        return super().conn

    def _create_connection(self) -> Any:
        connection = super()._create_connection()
        for statement in self.ddl:
            connection.execute(statement)
        self._opened = self._present()
        return connection

    def _present(self) -> tuple[int, int] | None:
        try:
            found = Path(self.filename).stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino


def _on_redis(url: str) -> Huey:
    try:
        quick = f"socket_connect_timeout={_PATIENCE}&socket_timeout={_PATIENCE + 3}"
        return PriorityRedisHuey(_NAME, results=False, url=_with(url, quick))
    except ConfigurationError as error:
        raise BadQueue("QUEUE_URL names Redis, but the package redis is not installed") from error


def _with(url: str, options: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{options}"
