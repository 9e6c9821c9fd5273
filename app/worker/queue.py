"""The queue by its address: SQLite for one machine, PostgreSQL or Redis for several."""

import sqlite3
from pathlib import Path

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.exceptions import ConfigurationError

_NAME = "stillpoint"
#: SQLite before 3.51.3 can corrupt a WAL database that two connections write and checkpoint at once.
_JOURNAL = "wal" if sqlite3.sqlite_version_info >= (3, 51, 3) else "truncate"
_REDIS = ("redis://", "rediss://", "unix://")


#: Seconds that a booking waits at most for a queue that does not answer; the sweep makes up for it.
_PATIENCE = 2


class BadQueue(Exception):
    """QUEUE_URL can't be used; the message says why."""


def open_queue(url: str) -> Huey:
    """Huey on that storage. It keeps no results: the outbox holds the truth. Raises BadQueue."""
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(_NAME, results=False, filename=str(path), journal_mode=_JOURNAL)
    if url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        dsn = _with("postgresql://" + url.partition("://")[2], f"connect_timeout={_PATIENCE}")
        return PostgresHuey(_NAME, results=False, dsn=dsn, table_prefix="stillpoint_queue")
    if url.startswith(_REDIS):
        return _on_redis(url)
    raise BadQueue("QUEUE_URL must begin with sqlite:///, postgresql:// or redis://")


def _on_redis(url: str) -> Huey:
    try:
        quick = f"socket_connect_timeout={_PATIENCE}&socket_timeout={_PATIENCE + 3}"
        return RedisHuey(_NAME, results=False, url=_with(url, quick))
    except ConfigurationError as error:
        raise BadQueue("QUEUE_URL names Redis, but the package redis is not installed") from error


def _with(url: str, options: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{options}"
