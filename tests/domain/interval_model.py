"""A naive model of the slot rule, to compare the masks with: plain intervals, minute by minute, slow and obvious."""

from datetime import datetime, timedelta

from app.domain import wallclock
from app.domain.cells import instant_of_cell
from app.domain.practice import Room, Therapist, WeeklyWindow
from app.domain.slots import Diaries, Diary, Question
from app.domain.spans import Span

_STEP = timedelta(minutes=5)


def is_free(question: Question, therapist: Therapist, diaries: Diaries, starts_at: datetime) -> bool:
    """Whether the session may start then, found out by looking at every reason in turn."""
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
    )


def _the_clock_allows(question: Question, starts_at: datetime) -> bool:
    policy = question.practice.policy
    local = wallclock.local_time(starts_at, question.zone)
    on_step = (local.hour * 60 + local.minute) % (policy.slot_step // timedelta(minutes=1)) == 0
    if starts_at < question.now or not on_step:
        return False
    return question.by_staff or question.now + policy.notice <= starts_at <= question.now + policy.horizon


def _windows(question: Question, therapist: Therapist) -> list[WeeklyWindow]:
    return [rule.window for rule in therapist.availability_rules if rule.location_id == question.location.id]


def _is_covered(question: Question, windows: object, span: Span, *, closures: bool) -> bool:
    moment = span.starts_at
    while moment < span.ends_at:
        cell = Span(moment, moment + _STEP)
        if not any(window_span.contains(cell) for window_span in _spans(question, windows, cell)):
            return False
        if closures and _is_shut(question, cell):
            return False
        moment += _STEP
    return True


def _spans(question: Question, windows: object, cell: Span) -> list[Span]:
    today = wallclock.local_date(cell.starts_at, question.zone)
    return [
        wallclock.window_span(day, window.opens, window.closes, question.zone)
        for window in windows  # type: ignore[attr-defined]
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
    taken = [Span(instant_of_cell(a), instant_of_cell(b)) for a, b in diary.taken]
    return any(occupied.overlaps(other) for other in [*taken, *diary.time_off] if other.length)


def _has_room(question: Question, diaries: Diaries, occupied: Span) -> bool:
    if not question.location.rooms and not question.service.room_features:
        return True
    suitable: list[Room] = [
        room for room in question.location.rooms if question.service.room_features <= room.features
    ]
    return any(not _clashes(diaries.get(room.resource_id, Diary()), occupied) for room in suitable)
