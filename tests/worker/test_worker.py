"""The worker as a process: quick, clean at its end, and independent of its queue."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.actions.booking import book
from app.actions.outcomes import Booked
from app.domain.wallclock import local_date
from app.extensions import db
from app.factory import create_app
from app.models import WorkerHeartbeat
from app.worker.wiring import work_of
from config import Settings
from tests.reliability.busy_worker import book_many, states, wait_until_ready, worker
from tests.support.rows import HALIFAX, NOW, at, make_practice, order, wish
from tests.support.settings import settings
from tests.support.smtp import Sink

SOON = 3.0


def with_queue(database_url: str, folder: Path) -> Flask:
    """An application that puts what is due into the queue of that folder."""
    chosen = settings(database_url, QUEUE_URL=f"sqlite:///{folder / 'queue.db'}")
    return create_app(replace(Settings.from_environment(chosen), testing=True))


def book_next_week(hour: str = "10:00") -> None:
    """One appointment, as the site makes it."""
    day = date.fromordinal(local_date(clock.now(), HALIFAX).toordinal() + 7)
    assert isinstance(book(order(wish(at(hour, day)), key=f"key-{hour}"), clock.now()), Booked)


@pytest.mark.usefixtures("context")
def test_a_confirmation_leaves_within_three_seconds_and_the_worker_ends_cleanly(
    app: Flask, database_url: str, smtp_sink: Sink, tmp_path: Path
) -> None:
    make_practice()
    with worker(database_url, smtp_sink.port, tmp_path) as running:
        running.start()
        wait_until_ready()
        time.sleep(1)  # its first sweep is over: now only the queue can be this quick
        began = time.monotonic()
        book_next_week()
        smtp_sink.wait_for(2)
        assert time.monotonic() - began < SOON
        assert running.end() == 0
    assert "Traceback" not in running.log.read_text()


@pytest.mark.usefixtures("context")
def test_once_sends_all_that_is_due_and_ends(database_url: str, smtp_sink: Sink, tmp_path: Path) -> None:
    expected = book_many(4)
    with worker(database_url, smtp_sink.port, tmp_path) as running:
        assert running.start("--once").wait(60) == 0
    assert {taken.message_id for taken in smtp_sink.taken} == expected
    assert "8 sent" in running.log.read_text()


@pytest.mark.usefixtures("context")
def test_once_ends_also_when_the_mail_server_is_down(database_url: str, tmp_path: Path) -> None:
    book_many(2)
    with worker(database_url, 9, tmp_path) as running:
        assert running.start("--once").wait(60) == 0
    assert states() == {"planned": 4}


def test_a_queue_that_does_not_work_costs_no_booking(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "queue.db").mkdir()
    app = with_queue(database_url, tmp_path)
    with app.app_context(), caplog.at_level(logging.WARNING):
        make_practice()
        book_next_week()
        assert "wait for the next sweep" in caplog.text
        assert states() == {"planned": 2}
        db.session.remove()
        db.engine.dispose()


@pytest.mark.usefixtures("context")
def test_each_application_fills_its_own_queue(app: Flask, database_url: str, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = with_queue(database_url, tmp_path / "other")
    make_practice()
    book_next_week()
    assert work_of(app).opened().huey.pending_count() == 1  # both messages of the booking
    assert work_of(other).opened().huey.pending_count() == 0
    work_of(app).close()
    work_of(other).close()


@pytest.mark.usefixtures("context")
def test_a_sweep_says_that_the_worker_is_alive(app: Flask) -> None:
    make_practice()
    work_of(app).sweep()
    (row,) = db.session.execute(select(WorkerHeartbeat)).scalars()
    assert row.seen_at > NOW


@pytest.mark.usefixtures("context")
def test_two_threads_may_say_at_the_same_moment_that_the_worker_is_alive(app: Flask) -> None:
    barrier = threading.Barrier(4)

    def beat() -> None:
        barrier.wait()
        work_of(app).beat()

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(beat) for _ in range(4)]:
            done.result()
    assert len(db.session.execute(select(WorkerHeartbeat)).scalars().all()) == 1
