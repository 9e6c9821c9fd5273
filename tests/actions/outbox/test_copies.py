"""What was sent can be read again by who may, and who did is written down; what came back counts as failed."""

from datetime import UTC

import pytest
from sqlalchemy import select, update

from app.actions import outbox
from app.actions.returned import Heard, Report, hear_report
from app.domain.addresses import place_digest
from app.domain.appointments import Actor
from app.extensions import db
from app.models import AuditLine, Client, MessageCopy, Notification
from app.store.transactions import transaction
from app.vault import new_wrapped_key
from tests.actions.outbox.sending import JO, Time, booked, list_ledger
from tests.delivery.test_returned import MESSAGE_ID, report
from tests.support.smtp import Sink

STAFF = Actor("staff", "desk@example.com")


def sent(time: Time) -> Notification:
    """The confirmation of a booking, on its way."""
    appointment_id = booked(time)
    assert outbox.sweep(time).sent == 2
    return next(row for row in list_ledger(appointment_id) if row.step == "booked")


def test_a_copy_holds_what_arrived_and_its_opening_is_written_down(time: Time, smtp_sink: Sink) -> None:
    row = sent(time)
    copy = outbox.open_copy(row.id, STAFF, time.now)
    (taken,) = smtp_sink.to(JO)
    assert copy is not None
    assert (copy.subject, copy.to) == (taken.subject, JO)
    assert copy.text == taken.text().replace("\r\n", "\n")
    assert copy.html.strip() == taken.html().replace("\r\n", "\n").strip()
    (line,) = db.session.execute(select(AuditLine).where(AuditLine.act == "message opened")).scalars()
    assert (line.actor, line.subject_id) == (STAFF.name, str(row.appointment_id))


def test_a_copy_is_sealed_and_gone_with_its_clients_key(time: Time, smtp_sink: Sink) -> None:
    row = sent(time)
    stored = db.session.get(MessageCopy, row.id)
    assert stored is not None
    assert b"booked" not in stored.sealed
    with transaction() as rows:
        rows.execute(update(Client).values(wrapped_key=new_wrapped_key()))
    assert outbox.open_copy(row.id, STAFF, time.now) is None


def test_what_lets_into_an_account_is_not_kept(time: Time, smtp_sink: Sink) -> None:
    number = outbox.add_account_message("desk@example.com", "Your password", "secret words", time.now)
    assert outbox.sweep(time).sent == 1
    assert outbox.open_copy(number, STAFF, time.now) is None


def test_what_was_not_sent_has_no_copy(time: Time) -> None:
    booked(time)
    assert outbox.open_copy(1, STAFF, time.now) is None
    assert outbox.open_copy(10_000, STAFF, time.now) is None


def test_the_address_that_a_mail_told_is_remembered(time: Time, smtp_sink: Sink) -> None:
    assert sent(time).told_place == place_digest("1 Example Street\nHalifax, NS")


@pytest.mark.parametrize("original", ["message/rfc822", "text/plain"])
def test_a_mail_that_came_back_has_failed_with_the_servers_words(
    time: Time, smtp_sink: Sink, original: str
) -> None:
    row = sent(time)
    raw = (
        report(original=original)
        .replace(MESSAGE_ID.encode(), row.message_id.encode())
        .replace(b"jo@", b"jo.park@")
    )
    time.passes(hours=2)
    assert hear_report(raw, time.now) == Report(Heard.FAILED, row.id)
    db.session.expire_all()
    assert (row.state, row.why) == ("failed", "the mail came back: 5.1.1 550 5.1.1 No such user here")
    assert row.sent_at is not None
    assert row.sent_at.astimezone(UTC) < time.now
    if original == "message/rfc822":
        assert hear_report(raw, time.now) == Report(Heard.NOTHING_NEW, row.id)
    assert outbox.retry(row.id, time.now, STAFF)
    assert outbox.sweep(time).sent == 1


def test_a_report_of_a_delay_changes_nothing(time: Time, smtp_sink: Sink) -> None:
    row = sent(time)
    raw = report("delayed", "4.4.7").replace(MESSAGE_ID.encode(), row.message_id.encode())
    assert hear_report(raw, time.now) == Report(Heard.NOTHING_NEW, row.id)
    db.session.expire_all()
    assert row.state == "sent"


def test_reports_about_others_mails_and_other_mails_are_told_apart(time: Time) -> None:
    assert hear_report(report(), time.now) == Report(Heard.UNKNOWN)
    assert hear_report(b"Subject: hello\r\n\r\nhello\r\n", time.now) == Report(Heard.NOT_UNDERSTOOD)
