"""Every fault of a mail server, from the booking to the ledger: what becomes of the message, and of the others."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app.actions import outbox
from app.delivery.connection import Patience
from app.delivery.smtp import Courier
from app.extensions import db
from app.models import Contact, Notification
from app.store.transactions import transaction
from tests.actions.outbox.sending import JO, Time, booked, list_ledger, state_of
from tests.delivery.servers import silent, talking, tls_talk, turning_away
from tests.support.smtp import Fault, Sink, free_port

HURRY = Patience(connect=1, command=1, message=2)


@contextmanager
def carrier(app: Flask, **settings: object) -> Iterator[Courier]:
    """One who waits seconds where the real one waits minutes; ``settings`` are the mail server's."""
    for name, value in settings.items():
        setattr(app.extensions["mail"], name, value)
    with Courier(demonstration=True, patience=HURRY) as made:
        yield made


def first(appointment_id: int) -> Notification:
    """The client's confirmation."""
    db.session.expire_all()
    return next(row for row in list_ledger(appointment_id) if row.step == "booked")


@pytest.mark.parametrize("fault", ["refuses", "hangs", "535", "bad certificate"])
def test_what_cannot_even_be_offered_is_no_attempt_and_stays_due(
    time: Time, app: Flask, fault: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    appointment_id = booked(time)
    with ExitStack() as stack:
        if fault == "refuses":
            settings: dict[str, object] = {"port": free_port()}
        elif fault == "hangs":
            settings = {"port": stack.enter_context(talking(silent))}
        elif fault == "535":
            port = stack.enter_context(talking(turning_away(535)))
            settings = {"port": port, "username": "desk", "password": "wrong"}
        else:
            settings = {"port": stack.enter_context(talking(tls_talk(tmp_path))), "use_ssl": True}
        with caplog.at_level(logging.ERROR), carrier(app, **settings) as made:
            for _ in range(3):
                assert outbox.sweep(time, carrier=made) == outbox.Swept(waiting=2)
    row = first(appointment_id)
    assert (row.state, row.attempts, row.due_at, row.lease_token) == ("planned", 0, time.now, None)
    complaints = [one for one in caplog.messages if "settings" in one]
    assert len(complaints) == (1 if fault in ("535", "bad certificate") else 0)  # once, not at every attempt


@pytest.mark.parametrize("answer", ["451 Later", "452 4.2.2 Full", "421 Closing", Fault.HANG])
def test_a_temporary_answer_is_an_attempt_and_the_others_go(
    time: Time, app: Flask, smtp_sink: Sink, answer: str | Fault
) -> None:
    appointment_id = booked(time)
    smtp_sink.at_message = lambda envelope, attempt: answer if JO in envelope.rcpt_tos else None
    with carrier(app) as made:
        assert outbox.sweep(time, carrier=made) == outbox.Swept(sent=1, waiting=1)
        row = first(appointment_id)
        assert (row.state, row.attempts) == ("planned", 1)
        assert row.due_at > time.now
        smtp_sink.behave()
        time.passes(minutes=1)
        assert outbox.sweep(time, carrier=made).sent == 1
    assert Counter(len(smtp_sink.to(address)) for address in (JO, "therapist-1@example.com")) == {1: 2}


def test_one_refused_for_good_has_failed_and_the_others_go(time: Time, app: Flask, smtp_sink: Sink) -> None:
    appointment_id = booked(time)
    smtp_sink.at_message = lambda envelope, attempt: "550 No" if JO in envelope.rcpt_tos else None
    with carrier(app) as made:
        assert outbox.sweep(time, carrier=made) == outbox.Swept(sent=1, ended=1)
    assert first(appointment_id).state == "failed"


def test_a_server_slow_after_the_final_dot_gets_no_second_copy(
    time: Time, app: Flask, smtp_sink: Sink
) -> None:
    booked(time)
    smtp_sink.pause = 1.3  # longer than a command may take
    with carrier(app) as made:
        assert outbox.sweep(time, carrier=made).sent == 2
    assert len(smtp_sink.taken) == 2


def test_a_line_cut_after_the_message_was_taken_costs_one_copy_of_that_one(
    time: Time, app: Flask, smtp_sink: Sink
) -> None:
    booked(time)
    smtp_sink.at_message = lambda envelope, attempt: Fault.DROP_AFTER_TAKING if attempt == 1 else None
    with carrier(app) as made:
        outbox.sweep(time, carrier=made)
        time.passes(seconds=2)
        outbox.sweep(time, carrier=made)
    copies = Counter(taken.message_id for taken in smtp_sink.taken)
    assert sorted(copies.values()) == [1, 2]


def test_poisoned_messages_delay_nobody(time: Time, app: Flask, smtp_sink: Sink) -> None:
    unwritable, broken, refused, whole = (
        booked(time, f"{hour:02}:00", name=f"Cy {hour}") for hour in (8, 10, 12, 14)
    )
    with transaction() as rows:
        contact = update(Contact).where(Contact.email == "cy.8@example.com")
        rows.execute(contact.values(email="cÿ@example.com"))
        other = update(Notification).where(
            Notification.appointment_id == broken, Notification.step == "booked"
        )
        rows.execute(other.values(kind="no_such_kind"))
    smtp_sink.at_recipient = lambda envelope, attempt: "550 No" if attempt == 3 else None
    with carrier(app) as made:
        swept = outbox.sweep(time, carrier=made)
    assert (swept.sent, swept.ended, swept.waiting) == (5, 3, 0)
    assert state_of(unwritable, "booked/0")[0] == state_of(broken, "booked/0")[0] == "failed"
    assert state_of(whole, "booked/0")[0] == "sent"
    assert len(list_ledger(refused)) > 1


def test_many_messages_go_over_one_connection(time: Time, app: Flask, smtp_sink: Sink) -> None:
    for hour in (8, 10, 12, 14, 16):
        booked(time, f"{hour:02}:00")
    with carrier(app) as made:
        assert outbox.sweep(time, carrier=made).sent == 10
    assert smtp_sink.connections == 1


def test_after_five_failures_only_a_probe_goes_and_one_answer_lets_all_flow(
    time: Time, app: Flask, smtp_sink: Sink
) -> None:
    for hour in (8, 10, 12):
        booked(time, f"{hour:02}:00")
    port = app.extensions["mail"].port
    with carrier(app, port=free_port()) as made:
        for _ in range(5):
            outbox.sweep(time, carrier=made)
        assert made.is_probing
        setattr(app.extensions["mail"], "port", port)  # noqa: B010 - an untyped library's
        time.passes(seconds=29)
        assert outbox.sweep(time, carrier=made) == outbox.Swept(waiting=6)
        assert smtp_sink.connections == 0
        time.passes(seconds=2)
        assert outbox.sweep(time, carrier=made) == outbox.Swept(sent=6)
        assert not made.is_probing


def test_a_sweep_whose_time_is_up_gives_the_rest_back(time: Time, app: Flask, smtp_sink: Sink) -> None:
    appointments = [booked(time, f"{hour:02}:00") for hour in (8, 10, 12)]
    with carrier(app) as made:
        swept = outbox.sweep(time, carrier=made, seconds=0)
        assert (swept.sent, swept.waiting, swept.more) == (1, 5, True)
        attempts = [row.attempts for one in appointments for row in list_ledger(one)]
        assert sum(attempts) == 1
        assert outbox.sweep(time, carrier=made).sent == 5


def test_a_worker_that_shall_stop_gives_the_rest_back(time: Time, app: Flask, smtp_sink: Sink) -> None:
    for hour in (8, 10, 12):
        booked(time, f"{hour:02}:00")
    with carrier(app) as made:
        swept = outbox.sweep(time, stopping=lambda: len(smtp_sink.taken) >= 2, carrier=made)
    assert (swept.sent, swept.waiting, swept.more) == (2, 4, False)
    assert outbox.sweep(time).sent == 4
