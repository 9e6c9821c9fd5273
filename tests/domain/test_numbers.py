"""What the numbers mean: stretches, what a session counts as, the middle of many, bookable time."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.appointments import State
from app.domain.numbers import (
    MOST_STRETCHES,
    Every,
    Outcome,
    Stretch,
    Use,
    bookable_minutes,
    fitting,
    longest_range,
    median,
    open_minutes,
    outcome_of,
    stretches,
    usual_range,
)
from app.domain.practice import AvailabilityRule, Closure, Location, Therapist, WeeklyWindow
from app.domain.spans import Span
from app.domain.spreadsheets import harmless

ZONE = ZoneInfo("America/Halifax")
MONDAY = date(2026, 11, 23)
DAYS = some.dates(date(2000, 1, 1), date(2100, 1, 1))
HOUSE = Location(
    id=1,
    slug="main",
    name="Main",
    zone=ZONE,
    opening_hours=tuple(WeeklyWindow(day, time(8), time(20)) for day in range(7)),
)
DANA = Therapist(
    id=1,
    resource_id=1,
    slug="dana",
    name="Dana",
    availability_rules=tuple(AvailabilityRule(1, WeeklyWindow(day, time(9), time(22))) for day in range(5)),
)


@given(first=DAYS, length=some.integers(0, 800), every=some.sampled_from(list(Every)))
def test_stretches_cover_the_whole_without_holes(first: date, length: int, every: Every) -> None:
    whole = Stretch(first, first + timedelta(days=length))
    found = stretches(whole, every)
    assert (found[0].first, found[-1].last) == (whole.first, whole.last)
    assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(found))
    if every is Every.WEEK:
        assert all(one.first.weekday() == 0 for one in found[1:])
    if every is Every.MONTH:
        assert all(one.first.day == 1 for one in found[1:])


@given(first=DAYS, length=some.integers(0, 20_000), every=some.sampled_from(list(Every)))
def test_there_are_never_too_many(first: date, length: int, every: Every) -> None:
    whole = longest_range(Stretch(first, first + timedelta(days=length)))
    chosen = fitting(whole, every)
    assert len(stretches(whole, chosen)) <= MOST_STRETCHES
    assert list(Every).index(chosen) >= list(Every).index(every)


def test_what_fits_is_not_made_coarser() -> None:
    assert fitting(usual_range(MONDAY), Every.DAY) is Every.DAY
    assert fitting(Stretch(MONDAY, MONDAY + timedelta(days=MOST_STRETCHES)), Every.DAY) is Every.WEEK


def test_the_usual_range_is_twelve_whole_weeks() -> None:
    found = usual_range(date(2026, 11, 26))
    assert found == Stretch(date(2026, 9, 7), date(2026, 11, 29))
    assert len(stretches(found, Every.WEEK)) == 12


@pytest.mark.parametrize(
    ("state", "by", "counts_as"),
    [
        (State.BOOKED, None, Outcome.GIVEN),
        (State.ARRIVED, None, Outcome.GIVEN),
        (State.COMPLETED, None, Outcome.GIVEN),
        (State.NO_SHOW, None, Outcome.NO_SHOW),
        (State.CANCELLED, "late", Outcome.LATE),
        (State.CANCELLED, "client", Outcome.BY_CLIENT),
        (State.CANCELLED, "clinic", Outcome.BY_CLINIC),
        (State.CANCELLED, None, Outcome.BY_CLINIC),
        (State.REQUESTED, None, None),
        (State.DECLINED, None, None),
        (State.LAPSED, None, None),
    ],
)
def test_what_a_session_counts_as(state: State, by: str | None, counts_as: Outcome | None) -> None:
    assert outcome_of(state, by) is counts_as


@given(some.lists(some.integers(0, 60), min_size=1, max_size=40))
def test_the_middle_of_many(numbers: list[int]) -> None:
    ordered = sorted(numbers)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    assert median({number: numbers.count(number) for number in numbers}) == (low + high) / 2


def test_of_nothing_there_is_no_middle_and_no_share() -> None:
    assert median({}) is None
    assert Use(60, 0).share is None
    assert (Use(60, 120) + Use(0, 120)).share == 0.25


def test_bookable_time_is_worked_open_and_not_off() -> None:
    week = Stretch(MONDAY, MONDAY + timedelta(days=6))
    assert bookable_minutes(week, ZONE, [HOUSE], DANA, []) == 5 * 11 * 60
    off = Span(
        datetime(2026, 11, 23, 10, tzinfo=UTC), datetime(2026, 11, 23, 15, tzinfo=UTC)
    )  # until 11:00 there
    assert bookable_minutes(week, ZONE, [HOUSE], DANA, [off, off]) == 5 * 11 * 60 - 120
    shut = replace(HOUSE, closures=(Closure(MONDAY, MONDAY + timedelta(days=1)),))
    assert bookable_minutes(week, ZONE, [shut], DANA, [off]) == 3 * 11 * 60
    assert bookable_minutes(week, ZONE, [replace(HOUSE, id=2)], DANA, []) == 0


def test_two_locations_at_once_count_once() -> None:
    both = replace(
        DANA,
        availability_rules=tuple(
            AvailabilityRule(place, WeeklyWindow(0, time(9), time(12))) for place in (1, 2)
        ),
    )
    assert bookable_minutes(Stretch(MONDAY, MONDAY), ZONE, [HOUSE, replace(HOUSE, id=2)], both, []) == 180


def test_a_room_is_open_as_long_as_its_house() -> None:
    assert open_minutes(Stretch(MONDAY, MONDAY), HOUSE) == 12 * 60
    assert open_minutes(Stretch(MONDAY, MONDAY), replace(HOUSE, zone=None)) == 0
    night = replace(HOUSE, opening_hours=(WeeklyWindow(6, time(0), time(4)),))
    springs = date(2027, 3, 14)  # the clocks go forward at 2 am
    assert open_minutes(Stretch(springs, springs), night) == 3 * 60


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\uff1d1", " =1", "\u200b=1"]
)
def test_formulas_are_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Dana", "a=b", "1-2", " x"])
def test_other_texts_stay(text: str) -> None:
    assert harmless(text) == text
