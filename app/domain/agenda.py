"""A therapist's agenda for the morning: when it goes, what it points out."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.cells import Grid, instant_of_cell
from app.domain.spans import Span
from app.domain.wallclock import instant_near

_BEFORE_FIRST = timedelta(hours=1)


class AgendaFlag(StrEnum):
    """What a therapist should know of a session at a glance."""

    FIRST_VISIT = "first_visit"
    NOTE = "note"  # the client has written something
    CONFIRMED = "confirmed"  # by the client
    MESSAGE_FAILED = "message_failed"


class AgendaChanged(StrEnum):
    """What has become of a session since the agenda before."""

    NEW = "new"
    MOVED_HERE = "moved_here"
    MOVED_AWAY = "moved_away"
    CANCELLED = "cancelled"


def agenda_due(day: date, first_start: datetime, agenda_at: time, zone: ZoneInfo) -> datetime:
    """When the agenda of that day goes: at the practice's hour, or an hour before the first session if that is earlier."""
    return min(instant_near(day, agenda_at, zone), first_start - _BEFORE_FIRST)


def agenda_step(therapist_id: int, day: date) -> str:
    """The step of an agenda: one for each therapist and day."""
    return f"agenda:{therapist_id}:{day.isoformat()}"


def agenda_day_of(step: str) -> date:
    """The day in an agenda's step. Raises ValueError."""
    return date.fromisoformat(step.rpartition(":")[2])


def free_gaps(grid: Grid, working: int, taken: int, at_least: timedelta) -> tuple[Span, ...]:
    """The free stretches of a day's working cells in time order; those too short for anything are left out."""
    free = (
        Span(instant_of_cell(first), instant_of_cell(end)) for first, end in grid.stretches(working & ~taken)
    )
    return tuple(one for one in free if one.length >= at_least)


def change_of(before: datetime | None, after: datetime | None, day: Span) -> AgendaChanged | None:
    """What a change of a session means for the agenda of a day: ``before`` and ``after`` are its starts as the therapist's
    own (none: it was not, or is not any more). None, if it does not touch the day or nothing has changed.
    """
    was, now_is = _within(before, day), _within(after, day)
    if before == after or not (was or now_is):
        return None
    if now_is:
        return AgendaChanged.NEW if before is None else AgendaChanged.MOVED_HERE
    return AgendaChanged.CANCELLED if after is None else AgendaChanged.MOVED_AWAY


def _within(instant: datetime | None, day: Span) -> bool:
    return instant is not None and day.starts_at <= instant < day.ends_at
