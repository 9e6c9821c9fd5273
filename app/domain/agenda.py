"""A therapist's agenda for the morning: when it goes, what it points out."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

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
