"""The outbox: what is decided is sent, once, in order, and told as it is true then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.actions import outbox
from app.actions.booking import book
from app.actions.letters import calendar_of
from app.actions.managing import Change, cancel, move
from app.actions.outbox import Result
from app.actions.outcomes import Booked, Moved
from app.domain.appointments import Actor
from app.domain.notifications import BEGUN, NO_CLIENT_ADDRESS, WAS_CANCELLED, WAS_MOVED
from app.extensions import db
from app.factory import create_app
from app.models import AddressPeriod, Contact, Delivery, Location, Notification, Practice, Service, Therapist
from app.store.outbox import Lease, claim, list_due, list_ledger
from app.store.transactions import transaction
from config import Settings
from tests.support.rows import NOW, at, make_practice, order, wish
from tests.support.settings import settings
from tests.support.smtp import Fault, Sink

JO, THERAPIST = "jo.park@example.com", "therapist-1@example.com"
LATER_DAY = date(2026, 12, 7)
CLIENT = Actor("client", JO)


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def app(database_url: str, smtp_sink: Sink, tmp_path: Path) -> Iterator[Flask]:
    """The application with the test's own mail server."""
    queue = f"sqlite:///{tmp_path / 'queue.db'}"
    chosen = settings(database_url, QUEUE_URL=queue, MAIL_PORT=str(smtp_sink.port), PUBLIC_URL="https://book.example.com")
    application = create_app(replace(Settings.from_environment(chosen), testing=True))
    yield application
    with application.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def time(context: None) -> Time:
    """It is Friday morning, and there is a practice."""
    make_practice(therapists=2, rooms=2)
    return Time()


def booked(time: Time, clock: str = "10:00", day: date = LATER_DAY, **more: object) -> int:
    """Book and insist."""
    answer = book(order(wish(at(clock, day)), key=f"{clock}-{day}", **more), time.now)  # type: ignore[arg-type]
    assert isinstance(answer, Booked), answer
    return answer.appointment_id


def ledger(appointment_id: int) -> dict[str, tuple[str, str | None]]:
    """Step and revision -> state and reason."""
    db.session.rollback()
    return {f"{row.step}/{row.revision}": (row.state, row.why) for row in list_ledger(appointment_id)}


def state_of(appointment_id: int, step: str) -> tuple[str, str | None]:
    return ledger(appointment_id)[step]


def test_a_booking_is_told_to_client_and_therapist_at_once(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    assert outbox.sweep(time) == outbox.Swept(sent=2)
    (confirmation,), (notice,) = smtp_sink.to(JO), smtp_sink.to(THERAPIST)
    assert "Monday 7 December 2026, 10:00 am" in confirmation.subject
    assert "https://book.example.com/appointment/" in confirmation.text()
    assert "1 Example Street, Halifax, NS" in confirmation.text()
    assert "Eat lightly, please." in confirmation.text()
    assert "Client: Jo Park" in notice.text()
    assert "/appointment/" not in notice.text()
    assert b"METHOD:REQUEST" in (confirmation.calendar() or b"")
    assert confirmation.message_id.endswith("@book.example.com>")
    assert state_of(appointment_id, "booked/0") == ("sent", None)
    assert outbox.sweep(time) == outbox.Swept()


def test_reminders_go_on_their_days_with_the_advice_that_is_due(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    outbox.sweep(time)
    time.now = at("09:59", LATER_DAY - timedelta(days=3))
    assert outbox.sweep(time).sent == 0
    time.passes(minutes=1)
    assert outbox.sweep(time).sent == 1
    first = smtp_sink.to(JO)[1].text()
    assert "Tell us if anything has changed." in first
    assert "Eat lightly" not in first
    time.now = at("10:00", LATER_DAY - timedelta(days=1))
    outbox.sweep(time)
    second = smtp_sink.to(JO)[2].text()
    assert "Eat lightly, please." in second
    assert "Tell us if anything" not in second


def test_a_move_drops_the_old_reminders_and_updates_the_calendar(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    assert isinstance(move(Change(appointment_id, CLIENT), at("15:00", LATER_DAY), time.now), Moved)
    outbox.sweep(time)
    told = ledger(appointment_id)
    assert told["reminder_3d/0"] == told["reminder_1d/0"] == ("skipped", WAS_MOVED)
    assert told["reminder_1d/1"] == ("planned", None)
    booking, news = (each.calendar() or b"" for each in smtp_sink.to(JO))
    assert b"SEQUENCE:0" in booking
    assert b"SEQUENCE:1" in news
    assert [line for line in booking.split(b"\r\n") if line.startswith(b"UID")] == [
        line for line in news.split(b"\r\n") if line.startswith(b"UID")
    ]
    assert "3:00 pm" in smtp_sink.to(JO)[1].subject


def test_when_another_therapist_takes_over_both_are_told(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    moved = move(Change(appointment_id, CLIENT, by_staff=True), at("10:00", LATER_DAY), time.now, "therapist-2")
    assert isinstance(moved, Moved)
    outbox.sweep(time)
    assert "no longer with you" in smtp_sink.to(THERAPIST)[1].text()
    assert "A new appointment with you" in smtp_sink.to("therapist-2@example.com")[0].text()


def test_a_cancellation_drops_the_reminders_and_takes_the_entry_out(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    outbox.sweep(time)
    cancel(Change(appointment_id, CLIENT), time.now)
    outbox.sweep(time)
    assert state_of(appointment_id, "reminder_1d/0") == ("skipped", WAS_CANCELLED)
    last = smtp_sink.to(JO)[-1]
    assert b"METHOD:CANCEL" in (last.calendar() or b"")
    assert "cancelled" in last.subject


def test_a_confirmation_that_could_not_go_before_the_cancellation_is_not_sent_after_it(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    cancel(Change(appointment_id, CLIENT), time.now)
    outbox.sweep(time)
    assert state_of(appointment_id, "booked/0") == ("skipped", WAS_CANCELLED)
    assert ["cancelled" in taken.subject for taken in smtp_sink.to(JO)] == [True]


def test_who_has_no_address_is_called_instead(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time, email=None, phone="902-555-0123", by_staff=True)
    outbox.sweep(time)
    assert state_of(appointment_id, "booked/0") == ("skipped", NO_CLIENT_ADDRESS)
    assert [taken.recipients for taken in smtp_sink.taken] == [(THERAPIST,)]


def test_the_address_is_the_one_of_that_day_as_known_when_the_mail_goes(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    with transaction() as rows:
        location = rows.execute(select(Location)).scalar_one()
        location.address_periods.append(AddressPeriod(valid_from=date(2026, 12, 1), lines="9 Harbour Road\nHalifax, NS"))
    outbox.sweep(time)
    (confirmation,) = smtp_sink.to(JO)
    assert "9 Harbour Road, Halifax, NS" in confirmation.text()
    assert "9 Harbour Road" in confirmation.html()
    assert b"9 Harbour Road" in (confirmation.calendar() or b"").replace(b"\r\n ", b"")


def test_who_wants_no_detail_in_mails_gets_none(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    with transaction() as rows:
        rows.execute(update(Contact).values(detail="page"))
    outbox.sweep(time)
    (confirmation,) = smtp_sink.to(JO)
    assert "Psoas" not in confirmation.text() + confirmation.html()
    assert "Eat lightly" not in confirmation.text() + confirmation.html()


def test_services_and_therapists_that_have_been_retired_are_still_told(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    with transaction() as rows:
        for model in (Service, Therapist, Location):
            rows.execute(update(model).values(retired_at=time.now))
    assert outbox.sweep(time).sent == 2
    assert "Eat lightly, please." in smtp_sink.to(JO)[0].text()


def test_a_mail_server_that_is_down_costs_no_message(time: Time, smtp_sink: Sink, app: Flask) -> None:
    appointments = [booked(time, f"{hour}:00") for hour in (10, 12, 14)]
    app.extensions["mail"].port = 9
    for minutes in (0, 1, 2, 5):
        time.passes(minutes=minutes)
        swept = outbox.sweep(time)
        assert (swept.sent, swept.ended) == (0, 0)
    tries = db.session.execute(select(Notification.attempts)).scalars().all()
    assert sum(tries) <= 4  # one probe per sweep, not the whole queue
    app.extensions["mail"].port = smtp_sink.port
    for _ in range(3):
        time.passes(minutes=30)
        outbox.sweep(time)
    assert len(smtp_sink.taken) == 6
    assert len({taken.message_id for taken in smtp_sink.taken}) == 6
    assert {ledger(one)["booked/0"][0] for one in appointments} == {"sent"}


def test_a_refused_address_fails_with_the_servers_words_and_the_others_go(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    smtp_sink.at_recipient = lambda envelope, attempt: "550 5.1.1 No such user" if attempt == 1 else None
    assert outbox.sweep(time) == outbox.Swept(sent=1, ended=1)
    state, why = state_of(appointment_id, "booked/0")
    assert state == "failed"
    assert "550" in (why or "")
    (delivery,) = db.session.execute(select(Delivery).where(Delivery.outcome == "failed")).scalars()
    assert "No such user" in (delivery.detail or "")


def test_a_failed_message_can_be_sent_again_by_hand(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    smtp_sink.refuse_recipient("550 Unknown")
    outbox.sweep(time)
    smtp_sink.behave()
    number = next(row.id for row in list_ledger(appointment_id) if row.step == "booked")
    assert outbox.retry(number, time.now)
    assert outbox.sweep(time).sent == 1
    assert not outbox.retry(number, time.now)
    with pytest.raises(LookupError):
        outbox.retry(10_000_000, time.now)


def test_a_temporary_refusal_is_tried_again_after_growing_waits(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    smtp_sink.refuse_recipient("451 Later")
    tried = []
    for minute in range(40):
        before = smtp_sink.attempts
        outbox.sweep(time)
        tried += [minute] * (smtp_sink.attempts - before)
        time.passes(minutes=1)
    assert sorted(set(tried)) == [0, 1, 2, 4, 9, 19, 39]  # waits of 0, 1, 2, 5, 10 and 20 minutes, seen each minute
    smtp_sink.behave()
    time.passes(hours=1)
    outbox.sweep(time)
    assert state_of(appointment_id, "booked/0")[0] == "sent"
    messages = {taken.message_id for taken in smtp_sink.taken}
    assert len(messages) == len(smtp_sink.taken) == 2


def test_a_line_cut_before_the_answer_repeats_the_same_message(time: Time, smtp_sink: Sink) -> None:
    booked(time, email=None, phone="902-555-0123", by_staff=True)
    smtp_sink.at_message = lambda envelope, attempt: Fault.DROP_AFTER_TAKING if attempt == 1 else None
    outbox.sweep(time)
    outbox.sweep(time)
    first, second = smtp_sink.taken
    assert first.message_id == second.message_id


def test_the_order_of_one_persons_messages_is_kept(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    smtp_sink.at_recipient = lambda envelope, attempt: "451 Later" if attempt == 1 else None
    outbox.sweep(time)
    move(Change(appointment_id, CLIENT), at("15:00", LATER_DAY), time.now)
    number = next(row.id for row in list_ledger(appointment_id) if row.step == "moved")
    with outbox.courier() as carrier:
        assert outbox.send_one(number, carrier, time) is Result.NOT_OURS
    time.passes(minutes=1)
    outbox.sweep(time)
    outbox.sweep(time)
    kinds = [taken.message["X-Notification-Kind"] for taken in smtp_sink.to(JO)]
    assert kinds == ["appointment_booked", "appointment_moved"]


def test_nobody_takes_what_another_worker_has(time: Time) -> None:
    booked(time)
    number = list_due(time.now)[0]
    with transaction():
        assert claim(Lease(number, "one"), time.now, time.now + timedelta(seconds=120))
    with transaction():
        assert not claim(Lease(number, "two"), time.now, time.now + timedelta(seconds=120))
    time.passes(seconds=121)
    with transaction():
        assert claim(Lease(number, "two"), time.now, time.now + timedelta(seconds=120))
    assert not outbox.extend_lease(Lease(number, "one"), time.now)
    assert outbox.extend_lease(Lease(number, "two"), time.now)


def test_what_could_not_go_in_time_is_given_up_and_says_so(time: Time) -> None:
    appointment_id = booked(time)
    time.now = at("10:00", LATER_DAY)
    outbox.sweep(time)
    told = ledger(appointment_id)
    assert {state for state, _ in told.values()} == {"skipped"}
    assert told["booked/0"][1] == "it could not be sent in time"


def test_a_session_that_has_begun_is_not_announced(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    with transaction() as rows:
        rows.execute(update(Notification).values(expires_at=at("23:00", LATER_DAY)))
    time.now = at("10:01", LATER_DAY)
    outbox.sweep(time)
    assert state_of(appointment_id, "booked/0") == ("skipped", BEGUN)
    assert smtp_sink.taken == []


def test_while_sending_is_held_nothing_goes_and_nothing_is_lost(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    numbers = list_due(time.now)
    outbox.hold(time.now)
    assert outbox.sweep(time) == outbox.Swept()
    with outbox.courier() as carrier:
        assert outbox.send_one(numbers[0], carrier, time) is Result.NOT_OURS
    assert smtp_sink.taken == []
    outbox.release()
    assert outbox.sweep(time).sent == 2


def test_a_letter_that_cannot_be_composed_fails_and_the_others_go(time: Time, smtp_sink: Sink) -> None:
    broken = booked(time, "09:00")
    with transaction() as rows:
        rows.execute(update(Notification).where(Notification.appointment_id == broken).values(kind="no_such_kind"))
    whole = booked(time, "13:00")
    assert outbox.sweep(time) == outbox.Swept(sent=2, ended=2)
    assert state_of(broken, "booked/0")[0] == "failed"
    assert state_of(whole, "booked/0")[0] == "sent"


def test_example_data_never_leaves_this_computer(time: Time, smtp_sink: Sink, app: Flask) -> None:
    appointment_id = booked(time)
    app.extensions["mail"].server = "mail.example.com"
    outbox.sweep(time)
    assert state_of(appointment_id, "booked/0")[0] == "failed"
    assert "example data" in (state_of(appointment_id, "booked/0")[1] or "")


def test_an_account_message_is_sealed_and_sent_like_the_others(time: Time, smtp_sink: Sink) -> None:
    number = outbox.add_account_message("desk@example.com", "Your password", "Go to\n\nhttps://book.example.com/x", time.now)
    row = db.session.get(Notification, number)
    assert row is not None
    assert b"password" not in (row.sealed_content or b"")
    db.session.rollback()
    outbox.sweep(time)
    (taken,) = smtp_sink.to("desk@example.com")
    assert taken.subject == "Your password"
    assert "https://book.example.com/x" in taken.text()


def test_an_account_message_is_worth_nothing_after_its_link_has_died(time: Time, smtp_sink: Sink) -> None:
    outbox.add_account_message("desk@example.com", "Your password", "words", time.now)
    time.passes(minutes=61)
    outbox.sweep(time)
    assert smtp_sink.taken == []


def test_no_transaction_is_open_while_the_network_is_waited_for(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    seen: list[bool] = []
    with outbox.courier() as carrier:
        for number in list_due(time.now):
            with_session = lambda lease: _Watching(seen)  # noqa: E731
            outbox.send_one(number, carrier, time, with_session)
    assert seen == [False, False]


class _Watching:
    """Notes whether the database session is in a transaction when sending begins."""

    def __init__(self, seen: list[bool]) -> None:
        self._seen = seen

    def __enter__(self) -> None:
        self._seen.append(db.session().in_transaction())

    def __exit__(self, *_error: object) -> None:
        return


def test_the_download_is_the_same_entry(time: Time) -> None:
    content = calendar_of(booked(time), time.now)
    assert b"METHOD:PUBLISH" in content
    assert b"@book.example.com" in content
    assert b"ATTENDEE" not in content


def test_logs_name_neither_people_nor_addresses(
    time: Time, smtp_sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="app")
    booked(time)
    smtp_sink.at_recipient = lambda envelope, attempt: f"550 <{JO}> Psoas" if attempt == 1 else None
    outbox.sweep(time)
    assert "notification" in caplog.text
    for secret in ("@example.com", "Jo Park", "Psoas"):
        assert secret not in caplog.text


def test_held_outbox_is_remembered_by_the_practice(time: Time) -> None:
    outbox.hold(time.now)
    assert db.session.execute(select(Practice.outbox_held_at)).scalar() == NOW.astimezone(UTC)
