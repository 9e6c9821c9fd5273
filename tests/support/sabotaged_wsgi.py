"""The application without its booking lock, for the negative control only: here a race must have several winners."""

import time
from contextlib import nullcontext
from typing import Any

from sqlalchemy import event

from app.actions import booking
from app.extensions import db
from app.store import transactions
from wsgi import app

PAUSE = 0.05  # seconds between looking whether the time is free and taking it
_looks: Any = vars(booking)["find_seat"]


def _take_no_lock() -> None:
    """Sees the present like the real one, and keeps nobody out."""
    db.session.expire_all()
    transactions.seen_in_transaction().clear()


def _looks_and_waits(*args: Any, **kwargs: Any) -> Any:
    seat = _looks(*args, **kwargs)
    time.sleep(PAUSE)
    return seat


def _begin_with_the_first_write(connection: Any, _record: Any) -> None:
    connection.isolation_level = ""  # what Python's driver does unless it is told otherwise


def _sabotage() -> None:
    saboteurs = {
        "take_booking_lock": _take_no_lock,
        "find_seat": _looks_and_waits,
    }
    for name, saboteur in saboteurs.items():
        setattr(booking, name, saboteur)
    vars(transactions)["_turn"] = nullcontext  # writers of one process queue no more
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.remove(engine, "begin", transactions._begin_sqlite)
        event.listen(engine, "connect", _begin_with_the_first_write)


_sabotage()
