"""What is wrong with a database that fails, by what it said; for commands, which have no error pages."""

import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.store.transactions import Busy


class DatabaseTrouble(StrEnum):
    """What an operator can mend."""

    NO_TABLES = "no tables"
    UNREACHABLE = "unreachable"
    READ_ONLY = "read-only"
    NO_DATABASE = "no database"
    FULL = "full"
    BUSY = "busy"


_SAID_BY_SQLITE = (
    ("no such table", DatabaseTrouble.NO_TABLES),
    ("no such column", DatabaseTrouble.NO_TABLES),
    ("has no column named", DatabaseTrouble.NO_TABLES),
    ("unable to open", DatabaseTrouble.UNREACHABLE),
    ("disk i/o error", DatabaseTrouble.UNREACHABLE),
    ("readonly database", DatabaseTrouble.READ_ONLY),
    ("not a database", DatabaseTrouble.NO_DATABASE),
    ("malformed", DatabaseTrouble.NO_DATABASE),
    ("is full", DatabaseTrouble.FULL),
    ("is locked", DatabaseTrouble.BUSY),
)
_STATES_OF_POSTGRESQL = {
    "42P01": DatabaseTrouble.NO_TABLES,
    "42703": DatabaseTrouble.NO_TABLES,
    "25006": DatabaseTrouble.READ_ONLY,
    "42501": DatabaseTrouble.READ_ONLY,
    "53100": DatabaseTrouble.FULL,
    "55P03": DatabaseTrouble.BUSY,
    "57014": DatabaseTrouble.BUSY,
}
#: Classes of states: connection, sign-in, no such database, resources, shutdown.
_UNREACHABLE = ("08", "28", "3D", "53", "57")


def trouble_of(error: BaseException) -> DatabaseTrouble | None:
    """What is wrong with the database; None where the error says nothing that an operator could mend."""
    if isinstance(error, Busy | PoolTimeout):
        return DatabaseTrouble.BUSY
    said = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(said, sqlite3.Error):
        words = str(said).casefold()
        return next((trouble for part, trouble in _SAID_BY_SQLITE if part in words), None)
    return _trouble_of_postgresql(said) if isinstance(error, DBAPIError) else None


def _trouble_of_postgresql(said: BaseException | None) -> DatabaseTrouble | None:
    """A server that never answered gives no state."""
    state = getattr(said, "sqlstate", None)
    if state is None:
        return DatabaseTrouble.UNREACHABLE if type(said).__name__ == "OperationalError" else None
    found = _STATES_OF_POSTGRESQL.get(state)
    return found or (DatabaseTrouble.UNREACHABLE if state.startswith(_UNREACHABLE) else None)
