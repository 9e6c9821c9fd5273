"""A naive model of the slot rule, to compare the masks with: plain intervals, minute by minute, slow and obvious."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.domain import wallclock
from app.domain.cells import cell_at_or_after, instant_of_cell
from app.domain.policy import GapRule
from app.domain.practice import Room, Therapist, Variant, WeeklyWindow
from app.domain.questions import Diaries, Diary, Question
from app.domain.spans import Span
from tests.domain import load_model

_STEP = timedelta(minutes=5)
_A_DAY = timedelta(days=1)


def is_free(question: Question, therapist: Therapist, diaries: Diaries, starts_at: datetime) -> bool:
    """Whether the session may start then, found out by looking at every reason in turn."""
    return _is_free_of_clashes(question, therapist, diaries, starts_at) and (
        not _must_not_leave_its_gap(question, therapist, diaries, starts_at)
    )


def _is_free_of_clashes(
    question: Question, therapist: Therapist, diaries: Diaries, starts_at: datetime
) -> bool:
    variant, policy = question.variant, question.practice.policy
    session = Span(starts_at, starts_at + timedelta(minutes=variant.minutes))
    occupied = Span(
        session.starts_at - timedelta(minutes=variant.buffer_before),
        session.ends_at + timedelta(minutes=variant.buffer_after),
    )
    in_hours = session if policy.may_overrun_closing else occupied
    return (
        _the_clock_allows(question, starts_at)
        and _is_covered(question, question.location.opening_hours, in_hours, closures=True)
        and _holds_all_techniques(question, therapist, starts_at)
        and _is_covered(question, _windows(question, therapist), in_hours, closures=False)
        and not _clashes(diaries.get(therapist.resource_id, Diary()), occupied)
        and _has_room(question, diaries, occupied)
        and not load_model.reasons(question, therapist, diaries, starts_at)
    )


def leaves_gap(question: Question, therapist: Therapist, diaries: Diaries, starts_at: datetime) -> bool:
    """Whether free time beside the session would be shorter than the therapist's shortest session, cell by cell."""
    variant = question.variant
    begins = starts_at - timedelta(minutes=variant.buffer_before)
    ends = starts_at + timedelta(minutes=variant.minutes + variant.buffer_after)
    before = _free_from(question, therapist, diaries, begins - _STEP, -_STEP)
    after = _free_from(question, therapist, diaries, ends, _STEP)
    shortest = _shortest(question, therapist)
    needed = timedelta(minutes=shortest.buffer_before + shortest.minutes + shortest.buffer_after)
    return any(timedelta(0) < gap < needed for gap in (before, after))


def _must_not_leave_its_gap(
    question: Question, therapist: Therapist, diaries: Diaries, starts_at: datetime
) -> bool:
    """Under the strict setting, for the public, unless no start in the same stretch leaves none."""
    if question.by_staff or question.practice.policy.gap_rule is not GapRule.ONLY:
        return False
    if not leaves_gap(question, therapist, diaries, starts_at):
        return False
    before = _free_from(question, therapist, diaries, starts_at - _STEP, -_STEP)
    after = _free_from(question, therapist, diaries, starts_at, _STEP)
    others = (starts_at - before + _STEP * number for number in range((before + after) // _STEP))
    return any(
        _is_free_of_clashes(question, therapist, diaries, other)
        and not leaves_gap(question, therapist, diaries, other)
        for other in others
    )


def _free_from(
    question: Question, therapist: Therapist, diaries: Diaries, moment: datetime, step: timedelta
) -> timedelta:
    """How much can still be sold in one piece from a cell on, forwards or backwards."""
    free = timedelta(0)
    while free < _A_DAY and _can_be_sold(question, therapist, diaries, moment):
        free, moment = free + _STEP, moment + step
    return free


def _can_be_sold(question: Question, therapist: Therapist, diaries: Diaries, moment: datetime) -> bool:
    cell = Span(moment, moment + _STEP)
    if _clashes(diaries.get(therapist.resource_id, Diary()), cell):
        return False
    if moment < _first_start(question) - timedelta(minutes=question.variant.buffer_before):
        return False
    shortest, shifts = _shortest(question, therapist), [timedelta(0)]
    if question.practice.policy.may_overrun_closing:
        shifts += [timedelta(minutes=early) for early in range(5, shortest.buffer_before + 1, 5)]
        shifts += [timedelta(minutes=-late) for late in range(5, shortest.buffer_after + 1, 5)]
    return any(
        _is_working_time(question, therapist, Span(cell.starts_at + shift, cell.ends_at + shift))
        for shift in shifts
    )


def _is_working_time(question: Question, therapist: Therapist, cell: Span) -> bool:
    opening = question.location.opening_hours
    return _is_covered(question, opening, cell, closures=True) and _is_covered(
        question, _windows(question, therapist), cell, closures=False
    )


def _first_start(question: Question) -> datetime:
    """The first moment on the practice's step at which a session might still begin."""
    earliest = question.now + (timedelta(0) if question.by_staff else question.practice.policy.notice)
    moment = instant_of_cell(cell_at_or_after(earliest))
    while not _is_on_step(question, moment):
        moment += _STEP
    return moment


def _shortest(question: Question, therapist: Therapist) -> Variant:
    held = {one.technique_id for one in therapist.qualifications}
    return min(
        (
            variant
            for service in question.practice.services
            if {technique.id for technique in service.techniques} <= held
            for variant in service.variants
        ),
        key=lambda variant: variant.buffer_before + variant.minutes + variant.buffer_after,
        default=question.variant,
    )


def _the_clock_allows(question: Question, starts_at: datetime) -> bool:
    policy = question.practice.policy
    if starts_at < question.now or not _is_on_step(question, starts_at):
        return False
    return question.by_staff or question.now + policy.notice <= starts_at <= question.now + policy.horizon


def _is_on_step(question: Question, moment: datetime) -> bool:
    local = wallclock.local_time(moment, question.zone)
    return (local.hour * 60 + local.minute) % (
        question.practice.policy.slot_step // timedelta(minutes=1)
    ) == 0


def _windows(question: Question, therapist: Therapist) -> list[WeeklyWindow]:
    return [rule.window for rule in therapist.availability_rules if rule.location_id == question.location.id]


def _is_covered(question: Question, windows: Iterable[WeeklyWindow], span: Span, *, closures: bool) -> bool:
    moment = span.starts_at
    while moment < span.ends_at:
        cell = Span(moment, moment + _STEP)
        if not any(window_span.contains(cell) for window_span in _spans(question, windows, cell)):
            return False
        if closures and _is_shut(question, cell):
            return False
        moment += _STEP
    return True


def _spans(question: Question, windows: Iterable[WeeklyWindow], cell: Span) -> list[Span]:
    return _spans_on(tuple(windows), wallclock.local_date(cell.starts_at, question.zone), question.zone)


@lru_cache(maxsize=256)  # asked for each cell of a day
def _spans_on(windows: tuple[WeeklyWindow, ...], today: date, zone: ZoneInfo) -> list[Span]:
    return [
        wallclock.window_span(day, window.opens, window.closes, zone)
        for window in windows
        for day in (today - timedelta(days=1), today)
        if window.holds_on(day)
    ]


def _is_shut(question: Question, cell: Span) -> bool:
    day = wallclock.local_date(cell.starts_at, question.zone)
    return any(closure.holds_on(day) for closure in question.location.closures)


def _holds_all_techniques(question: Question, therapist: Therapist, starts_at: datetime) -> bool:
    day = wallclock.local_date(starts_at, question.zone)
    held = {one.technique_id: one.valid_until for one in therapist.qualifications}
    return all(
        technique.id in held and (held[technique.id] is None or day <= held[technique.id])  # type: ignore[operator]
        for technique in question.service.techniques
    )


def _clashes(diary: Diary, occupied: Span) -> bool:
    lost = [Span(instant_of_cell(a), instant_of_cell(b)) for a, b in (*diary.taken, *diary.time_off)]
    return any(occupied.overlaps(other) for other in lost if other.length)


def _has_room(question: Question, diaries: Diaries, occupied: Span) -> bool:
    if not question.location.rooms and not question.service.room_features:
        return True
    suitable: list[Room] = [
        room for room in question.location.rooms if question.service.room_features <= room.features
    ]
    return any(not _clashes(diaries.get(room.resource_id, Diary()), occupied) for room in suitable)
