"""The database without our code: its own driver, plain SQL, and what the code asked it for."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import event, make_url

from app.extensions import db

#: What the drivers raise where a constraint, a check or a trigger says no.
REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError)
Statement = tuple[str, Any]


@contextmanager
def raw_connection(database_url: str, patience: float = 20.0) -> Iterator[Any]:
    """A connection of the driver itself; each statement commits unless BEGIN was said."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        connection: Any = sqlite3.connect(
            url.database or "", timeout=patience, isolation_level=None, check_same_thread=False
        )
    else:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(address, autocommit=True)
    try:
        yield connection
    finally:
        connection.close()


def forget_foreign_keys(connection: Any) -> None:
    """Rows may name what is not there; every other rule stays in force."""
    sqlite = isinstance(connection, sqlite3.Connection)
    connection.execute("pragma foreign_keys=off" if sqlite else "set session_replication_role = replica")


def say(connection: Any, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """One statement with named values (":name"); the rows that it answers, if any."""
    if not isinstance(connection, sqlite3.Connection):
        query = re.sub(r":(\w+)", r"%(\1)s", query)
    answer = connection.execute(query, values)
    return list(answer.fetchall()) if answer.description else []


def ask(database_url: str, query: str) -> list[tuple[Any, ...]]:
    """The rows of one query, read on a connection of its own."""
    with raw_connection(database_url) as connection:
        return list(connection.execute(query).fetchall())


def count(database_url: str, query: str) -> int:
    """The one number that a query answers."""
    return int(ask(database_url, query)[0][0])


@contextmanager
def statements(app: Flask) -> Iterator[list[Statement]]:
    """Collects what the application says to its database, with the parameters."""
    said: list[Statement] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append((statement, parameters))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def plan_of(statement: Statement) -> str:
    """How the database would answer a statement, as it says itself; inside an application context."""
    text, parameters = statement
    sqlite = db.engine.dialect.name == "sqlite"
    explained = f"explain query plan {text}" if sqlite else f"explain {text}"
    rows = db.session.connection().exec_driver_sql(explained, parameters).all()
    return "\n".join(str(row[-1]) for row in rows)
