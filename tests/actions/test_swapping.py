"""Two sessions exchange their therapists; a client's minutes late; telling the client or not."""

import pytest
from flask import Flask

from app.actions.day import Click, NotPossible, mark_no_show
from app.actions.lateness import note_lateness
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Moved, Refused
from app.actions.swapping import swap
from app.domain.appointments import Actor, State
from app.domain.notifications import TOLD_OTHERWISE
from app.domain.slots import Refusal
from app.extensions import db
from app.models import Notification
from app.store.appointment_facts import list_history
from app.store.appointments import get_appointment
from app.store.transactions import Stale
from tests.support.desk import Desk, make_desk
from tests.support.rows import NOW, at, overlapping_claims

SAM = Actor("staff", "desk@example.com")


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A practice of two therapists."""
    return make_desk(app)


def change(desk: Desk, reference: str, **more: object) -> Change:
    facts = desk.facts(reference)
    return Change(facts["id"], SAM, facts["row_version"], by_staff=True, **more)  # type: ignore[arg-type]


def test_two_sessions_at_one_time_exchange_their_therapists(app: Flask, desk: Desk) -> None:
    one, other = desk.booked("10:00"), desk.booked("10:30", therapist="therapist-2")
    first, second = desk.facts(one)["therapist_id"], desk.facts(other)["therapist_id"]
    with app.app_context():
        assert isinstance(swap(change(desk, one), change(desk, other), NOW), Moved)
        assert overlapping_claims() == 0
    assert (desk.facts(one)["therapist_id"], desk.facts(other)["therapist_id"]) == (second, first)
    assert (desk.facts(one)["starts_at"], desk.facts(other)["starts_at"]) == (at("10:00"), at("10:30"))


def test_both_or_neither(app: Flask, desk: Desk) -> None:
    one, other = desk.booked("10:00"), desk.booked("12:00", therapist="therapist-2")
    desk.booked("12:30")  # stands in the way of the second
    before = desk.facts(one), desk.facts(other)
    with app.app_context():
        answer = swap(change(desk, one), change(desk, other), NOW)
        assert isinstance(answer, Refused)
        assert answer.refusal is Refusal.TAKEN
    assert (desk.facts(one), desk.facts(other)) == before


def test_the_second_of_two_people_who_swap_is_told(app: Flask, desk: Desk) -> None:
    one, other = desk.booked("10:00"), desk.booked("10:00", therapist="therapist-2")
    seen = change(desk, one), change(desk, other)
    with app.app_context():
        swap(*seen, NOW)
        with pytest.raises(Stale):
            swap(*seen, NOW)


def test_minutes_late_are_kept_and_taken_back(app: Flask, desk: Desk) -> None:
    reference = desk.booked("10:00")
    with app.app_context():
        for minutes in (15, None):
            facts = desk.facts(reference)
            assert note_lateness(Click(facts["id"], facts["row_version"], SAM), minutes, at("10:05")) is None
            assert get_appointment(facts["id"]).minutes_late == minutes
        said = [line.detail for line in list_history(facts["id"]) if line.act == "lateness"]
    assert said == [
        {"minutes late": {"from": None, "to": 15}},
        {"minutes late": {"from": 15, "to": None}},
    ]


@pytest.mark.parametrize("minutes", [-1, 241])
def test_nobody_is_late_by_less_than_nothing_or_half_a_day(app: Flask, desk: Desk, minutes: int) -> None:
    facts = desk.facts(desk.booked("10:00"))
    with app.app_context(), pytest.raises(ValueError, match="range"):
        note_lateness(Click(facts["id"], facts["row_version"], SAM), minutes, at("10:05"))


def test_who_did_not_come_was_not_late(app: Flask, desk: Desk) -> None:
    reference = desk.booked("10:00")
    with app.app_context():
        facts = desk.facts(reference)
        mark_no_show(Click(facts["id"], facts["row_version"], SAM), at("10:20"))
        facts = desk.facts(reference)
        late = note_lateness(Click(facts["id"], facts["row_version"], SAM), 5, at("10:25"))
    assert late == NotPossible(State.NO_SHOW)


def test_the_desk_that_tells_the_client_itself_sends_no_notice_and_keeps_the_reminders(
    app: Flask, desk: Desk
) -> None:
    reference = desk.booked(starts_at=at("10:00").replace(day=at("10:00").day + 7))
    later = at("15:00").replace(day=at("15:00").day + 7)
    with app.app_context():
        assert isinstance(move(change(desk, reference, tells_client=False), later, NOW), Moved)
        number = desk.facts(reference)["id"]
        rows = db.session.query(Notification).filter_by(appointment_id=number, revision=1, audience="client")
        stand = {row.step: (row.state, row.why) for row in rows}
    assert stand["moved"] == ("skipped", TOLD_OTHERWISE)
    assert ("planned", None) in [fate for step, fate in stand.items() if step.startswith("before")]


def test_a_cancellation_that_the_desk_tells_itself_sends_nothing(app: Flask, desk: Desk) -> None:
    reference = desk.booked("10:00")
    with app.app_context():
        cancel(change(desk, reference, tells_client=False), NOW)
        number = desk.facts(reference)["id"]
        row = db.session.query(Notification).filter_by(appointment_id=number, step="cancelled").one()
        assert (row.state, row.why) == ("skipped", TOLD_OTHERWISE)
