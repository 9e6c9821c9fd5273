"""Booking and moving against the rule: who may, what is kept, and what nobody can."""

import pytest
from flask import Flask

from app.actions.booking import book
from app.actions.managing import Change, move
from app.actions.outcomes import Booked, Moved, Refused
from app.domain.appointments import Actor
from app.domain.overriding import Override
from app.domain.slots import Refusal
from app.domain.staff import StaffRole
from app.store.appointment_facts import list_history
from app.store.appointments import get_appointment
from app.store.overrides import list_overrides, overridden
from app.store.seal_contexts import why_context
from app.vault import open_sealed
from tests.support.desk import Desk, make_desk
from tests.support.rows import NOW, at, order, overlapping_claims, wish

SAM = Actor("staff", "desk@example.com")
DESK, OWNER = frozenset({StaffRole.DESK}), frozenset({StaffRole.OWNER})
LATE = at("20:30")  # half an hour after closing
WHY = "Her knee kept her; she can only come then."


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A practice open from 8 to 20."""
    return make_desk(app)


def against(*refusals: Refusal, roles: frozenset[StaffRole] = DESK, why: str = WHY) -> Override:
    return Override(frozenset(refusals), why, roles)


def change(desk: Desk, reference: str) -> Change:
    facts = desk.facts(reference)
    return Change(facts["id"], SAM, facts["row_version"], by_staff=True)


def test_a_session_after_closing_is_booked_with_a_reason_that_is_kept_sealed(app: Flask, desk: Desk) -> None:
    override = against(Refusal.CLOSED, Refusal.NOT_WORKING)
    with app.app_context():
        answer = book(order(wish(LATE), by_staff=True, actor=SAM, override=override), NOW)
        assert isinstance(answer, Booked), answer
        lines = list_overrides(answer.appointment_id)
        appointment = get_appointment(answer.appointment_id)
        assert {line.refusal for line in lines} == {Refusal.CLOSED, Refusal.NOT_WORKING}
        assert {line.by for line in lines} == {"desk@example.com"}
        key, context = appointment.client.wrapped_key, why_context(appointment.public_id)
        assert open_sealed(lines[0].sealed_why, key, context) == WHY
        assert b"knee" not in lines[0].sealed_why
        told = [(line.act, line.detail) for line in list_history(answer.appointment_id)]
        assert ("rule set aside", {"refusals": ["closed", "not_working"]}) in told
        assert "knee" not in str(told)


def test_without_the_override_the_rule_says_why(app: Flask, desk: Desk) -> None:
    with app.app_context():
        answer = book(order(wish(LATE), by_staff=True, actor=SAM), NOW)
        assert isinstance(answer, Refused)
        assert answer.refusal is Refusal.CLOSED


@pytest.mark.parametrize("why", ["", "   "])
def test_without_a_reason_it_stays_refused(app: Flask, desk: Desk, why: str) -> None:
    override = against(Refusal.CLOSED, Refusal.NOT_WORKING, why=why)
    with app.app_context():
        assert isinstance(book(order(wish(LATE), by_staff=True, actor=SAM, override=override), NOW), Refused)


def test_what_the_public_sends_along_sets_nothing_aside(app: Flask, desk: Desk) -> None:
    override = against(Refusal.CLOSED, Refusal.NOT_WORKING, roles=OWNER)
    with app.app_context():
        answer = book(order(wish(LATE), override=override), NOW)
        assert isinstance(answer, Refused)
        assert answer.refusal is Refusal.CLOSED


def test_nobody_books_two_sessions_into_one(app: Flask, desk: Desk) -> None:
    desk.booked("10:00")
    override = against(*Refusal, roles=OWNER | DESK)
    with app.app_context():
        answer = book(order(wish(at("10:30")), by_staff=True, actor=SAM, override=override), NOW)
        assert isinstance(answer, Refused)
        assert answer.refusal is Refusal.TAKEN
        assert overlapping_claims() == 0


def test_only_the_owner_books_somebody_who_is_not_qualified(app: Flask, desk: Desk) -> None:
    unqualified = wish(at("10:00"), therapist="therapist-new")
    reasons = (Refusal.NOT_QUALIFIED, Refusal.NOT_WORKING)
    with app.app_context():
        by_desk = book(order(unqualified, by_staff=True, actor=SAM, override=against(*reasons)), NOW)
        by_owner = book(
            order(unqualified, by_staff=True, actor=SAM, override=against(*reasons, roles=OWNER)), NOW
        )
    assert isinstance(by_desk, Refused)
    assert by_desk.refusal is Refusal.NOT_QUALIFIED
    assert isinstance(by_owner, Booked)


def test_a_move_outside_working_time_needs_the_reason_too(app: Flask, desk: Desk) -> None:
    reference = desk.booked("10:00")
    override = against(Refusal.CLOSED, Refusal.NOT_WORKING)
    with app.app_context():
        assert isinstance(move(change(desk, reference), LATE, NOW), Refused)
        assert isinstance(move(change(desk, reference), LATE, NOW, override=override), Moved)
        number = desk.facts(reference)["id"]
        assert overridden([number, 999_999]) == {number: {Refusal.CLOSED, Refusal.NOT_WORKING}}
    assert desk.facts(reference)["starts_at"] == LATE


def test_staff_begin_on_any_five_minutes_and_on_nothing_between(app: Flask, desk: Desk) -> None:
    reference = desk.booked("10:00")
    with app.app_context():
        assert isinstance(move(change(desk, reference), at("11:05"), NOW), Moved)
        between = move(change(desk, reference), at("11:07"), NOW)
        assert isinstance(between, Refused)
        assert between.refusal is Refusal.OFF_STEP


def test_another_room_at_the_same_time_is_no_news_to_the_client(app: Flask, desk: Desk) -> None:
    reference = desk.booked("10:00")
    with app.app_context():
        before = get_appointment(desk.facts(reference)["id"])
        revision = before.revision
        other = "room-2" if before.room and before.room.slug == "room-1" else "room-1"
        assert isinstance(move(change(desk, reference), at("10:00"), NOW, room_slug=other), Moved)
        after = get_appointment(desk.facts(reference)["id"])
        assert after.room is not None
        assert (after.room.slug, after.revision) == (other, revision)
        assert list_history(after.id)[-1].detail.keys() == {"room"}


def test_a_room_that_is_taken_is_refused_by_name(app: Flask, desk: Desk) -> None:
    one, other = desk.booked("10:00"), desk.booked("10:00", therapist="therapist-2")
    with app.app_context():
        taken = get_appointment(desk.facts(other)["id"]).room
        assert taken is not None
        answer = move(change(desk, one), at("10:00"), NOW, room_slug=taken.slug)
        assert isinstance(answer, Refused)
        assert answer.refusal is Refusal.NO_ROOM
        assert isinstance(move(change(desk, one), at("10:00"), NOW, room_slug="no-such"), Refused)
