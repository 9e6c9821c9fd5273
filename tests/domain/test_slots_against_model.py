"""The masks against a naive model of intervals: over random practices, clock changes, buffers that touch, empty gaps."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.cells import cells_touched, instant_of_cell
from app.domain.openings import Openings
from app.domain.policy import GapRule
from app.domain.practice import (
    AvailabilityRule,
    Closure,
    Location,
    Qualification,
    Room,
    Therapist,
    Variant,
    WeeklyWindow,
)
from app.domain.questions import Diaries, Diary, Question
from app.domain.slots import refusal
from app.domain.spans import Span
from tests.domain import interval_model
from tests.domain.builders import open_policy, practice, question, service

#: Zones with the days on which their clocks change (half an hour in Lord Howe, never in Kiritimati).
_DAYS = {
    "America/Halifax": [date(2027, 3, 14), date(2027, 11, 7)],
    "America/New_York": [date(2027, 3, 14), date(2027, 11, 7)],
    "Europe/London": [date(2027, 3, 28), date(2027, 10, 31)],
    "Australia/Lord_Howe": [date(2027, 4, 4), date(2027, 10, 3)],
    "Pacific/Kiritimati": [date(2027, 1, 1)],
}

clock_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 5, 15, 30, 45]))
windows = st.builds(
    WeeklyWindow,
    st.integers(0, 6),
    clock_times,
    clock_times,
    st.none() | st.dates(date(2027, 1, 1), date(2027, 12, 1)),
    st.none() | st.dates(date(2027, 1, 1), date(2027, 12, 31)),
)
always = st.just(tuple(WeeklyWindow(day, time(0), time(0)) for day in range(7)))
hours = always | st.lists(windows, min_size=1, max_size=10).map(tuple)
variants = st.builds(
    Variant,
    st.just(1),
    st.integers(1, 30).map(lambda cells: cells * 5),
    st.just("any"),
    st.none(),
    st.sampled_from([0, 5, 15]),
    st.sampled_from([0, 10, 15, 30]),
)


@st.composite
def diaries_around(draw: st.DrawFn, day: date) -> Diaries:
    """Claims and time off on the day and the days beside it; touching and empty gaps are likely."""
    noon = datetime.combine(day, time(12), UTC)
    first = int(noon.timestamp()) // 300 - 288
    claim = st.tuples(st.integers(0, 500), st.sampled_from([1, 3, 6, 15])).map(
        lambda pair: (first + pair[0], first + pair[0] + pair[1])
    )
    off = st.tuples(st.integers(-900, 900), st.sampled_from([0, 7, 60, 480])).map(
        lambda pair: cells_touched(
            Span(noon + timedelta(minutes=pair[0]), noon + timedelta(minutes=pair[0] + pair[1]))
        )
    )
    diary = st.builds(Diary, st.lists(claim, max_size=5).map(tuple), st.lists(off, max_size=2).map(tuple))
    room_diary = st.builds(Diary, st.lists(claim, max_size=4).map(tuple))
    return {1: draw(diary), 101: draw(room_diary), 102: draw(room_diary)}


@st.composite
def questions(draw: st.DrawFn) -> tuple[Question, Diaries]:
    """A random practice and a day on which its clocks change, or the day beside."""
    zone_name = draw(st.sampled_from(sorted(_DAYS)))
    day = draw(st.sampled_from(_DAYS[zone_name])) + timedelta(days=draw(st.integers(-1, 1)))
    place = Location(
        id=1,
        slug="main",
        name="Main",
        zone=ZoneInfo(zone_name),
        opening_hours=draw(hours),
        closures=draw(st.just(()) | st.just((Closure(day, day),))),
        rooms=tuple(Room(n, 100 + n, f"r{n}", f"R{n}") for n in range(draw(st.integers(0, 2)))),
    )
    until = draw(st.none() | st.just(day) | st.just(day - timedelta(days=1)))
    rules = tuple(AvailabilityRule(1, window) for window in draw(hours))
    person = Therapist(1, 1, "t", "T", qualifications=(Qualification(1, until),), availability_rules=rules)
    policy = open_policy(
        slot_step=timedelta(minutes=draw(st.sampled_from([5, 15, 20, 30, 60]))),
        may_overrun_closing=draw(st.booleans()),
        notice=timedelta(minutes=draw(st.sampled_from([0, 120]))),
        horizon=timedelta(days=draw(st.sampled_from([1, 300]))),
        gap_rule=draw(st.sampled_from(GapRule)),
    )
    now = datetime.combine(day, time(draw(st.integers(0, 23))), UTC) - timedelta(days=draw(st.integers(0, 2)))
    whole = practice(place, service(*draw(st.lists(variants, min_size=1, max_size=2))), person, policy=policy)
    asked = question(whole, day, day + timedelta(days=draw(st.integers(0, 1))), now=now)
    return replace(asked, by_staff=draw(st.booleans())), draw(diaries_around(day))


@settings(max_examples=40, deadline=None)
@given(questions())
def test_masks_and_intervals_give_the_same_answer(case: tuple[Question, Diaries]) -> None:
    compare(*case)


@pytest.mark.soak
@settings(max_examples=900, deadline=None)
@given(questions())
def test_masks_and_intervals_give_the_same_answer_to_many_questions(case: tuple[Question, Diaries]) -> None:
    compare(*case)


def compare(asked: Question, diaries: Diaries) -> None:
    """What the masks find free is what the intervals find free, and a start asked about alone agrees."""
    person = asked.practice.therapists[0]
    slots = Openings(asked, [person], diaries).slots()
    by_masks = {slot.starts_at for slot in slots}
    every = [instant_of_cell(cell) for cell in asked.grid.set_cells(asked.asked)]
    by_intervals = {start for start in every if interval_model.is_free(asked, person, diaries, start)}
    assert by_masks == by_intervals
    assert all(refusal(asked, person, diaries, start) is None for start in by_masks)
    assert all(refusal(asked, person, diaries, start) is not None for start in every if start not in by_masks)
    matters = asked.practice.policy.gap_rule is not GapRule.ALL
    for slot in slots:
        without_gap = not interval_model.leaves_gap(asked, person, diaries, slot.starts_at)
        assert slot.recommended == (matters and without_gap)


@settings(max_examples=50, deadline=None)
@given(questions(), st.integers(0, 10**6))
def test_a_start_asked_about_alone_gets_the_answer_that_the_page_gave(
    case: tuple[Question, Diaries], pick: int
) -> None:
    asked, diaries = case
    person = asked.practice.therapists[0]
    every = [instant_of_cell(cell) for cell in asked.grid.set_cells(asked.asked)]
    start = every[pick % len(every)]
    alone = replace(asked, window=Span(start, start + timedelta(minutes=5)))
    assert refusal(alone, person, diaries, start) == refusal(asked, person, diaries, start)
