"""A booking again and again: same time on the clock, each date for itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.actions.booking import book
from app.actions.erasing import Forgotten, close, erase
from app.actions.outcomes import Booked
from app.actions.repeating import Repeat, length_of_visits, list_dates, repeat
from app.domain.appointments import Actor
from app.domain.repeating import Rhythm
from app.domain.slots import Refusal
from app.domain.wallclock import local_time
from app.extensions import db
from app.models import Appointment, Client
from app.store.appointments import get_appointment
from app.vault import Closed
from tests.support.rows import HALIFAX, MONDAY, NOW, at, make_practice, order, wish
from tests.support.safety import answered, ask_before

pytestmark = pytest.mark.usefixtures("context")
DESK = Actor("staff", "desk@example.com")


@pytest.fixture
def first() -> int:
    """A session on a Saturday at 10 before the clocks change."""
    make_practice(therapists=2, rooms=2)
    return booked("10:00", date(2027, 2, 27))


def booked(clock: str, day: date = MONDAY, **more: object) -> int:
    said = {"therapist": "therapist-1"} | more
    answer = book(order(wish(at(clock, day), **said), key=f"{clock} {day} {more}", by_staff=True), NOW)  # type: ignore[arg-type]
    assert isinstance(answer, Booked), answer
    return answer.appointment_id


def asked(number: int, starts: dict[int, object], key: str = "form") -> Repeat:
    return Repeat(number, starts, DESK, "staff:1", key)  # type: ignore[arg-type]


def test_the_wall_time_stays_over_the_clock_change(first: int) -> None:
    dates = list_dates(first, Rhythm(1, 4), NOW)
    assert not isinstance(dates, Refusal)
    assert {local_time(one.starts_at, HALIFAX).hour for one in dates if one.starts_at} == {10}
    assert len({one.starts_at.hour for one in dates if one.starts_at}) == 2
    assert {one.refusal for one in dates} == {None}


@pytest.mark.parametrize("record", ["erased", "closed"])
def test_a_record_that_was_erased_or_closed_begins_no_other_one(first: int, record: str) -> None:
    appointment = get_appointment(first)
    starts = {1: appointment.starts_at + timedelta(weeks=1)}
    number, later = appointment.client_id, appointment.starts_at + timedelta(days=2)
    done = erase(number, DESK, later) if record == "erased" else close(number, date(2036, 1, 1), DESK, later)
    assert isinstance(done, Forgotten)
    before = db.session.query(Client).count()
    with pytest.raises(Closed):
        list_dates(first, Rhythm(1, 4), later)
    with pytest.raises(Closed):
        repeat(asked(first, starts), later)  # type: ignore[arg-type]
    again = order(wish(starts[1], therapist="therapist-1"), key="again", by_staff=True)
    with pytest.raises(Closed):
        book(replace(again, client_id=number), later)
    assert (db.session.query(Client).count(), db.session.query(Appointment).count()) == (before, 1)


def test_each_date_is_booked_once_however_often_the_form_is_sent(first: int) -> None:
    dates = list_dates(first, Rhythm(2, 3), NOW)
    assert not isinstance(dates, Refusal)
    starts = {number: one.starts_at for number, one in enumerate(dates, 1)}
    once = repeat(asked(first, starts), NOW)  # type: ignore[arg-type]
    twice = repeat(asked(first, starts), NOW)  # type: ignore[arg-type]
    assert once == twice
    assert sorted(once.booked) == [1, 2, 3]
    assert db.session.query(Appointment).count() == 4


def test_what_is_lost_costs_none_of_the_others(first: int) -> None:
    day = date(2027, 2, 27)
    booked("10:30", day + timedelta(weeks=1))
    starts = {week: at("10:00", day + timedelta(weeks=week)) for week in (1, 2)}
    answer = repeat(asked(first, dict(starts)), NOW)
    assert answer.lost == {1: Refusal.TAKEN}
    assert sorted(answer.booked) == [2]


def test_a_date_that_is_taken_has_its_nearest_times(first: int) -> None:
    booked("10:30", date(2027, 3, 6))
    dates = list_dates(first, Rhythm(1, 1), NOW)
    assert not isinstance(dates, Refusal)
    assert dates[0].refusal is Refusal.TAKEN
    assert len(dates[0].alternatives) == 3


def test_who_comes_again_has_the_length_of_who_comes_again() -> None:
    make_practice()
    number = booked("10:00", visit="first", minutes=75)
    assert length_of_visits(number) == 60
    answer = repeat(asked(number, {1: at("10:00", MONDAY + timedelta(weeks=1))}), NOW)
    row = db.session.query(Appointment).filter_by(reference=answer.booked[1]).one()
    assert (row.visit, row.minutes, row.client_id) == ("returning", 60, get_appointment(number).client_id)


@pytest.mark.parametrize(("weeks", "times"), [(0, 1), (5, 1), (1, 0), (1, 13), (-1, 4)])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_no_other_rhythm(weeks: int, times: int) -> None:
    with pytest.raises(ValueError, match="no such rhythm"):
        Rhythm(weeks, times)


def test_what_a_therapist_has_still_to_look_at_is_not_repeated() -> None:
    make_practice()
    ask_before(consent=False)
    token = answered(NOW, thinners="aspirin").token
    made = book(order(wish(at("09:00")), screening_token=token), NOW)
    assert isinstance(made, Booked)
    week_later = at("09:00", MONDAY + timedelta(days=7))
    assert list_dates(made.appointment_id, Rhythm(1, 2), NOW) is Refusal.NOT_ANSWERED
    said = repeat(asked(made.appointment_id, {1: week_later}), NOW)
    assert (dict(said.booked), dict(said.lost)) == ({}, {1: Refusal.NOT_ANSWERED})
