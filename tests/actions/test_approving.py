"""Who has missed too many sessions asks; the desk answers; the client is told each time."""

import pytest
from flask import Flask
from sqlalchemy import update

from app.actions.approving import accept, decline
from app.actions.booking import book
from app.actions.day import Click, mark_no_show
from app.actions.managing import Change, cancel
from app.actions.outcomes import Accepted, Booked, Cancelled, Declined, Refused, TooLate
from app.domain.appointments import Actor, State
from app.domain.slots import Refusal
from app.extensions import db
from app.models import Client, Notification, Practice
from app.store.appointments import get_appointment
from app.store.transactions import Stale, transaction
from tests.support.desk import Desk, make_desk
from tests.support.rows import NOW, active_claims, at, order, wish

SAM = Actor("staff", "desk@example.com")


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A practice in which one no-show is enough, and Jo Park has one."""
    desk = make_desk(app)
    missed = desk.booked("09:00")
    with app.app_context():
        with transaction():
            db.session.execute(
                update(Practice).values(approval_after_no_shows=1, revision=Practice.revision + 1)
            )
        facts = desk.facts(missed)
        mark_no_show(Click(facts["id"], facts["row_version"], SAM), at("09:30"))
    return desk


@pytest.fixture
def request_id(app: Flask, desk: Desk) -> int:
    """What Jo has asked for on the web: Monday at two."""
    with app.app_context():
        answer = book(order(wish(at("14:00")), key="web-1"), at("10:00"))
        assert isinstance(answer, Booked)
        return answer.appointment_id


def state_of(app: Flask, number: int) -> State:
    with app.app_context():
        return State(get_appointment(number).state)


def told(app: Flask, number: int) -> dict[str, str]:
    """What of the client's messages is planned or was skipped, by step."""
    with app.app_context():
        rows = db.session.query(Notification).filter_by(appointment_id=number, audience="client")
        return {row.step: row.kind for row in rows if row.state == "planned"}


def answer_to(number: int, **more: object) -> Change:
    return Change(number, SAM, by_staff=True, **more)  # type: ignore[arg-type]


def test_a_booking_on_the_web_waits_and_keeps_its_time(app: Flask, desk: Desk, request_id: int) -> None:
    assert state_of(app, request_id) is State.REQUESTED
    assert told(app, request_id) == {"requested": "appointment_requested"}
    with app.app_context():
        again = book(order(wish(at("14:00")), name="Ana Diaz", key="web-2"), at("10:01"))
        assert isinstance(again, Refused)
        assert again.refusal is Refusal.TAKEN


def test_somebody_else_and_the_desk_book_at_once(app: Flask, desk: Desk) -> None:
    with app.app_context():
        other = book(order(wish(at("16:00")), name="Ana Diaz", key="web-2"), at("10:00"))
        by_desk = book(order(wish(at("18:00")), key="desk-1", by_staff=True, actor=SAM), at("10:00"))
        assert isinstance(other, Booked)
        assert isinstance(by_desk, Booked)
    assert state_of(app, other.appointment_id) is state_of(app, by_desk.appointment_id) is State.BOOKED


def test_accepted_it_is_booked_and_the_client_gets_the_confirmation(
    app: Flask, desk: Desk, request_id: int
) -> None:
    with app.app_context():
        assert accept(answer_to(request_id), at("10:05")) == Accepted(request_id)
    assert state_of(app, request_id) is State.BOOKED
    assert told(app, request_id)["booked"] == "appointment_booked"
    assert "moved" not in told(app, request_id)


def test_declined_it_gives_the_time_back_and_says_so(app: Flask, desk: Desk, request_id: int) -> None:
    with app.app_context():
        claims = len(active_claims())
        assert decline(answer_to(request_id), at("10:05")) == Declined(request_id)
        assert len(active_claims()) == claims - 2
    assert state_of(app, request_id) is State.DECLINED
    assert told(app, request_id)["declined"] == "appointment_declined"


def test_it_is_answered_once_and_not_after_it_has_begun(app: Flask, desk: Desk, request_id: int) -> None:
    with app.app_context():
        assert isinstance(accept(answer_to(request_id), at("14:00")), TooLate)
        accept(answer_to(request_id), at("10:05"))
        assert isinstance(decline(answer_to(request_id), at("10:06")), TooLate)
        with pytest.raises(Stale):
            accept(answer_to(request_id, row_version=1), at("10:07"))


def test_the_client_may_take_the_request_back(app: Flask, desk: Desk) -> None:
    later = at("14:00").replace(day=at("14:00").day + 3)
    with app.app_context():
        asked = book(order(wish(later), key="web-3"), at("10:00"))
        assert isinstance(asked, Booked)
        client = Change(asked.appointment_id, Actor("client", "jo.park@example.com"))
        assert isinstance(cancel(client, at("10:10")), Cancelled)
    assert state_of(app, asked.appointment_id) is State.CANCELLED


def test_a_late_cancellation_counts_as_late_and_only_then(app: Flask, desk: Desk) -> None:
    reference = desk.booked("17:00", therapist="therapist-2")
    with app.app_context():
        number = desk.facts(reference)["id"]
        cancel(answer_to(number, for_client=True), at("10:00"))
        assert get_appointment(number).cancelled_by == "late"


def test_who_is_blocked_is_asked_to_call_and_the_desk_books_them(app: Flask, desk: Desk) -> None:
    with app.app_context():
        with transaction():
            db.session.execute(update(Client).values(blocked_at=NOW, blocked_by="desk@example.com"))
        web = book(order(wish(at("16:00")), key="web-9"), at("10:00"))
        assert isinstance(web, Refused)
        assert web.refusal is Refusal.PLEASE_CALL
        assert isinstance(
            book(order(wish(at("16:00")), key="desk-9", by_staff=True, actor=SAM), at("10:00")), Booked
        )
