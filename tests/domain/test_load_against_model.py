"""Load, spacing and the second person: the masks against the naive model, over random days, limits and clock changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import cells
from app.domain.cells import cell_at_or_before, instant_of_cell
from app.domain.overriding import LOAD
from app.domain.policy import GapRule, Limits
from app.domain.practice import AvailabilityRule, Therapist, Variant, WeeklyWindow
from app.domain.questions import Diaries, Diary, Given, Question
from app.domain.slots import Refusal, masks_against, refusal
from app.domain.spans import Span
from tests.domain import interval_model, load_model
from tests.domain.builders import diary_of, location, open_policy, practice, question, service, therapist

NAMED = LOAD | {Refusal.NO_CHAPERONE}
_DAYS = {
    "America/Halifax": [date(2027, 3, 14), date(2027, 11, 7)],
    "Australia/Lord_Howe": [date(2027, 4, 4), date(2027, 10, 3)],
    "Africa/Cairo": [date(2027, 4, 30)],  # midnight itself does not exist
    "Pacific/Kiritimati": [date(2027, 1, 1)],
}
limits = st.builds(
    Limits,
    sessions_a_day=st.integers(0, 5),
    deep_a_day=st.integers(0, 3),
    deep_in_a_row=st.sampled_from([0, 1, 2, 2, 3]),
    hands_on_minutes=st.sampled_from([0, 47, 60, 120, 360]),
    break_after_minutes=st.sampled_from([0, 45, 90, 121, 180]),
    break_minutes=st.sampled_from([0, 12, 30, 60, 60]),
)
#: A session as (pause before it, length, whether deep), in cells.
sessions = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 3, 7, 12, 18, 24, 30]),
        st.sampled_from([1, 6, 9, 12]),
        st.sampled_from([True, True, False]),
    ),
    min_size=2,
    max_size=16,
)


@st.composite
def given_around(draw: st.DrawFn, day: date, lead: int, tail: int) -> Diary:
    """Sessions one after the other from some hour on; each claims buffers too where the pauses leave them."""
    at = int(datetime.combine(day, time(0), UTC).timestamp()) // 300 + draw(st.integers(-144, 200))
    found = []
    for pause, length, is_deep in draw(sessions):
        at += pause
        found.append(Given(at, at + length, is_deep))
        at += length
    return diary_of(draw(st.permutations(found)), lead, tail)


@st.composite
def windows_of_work(draw: st.DrawFn) -> tuple[AvailabilityRule, ...]:
    """All day, or part of it."""
    opens, closes = draw(st.sampled_from([("00:00", "00:00"), ("09:00", "17:00"), ("22:00", "03:00")]))
    return tuple(
        AvailabilityRule(1, WeeklyWindow(day, time.fromisoformat(opens), time.fromisoformat(closes)))
        for day in range(7)
    )


@st.composite
def second_person(draw: st.DrawFn, number: int) -> Therapist:
    """Somebody who may be the second person, at work all day or part of it."""
    return replace(therapist(number, hours=()), availability_rules=draw(windows_of_work()))


@st.composite
def questions(draw: st.DrawFn) -> tuple[Question, Diaries]:
    """A practice with limits of its own or of the therapist's, a day on which clocks change, and a client with a past."""
    zone_name = draw(st.sampled_from(sorted(_DAYS)))
    day = draw(st.sampled_from(_DAYS[zone_name])) + timedelta(days=draw(st.integers(-1, 1)))
    policy = open_policy(
        limits=draw(limits),
        spacing_days=draw(st.integers(0, 4)),
        may_overrun_closing=draw(st.booleans()),
        gap_rule=draw(st.sampled_from([GapRule.ALL, GapRule.ALL, GapRule.ONLY])),
    )
    dana = replace(therapist(), limits=draw(st.none() | limits))
    variant = Variant(
        1,
        draw(st.sampled_from([5, 30, 30, 60])),
        buffer_before=draw(st.sampled_from([0, 10])),
        buffer_after=15,
    )
    treatment = replace(service(variant), depth=draw(st.sampled_from(["deep", "deep", "deep", "light"])))
    whole = practice(
        location(zone=ZoneInfo(zone_name), rooms=0),
        treatment,
        dana,
        draw(second_person(2)),
        draw(second_person(3)),
        policy=policy,
    )
    begins = datetime.combine(day, time(0), UTC) + timedelta(hours=draw(st.integers(-12, 24)))
    asked = replace(
        question(whole, day), window=Span(begins, begins + timedelta(hours=draw(st.integers(1, 5))))
    )
    beside = draw(st.lists(st.integers(-5, 5), max_size=2))
    asked = replace(
        asked,
        chaperones=draw(st.none() | st.just(whole.therapists) | st.just(whole.therapists[:2])),
        spaced_from=tuple(day + timedelta(days=days) for days in beside),
    )
    return asked, {1: draw(given_around(day, 0, 0)), 2: draw(given_around(day, 2, 3))}


def compare(asked: Question, diaries: Diaries) -> None:
    """Every start that overlaps nothing has by the masks the reasons that it has by the lists, by name."""
    dana = asked.practice.therapists[0]
    masks = {name: mask for name, mask in masks_against(asked, dana, diaries) if name in NAMED}
    assert masks.keys() >= LOAD
    for cell in asked.grid.set_cells(asked.asked & asked.fits_in(diaries[1].untaken(asked.grid))):
        start = instant_of_cell(cell)
        by_masks = {name for name, mask in masks.items() if mask & asked.grid.bit(cell)}
        assert by_masks == load_model.reasons(asked, dana, diaries, start), start


@settings(max_examples=200, deadline=None)
@given(questions())
def test_masks_and_lists_name_the_same_reasons(case: tuple[Question, Diaries]) -> None:
    compare(*case)


@pytest.mark.soak
@settings(max_examples=2000, deadline=None)
@given(questions())
def test_masks_and_lists_name_the_same_reasons_for_many_days(case: tuple[Question, Diaries]) -> None:
    compare(*case)


@settings(max_examples=40, deadline=None)
@given(questions(), st.integers(0, 10**6))
def test_a_start_asked_about_alone_has_the_reasons_that_the_page_saw(
    case: tuple[Question, Diaries], pick: int
) -> None:
    asked, diaries = case
    asked = replace(asked, by_staff=True)  # to whom gaps, which are judged by whole stretches, don't matter
    every = [instant_of_cell(cell) for cell in asked.grid.set_cells(asked.asked)]
    start, dana = every[pick % len(every)], asked.practice.therapists[0]
    alone = replace(asked, window=Span(start, start + timedelta(minutes=5)))
    assert refusal(alone, dana, _seen(alone, diaries), start) == refusal(asked, dana, diaries, start)


def _seen(asked: Question, diaries: Diaries) -> Diaries:
    """The diaries as they are loaded for a question: no more than its span."""
    first, end = cell_at_or_before(asked.span.starts_at), cells.cell_at_or_after(asked.span.ends_at)
    seen = {}
    for key, diary in diaries.items():
        kept = [
            (stretch, session)
            for stretch, session in zip(diary.taken, diary.sessions, strict=True)
            if stretch[0] < end and stretch[1] > first
        ]
        seen[key] = Diary(tuple(one[0] for one in kept), (), tuple(one[1] for one in kept))
    return seen


@settings(max_examples=40, deadline=None)
@given(questions())
def test_what_is_left_free_is_what_the_model_leaves_free(case: tuple[Question, Diaries]) -> None:
    asked, diaries = case
    dana = asked.practice.therapists[0]
    for cell in asked.grid.set_cells(asked.asked & asked.on_step):
        start = instant_of_cell(cell)
        by_masks = refusal(asked, dana, diaries, start) is None
        assert by_masks == interval_model.is_free(asked, dana, diaries, start), start
