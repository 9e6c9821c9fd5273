"""While a practice is tried out no mail leaves to anybody else: whatever it is about, first tried or tried again."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.actions import outbox
from app.actions.managing import Change, cancel, move
from app.actions.returned import hear_report
from app.actions.settings import Saved, WouldForget
from app.actions.trying_out import MAILS, begin_try_out, end_try_out
from app.delivery.outcomes import Outcome
from app.delivery.recipients import Addressed
from app.delivery.smtp import Courier
from app.domain.appointments import Actor
from app.extensions import db
from app.models import Notification, Practice
from app.store.practice import raise_revision
from app.store.transactions import transaction
from app.store.try_out import load_waiting
from tests.actions.outbox.sending import CLIENT, JO, LATER_DAY, Time, booked
from tests.support.edits import edit
from tests.support.rows import NOW, at
from tests.support.smtp import Sink

OWN = "owner@example.org"


def try_it_out(address: str | None = OWN) -> None:
    with transaction():
        db.session.execute(update(Practice).values(try_out_email=address))
        raise_revision()


def everything_happens(time: Time) -> None:
    """Booked, moved, cancelled, reminded, an agenda, a message about an account."""
    first, second = booked(time), booked(time, "13:00", name="Lee Moss")
    outbox.sweep(time)
    move(Change(first, CLIENT), at("15:00", LATER_DAY), time.now)
    time.passes(minutes=10)
    cancel(Change(second, Actor("client", "lee.moss@example.com")), time.now)
    outbox.add_account_message(
        "front@example.com", "Your password", "https://book.example.com/reset/x", time.now
    )
    for _ in range(150):
        outbox.sweep(time)
        time.passes(hours=3)


def test_no_mail_leaves_to_anybody_else(time: Time, smtp_sink: Sink) -> None:
    try_it_out()
    smtp_sink.at_recipient = lambda _envelope, attempt: "451 later" if attempt % 3 == 0 else None
    everything_happens(time)
    kinds = {str(taken.message["X-Notification-Kind"]) for taken in smtp_sink.taken}
    assert {recipient for taken in smtp_sink.taken for recipient in taken.recipients} == {OWN}
    assert all(taken.subject.startswith("[Try-out] ") for taken in smtp_sink.taken)
    assert {"appointment_booked", "appointment_moved", "appointment_cancelled", "therapist_booked"} <= kinds
    assert {"appointment_reminder", "account_message"} <= kinds


def test_what_failed_before_and_is_sent_again_goes_to_the_tester_too(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    smtp_sink.refuse_recipient("550 5.1.1 Unknown")
    outbox.sweep(time)
    smtp_sink.behave()
    try_it_out()
    wanted = select(Notification.id).where(
        Notification.appointment_id == appointment_id, Notification.state == "failed"
    )
    for number in db.session.scalars(wanted).all():
        assert outbox.retry(number, time.now)
    time.passes(minutes=1)
    assert outbox.sweep(time).sent == 2
    assert {recipient for taken in smtp_sink.taken for recipient in taken.recipients} == {OWN}


def test_it_begins_between_two_messages_of_one_walk(time: Time, smtp_sink: Sink) -> None:
    for hour in (10, 12, 14):
        booked(time, f"{hour}:00")
    with _Beginning() as carrier:
        assert outbox.sweep(time, carrier=carrier).sent == 6
    assert OWN not in smtp_sink.taken[0].recipients
    assert {taken.recipients for taken in smtp_sink.taken[1:]} == {(OWN,)}


class _Beginning(Courier):
    """After its first message the try-out begins."""

    def __init__(self) -> None:
        super().__init__(demonstration=True)

    def deliver(self, letter: Addressed, now: datetime) -> Outcome:
        outcome = super().deliver(letter, now)
        try_it_out()
        return outcome


def test_a_mail_that_comes_back_fails_and_nobody_else_is_written_to(time: Time, smtp_sink: Sink) -> None:
    try_it_out()
    booked(time)
    outbox.sweep(time)
    report = (
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        b"Final-Recipient: rfc822; " + OWN.encode() + b"\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    assert hear_report(report, time.now).heard == "failed"
    time.passes(days=1)
    outbox.sweep(time)
    assert {recipient for taken in smtp_sink.taken for recipient in taken.recipients} == {OWN}


def test_it_ends_for_who_was_told_what_then_goes_to_clients(time: Time) -> None:
    begun = begin_try_out(OWN, edit("practice", ""))
    assert isinstance(begun, Saved)
    booked(time)
    outbox.sweep(time)
    waiting = load_waiting(OWN, time.now)
    assert (waiting.people, waiting.untold) == (1, 1)
    assert waiting.mails > 0
    assert waiting.first_at is not None
    assert waiting.first_at > NOW
    unsaid = edit("practice", "")
    assert end_try_out(unsaid) == WouldForget({MAILS: waiting.mails})
    told = replace(edit("practice", ""), forgets={MAILS: waiting.mails})
    assert isinstance(end_try_out(told), Saved)


def test_afterwards_mails_go_to_whom_they_are_for(time: Time, smtp_sink: Sink) -> None:
    try_it_out()
    appointment_id = booked(time)
    outbox.sweep(time)
    try_it_out(None)
    time.now = at("10:00", LATER_DAY) - timedelta(days=1, minutes=-5)
    outbox.sweep(time)
    assert appointment_id
    assert JO in {recipient for taken in smtp_sink.taken for recipient in taken.recipients}
