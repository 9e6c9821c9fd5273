"""What is told of a request that somebody has to look at: by when, what came of it, and reminders only once it is promised."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from app.actions import outbox
from app.actions.approving import accept, accept_changed, decline
from app.actions.managing import Change
from app.actions.reviewing import lapse_reviews
from app.domain.appointments import Actor, State
from app.domain.reviews import Altered
from app.store.appointments import get_appointment
from app.worker.wiring import work_of
from tests.actions.outbox.sending import JO, LATER_DAY, THERAPIST, Time, ledger
from tests.support.reviews import request_session
from tests.support.rows import NOW, at
from tests.support.safety import ask_before
from tests.support.smtp import Sink

DANA = Actor("staff", THERAPIST)
START = at("10:00", LATER_DAY)


@pytest.fixture
def request_id(app: Flask, time: Time) -> int:
    """Asked for on Friday morning, to be answered within a day."""
    ask_before()
    return request_session(app, START)


def by_therapist(number: int) -> Change:
    return Change(number, DANA, by_staff=True)


def test_the_client_reads_by_when_and_the_therapist_until_when(
    time: Time, smtp_sink: Sink, request_id: int
) -> None:
    outbox.sweep(time)
    (receipt,), (notice,) = smtp_sink.to(JO), smtp_sink.to(THERAPIST)
    assert "we have your request" in receipt.subject
    assert "We'll confirm by Saturday 21 November, 10:00 am." in receipt.text()
    assert "waits for an answer until Saturday 21 November, 10:00 am" in notice.text()
    for mail in (receipt, notice):
        assert "spirin" not in mail.text()
        assert "thinners" not in mail.text()


def test_no_reminder_is_planned_while_nobody_has_promised_it(time: Time, request_id: int) -> None:
    assert {step.partition("/")[0] for step in ledger(request_id)} == {"requested", "therapist_booked:1"}
    accept(by_therapist(request_id), time.now)
    steps = {step.partition("/")[0] for step in ledger(request_id)}
    assert {"booked", "before_3d", "before_1d", "before_3h"} <= steps


def test_the_first_reminder_asks_whether_anything_has_changed_and_the_second_does_not(
    time: Time, smtp_sink: Sink, request_id: int
) -> None:
    accept(by_therapist(request_id), time.now)
    time.now = START - timedelta(days=3)
    outbox.sweep(time)
    reminder = smtp_sink.to(JO)[-1]
    assert "Has anything changed since you booked?" in reminder.text()
    assert "/changed" in reminder.text()
    time.now = START - timedelta(days=1)
    outbox.sweep(time)
    assert "Has anything changed" not in smtp_sink.to(JO)[-1].text()


def test_what_is_accepted_with_a_change_says_so(time: Time, smtp_sink: Sink, request_id: int) -> None:
    accept_changed(by_therapist(request_id), Altered("back-massage", 30), time.now)
    time.passes(minutes=4)
    outbox.sweep(time)
    news = smtp_sink.to(JO)[-1]
    assert "Your appointment is booked, with a change." in news.text()
    assert "Back massage, 30 minutes" in news.text()
    assert "at any time; there is no fee for you" in news.text()


def test_what_is_declined_names_no_reason(time: Time, smtp_sink: Sink, request_id: int) -> None:
    decline(by_therapist(request_id), time.now, "daily aspirin")
    time.passes(minutes=4)
    outbox.sweep(time)
    news = smtp_sink.to(JO)[-1]
    assert "we can't confirm your request" in news.subject
    assert "aspirin" not in news.text()


def test_a_deadline_that_passes_is_told_to_both(time: Time, smtp_sink: Sink, request_id: int) -> None:
    outbox.sweep(time)
    time.now = NOW + timedelta(hours=24)
    assert lapse_reviews(time.now) == 1
    outbox.sweep(time)
    news, notice = smtp_sink.to(JO)[-1], smtp_sink.to(THERAPIST)[-1]
    assert "we could not confirm your request in time" in news.subject
    assert "nothing to pay" in news.text()
    assert "Nobody answered this request in time" in notice.text()


def test_the_workers_round_lets_requests_lapse(app: Flask, time: Time, request_id: int) -> None:
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        work_of(app).decide()
    assert State(get_appointment(request_id).state) is State.LAPSED
