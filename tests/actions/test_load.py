"""Times vanish when a limit is reached and come back when something is given back; on both databases."""

from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.actions.booking import book
from app.actions.holding import Wish, hold_slot
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Booked, Cancelled, Held, Moved, Refused
from app.domain.appointments import Actor
from app.domain.choices import Choice
from app.domain.overriding import Override
from app.domain.slots import Refusal
from app.domain.staff import StaffRole
from app.models import AvailabilityRule, OpeningHours, Qualification
from app.store.appointments import get_appointment
from app.store.openings import look
from app.store.practice import raise_revision
from app.store.transactions import transaction
from tests.support.reviews import request_session
from tests.support.rows import HALIFAX, MONDAY, NOW, active_claims, at, make_practice, order, wish
from tests.support.safety import ask_before, describe, limit

pytestmark = pytest.mark.usefixtures("context")
DESK = Actor("staff", "desk@example.com")
BY_DESK, BY_OWNER = frozenset({StaffRole.DESK}), frozenset({StaffRole.OWNER})
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=days) for days in (1, 2, 3))


def booked(clock: str, day: date = MONDAY, *, name: str | None = None, **more: object) -> int:
    """Book for a client of its own, unless one is named; insist."""
    who = name or f"Client {day} {clock}".replace(":", "").replace("-", "")
    answer = book(order(wish(at(clock, day), **more), name=who, key=f"{who} {day} {clock}"), NOW)  # type: ignore[arg-type]
    assert isinstance(answer, Booked), answer
    return answer.appointment_id


def given_back(appointment_id: int, now: datetime = NOW) -> None:
    """The client cancels."""
    version = get_appointment(appointment_id).row_version
    answer = cancel(Change(appointment_id, Actor("client", "x@example.com"), version), now)
    assert isinstance(answer, Cancelled), answer


def shown(asked: Wish, day: date = MONDAY, now: datetime = NOW) -> set[str]:
    """The times that the page of that day offers."""
    choice = asked.choice()
    assert isinstance(choice, Choice)
    return {f"{slot.starts_at.astimezone(HALIFAX):%H:%M}" for slot in look(choice, day, day, now).slots()}


def deep(day: date = MONDAY, **more: object) -> set[str]:
    """The times of a deep session."""
    return shown(wish(at("10:00", day), **more), day)  # type: ignore[arg-type]


def light(day: date = MONDAY) -> set[str]:
    """The times of a light one."""
    return shown(wish(at("10:00", day), service="back-massage", minutes=30), day)


def why_not(clock: str, day: date = MONDAY, *, name: str = "Somebody Else", **more: object) -> Refusal:
    """Why the booking form's answer is no."""
    answer = book(order(wish(at(clock, day), **more), name=name, key=f"why {name} {day} {clock}"), NOW)  # type: ignore[arg-type]
    assert isinstance(answer, Refused), answer
    return answer.refusal


@pytest.mark.parametrize(
    ("numbers", "before", "clock", "reason"),
    [
        ({"sessions_a_day": 2}, ("08:00", "16:00"), "12:00", Refusal.DAY_FULL),
        ({"deep_a_day": 2}, ("08:00", "16:00"), "12:00", Refusal.DEEP_DAY_FULL),
        ({"deep_in_a_row": 2, "break_minutes": 30}, ("08:00", "09:15"), "10:30", Refusal.DEEP_IN_A_ROW),
        ({"hands_on_minutes": 150}, ("08:00", "16:00"), "12:00", Refusal.HANDS_ON_FULL),
        ({"break_after_minutes": 120, "break_minutes": 30}, ("08:00", "10:30"), "09:15", Refusal.NEEDS_BREAK),
    ],
)
def test_a_time_vanishes_with_its_reason_and_comes_back_when_another_is_cancelled(
    numbers: dict[str, int], before: tuple[str, str], clock: str, reason: Refusal
) -> None:
    make_practice()
    limit(**numbers)
    booked(before[0])
    assert clock in deep()
    last = booked(before[1])
    assert clock not in deep()
    assert why_not(clock) is reason
    given_back(last)
    assert clock in deep()
    booked(clock)


def test_three_deep_sessions_stop_the_fourth_but_no_light_one() -> None:
    make_practice()
    limit(deep_a_day=3)
    for clock in ("08:00", "11:00", "14:00"):
        booked(clock)
    assert deep() == set()
    assert deep(TUESDAY)
    assert {"17:00", "17:30"} <= light()
    booked("17:00", service="back-massage", minutes=30)


def test_a_chosen_time_counts_until_its_hold_ends() -> None:
    make_practice()
    limit(deep_a_day=1)
    held = hold_slot(wish(at("10:00")), "a visitor", NOW)
    assert isinstance(held, Held)
    assert deep() == set()
    assert why_not("14:00") is Refusal.DEEP_DAY_FULL
    later = NOW + timedelta(minutes=11)
    assert "14:00" in shown(wish(at("10:00")), now=later)


def test_whoever_holds_the_last_one_can_book_it_and_choose_another_time_of_the_day() -> None:
    make_practice()
    limit(deep_a_day=1)
    held = hold_slot(wish(at("10:00")), "a visitor", NOW)
    assert isinstance(held, Held)
    assert isinstance(book(order(wish(at("10:00")), hold_token=held.token), NOW), Booked)


def test_a_promised_time_is_kept_though_the_desk_has_gone_beyond_the_limit_since() -> None:
    make_practice()
    limit(deep_a_day=1)
    held = hold_slot(wish(at("10:00")), "a visitor", NOW)
    assert isinstance(held, Held)
    aside = Override(frozenset({Refusal.DEEP_DAY_FULL}), "Her back is bad.", BY_DESK)
    ask = order(wish(at("14:00")), name="Ada Moss", key="desk", by_staff=True, actor=DESK, override=aside)
    assert isinstance(book(ask, NOW), Booked)
    assert isinstance(book(order(wish(at("10:00")), hold_token=held.token), NOW), Booked)


def test_a_request_that_waits_for_a_review_counts_and_is_given_back_when_it_is_cancelled(app: Flask) -> None:
    make_practice()
    ask_before()
    limit(deep_a_day=1)
    asked_for = request_session(app, at("10:00", THURSDAY))
    assert get_appointment(asked_for).state == "requested"
    assert deep(THURSDAY) == set()
    given_back(asked_for)
    assert "10:00" in deep(THURSDAY)


def test_a_session_can_be_moved_within_its_own_full_day_but_not_into_another_full_one() -> None:
    make_practice()
    limit(deep_a_day=1)
    here, _there = booked("10:00"), booked("10:00", TUESDAY)
    change = Change(here, DESK, get_appointment(here).row_version, by_staff=True)
    assert isinstance(move(change, at("15:00"), NOW), Moved)
    change = Change(here, DESK, get_appointment(here).row_version, by_staff=True)
    answer = move(change, at("15:00", TUESDAY), NOW)
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.DEEP_DAY_FULL


def test_what_one_can_t_give_any_more_another_gives() -> None:
    make_practice(therapists=2, rooms=2)
    limit(deep_a_day=1)
    booked("10:00", therapist="therapist-1")
    assert deep(therapist="therapist-1") == set()
    booked("12:00", therapist=None)
    assert deep(therapist=None) == set()


def test_limits_of_ones_own_count_instead_of_the_practices() -> None:
    make_practice(therapists=2, rooms=2)
    limit(deep_a_day=1)
    describe("therapist-2", deep_a_day=0)
    booked("10:00", therapist="therapist-1")
    booked("11:30", therapist="therapist-2")
    assert deep(therapist="therapist-1") == set()
    assert "14:00" in deep(therapist="therapist-2")


@pytest.mark.parametrize("day", [date(2027, 3, 14), date(2027, 11, 7)])
def test_the_day_is_the_locations_also_when_its_clocks_change(day: date) -> None:
    make_practice()
    open_day_and_night()
    limit(deep_a_day=2)
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    booked("22:45", before)
    booked("00:15", day)
    assert "12:00" in deep(day)
    last = booked("22:45", day)  # the next day already by UTC
    assert deep(day) == set()
    assert "12:00" in deep(before)
    assert "12:00" in deep(after)
    given_back(last)
    assert "12:00" in deep(day)


def open_day_and_night() -> None:
    """Everywhere and everybody."""
    with transaction() as rows:
        rows.execute(update(OpeningHours).values(opens=time(0), closes=time(0)))
        rows.execute(update(AvailabilityRule).values(starts=time(0), ends=time(0)))
        raise_revision()


def test_a_client_with_deep_work_waits_three_days_looking_both_ways_and_is_only_told_to_call() -> None:
    make_practice(therapists=2, rooms=2)
    limit(spacing_days=3)
    first = booked("10:00", THURSDAY, name="Jo Park")
    for day in (TUESDAY, WEDNESDAY, THURSDAY + timedelta(days=2)):
        assert why_not("15:00", day, name="Jo Park", therapist="therapist-2") is Refusal.PLEASE_CALL
        booked("15:00", day, name=f"Somebody Else {day.day}")
    booked("10:00", MONDAY, name="Jo Park")
    booked("10:00", THURSDAY + timedelta(days=3), name="Jo Park")
    given_back(first)
    booked("17:00", THURSDAY, name="Jo Park")


def test_light_work_may_follow_the_next_day() -> None:
    make_practice()
    limit(spacing_days=3)
    booked("10:00", MONDAY, name="Jo Park")
    booked("10:00", TUESDAY, name="Jo Park", service="back-massage", minutes=30)


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ({"deep_a_day": 1}, Refusal.DEEP_DAY_FULL),
        ({"sessions_a_day": 1}, Refusal.DAY_FULL),
        ({"spacing_days": 3}, Refusal.TOO_CLOSE),
    ],
)
def test_the_desk_is_told_the_rule_and_may_set_it_aside_with_a_reason(
    numbers: dict[str, int], reason: Refusal
) -> None:
    make_practice()
    limit(**numbers)
    booked("10:00", name="Jo Park")
    ask = order(wish(at("14:00")), name="Jo Park", key="desk", by_staff=True, actor=DESK)
    answer = book(ask, NOW)
    assert isinstance(answer, Refused)
    assert answer.refusal is reason
    aside = Override(frozenset({reason}), "Asked her, she is well.", BY_DESK)
    ask = order(wish(at("14:00")), name="Jo Park", key="desk", by_staff=True, actor=DESK, override=aside)
    assert isinstance(book(ask, NOW), Booked)


def _accompanied(clock: str, therapist: str, name: str = "Jo Park") -> Booked | Refused:
    asked = wish(at(clock), therapist=therapist, with_chaperone=True)
    answer = book(order(asked, name=name, key=f"{name} {clock} {therapist}"), NOW)
    assert isinstance(answer, Booked | Refused)
    return answer


def test_a_second_person_is_claimed_with_the_session_and_given_back_with_it() -> None:
    make_practice(therapists=2, rooms=2)
    describe("therapist-new", may_chaperone=True)
    first = _accompanied("10:00", "therapist-1")
    assert isinstance(first, Booked)
    assert len(active_claims()) == 3
    chaperone = get_appointment(first.appointment_id).chaperone
    assert chaperone is not None
    assert chaperone.slug == "therapist-new"
    refused = _accompanied("10:30", "therapist-2", "Ada Moss")
    assert isinstance(refused, Refused)
    assert refused.refusal is Refusal.NO_CHAPERONE
    booked("10:30", therapist="therapist-2")  # without one it can be had
    given_back(first.appointment_id)
    assert len(active_claims()) == 2
    assert isinstance(_accompanied("09:00", "therapist-1", "Ada Moss"), Booked)


def test_a_second_person_who_only_keeps_company_gives_no_session_of_their_own() -> None:
    make_practice(therapists=2, rooms=2)
    describe("therapist-2", may_chaperone=True)
    limit(deep_a_day=1)
    assert isinstance(_accompanied("10:00", "therapist-1"), Booked)
    assert "13:00" in deep(therapist="therapist-2")


@pytest.mark.parametrize("roles", [BY_DESK, BY_OWNER])
def test_nobody_leaves_out_the_second_person_that_a_client_asked_for(roles: frozenset[StaffRole]) -> None:
    make_practice()
    asked = wish(at("10:00"), with_chaperone=True)
    aside = Override(frozenset({Refusal.NO_CHAPERONE, Refusal.TAKEN}), "Nobody was there.", roles)
    answer = book(order(asked, by_staff=True, actor=DESK, override=aside), NOW)
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.NO_CHAPERONE


def test_from_the_day_after_its_last_a_qualification_gives_no_slots() -> None:
    make_practice()
    hold_until(TUESDAY)
    assert "19:00" in deep(TUESDAY)
    assert deep(WEDNESDAY) == set()
    assert why_not("10:00", WEDNESDAY) is Refusal.NOT_QUALIFIED
    assert "10:00" in light(WEDNESDAY)


def hold_until(day: date) -> None:
    """All qualifications end on that day."""
    with transaction() as rows:
        rows.execute(update(Qualification).values(valid_until=day))
        raise_revision()


@pytest.mark.parametrize(
    ("roles", "why", "may"),
    [
        (BY_OWNER, "Renewed today, the paper follows.", True),
        (BY_OWNER, " ", False),
        (BY_DESK, "Renewed today, the paper follows.", False),
    ],
)
def test_an_expired_qualification_is_set_aside_by_an_owner_with_a_reason_only(
    roles: frozenset[StaffRole], why: str, may: bool
) -> None:
    make_practice()
    hold_until(TUESDAY)
    aside = Override(frozenset({Refusal.NOT_QUALIFIED}), why, roles)
    answer = book(order(wish(at("10:00", WEDNESDAY)), by_staff=True, actor=DESK, override=aside), NOW)
    assert isinstance(answer, Booked if may else Refused)


def test_a_limit_that_is_lowered_later_cancels_nothing() -> None:
    make_practice()
    booked("10:00")
    here = booked("14:00")
    limit(deep_a_day=1)
    assert get_appointment(here).state == "booked"
    assert deep() == set()
    given_back(here)
    assert deep() == set()  # the other one is still the one that may be
