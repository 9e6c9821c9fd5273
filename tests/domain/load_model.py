"""A naive model of load, spacing and the second person, to compare the masks with: lists of sessions, slow and obvious."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from app.domain import wallclock
from app.domain.cells import instant_of_cell
from app.domain.policy import Limits
from app.domain.practice import Therapist, WeeklyWindow
from app.domain.questions import Diaries, Diary, Question, given_in
from app.domain.slots import Refusal

_MINUTE, _STEP = timedelta(minutes=1), timedelta(minutes=5)


@dataclass(frozen=True, order=True)
class Session:
    """A session without its buffers."""

    starts_at: datetime
    ends_at: datetime
    is_deep: bool
    is_new: bool = False

    @property
    def minutes(self) -> float:
        return (self.ends_at - self.starts_at) / _MINUTE


def reasons(question: Question, therapist: Therapist, diaries: Diaries, starts_at: datetime) -> set[Refusal]:
    """All that stands against the start by load, spacing and the second person; of starts that overlap nothing."""
    found = set(_by_load(question, therapist, diaries, starts_at))
    if _is_too_close(question, starts_at):
        found.add(Refusal.TOO_CLOSE)
    if question.chaperones is not None and not any(
        _could_come(question, one, diaries, starts_at)
        for one in question.chaperones
        if one.id != therapist.id
    ):
        found.add(Refusal.NO_CHAPERONE)
    return found


def _by_load(
    question: Question, therapist: Therapist, diaries: Diaries, starts_at: datetime
) -> Iterator[Refusal]:
    limits = question.practice.limits_of(therapist)
    ends_at = starts_at + timedelta(minutes=question.variant.minutes)
    new = Session(starts_at, ends_at, question.service.depth == "deep", is_new=True)
    day = sorted([*_sessions_of_the_day(question, therapist, diaries, starts_at), new])
    if 0 < limits.sessions_a_day < len(day):
        yield Refusal.DAY_FULL
    if new.is_deep and 0 < limits.deep_a_day < len([one for one in day if one.is_deep]):
        yield Refusal.DEEP_DAY_FULL
    if 0 < limits.hands_on_minutes < sum(one.minutes for one in day):
        yield Refusal.HANDS_ON_FULL
    block = _block_of_the_new(day, limits)
    if new.is_deep and 0 < limits.deep_in_a_row < len(_row_of_the_new(block)):
        yield Refusal.DEEP_IN_A_ROW
    worked = sum(one.minutes for one in block)
    if limits.break_minutes and len(block) > 1 and 0 < limits.break_after_minutes < worked:
        yield Refusal.NEEDS_BREAK


def _sessions_of_the_day(
    question: Question, therapist: Therapist, diaries: Diaries, starts_at: datetime
) -> list[Session]:
    today = wallclock.local_date(starts_at, question.zone)
    diary = diaries.get(therapist.resource_id, Diary())
    given = given_in(diary.taken, diary.sessions)
    sessions = [Session(instant_of_cell(a), instant_of_cell(b), is_deep) for a, b, is_deep in given]
    return [one for one in sessions if wallclock.local_date(one.starts_at, question.zone) == today]


def _block_of_the_new(day: list[Session], limits: Limits) -> list[Session]:
    """The sessions that no break parts from the new one."""
    blocks: list[list[Session]] = [[day[0]]]
    for before, after in pairwise(day):
        pause = (after.starts_at - before.ends_at) / _MINUTE
        if pause > 0 and pause >= limits.break_minutes:
            blocks.append([])
        blocks[-1].append(after)
    return next(block for block in blocks if any(one.is_new for one in block))


def _row_of_the_new(block: list[Session]) -> list[Session]:
    """Of them the deep ones that no lighter one parts from it."""
    rows: list[list[Session]] = [[]]
    for one in block:
        if one.is_deep:
            rows[-1].append(one)
        else:
            rows.append([])
    return next((row for row in rows if any(one.is_new for one in row)), [])


def _is_too_close(question: Question, starts_at: datetime) -> bool:
    if question.service.depth != "deep":
        return False
    today = wallclock.local_date(starts_at, question.zone)
    apart = question.practice.policy.spacing_days
    return any(abs((today - day).days) < apart for day in question.spaced_from)


def _could_come(question: Question, person: Therapist, diaries: Diaries, starts_at: datetime) -> bool:
    variant, diary = question.variant, diaries.get(person.resource_id, Diary())
    session_ends = starts_at + timedelta(minutes=variant.minutes)
    begins = starts_at - timedelta(minutes=variant.buffer_before)
    ends = session_ends + timedelta(minutes=variant.buffer_after)
    overruns = question.practice.policy.may_overrun_closing
    works = all(
        _is_at_work(question, person, moment)
        for moment in _moments(starts_at if overruns else begins, session_ends if overruns else ends)
    )
    lost = [(instant_of_cell(a), instant_of_cell(b)) for a, b in (*diary.taken, *diary.time_off) if a < b]
    return works and not any(begins < until and since < ends for since, until in lost)


def _moments(begins: datetime, ends: datetime) -> Iterator[datetime]:
    while begins < ends:
        yield begins
        begins += _STEP


def _is_at_work(question: Question, person: Therapist, moment: datetime) -> bool:
    today = wallclock.local_date(moment, question.zone)
    windows: list[WeeklyWindow] = [
        rule.window for rule in person.availability_rules if rule.location_id == question.location.id
    ]
    spans = [
        wallclock.window_span(day, window.opens, window.closes, question.zone)
        for window in windows
        for day in (today - timedelta(days=1), today)
        if window.holds_on(day)
    ]
    return any(span.starts_at <= moment and moment + _STEP <= span.ends_at for span in spans)
