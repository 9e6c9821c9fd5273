"""Sending: once, in order, whatever mail servers do, and never from inside a transaction."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.actions import outbox
from app.actions.managing import Change, move
from app.actions.outbox import Walk
from app.delivery.outcomes import Outcome
from app.delivery.recipients import Addressed
from app.delivery.smtp import Courier
from app.domain.notifications import LEASE
from app.extensions import db
from app.models import AuditLine, Delivery, Notification, Practice
from app.store.outbox import Lease, claim, give_back, list_due
from app.store.transactions import transaction
from tests.actions.outbox.sending import CLIENT, JO, LATER_DAY, Time, booked, ledger, list_ledger, state_of
from tests.support.rows import NOW, at
from tests.support.smtp import Fault, Sink

_LOOK = 30  # seconds between two sweeps


def test_a_mail_server_that_is_down_costs_no_message(time: Time, smtp_sink: Sink, app: Flask) -> None:
    appointments = [booked(time, f"{hour}:00") for hour in (10, 12, 14)]
    app.extensions["mail"].port = 9
    for minutes in (0, 1, 2, 5):
        time.passes(minutes=minutes)
        swept = outbox.sweep(time)
        assert (swept.sent, swept.ended) == (0, 0)
    tries = db.session.execute(select(Notification.attempts)).scalars().all()
    assert sum(tries) == 0  # what could not be offered was not tried
    app.extensions["mail"].port = smtp_sink.port
    for _ in range(3):
        time.passes(minutes=30)
        outbox.sweep(time)
    assert len(smtp_sink.taken) == 6
    assert len({taken.message_id for taken in smtp_sink.taken}) == 6
    assert {ledger(one)["booked/0"][0] for one in appointments} == {"sent"}


def test_a_refused_address_fails_with_the_servers_words_and_the_others_go(
    time: Time, smtp_sink: Sink
) -> None:
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


def test_what_is_sent_again_by_hand_in_the_night_goes_while_it_is_of_use(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time, "08:00")
    outbox.sweep(time)
    smtp_sink.refuse_recipient("550 Unknown")
    time.now = at("19:00", LATER_DAY - timedelta(days=1))
    outbox.sweep(time)
    number = next(row.id for row in list_ledger(appointment_id) if row.step == "before_3h")
    smtp_sink.behave()
    time.now = at("22:00", LATER_DAY - timedelta(days=1))
    assert outbox.retry(number, time.now)
    assert outbox.sweep(time).sent == 1


def test_a_temporary_refusal_is_tried_again_after_growing_waits(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time, email=None, phone="902-555-0123", by_staff=True)
    time.passes(minutes=5)  # what staff do may be undone for three minutes
    smtp_sink.refuse_recipient("451 Later")
    tried = []
    for second in range(0, 2700, _LOOK):
        before = smtp_sink.attempts
        outbox.sweep(time)
        tried += [second] * (smtp_sink.attempts - before)
        time.passes(seconds=_LOOK)
    gaps = [after - before for before, after in pairwise(tried)]
    for gap, minutes in zip(gaps, (0, 1, 2, 5, 10, 20), strict=False):
        assert minutes * 45 <= gap <= minutes * 75 + _LOOK + 1, tried
    smtp_sink.behave()
    time.passes(hours=1)
    outbox.sweep(time)
    assert state_of(appointment_id, f"therapist_booked:{_therapist(appointment_id)}/0")[0] == "sent"
    assert len(smtp_sink.taken) == 1


def test_a_line_cut_before_the_answer_repeats_the_same_message(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    smtp_sink.at_message = lambda envelope, attempt: Fault.DROP_AFTER_TAKING if attempt == 1 else None
    outbox.sweep(time)
    assert len(smtp_sink.taken) == 2  # the other one went at once
    time.passes(seconds=1)
    outbox.sweep(time)
    copies = Counter(taken.message_id for taken in smtp_sink.taken)
    assert sorted(copies.values()) == [1, 2]


def _therapist(appointment_id: int) -> int:
    return next(row.therapist_id for row in list_ledger(appointment_id) if row.therapist_id) or 0


def test_the_order_of_one_persons_messages_is_kept(time: Time, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    smtp_sink.at_recipient = lambda envelope, attempt: "451 Later" if attempt == 1 else None
    outbox.sweep(time)
    move(Change(appointment_id, CLIENT), at("15:00", LATER_DAY), time.now)
    number = next(row.id for row in list_ledger(appointment_id) if row.step == "moved")
    with outbox.courier() as carrier:
        assert outbox.deliver([number], carrier, Walk(time)).sent == 0
    time.passes(minutes=1)
    outbox.sweep(time)
    outbox.sweep(time)
    kinds = [taken.message["X-Notification-Kind"] for taken in smtp_sink.to(JO)]
    assert kinds == ["appointment_booked", "appointment_moved"]


def test_nobody_takes_what_another_worker_has(time: Time) -> None:
    booked(time)
    numbers = set(list_due(time.now))
    first = claimed("one", time)
    assert {lease.notification_id for lease in first} == numbers
    assert claimed("two", time) == []
    time.passes(seconds=121)
    assert {lease.notification_id for lease in claimed("two", time)} == numbers
    assert outbox.extend_leases("one", time.now) == 0
    assert outbox.extend_leases("two", time.now) == 2


def test_what_is_given_back_was_no_attempt(time: Time) -> None:
    appointment_id = booked(time)
    with transaction():
        assert give_back(claim("one", time.now, time.now + LEASE, 25)) == 2
    assert {row.attempts for row in list_ledger(appointment_id)} == {0}
    assert len(claimed("two", time)) == 2


def claimed(token: str, time: Time, limit: int = 25) -> list[Lease]:
    with transaction():
        return claim(token, time.now, time.now + LEASE, limit)


def test_what_could_not_go_in_time_is_given_up_and_says_so(time: Time) -> None:
    appointment_id = booked(time)
    time.now = at("10:00", LATER_DAY)
    outbox.sweep(time)
    told = ledger(appointment_id)
    assert {state for state, _ in told.values()} == {"skipped"}
    assert told["booked/0"][1] == "it could not be sent in time"


def test_while_sending_is_held_nothing_goes_and_nothing_is_lost(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    numbers = list_due(time.now)
    outbox.hold(time.now)
    assert outbox.sweep(time) == outbox.Swept(waiting=2)
    with outbox.courier() as carrier:
        assert outbox.deliver(numbers, carrier, Walk(time)).sent == 0
    assert smtp_sink.taken == []
    outbox.release(time.now)
    assert outbox.sweep(time).sent == 2


def test_a_letter_that_cannot_be_composed_fails_and_the_others_go(time: Time, smtp_sink: Sink) -> None:
    broken = booked(time, "09:00")
    with transaction() as rows:
        rows.execute(
            update(Notification).where(Notification.appointment_id == broken).values(kind="no_such_kind")
        )
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


def test_no_transaction_is_open_while_the_network_is_waited_for(time: Time, smtp_sink: Sink) -> None:
    booked(time)
    seen: list[bool] = []
    with _Watching(seen) as carrier:
        assert outbox.sweep(time, carrier=carrier).sent == 2
    assert seen == [False, False]


class _Watching(Courier):
    """Notes whether the database session is in a transaction when sending begins."""

    def __init__(self, seen: list[bool]) -> None:
        super().__init__(demonstration=True)
        self._seen = seen

    def deliver(self, letter: Addressed, now: datetime) -> Outcome:
        self._seen.append(db.session().in_transaction())
        return super().deliver(letter, now)


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


def test_who_stops_all_mails_and_lets_them_go_on_is_written_down_once_each(time: Time) -> None:
    assert [outbox.hold(time.now), outbox.hold(time.now + timedelta(hours=1))] == [True, False]
    assert db.session.scalar(select(Practice.outbox_held_at)) == NOW.astimezone(UTC)
    assert [outbox.release(time.now), outbox.release(time.now)] == [True, False]
    lines = db.session.scalars(select(AuditLine).where(AuditLine.act.startswith("sending")))
    assert [(line.actor_type, line.actor, line.act) for line in lines] == [
        ("command", "flask outbox hold", "sending held"),
        ("command", "flask outbox release", "sending released"),
    ]
