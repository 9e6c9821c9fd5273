"""Answering a request after the session ran out: the reason that was typed is there after signing in again."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from app.actions.reviewing import open_words
from app.domain.appointments import Actor
from app.extensions import db
from app.models import KeptForm
from app.store.appointments import get_appointment
from tests.support.desk import Desk, form_of, make_desk, sign_in
from tests.support.filled_form import fields_of
from tests.support.reviews import reference_of, request_session
from tests.support.rows import MONDAY, NOW, at
from tests.support.safety import ask_before

WHY = "Aspirin daily: zq, see her doctor first."


@pytest.fixture
def desk(app: Flask, clock: time_machine.Traveller) -> Desk:
    desk = make_desk(app)
    with app.app_context():
        ask_before()
    return desk


@pytest.fixture
def number(app: Flask, desk: Desk) -> int:
    """What waits for a look."""
    return request_session(app, at("14:00", MONDAY + timedelta(days=7)))


def test_why_a_request_is_declined_outlives_the_session(
    desk: Desk, number: int, clock: time_machine.Traveller
) -> None:
    client, page = desk.member("therapist"), f"/staff/appointments/{reference_of(desk.app, number)}"
    form = form_of(client.get(page), f"{page}/decline") | {"reason": WHY}
    clock.shift(timedelta(hours=9))
    answer = client.post(f"{page}/decline", data=form)
    assert answer.headers["Location"] == "/staff/login?next=/staff/kept"
    with desk.app.app_context():
        assert get_appointment(number).state == "requested"
        assert b"Aspirin" not in db.session.query(KeptForm).one().sealed_form
    sign_in(client, "therapist@example.com", next="/staff/kept")
    kept = client.get("/staff/kept")
    assert "Decline a request" in kept.text
    assert WHY in kept.text
    sent = client.post(f"{page}/decline", data=fields_of(kept, "kept-form-1"))
    assert sent.status_code in (302, 303)
    with desk.app.app_context():
        assert get_appointment(number).state == "declined"
        assert open_words(number, Actor("staff", "therapist@example.com"), NOW) == WHY
        assert db.session.query(KeptForm).count() == 0


def test_declining_without_a_word_is_a_click_and_is_not_kept(
    desk: Desk, number: int, clock: time_machine.Traveller
) -> None:
    client, page = desk.member("therapist"), f"/staff/appointments/{reference_of(desk.app, number)}"
    form = form_of(client.get(page), f"{page}/decline") | {"reason": ""}
    clock.shift(timedelta(hours=9))
    client.post(f"{page}/decline", data=form)
    with desk.app.app_context():
        assert db.session.query(KeptForm).count() == 0
