"""Therapists: qualifications, working hours and time off, told before they hit anybody."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.actions.booking import book
from app.actions.managing import Change, Target
from app.actions.outcomes import Refused
from app.actions.settings import Edit, NotThere, Saved, WouldHit
from app.actions.settings_people import give_back_time_off, save_availability, save_therapist, take_time_off
from app.actions.settings_places import retire
from app.actions.settling import CannotSettle, Problem, Way
from app.domain.impact import Trouble
from app.domain.slots import Refusal
from app.domain.spans import Span
from app.extensions import db
from app.models import AuditLine, Therapist, TimeOff
from app.store.appointments import get_appointment
from app.store.planned import list_troubled
from tests.support.edits import DANA, LEE, booked, edit, profile, psoas, week
from tests.support.rows import MONDAY, NOW, active_claims, at, make_practice, order, wish

pytestmark = pytest.mark.usefixtures("context")


def test_a_qualification_that_ends_hits_what_comes_after_its_last_day() -> None:
    make_practice()
    booked("10:00")
    technique = next(iter(psoas()))
    last_day = {technique: MONDAY}
    assert isinstance(
        save_therapist("therapist-1", profile(), last_day, edit("therapist", "therapist-1")), Saved
    )
    day_before = {technique: MONDAY - timedelta(days=1)}
    answer = save_therapist("therapist-1", profile(), day_before, edit("therapist", "therapist-1"))
    assert isinstance(answer, WouldHit)
    assert answer.struck[0].hit.trouble is Trouble.NOT_QUALIFIED


def test_working_hours_hit_what_lies_outside_of_them() -> None:
    make_practice()
    booked("10:00")
    answer = save_availability("therapist-1", week(12, 20), edit("therapist", "therapist-1"))
    assert isinstance(answer, WouldHit)
    assert answer.struck[0].hit.trouble is Trouble.NOT_WORKING
    assert isinstance(save_availability("therapist-1", week(9, 12), edit("therapist", "therapist-1")), Saved)


def test_time_off_over_an_appointment_is_told_first_and_then_stands() -> None:
    make_practice()
    struck = booked("10:00")
    span, asked = Span(at("09:00"), at("12:00")), Edit(DANA, NOW)
    answer = take_time_off("therapist-1", span, "Training", asked)
    assert isinstance(answer, WouldHit)
    assert answer.struck[0].hit.trouble is Trouble.TIME_OFF
    assert db.session.execute(select(TimeOff)).first() is None
    assert isinstance(
        take_time_off("therapist-1", span, "Training", replace(asked, confirmed=frozenset({struck}))), Saved
    )
    assert take_time_off("therapist-1", span, "Training", asked) == Saved(
        "time_off", "therapist-1", changed=False
    )
    refused = book(order(wish(at("11:00")), key="later", name="Ada Moss"), NOW)
    assert getattr(refused, "refusal", None) in (Refusal.TIME_OFF, Refusal.TAKEN)


def test_what_was_chosen_for_two_sessions_is_done_with_the_time_off_or_not_at_all() -> None:
    make_practice(therapists=2, rooms=2)
    first, second = booked("10:00"), booked("12:00")
    off, edit_ = Span(at("09:00"), at("14:00")), Edit(DANA, NOW, confirmed=frozenset({first, second}))
    ways = [
        Way(Change(number, DANA, 1, by_staff=True), Target(at(clock), "therapist-2"))
        for number, clock in ((first, "15:00"), (second, "15:30"))
    ]
    claims = active_claims()
    answer = take_time_off("therapist-1", off, None, edit_, ways)
    assert isinstance(answer, CannotSettle)
    assert answer.problems == {second: Problem(Refused(Refusal.TAKEN), beside=first)}
    assert db.session.execute(select(TimeOff)).first() is None
    assert active_claims() == claims
    apart = [ways[0], replace(ways[1], target=None)]
    assert isinstance(take_time_off("therapist-1", off, None, edit_, apart), Saved)
    assert [get_appointment(number).state for number in (first, second)] == ["booked", "cancelled"]
    assert get_appointment(first).therapist.slug == "therapist-2"


def test_time_off_is_given_back_by_whose_it_is_only() -> None:
    make_practice(therapists=2)
    take_time_off("therapist-1", Span(at("09:00"), at("12:00")), None, Edit(DANA, NOW))
    number = db.session.execute(select(TimeOff.id)).scalar_one()
    assert give_back_time_off("therapist-2", number, Edit(DANA, NOW)) == NotThere()
    assert isinstance(give_back_time_off("therapist-1", number, Edit(DANA, NOW)), Saved)
    assert give_back_time_off("therapist-1", number, Edit(DANA, NOW)) == NotThere()


def test_time_off_and_retiring_are_in_the_log() -> None:
    make_practice()
    take_time_off("therapist-1", Span(at("09:00"), at("12:00")), "A private reason", Edit(LEE, NOW))
    retire("therapist", "therapist-new", edit("therapist", "therapist-new"))
    lines = db.session.execute(select(AuditLine).order_by(AuditLine.id)).scalars().all()
    assert [(line.actor, line.act) for line in lines] == [
        ("lee@example.com", "time off taken"),
        ("dana@example.com", "settings retired"),
    ]
    assert "private" not in str(lines[0].detail)
    assert (
        db.session.execute(select(Therapist).where(Therapist.retired_at.is_not(None))).scalar_one().slug
        == "therapist-new"
    )


def test_what_no_longer_fits_can_be_listed_until_it_is_moved() -> None:
    make_practice()
    struck = booked("10:00")
    assert list_troubled(NOW) == []
    take_time_off(
        "therapist-1", Span(at("09:00"), at("12:00")), None, Edit(DANA, NOW, confirmed=frozenset({struck}))
    )
    assert [(planned.booked.appointment_id, trouble) for planned, trouble in list_troubled(NOW)] == [
        (struck, Trouble.TIME_OFF)
    ]
