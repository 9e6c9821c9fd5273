"""A worker process of its own, with mails to send, that can be killed."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Select, select, update

from app import clock
from app.actions.booking import book
from app.actions.outcomes import Booked
from app.domain.wallclock import local_date
from app.extensions import db
from app.factory import create_app
from app.models import Notification, WorkerHeartbeat
from app.store.transactions import transaction
from config import Settings
from tests.support.forked import Program, start
from tests.support.rows import HALIFAX, at, make_practice, order, wish
from tests.support.settings import environment

PER_DAY = 6


@dataclass
class Worker:
    """The settings of a worker, and the process while there is one."""

    settings: dict[str, str]
    log: Path
    running: Program | None = None

    def start(self, *arguments: str) -> Program:
        """Starts `flask worker` as people do."""
        self.running = start("flask", "--app", "wsgi", "worker", *arguments, env=self.settings, out=self.log)
        return self.running

    @contextmanager
    def site(self) -> Iterator[Flask]:
        """The same program with the same settings in this process, as the web server has it."""
        app = create_app(replace(Settings.from_environment(self.settings), testing=True))
        yield app
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()

    def kill(self) -> None:
        """SIGKILL: no word of farewell, no lease given back."""
        assert self.running is not None
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()

    def end(self) -> int:
        """SIGTERM; answers the exit status."""
        assert self.running is not None
        if self.running.poll() is None:
            os.killpg(self.running.pid, signal.SIGTERM)
        return self.running.wait(30)


@contextmanager
def worker(database_url: str, mail_port: int, folder: Path, **settings: str) -> Iterator[Worker]:
    """A worker on this database; whatever still runs at the end is killed."""
    own = {"MAIL_PORT": str(mail_port), "QUEUE_URL": f"sqlite:///{folder / 'queue.db'}"} | settings
    made = Worker(environment(database_url, **own), folder / "worker.log")
    try:
        yield made
    finally:
        if made.running is not None and made.running.poll() is None:
            made.kill()


def book_many(appointments: int) -> set[str]:
    """A practice and so many appointments, each with two mails that are due; answers their message ids."""
    make_practice()
    first_day = local_date(clock.now(), HALIFAX) + timedelta(days=4)
    for number in range(appointments):
        day = first_day + timedelta(days=number // PER_DAY)
        starts_at = at(f"{8 + 2 * (number % PER_DAY):02}:00", day)
        answer = book(order(wish(starts_at), name=f"Client {number}", key=f"key-{number}"), clock.now())
        assert isinstance(answer, Booked), answer
    due = select(Notification.message_id).where(
        Notification.due_at <= clock.now(), Notification.state == "planned"
    )
    return set(seen(due))


def let_leases_run_out() -> int:
    """What two minutes do after a kill; answers how many mails were being sent when it came."""
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    with transaction() as rows:
        living = (Notification.state == "leased", Notification.leased_until > clock.now())
        lost = rows.execute(select(Notification.id).where(*living)).scalars().all()
        rows.execute(update(Notification).where(Notification.state == "leased").values(leased_until=long_ago))
    return len(lost)


def wait_until_ready(seconds: float = 30.0) -> None:
    """Returns when a worker has said that it is alive."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if seen(select(WorkerHeartbeat.name)):
            return
        time.sleep(0.02)
    raise AssertionError("no worker has been seen")


def seen(wanted: Select[str]) -> list[str]:
    """What a query finds now; nothing stays open, since a reader would keep SQLite's writers waiting."""
    db.session.rollback()
    found = list(db.session.execute(wanted).scalars())
    db.session.rollback()
    return found


def states() -> dict[str, int]:
    """How many of the mails that were due are in which state."""
    found = seen(select(Notification.state).where(Notification.due_at <= clock.now() + timedelta(hours=2)))
    return {state: found.count(state) for state in set(found)}
