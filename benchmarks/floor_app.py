"""The floor: Flask and SQLAlchemy Core, a table of its own, one indexed query a question, small JSON. No product at all.

Times are minutes since 1970, so that nothing has to be turned into dates. What a booking system adds, stands above this.
"""

import os
import time as clock
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from flask import Flask, request
from sqlalchemy import (
    Column,
    Engine,
    Index,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    insert,
    select,
    text,
)
from werkzeug.wrappers import Response

from benchmarks.clinic import CLOSES, MINUTES, OPENS, PEOPLE, STEP, ZONE
from benchmarks.counting import count_statements

metadata = MetaData()
booked = Table(
    "booked",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("therapist", Integer, nullable=False),
    Column("begins", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Index("ix_booked", "therapist", "begins", "ends"),
)
_QUARTERS = (CLOSES - OPENS) * 60 // STEP
_SESSION = MINUTES // STEP
_WHOLE_DAY = (1 << _QUARTERS) - 1
_LOOK_AHEAD = 91


def open_engine(url: str) -> Engine:
    """An engine that says BEGIN itself on SQLite, so that a booking can begin as a writer."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _leave_begin_to_us)
    return engine


def create_app(url: str) -> Flask:
    """The five questions."""
    app, engine = Flask("floor"), open_engine(url)
    app.add_url_rule("/nothing", "nothing", lambda: {"status": "ok"})
    app.add_url_rule("/day", "day", lambda: _day(engine))
    app.add_url_rule("/next", "next", lambda: _next(engine))
    app.add_url_rule("/month", "month", lambda: _month(engine))
    app.add_url_rule("/book", "book", lambda: _book(engine), methods=["POST"])
    if os.environ.get("COUNT_STATEMENTS"):
        count_statements(app, engine)
    return app


def _day(engine: Engine) -> dict[str, list[int]]:
    """The free starts of one therapist on one day."""
    opens = _opens(date.fromisoformat(request.args["day"]))
    therapist = int(request.args["therapist"])
    taken = _taken(engine, therapist, therapist, opens, opens + _QUARTERS * STEP)
    return {
        "slots": [opens + STEP * quarter for quarter in _starts(taken.get((therapist, opens // 1440), 0))]
    }


def _next(engine: Engine) -> dict[str, int | None]:
    """The first free start of one therapist."""
    therapist, today = int(request.args["therapist"]), datetime.now(ZONE).date()
    not_before = clock.time() / 60
    days = [today + timedelta(days=offset) for offset in range(_LOOK_AHEAD)]
    taken = _taken(engine, therapist, therapist, _opens(days[0]), _opens(days[-1]) + 1440)
    for day in days:
        opens = _opens(day)
        if day.weekday() < 5:
            for quarter in _starts(taken.get((therapist, opens // 1440), 0)):
                if opens + STEP * quarter >= not_before:
                    return {"slot": opens + STEP * quarter}
    return {"slot": None}


def _month(engine: Engine) -> dict[str, dict[str, int]]:
    """How many starts are free on each of 31 days with any of ten."""
    first = date.fromisoformat(request.args["from"])
    days = [first + timedelta(days=offset) for offset in range(31)]
    taken = _taken(engine, 1, PEOPLE, _opens(days[0]), _opens(days[-1]) + 1440)
    free: dict[str, int] = {}
    for day in days:
        number, anyone = _opens(day) // 1440, 0
        if day.weekday() < 5:
            for therapist in range(1, PEOPLE + 1):
                anyone |= _free(taken.get((therapist, number), 0))
        free[day.isoformat()] = anyone.bit_count()
    return {"days": free}


def _book(engine: Engine) -> Response | tuple[dict[str, Any], int]:
    """Look and write in one transaction, one at a time."""
    order = request.get_json()
    therapist, begins = int(order["therapist"]), int(order["begins"])
    clash = select(booked.c.id).where(
        booked.c.therapist == therapist, booked.c.begins < begins + MINUTES, booked.c.ends > begins
    )
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("select pg_advisory_xact_lock(1)"))
        if connection.execute(clash).first():
            connection.rollback()
            return {"status": "taken"}, 409
        row = {"therapist": therapist, "begins": begins, "ends": begins + MINUTES}
        made = connection.execute(insert(booked).values(row).returning(booked.c.id)).scalar_one()
        connection.commit()
    return {"id": made}, 201


def _taken(engine: Engine, first: int, last: int, begins: int, ends: int) -> dict[tuple[int, int], int]:
    """By therapist and day the quarters that are taken, as the bits of a number: the one query."""
    columns = select(booked.c.therapist, booked.c.begins, booked.c.ends)
    wanted = columns.where(
        booked.c.therapist.between(first, last), booked.c.begins >= begins, booked.c.begins < ends
    )
    taken: dict[tuple[int, int], int] = {}
    with engine.connect() as connection:
        for therapist, begun, ended in connection.execute(wanted):
            day = begun // 1440
            quarter = (begun - _opens_on(day)) // STEP
            mask = ((1 << (ended - begun) // STEP) - 1) << quarter
            taken[therapist, day] = taken.get((therapist, day), 0) | mask
    return taken


def _free(taken: int) -> int:
    """The quarters at which a session can begin."""
    free = _WHOLE_DAY & ~taken
    for _ in range(_SESSION - 1):
        free &= free >> 1
    return free & ((1 << (_QUARTERS - _SESSION + 1)) - 1)


def _starts(taken: int) -> list[int]:
    free = _free(taken)
    return [quarter for quarter in range(_QUARTERS) if free >> quarter & 1]


@cache
def _opens(day: date) -> int:
    """When the day's work begins."""
    return int(datetime.combine(day, time(OPENS), ZONE).timestamp()) // 60


@cache
def _opens_on(number: int) -> int:
    """The same for the number of a day since 1970."""
    return _opens(datetime.fromtimestamp(number * 86400, UTC).date())


def _leave_begin_to_us(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
