"""One click on a card, its undo, and two people at one card."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread

import pytest
from flask import Flask

from app.actions.day import Click, Marked, NotPossible, mark_arrived, mark_completed, mark_no_show, undo_mark
from app.domain.appointments import Actor, State
from app.store.appointment_facts import list_history
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line, first_broken_line
from app.store.transactions import Stale, take_booking_lock, transaction
from tests.support.desk import Desk, make_desk
from tests.support.rows import at

SAM = Actor("staff", "desk@example.com")
BEFORE = at("09:50")
DURING = at("10:20")


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A practice with a session on Monday at ten."""
    return make_desk(app)


@pytest.fixture
def reference(desk: Desk) -> str:
    """The session."""
    return desk.booked("10:00")


def click(desk: Desk, reference: str) -> Click:
    """A click on what stands there now."""
    facts = desk.facts(reference)
    return Click(facts["id"], facts["row_version"], SAM)


def test_arrived_then_done(desk: Desk, reference: str, app: Flask) -> None:
    with app.app_context():
        arrived = mark_arrived(click(desk, reference), BEFORE)
        done = mark_completed(click(desk, reference), at("11:00"))
    assert isinstance(arrived, Marked)
    assert isinstance(done, Marked)
    facts = desk.facts(reference)
    assert (facts["state"], facts["arrived_at"], facts["completed_at"]) == ("completed", BEFORE, at("11:00"))


def test_a_click_is_taken_back_once(desk: Desk, reference: str, app: Flask) -> None:
    with app.app_context():
        mark_no_show(click(desk, reference), DURING)
        assert undo_mark(click(desk, reference), DURING) == Marked(
            State.BOOKED, desk.facts(reference)["row_version"]
        )
        assert undo_mark(click(desk, reference), DURING) == NotPossible(State.BOOKED)
    assert desk.facts(reference)["state"] == "booked"


def test_taking_arrived_back_forgets_when(desk: Desk, reference: str, app: Flask) -> None:
    with app.app_context():
        mark_arrived(click(desk, reference), BEFORE)
        undo_mark(click(desk, reference), BEFORE)
    assert desk.facts(reference)["arrived_at"] is None


def test_only_the_last_of_two_clicks_can_be_taken_back(desk: Desk, reference: str, app: Flask) -> None:
    with app.app_context():
        mark_arrived(click(desk, reference), BEFORE)
        mark_completed(click(desk, reference), at("11:00"))
        undo_mark(click(desk, reference), at("11:01"))
        assert undo_mark(click(desk, reference), at("11:02")) == NotPossible(State.ARRIVED)


def test_the_second_of_two_people_at_one_card_is_told(desk: Desk, reference: str, app: Flask) -> None:
    seen = click(desk, reference)
    with app.app_context():
        mark_arrived(seen, DURING)
        with pytest.raises(Stale):
            mark_no_show(seen, DURING)
        with pytest.raises(Stale):
            undo_mark(seen, DURING)
    assert desk.facts(reference)["state"] == "arrived"


@pytest.mark.parametrize("act", [mark_no_show, undo_mark])
def test_a_click_waits_while_somebody_cancels_and_loses(
    desk: Desk, reference: str, app: Flask, act: Callable[[Click, datetime], object]
) -> None:
    with app.app_context():
        mark_arrived(click(desk, reference), DURING)
    seen, said = click(desk, reference), []

    def clicked() -> None:
        with app.app_context():
            try:
                said.append(act(seen, DURING))
            except Stale:
                said.append("somebody was faster")

    other = Thread(target=clicked)
    with app.app_context(), transaction() as rows:
        take_booking_lock()
        appointment = get_appointment(seen.appointment_id)
        other.start()
        other.join(0.5)
        waited = other.is_alive()
        appointment.state = State.CANCELLED.value
        add_audit_line(SAM, "cancelled", "appointment", seen.appointment_id, {}, DURING)
        rows.flush()
    other.join(10)
    assert (waited, said) == (True, ["somebody was faster"])
    assert desk.facts(reference)["state"] == "cancelled"


@pytest.mark.parametrize(
    ("act", "now"),
    [
        (mark_arrived, at("10:00") - timedelta(days=1)),
        (mark_no_show, BEFORE),
        (mark_completed, BEFORE),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_nothing_is_said_before_it_can_be_true(
    desk: Desk, reference: str, app: Flask, act: object, now: datetime
) -> None:
    assert callable(act)
    with app.app_context():
        assert act(click(desk, reference), now) == NotPossible(State.BOOKED)
    assert desk.facts(reference)["state"] == "booked"


def test_every_click_is_a_line_of_the_audit_log(desk: Desk, reference: str, app: Flask) -> None:
    with app.app_context():
        mark_arrived(click(desk, reference), BEFORE)
        undo_mark(click(desk, reference), BEFORE)
        lines = list_history(desk.facts(reference)["id"])
        assert [line.act for line in lines] == ["booked", "arrived", "mark undone"]
        assert lines[-1].actor == "desk@example.com"
        assert first_broken_line() is None
