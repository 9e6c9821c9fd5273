"""Nothing has changed: what a visit takes over then, where a therapist has to look first, and what is never kept by the way."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.actions.approving import accept, decline, keep_as_booked
from app.actions.booking import book
from app.actions.changed_health import report_change, report_no_change
from app.actions.managing import Change
from app.actions.outcomes import Accepted, Booked, Declined
from app.actions.repeating import list_dates
from app.actions.screening import nothing_changed
from app.domain.appointments import Actor
from app.domain.overriding import Override
from app.domain.repeating import Rhythm
from app.domain.reviews import Decision
from app.domain.screening import Outcome
from app.domain.slots import Refusal
from app.domain.staff import StaffRole
from app.models import Appointment, Notification, Screening, Task
from app.store.appointments import get_appointment
from app.store.reviews import latest_review
from app.store.screenings import latest_of_appointment
from app.store.transactions import transaction
from tests.support.rows import MONDAY, NOW, at, make_practice, order, wish
from tests.support.safety import WELL, answered, ask_before, deep_service

pytestmark = [pytest.mark.usefixtures("_asked"), pytest.mark.parametrize("backend", ["sqlite"])]
DESK, HER = Actor("staff", "desk@example.com"), Actor("client")
LATER = at("10:00", MONDAY + timedelta(days=7))
NEXT = LATER + timedelta(days=7)
HOUR = timedelta(hours=1)


@pytest.fixture(name="_asked")
def _practice_that_asks(context: None) -> None:
    make_practice(therapists=2, rooms=2)
    ask_before(consent=False)


@pytest.fixture
def first() -> int:
    """A visit of Jo Park's, who always takes aspirin: requested."""
    token = answered(NOW, thinners="aspirin").token
    return booked(book(order(wish(LATER), key="first", screening_token=token), NOW)).id


@pytest.fixture
def second(first: int) -> int:
    """Her next visit, before which nobody has asked her."""
    return unasked(first, NEXT)


def unasked(first: int, starts_at: datetime) -> int:
    why = Override(frozenset({Refusal.NOT_ANSWERED}), "Asked later", frozenset({StaffRole.DESK}))
    client = get_appointment(first).client_id
    wanted = order(
        wish(starts_at), key=f"{starts_at}", by_staff=True, actor=DESK, override=why, client_id=client
    )
    return booked(book(wanted, NOW)).id


def booked(answer: object) -> Appointment:
    assert isinstance(answer, Booked), answer
    return get_appointment(answer.appointment_id)


def by_desk(number: int) -> Change:
    return Change(number, DESK, by_staff=True)


def unchanged(number: int, now: datetime = NOW) -> None:
    assert report_no_change(Change(number, HER), now)


def rounds() -> list[Screening]:
    with transaction() as rows:
        return list(rows.execute(select(Screening).order_by(Screening.id)).scalars())


def calls(number: int) -> int:
    """How often the therapist was told to phone about it."""
    with transaction() as rows:
        about = (Notification.appointment_id == number, Notification.kind == "therapist_call_back")
        return len(rows.execute(select(Notification.id).where(*about)).all())


def is_task(number: int) -> bool:
    with transaction() as rows:
        open_ones = select(Task.id).where(Task.appointment_id == number, Task.done_at.is_(None))
        return rows.execute(open_ones).first() is not None


def may_repeat(number: int) -> bool:
    """Whether a series can be made of that visit."""
    return not isinstance(list_dates(number, Rhythm(1, 1), NOW), Refusal)


def test_what_a_therapist_has_accepted_is_taken_over_and_looked_at_again(first: int, second: int) -> None:
    assert isinstance(accept(by_desk(first), NOW), Accepted)
    unchanged(second)
    kept, review = latest_of_appointment(second), latest_review(second)
    assert kept is not None
    assert review is not None
    assert (kept.outcome, kept.since) == (Outcome.REVIEW, NOW)
    assert (review.is_open, review.screening_id, review.deadline_at) == (
        True,
        kept.id,
        NOW + timedelta(hours=24),
    )
    assert (calls(second), is_task(second), get_appointment(second).state) == (1, True, "booked")
    unchanged(second)
    assert (len(rounds()), calls(second)) == (2, 1)


def test_a_series_goes_on_once_the_therapist_has_looked(first: int, second: int) -> None:
    accept(by_desk(first), NOW)
    unchanged(second)
    assert not may_repeat(first)
    assert keep_as_booked(by_desk(second), NOW) is True
    assert not is_task(second)
    assert may_repeat(first)
    assert may_repeat(second)


def test_the_visit_after_that_takes_over_what_was_accepted_though_the_last_look_is_still_to_come(
    first: int, second: int
) -> None:
    third = unasked(first, NEXT + timedelta(days=7))
    accept(by_desk(first), NOW)
    unchanged(second)
    unchanged(third)
    assert latest_of_appointment(third) is not None
    assert calls(third) == 1


def test_where_no_time_is_left_for_a_look_it_stays_unasked_and_the_therapist_phones(
    first: int, second: int
) -> None:
    accept(by_desk(first), NOW)
    for minutes in (0, 5):
        unchanged(second, NEXT - 47 * HOUR + timedelta(minutes=minutes))
    assert latest_of_appointment(second) is None
    assert latest_review(second) is None
    assert (is_task(second), calls(second), len(rounds())) == (True, 1, 1)


@pytest.mark.parametrize("decided", [None, Decision.DECLINED])
def test_what_nobody_has_accepted_is_not_taken_over_and_nothing_is_kept(
    first: int, second: int, decided: Decision | None
) -> None:
    if decided:
        assert isinstance(decline(by_desk(first), NOW), Declined)
    unchanged(second)
    assert latest_of_appointment(second) is None
    assert len(rounds()) == 1


def test_what_was_declined_for_the_last_visit_is_not_taken_over_for_the_next(first: int, second: int) -> None:
    accept(by_desk(first), NOW)
    requested = nothing_changed(deep_service(), [get_appointment(first).client_id], None, NOW)
    assert requested is not None
    again = book(order(wish(NEXT + 3 * HOUR), key="again", screening_token=requested.token), NOW)
    assert isinstance(decline(by_desk(booked(again).id), NOW), Declined)
    unchanged(second)
    assert latest_of_appointment(second) is None


def test_a_booking_that_was_given_up_after_nothing_had_changed_stops_no_series(first: int) -> None:
    accept(by_desk(first), NOW)
    assert may_repeat(first)
    assert nothing_changed(deep_service(), [get_appointment(first).client_id], "browser", NOW) is not None
    assert may_repeat(first)


def test_a_browser_that_cried_for_help_takes_nothing_over(first: int, second: int) -> None:
    report_change(Change(first, HER), WELL, NOW)
    answered(NOW, "browser", pulse="yes")
    report_no_change(Change(second, HER), NOW, visitor="browser")
    assert latest_of_appointment(second) is None
    unchanged(second)
    assert latest_of_appointment(second) is not None
