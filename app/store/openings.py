"""Free times as pages show them: of a day, of a month, the next one. Each a few queries, whatever the history."""

from collections.abc import Sequence
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


def next_slots(choices: Sequence[Choice], now: datetime) -> list[Slot | None]:
    """For each choice the first free slot from now on, within the horizon. One look at the diaries serves all."""
    window = Span(now, now + _LOOK_AHEAD)
    diaries = load_diaries(Span(window.starts_at - _A_DAY, window.ends_at + _A_DAY), now)
    near = [Openings(one.question(window, now), one.therapists, diaries).first() for one in choices]
    return [slot or _later_slot(one, now) for one, slot in zip(choices, near, strict=True)]


def _later_slot(choice: Choice, now: datetime) -> Slot | None:
    start, horizon_ends = now + _LOOK_AHEAD, now + choice.practice.policy.horizon + _A_DAY
    while start < horizon_ends:
        slot = look_within(choice, Span(start, start + _LOOK_AHEAD), now).first()
        if slot is not None:
            return slot
        start += _LOOK_AHEAD
    return None
