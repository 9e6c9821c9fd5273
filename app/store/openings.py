"""Free times as pages show them: of a day, of a month, the next one. Each a few queries, whatever the history."""

from datetime import date, datetime, timedelta

from app.domain.choices import Choice
from app.domain.openings import Openings
from app.domain.slots import Slot
from app.domain.spans import Span
from app.domain.wallclock import day_span
from app.store.diaries import load_diaries

_A_DAY = timedelta(days=1)
_LOOK_AHEAD = timedelta(days=31)


def look(
    choice: Choice,
    first: date,
    last: date,
    now: datetime,
    *,
    by_staff: bool = False,
    moving: int | None = None,
) -> Openings:
    """What is free from one local date to another, both included; ``moving`` is an appointment that counts as away."""
    zone = choice.location.zone
    assert zone is not None  # noqa: S101 - a choice has a location with a zone
    window = Span(day_span(first, zone).starts_at, day_span(last, zone).ends_at)
    return look_within(choice, window, now, by_staff=by_staff, moving=moving)


def look_within(
    choice: Choice, window: Span, now: datetime, *, by_staff: bool = False, moving: int | None = None
) -> Openings:
    """The same for a span of time."""
    around = Span(window.starts_at - _A_DAY, window.ends_at + _A_DAY)
    diaries = load_diaries(around, now, ignoring_appointment=moving)
    return Openings(choice.question(window, now, by_staff=by_staff), choice.therapists, diaries)


def find_next_slot(choice: Choice, now: datetime, *, by_staff: bool = False) -> Slot | None:
    """The first free slot from now on, within the horizon."""
    horizon_ends = now + choice.practice.policy.horizon + _A_DAY
    start = now
    while start < horizon_ends:
        openings = look_within(choice, Span(start, start + _LOOK_AHEAD), now, by_staff=by_staff)
        if (slot := openings.first()) is not None:
            return slot
        start += _LOOK_AHEAD
    return None
