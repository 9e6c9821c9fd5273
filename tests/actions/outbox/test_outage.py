"""The mail server or the worker is away for hours or days: what is still useful goes once, what is not says why."""

from collections import Counter
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.actions import outbox
from app.domain.notifications import EXPIRED, Fate
from app.extensions import db
from app.models import Appointment, Notification
from tests.actions.outbox.sending import Time, booked
from tests.support.smtp import Sink, free_port

FRIDAY, SUNDAY, TUESDAY, LATER = (date(2026, 11, day) for day in (20, 22, 24, 30))
MOST_TRIES = 6


def book_some(time: Time) -> None:
    """Sessions in three hours, in two days, in four, in ten."""
    for number, day in enumerate((FRIDAY, SUNDAY, TUESDAY, LATER)):
        booked(time, "13:00", day, name=f"Client {number}")


@pytest.mark.parametrize("days", [timedelta(hours=4), timedelta(days=3)], ids=["4 hours", "3 days"])
@pytest.mark.parametrize("worker_runs", [True, False], ids=["mail server down", "worker down"])
def test_after_an_outage_all_that_is_useful_goes_once_and_nothing_comes_too_late(
    time: Time, app: Flask, smtp_sink: Sink, days: timedelta, worker_runs: bool
) -> None:
    book_some(time)
    ends_at, port = time.now + days, app.extensions["mail"].port
    step = (
        10 if days < timedelta(days=1) else 30
    )  # minutes: over days it is rare enough to look twice an hour
    with outbox.courier() as carrier:
        app.extensions["mail"].port = free_port()
        while time.now < ends_at:
            if worker_runs:
                assert outbox.sweep(time, carrier=carrier).sent == 0
            time.passes(minutes=step)
        app.extensions["mail"].port = port
        due = outbox.sweep(time, carrier=carrier)
        assert due.sent > 0
        assert due.waiting == 0  # all at once
        assert outbox.sweep(time, carrier=carrier).sent == 0
    copies = Counter(taken.message_id for taken in smtp_sink.taken)
    assert set(copies.values()) == {1}
    assert_nothing_came_too_late()
    assert db.session.execute(select(func.max(Notification.attempts))).scalar_one() <= MOST_TRIES


def assert_nothing_came_too_late() -> None:
    """By the rows: sent before the session and before it expired; given up with the reason."""
    db.session.rollback()
    rows = db.session.execute(
        select(Notification, Appointment).join(Appointment, Appointment.id == Notification.appointment_id)
    )
    fates = Counter[str]()
    for row, appointment in rows:
        fates[row.state] += 1
        if row.state == Fate.SENT:
            assert row.sent_at is not None
            assert row.sent_at < min(appointment.starts_at, row.expires_at)
        elif row.state == Fate.SKIPPED:
            assert row.why
    given_up = select(func.count(Notification.id)).where(Notification.why == EXPIRED)
    assert db.session.execute(given_up).scalar_one() >= 2  # of the session that began meanwhile
    assert fates[Fate.FAILED] == 0
    assert fates[Fate.LEASED] == 0
