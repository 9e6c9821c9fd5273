"""Cancelling and moving while the worker sends: no reminder of what is no longer so, and the last mail tells the truth."""

import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.actions import outbox
from app.actions.booking import book
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Booked, Cancelled, Moved
from app.domain.appointments import Actor
from app.domain.notifications import Kind
from app.domain.wallclock import local_date
from app.extensions import db
from app.factory import create_app
from app.models import Appointment, Notification
from app.store.transactions import transaction
from config import Settings
from tests.support.rows import HALIFAX, at, make_practice, order, wish
from tests.support.settings import settings
from tests.support.smtp import Sink, Taken

_HOURS = (8, 10, 12, 14, 16, 18)
_CHANGERS, _SENDERS = 4, 2


@dataclass
class Race:
    """What the threads did: when each message was seen to be claimed, when each change was known to be committed."""

    claimed: dict[int, float] = field(default_factory=dict)
    changed: dict[int, float] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def keeping(self, token: str) -> Iterator[None]:
        """Told of every batch just after it was claimed."""
        db.session.rollback()
        numbers = select(Notification.id).where(Notification.lease_token == token)
        seen_at = time.monotonic()
        self.claimed.update(dict.fromkeys(db.session.execute(numbers).scalars(), seen_at))
        db.session.rollback()
        yield


def book_all(count: int) -> list[int]:
    """So many appointments, each of another client, with every reminder due now."""
    make_practice()
    first_day = local_date(clock.now(), HALIFAX) + timedelta(days=4)
    numbers = []
    for number in range(count):
        day, hour = first_day + timedelta(days=number // len(_HOURS)), _HOURS[number % len(_HOURS)]
        wanted = order(wish(at(f"{hour:02}:00", day)), key=f"key-{number}", name=f"Client {number}")
        answer = book(wanted, clock.now())
        assert isinstance(answer, Booked), answer
        numbers.append(answer.appointment_id)
    with transaction() as rows:
        reminders = update(Notification).where(Notification.step.startswith("before_"))
        rows.execute(reminders.values(due_at=clock.now() - timedelta(seconds=1)))
    return numbers


def send_until_over(app: Flask, race: Race) -> None:
    with app.app_context():
        while not race.over.is_set():
            outbox.sweep(clock.now, race.keeping)
            time.sleep(0.01)
        outbox.sweep(clock.now, race.keeping)


def change_all(app: Flask, race: Race, numbers: list[int], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same changes every time
    with app.app_context():
        for number in numbers:
            change = Change(number, Actor("client", None))
            if chance.random() < 0.5:
                assert isinstance(cancel(change, clock.now()), Cancelled)
            else:
                starts_at = db.session.execute(
                    select(Appointment.starts_at).where(Appointment.id == number)
                ).scalar_one()
                db.session.rollback()
                later = starts_at + timedelta(minutes=15)
                assert isinstance(move(change, later, clock.now()), Moved)
            race.changed[number] = time.monotonic()
            time.sleep(chance.uniform(0, 0.02))


def race_them(app: Flask, count: int) -> Race:
    numbers = book_all(count)
    db.session.rollback()
    race = Race()
    shares = [numbers[start::_CHANGERS] for start in range(_CHANGERS)]
    with ThreadPoolExecutor(_CHANGERS + _SENDERS) as pool:
        senders = [pool.submit(send_until_over, app, race) for _ in range(_SENDERS)]
        changers = [pool.submit(change_all, app, race, share, seed) for seed, share in enumerate(shares)]
        for changer in changers:
            changer.result()
        race.over.set()
        for sender in senders:
            sender.result()
    while outbox.sweep(clock.now).waiting:
        time.sleep(0.1)
    return race


def assert_no_reminder_was_claimed_after_the_change(race: Race) -> None:
    old = (Notification.kind == Kind.APPOINTMENT_REMINDER.value, Notification.revision == 0)
    sent = select(Notification.id, Notification.appointment_id).where(*old, Notification.state == "sent")
    db.session.rollback()
    late = [
        number
        for number, appointment_id in db.session.execute(sent)
        if race.claimed[number] > race.changed[appointment_id or 0]
    ]
    assert late == []


def assert_the_last_mail_tells_the_truth(sink: Sink) -> None:
    by_uid: dict[str, list[Taken]] = defaultdict(list)
    for taken in sink.taken:
        if "@example.com" in taken.recipients[0] and "therapist" not in taken.recipients[0]:
            content = taken.calendar()
            if content is not None:
                by_uid[_line(content, "UID")].append(taken)
    db.session.rollback()
    appointments = db.session.execute(select(Appointment)).scalars().all()
    for appointment in appointments:
        mails = by_uid.get(f"{appointment.public_id}@stillpoint", [])
        sequences = [int(_line(mail.calendar() or b"", "SEQUENCE")) for mail in mails]
        assert sequences == sorted(sequences), appointment.reference
        # A confirmation on its way is composed from what is true: it may tell what the notice of the move tells again.
        told = {
            (number, _starts_at(mail.calendar() or b""))
            for number, mail in zip(sequences, mails, strict=True)
        }
        assert len(told) == len(set(sequences)), appointment.reference
        assert mails, f"{appointment.reference} was told nothing"
        last = mails[-1].calendar() or b""
        if appointment.state == "cancelled":
            assert _line(last, "METHOD") == "CANCEL", appointment.reference
        else:
            assert _starts_at(last) == appointment.starts_at, appointment.reference


def _line(content: bytes, name: str) -> str:
    found = re.search(rf"^{name}[:;](.*)$", content.decode().replace("\r\n ", ""), re.MULTILINE)
    assert found, (name, content)
    return found[1].strip()


def _starts_at(content: bytes) -> datetime:
    event = content.decode().replace("\r\n ", "").split("BEGIN:VEVENT")[1]
    wall = re.search(r"^DTSTART[^:]*:(\d{8}T\d{6})", event, re.MULTILINE)
    assert wall, event
    return datetime.strptime(wall[1], "%Y%m%dT%H%M%S").replace(tzinfo=HALIFAX).astimezone(UTC)


@pytest.fixture
def app_with_mail(database_url: str, smtp_sink: Sink, tmp_path: Path) -> Iterator[Flask]:
    """The application with a mail server of its own."""
    queue = f"sqlite:///{tmp_path / 'queue.db'}"
    chosen = settings(database_url, QUEUE_URL=queue, MAIL_PORT=str(smtp_sink.port))
    application = create_app(replace(Settings.from_environment(chosen), testing=True))
    yield application
    with application.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def race_and_check(app: Flask, sink: Sink, count: int) -> None:
    with app.app_context():
        race = race_them(app, count)
        assert len(race.changed) == count
        assert_no_reminder_was_claimed_after_the_change(race)
        assert_the_last_mail_tells_the_truth(sink)


def test_changes_and_the_worker_agree(app_with_mail: Flask, smtp_sink: Sink) -> None:
    race_and_check(app_with_mail, smtp_sink, 40)


@pytest.mark.soak
def test_a_thousand_changes_and_the_worker_agree(app_with_mail: Flask, smtp_sink: Sink) -> None:
    race_and_check(app_with_mail, smtp_sink, 1000)
