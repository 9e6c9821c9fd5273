"""A small practice that a whole crowd books at: its own database, a server of several processes, a token for the API."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import update

from app import clock
from app.actions.tokens import add_token
from app.domain.wallclock import local_date
from app.extensions import db
from app.models import Practice
from app.store.transactions import transaction
from tests.support.application import fresh_app
from tests.support.databases import fresh
from tests.support.programs import Program
from tests.support.rows import HALIFAX, make_practice
from tests.support.servers import Server, running_server

THERAPISTS = 10  # Nell New among them, who gives back massages too


@dataclass
class Arena:
    """The place, and the days that have not been used yet: each round takes one of its own."""

    server: Server
    program: Program
    app: Flask
    _days: int = field(default=3)

    @property
    def database_url(self) -> str:
        """Where it is all written."""
        return self.server.database_url

    def new_day(self) -> date:
        """A day on which nothing is booked."""
        self._days += 1
        return local_date(clock.now(), HALIFAX) + timedelta(days=self._days)


@contextmanager
def arena(backend: str, folder: Path, *, module: str = "wsgi:app", threads: int = 8) -> Iterator[Arena]:
    """Ten therapists, eleven rooms, starts every five minutes, and two processes of eight threads that answer."""
    with fresh(backend) as database_url, fresh_app(database_url, folder) as app:
        token = furnish(app)
        with running_server(database_url, folder, module=module, threads=threads) as server:
            yield Arena(server, Program(server.url, token), app)


def furnish(app: Flask) -> str:
    """Write the practice; answers the token."""
    with app.app_context():
        make_practice(therapists=THERAPISTS - 1, rooms=THERAPISTS + 1)
        with transaction() as rows:
            rows.execute(update(Practice).values(slot_step_minutes=5))
        token = add_token("crowd", clock.now())
        db.session.remove()
    return token
