"""Holds: a time is kept for who picked it, for a while, and never in the way of the rule."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.actions.booking import book
from app.actions.filling_in import keep_typed
from app.actions.holding import extend_hold, forget_old_holds, give_back_hold, hold_slot
from app.actions.managing import Change, cancel
from app.actions.outcomes import Booked, Held, Refused
from app.domain.appointments import Actor
from app.domain.slots import Refusal
from app.extensions import db
from app.models import Claim, Hold, ServiceVariant
from app.store.appointments import get_appointment
from app.store.claims import end_expired_holds
from app.store.practice import raise_revision
from app.store.transactions import transaction
from tests.support.rows import NOW, active_claims, at, make_practice, order, wish

pytestmark = pytest.mark.usefixtures("context")


def booked(clock: str, name: str) -> Booked:
    """Book and insist."""
    answer = book(order(wish(at(clock)), name=name, key=f"key-{clock}"), NOW)
    assert isinstance(answer, Booked), answer
    return answer


def test_a_held_time_is_taken_for_others_and_free_for_who_holds_it() -> None:
    make_practice(rooms=2)
    held = hold_slot(wish(at("10:00")), "visitor-1", NOW)
    assert isinstance(held, Held)
    other = book(order(wish(at("10:00")), name="Ada Moss", key="other"), NOW)
    assert isinstance(other, Refused)
    mine = book(order(wish(at("10:00")), hold_token=held.token), NOW + timedelta(minutes=5))
    assert isinstance(mine, Booked)
    again = book(
        order(wish(at("10:00")), hold_token=held.token, key="another-rendering"), NOW + timedelta(minutes=6)
    )
    assert isinstance(again, Booked)
    assert again.appointment_id == mine.appointment_id


def test_a_hold_that_others_have_seen_end_is_not_revived_by_a_slow_click() -> None:
    make_practice()
    held = hold_slot(wish(at("10:00")), "visitor-1", NOW)
    assert isinstance(held, Held)
    with transaction():
        end_expired_holds(held.expires_at)
    clicked = held.expires_at - timedelta(seconds=1)
    assert extend_hold(held.token, clicked) is None


def test_a_used_hold_shows_its_appointment_to_nobody_else() -> None:
    make_practice()
    held = hold_slot(wish(at("10:00")), "visitor-1", NOW)
    assert isinstance(held, Held)
    assert isinstance(book(order(wish(at("10:00")), hold_token=held.token), NOW), Booked)
    other = book(order(wish(at("10:00")), name="Ben Stone", hold_token=held.token, key="other"), NOW)
    assert isinstance(other, Refused)
    assert other.refusal is Refusal.BOOKED_ALREADY


def test_after_a_cancellation_the_same_hold_books_anew() -> None:
    make_practice()
    held = hold_slot(wish(at("10:00")), "visitor-1", NOW)
    assert isinstance(held, Held)
    first = book(order(wish(at("10:00")), hold_token=held.token), NOW)
    assert isinstance(first, Booked)
    cancel(Change(first.appointment_id, Actor("client")), NOW)
    again = book(order(wish(at("10:00")), hold_token=held.token, key="again"), NOW)
    assert isinstance(again, Booked)
    assert again.appointment_id != first.appointment_id


def test_a_hold_ends_by_itself() -> None:
    make_practice()
    held = hold_slot(wish(at("10:00")), "visitor-1", NOW)
    assert isinstance(held, Held)
    later = NOW + timedelta(minutes=11)
    assert isinstance(book(order(wish(at("10:00")), name="Ada Moss", key="other"), later), Booked)
    lost = book(order(wish(at("10:00")), hold_token=held.token), later)
    assert isinstance(lost, Refused)
    assert lost.refusal is Refusal.TAKEN


def test_who_was_promised_a_therapist_gets_that_therapist() -> None:
    make_practice(therapists=3, rooms=3)
    held = hold_slot(wish(at("10:00"), therapist=None), "visitor-1", NOW)
    assert isinstance(held, Held)
    promised = db.session.execute(select(Hold.therapist_id)).scalar_one()
    answer = book(order(wish(at("10:00"), therapist=None), hold_token=held.token), NOW)
    assert isinstance(answer, Booked)
    assert get_appointment(answer.appointment_id).therapist_id == promised


def test_who_named_nobody_still_gets_the_therapist_that_the_form_named_if_that_one_is_free() -> None:
    make_practice(therapists=3, rooms=3)
    held = hold_slot(wish(at("10:00"), therapist=None), "visitor-1", NOW)
    assert isinstance(held, Held)
    promised = db.session.execute(select(Hold.therapist_id)).scalar_one()
    busy = wish(at("14:00"), therapist=f"therapist-{promised}")
    assert isinstance(
        book(order(busy, name="Ada Moss", key="other"), NOW), Booked
    )  # now has more to do than others
    later = NOW + timedelta(minutes=11)
    answer = book(order(wish(at("10:00"), therapist=None), hold_token=held.token), later)
    assert isinstance(answer, Booked)
    assert get_appointment(answer.appointment_id).therapist_id == promised


def test_a_hold_can_be_extended_ten_times_and_given_back() -> None:
    make_practice()
    held = hold_slot(wish(at("10:00")), "visitor-1", NOW)
    assert isinstance(held, Held)
    for minute in range(10):
        assert isinstance(extend_hold(held.token, NOW + timedelta(minutes=minute)), Held)
    assert extend_hold(held.token, NOW + timedelta(minutes=11)) is None
    give_back_hold(held.token, NOW + timedelta(minutes=12))
    assert active_claims() == []
    assert extend_hold(held.token, NOW + timedelta(minutes=12)) is None


def test_picking_the_same_time_twice_keeps_it_once() -> None:
    make_practice()
    first, again = (
        hold_slot(wish(at("10:00")), "visitor-1", NOW),
        hold_slot(wish(at("10:00")), "visitor-1", NOW),
    )
    assert isinstance(first, Held)
    assert first == again
    assert len(active_claims()) == 2


def test_another_time_may_overlap_what_the_same_visitor_kept_and_the_old_one_is_kept_until_it_is_certain() -> (
    None
):
    make_practice(therapists=2, rooms=2)
    held = hold_slot(wish(at("10:00")), "visitor-1", NOW)
    assert isinstance(held, Held)
    assert isinstance(hold_slot(wish(at("10:30")), "visitor-1", NOW), Held)
    assert len(active_claims()) == 2
    kept = active_claims()
    booked("14:00", name="Ada Moss")
    assert isinstance(hold_slot(wish(at("14:00")), "visitor-1", NOW), Refused)
    assert set(kept) <= set(active_claims())


def test_a_hold_that_no_longer_fits_can_not_be_extended() -> None:
    make_practice(therapists=2, rooms=2)
    held = hold_slot(wish(at("10:00")), "visitor-1", NOW)
    assert isinstance(held, Held)
    assert isinstance(book(order(wish(at("16:00")), hold_token=held.token), NOW), Booked)
    assert extend_hold(held.token, NOW) is None


def test_old_holds_are_forgotten() -> None:
    make_practice()
    assert isinstance(hold_slot(wish(at("10:00")), "visitor-1", NOW), Held)
    forget_old_holds(NOW + timedelta(days=6))
    assert db.session.query(Hold).count() == 1
    forget_old_holds(NOW + timedelta(days=8))
    assert db.session.query(Hold).count() == 0
    assert db.session.query(Claim).count() == 0


def test_one_visitor_can_not_hold_the_whole_day() -> None:
    make_practice()
    for hour in range(9, 19, 2):
        assert isinstance(hold_slot(wish(at(f"{hour:02}:00")), "visitor-1", NOW), Held)
    assert len(active_claims()) == 2 * 2  # two holds, each of therapist and room


def test_a_time_whose_session_was_set_anew_meanwhile_is_booked_once_and_keeps_nothing() -> None:
    make_practice(therapists=2, rooms=2)
    held = hold_slot(wish(at("10:00"), therapist=None), "visitor-1", NOW)
    assert isinstance(held, Held)
    keep_typed(held.token, {"details": {"name": "Jo Park"}}, NOW)
    with transaction() as rows:
        old = rows.scalars(select(Hold)).one().variant
        same = {column.key: getattr(old, column.key) for column in ServiceVariant.__table__.columns}
        old.retired_at = NOW
        rows.add(ServiceVariant(**same | {"id": None}))
        raise_revision()
    answers = [
        book(order(wish(at("10:00"), therapist=None), hold_token=held.token, key=key), NOW)
        for key in ("one", "two")
    ]
    assert [isinstance(answer, Booked) and answer.repeated for answer in answers] == [False, True]
    assert db.session.scalars(select(Hold.sealed_typed)).all() == [None]
