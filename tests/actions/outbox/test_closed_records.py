"""Nobody whose record was erased or closed is written to, and what goes wrong with one message is no other's business."""

import logging
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from app.actions import outbox
from app.actions.day import Marked, mark_completed
from app.actions.erasing import Forgotten, close, erase
from app.actions.notifications import decide_call_back
from app.delivery.outcomes import Outcome
from app.delivery.recipients import Addressed
from app.delivery.smtp import Courier
from app.domain.appointments import Actor
from app.domain.notifications import RECORD_CLOSED
from app.extensions import db
from app.models import Client, MessageCopy, Notification, Service
from app.store.appointments import get_appointment
from app.store.transactions import transaction
from tests.actions.outbox.sending import JO, LATER_DAY, Time, booked, click_on, list_ledger, state_of
from tests.support.rows import at
from tests.support.smtp import Sink

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
OWNER = Actor("staff", "owner@example.com")
UNTIL = date(2040, 1, 1)


def forget(appointment_id: int, fate: str, now: datetime) -> None:
    """Erase the client, or close the record."""
    number = get_appointment(appointment_id).client_id
    answer = erase(number, OWNER, now) if fate == "erased" else close(number, UNTIL, OWNER, now)
    assert isinstance(answer, Forgotten)


def over(time: Time) -> int:
    """A session that is over, and that nobody has marked."""
    appointment_id = booked(time)
    outbox.sweep(time)
    time.now = at("19:00", LATER_DAY)
    return appointment_id


@pytest.mark.parametrize("fate", ["erased", "closed"])
def test_a_session_marked_as_done_after_its_record_was_closed_leads_to_no_mail(
    time: Time, smtp_sink: Sink, fate: str
) -> None:
    appointment_id = over(time)
    forget(appointment_id, fate, time.now)
    told, written = len(smtp_sink.taken), len(list_ledger(appointment_id))
    assert isinstance(mark_completed(click_on(appointment_id), time.now), Marked)
    for _ in range(6):
        time.passes(hours=12)
        assert outbox.sweep(time) == outbox.Swept()
    assert len(smtp_sink.taken) == told
    assert len(list_ledger(appointment_id)) == written


@pytest.mark.parametrize("fate", ["erased", "closed"])
def test_nothing_more_is_noted_of_who_was_forgotten(time: Time, fate: str) -> None:
    with transaction() as rows:
        rows.execute(update(Service).values(coaches_tools=True))
    appointment_id = over(time)
    forget(appointment_id, fate, time.now)
    mark_completed(click_on(appointment_id), time.now)
    assert get_appointment(appointment_id).client.tool_coached_at is None
    with transaction():
        assert decide_call_back(get_appointment(appointment_id), time.now) == []


@pytest.mark.parametrize("fate", ["erased", "closed"])
def test_what_stands_in_the_ledger_all_the_same_is_skipped(time: Time, smtp_sink: Sink, fate: str) -> None:
    appointment_id = over(time)
    assert isinstance(mark_completed(click_on(appointment_id), time.now), Marked)
    forget(appointment_id, fate, time.now)
    told = len(smtp_sink.taken)
    silenced = [row for row in list_ledger(appointment_id) if row.why == RECORD_CLOSED]
    skipped = [row.id for row in silenced if row.kind == "appointment_aftercare"]
    assert skipped
    for number in skipped:
        assert outbox.retry(number, time.now)
    assert outbox.sweep(time).ended == len(skipped)
    assert len(smtp_sink.taken) == told
    assert {row.why for row in list_ledger(appointment_id) if row.id in skipped} == {RECORD_CLOSED}


def test_what_was_sent_is_marked_though_no_copy_can_be_sealed(
    time: Time, smtp_sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    appointment_id = booked(time)
    with transaction() as rows:
        rows.execute(update(Client).values(wrapped_key=b"1" + b"not a key of ours"))
    assert outbox.sweep(time) == outbox.Swept(sent=2)
    time.passes(hours=1)
    outbox.sweep(time)
    assert len(smtp_sink.to(JO)) == 1
    assert state_of(appointment_id, "booked/0")[0] == "sent"
    assert db.session.scalar(select(func.count()).select_from(MessageCopy)) == 0
    assert any("no copy can be kept: CannotOpen" in said for said in caplog.messages)


class Stumbling(Courier):
    """Breaks over mails to one address, in a way that nobody has thought of."""

    def deliver(self, letter: Addressed, now: datetime) -> Outcome:
        """What it says holds the address."""
        if letter.email.to.address == JO:
            raise RuntimeError(f"no way to {JO}")
        return super().deliver(letter, now)


def test_one_message_that_breaks_has_failed_and_the_others_go(
    time: Time, smtp_sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = booked(time), booked(time, "14:00", name="Ada Lane")
    with caplog.at_level(logging.DEBUG), Stumbling(demonstration=True) as carrier:
        swept = outbox.sweep(time, carrier=carrier)
    assert (swept.sent, swept.ended, swept.waiting) == (3, 1, 0)
    assert state_of(broken, "booked/0") == ("failed", "it broke while it was sent (RuntimeError)")
    assert state_of(whole, "booked/0")[0] == "sent"
    assert not any(JO in said for said in caplog.messages)
    time.passes(minutes=5)
    with Stumbling(demonstration=True) as carrier:
        assert outbox.sweep(time, carrier=carrier) == outbox.Swept()


def test_a_record_closed_while_its_mail_waits_lets_the_others_go(time: Time, smtp_sink: Sink) -> None:
    appointment_id = over(time)
    other = booked(time, "10:00", LATER_DAY + timedelta(days=2), name="Ada Lane")
    mark_completed(click_on(appointment_id), time.now)
    with transaction() as rows:  # by a way that silences nothing
        number = get_appointment(appointment_id).client_id
        rows.execute(update(Client).where(Client.id == number).values(wrapped_key=b"", erased_at=time.now))
    outbox.sweep(time)
    time.passes(hours=30)
    outbox.sweep(time)
    assert Counter(row.state for row in list_ledger(other))["sent"] >= 2
    late = (Notification.kind == "appointment_aftercare", Notification.due_at <= time.now)
    assert set(db.session.scalars(select(Notification.why).where(*late))) == {RECORD_CLOSED}
