"""Several workers at once: nobody gets a second copy, and who has just booked does not wait behind reminders."""

import time
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from app import clock
from app.actions.booking import book
from app.actions.outcomes import Booked
from app.domain.wallclock import local_date
from app.extensions import db
from app.models import Notification
from app.store.transactions import transaction
from app.worker.wiring import work_of
from tests.reliability.busy_worker import book_many, states, worker
from tests.reliability.test_worker_kill import wait_until_all
from tests.support.rows import HALIFAX, at, order, wish
from tests.support.smtp import Sink

pytestmark = pytest.mark.usefixtures("context")
SOON = 3.0


def send_all(workers: int, appointments: int, database_url: str, sink: Sink, folder: Path) -> None:
    """So many workers, no faults: each mail comes once."""
    expected = book_many(appointments)
    with ExitStack() as stack:
        busy = [stack.enter_context(worker(database_url, sink.port, folder)) for _ in range(workers)]
        for one in busy:
            one.start()
        wait_until_all(expected, sink, 600)
        assert [one.end() for one in busy] == [0] * workers
    copies = Counter(taken.message_id for taken in sink.taken)
    assert set(copies.values()) == {1}
    assert sink.connections <= 2 * workers  # kept from one booking to the next
    print(f"{workers} workers, {len(expected)} mails, {sink.connections} connections, no extra copy")


def test_two_workers_send_no_extra_copy(database_url: str, smtp_sink: Sink, tmp_path: Path) -> None:
    send_all(2, 40, database_url, smtp_sink, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("workers", [2, 8])
def test_many_workers_send_two_thousand_mails_and_no_extra_copy(
    database_url: str, smtp_sink: Sink, tmp_path: Path, workers: int
) -> None:
    send_all(workers, 1000, database_url, smtp_sink, tmp_path)


def confirm_soon(reminders: int, pause: float, database_url: str, sink: Sink, folder: Path) -> None:
    """While so many reminders leave, one each ``pause`` seconds, a booking is confirmed within three seconds."""
    first = len(book_many(reminders // 2))
    with transaction() as rows:
        ahead = update(Notification).where(Notification.kind == "appointment_reminder")
        rows.execute(ahead.values(kind="appointment_moved", due_at=clock.now()))  # due also at night
    sink.pause = pause
    with worker(database_url, sink.port, folder) as busy:
        with busy.site() as site:
            work_of(site).opened().huey.flush()  # all that is due now is the sweep's
            work_of(site).close()
        busy.start()
        sink.wait_for(20, 60)
        for hour in ("09:00", "13:00", "17:00"):
            with busy.site() as site, site.app_context():
                day = local_date(clock.now(), HALIFAX) + timedelta(days=300)
                wanted = order(wish(at(hour, day)), name=f"New {hour[:2]}", key=hour)
                began = time.monotonic()
                assert isinstance(book(wanted, clock.now()), Booked)
                work_of(site).close()
                db.session.remove()
            address = f"new.{hour[:2]}@example.com"
            while not sink.to(address):
                assert time.monotonic() - began < SOON, f"{len(sink.taken)} others were sent meanwhile"
                time.sleep(0.05)
            print(f"confirmed after {time.monotonic() - began:.1f} s, {len(sink.taken)} taken")
            time.sleep(0.5)
        assert len(sink.taken) < first + reminders  # the others still wait: it did not just come last
        assert states().get("planned", 0) > 0
        sink.pause = 0
        assert busy.end() == 0


def test_who_books_while_reminders_leave_is_told_within_three_seconds(
    database_url: str, smtp_sink: Sink, tmp_path: Path
) -> None:
    confirm_soon(160, 0.1, database_url, smtp_sink, tmp_path)


@pytest.mark.soak
def test_who_books_while_two_thousand_reminders_leave_is_told_within_three_seconds(
    database_url: str, smtp_sink: Sink, tmp_path: Path
) -> None:
    confirm_soon(2000, 0.02, database_url, smtp_sink, tmp_path)
