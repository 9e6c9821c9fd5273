"""A month of days and a day of times, as the booking and the moving pages show them."""

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app import wording
from app.domain.choices import Choice
from app.domain.openings import DayWithSpace, Openings
from app.domain.slots import Slot
from app.domain.wallclock import local_date, local_time
from app.store.openings import look

_NOON, _EVENING = 12, 17
_NEXT_DAYS = 5
_WEEKDAYS = tuple(
    (name[:3], name)
    for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
)
#: From a date, the address of the same page for that date.
DayLink = Callable[[date], str]


@dataclass(frozen=True, slots=True)
class TimesPage:
    """What the template needs: a month grid, the next days with space, the times of the chosen day."""

    month: dict[str, Any]
    next_days: list[dict[str, Any]]
    day_title: str
    groups: list[dict[str, Any]]
    zone_name: str


def times_page(
    choice: Choice,
    wanted: date | None,
    link: DayLink,
    now: datetime,
    *,
    by_staff: bool = False,
    moving: int | None = None,
) -> TimesPage:
    """The page for a wanted date, else for the first day with space."""
    assert choice.location.zone is not None  # noqa: S101 - a choice has a location with a zone
    zone = choice.location.zone
    today = local_date(now, zone)
    last = today + choice.practice.policy.horizon
    first_of_month = (wanted or today).replace(day=1)

    def openings_of(month: date) -> Openings:
        begin, end = _weeks_of(month, today, last)
        return look(choice, begin, end, now, by_staff=by_staff, moving=moving)

    openings = openings_of(first_of_month)
    while wanted is None and openings.first() is None and _following(first_of_month) <= last:
        first_of_month = _following(first_of_month)
        openings = openings_of(first_of_month)
    days = openings.days()
    free = [day for day in days if day.free]
    chosen = wanted or (free[0].day if free else today)
    coming = ([day for day in free if day.day >= chosen] or free)[:_NEXT_DAYS]
    return TimesPage(
        month=_month(first_of_month, days, chosen, today, last, link),
        next_days=[_next_day(openings, day, chosen, link) for day in coming],
        day_title=wording.full_day_words(chosen),
        groups=time_groups(openings.slots_on(chosen), choice),
        zone_name=wording.zone_words(zone),
    )


def time_groups(slots: Sequence[Slot], choice: Choice) -> list[dict[str, Any]]:
    """Morning, afternoon and evening, those that have times."""
    zone = choice.location.zone
    assert zone is not None  # noqa: S101 - a choice has a location with a zone
    groups: dict[str, list[dict[str, Any]]] = {"Morning": [], "Afternoon": [], "Evening": []}
    for slot in slots:
        hour = local_time(slot.starts_at, zone).hour
        part = "Morning" if hour < _NOON else "Afternoon" if hour < _EVENING else "Evening"
        groups[part].append(_time(slot, choice))
    return [{"label": label, "times": times} for label, times in groups.items() if times]


def near_groups(slots: Sequence[Slot], choice: Choice) -> list[dict[str, Any]]:
    """Alternatives by their day, since they may lie on several."""
    zone = choice.location.zone
    assert zone is not None  # noqa: S101 - a choice has a location with a zone
    groups: dict[str, list[dict[str, Any]]] = {}
    for slot in sorted(slots, key=lambda slot: slot.starts_at):
        label = wording.day_words(local_date(slot.starts_at, zone))
        groups.setdefault(label, []).append(_time(slot, choice))
    return [{"label": label, "times": times} for label, times in groups.items()]


def _time(slot: Slot, choice: Choice) -> dict[str, Any]:
    zone = choice.location.zone
    assert zone is not None  # noqa: S101 - a choice has a location with a zone
    able = [therapist for therapist in choice.therapists if therapist.id in slot.therapist_ids]
    note = ", ".join(therapist.name.split()[0] for therapist in able) if len(choice.therapists) > 1 else None
    label = wording.clock_words(slot.starts_at, zone)
    spoken = f"{label} with {' or '.join(therapist.name for therapist in able)}" if note else None
    value = local_time(slot.starts_at, zone).isoformat(timespec="minutes")
    return {"value": value, "label": label, "note": note, "recommended": False, "spoken": spoken}


def _weeks_of(first: date, today: date, last: date) -> tuple[date, date]:
    """The whole weeks of a month, cut to what lies between today and the horizon; never backwards."""
    begin = max(first - timedelta(days=first.weekday()), today)
    return begin, max(begin, min(_end_of_weeks(first), last))


def _end_of_weeks(first: date) -> date:
    """The Sunday on or after the last day of the month."""
    last = _following(first) - timedelta(days=1)
    return last + timedelta(days=6 - last.weekday())


def _following(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _month(
    first: date, days: Sequence[DayWithSpace], chosen: date, today: date, last: date, link: DayLink
) -> dict[str, Any]:
    space = {day.day: day for day in days}
    before, after = (first - timedelta(days=1)).replace(day=1), _following(first)
    return {
        "title": wording.month_words(first),
        "previous": _turn(max(before, today), link) if first > today else None,
        "next": _turn(after, link) if after <= last else None,
        "weekdays": _WEEKDAYS,
        "weeks": [
            [_cell(day, space.get(day), chosen, today, link) for day in week]
            for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
            if week[-1] >= today or first > today
        ],
    }


def _turn(day: date, link: DayLink) -> dict[str, str]:
    return {"href": link(day), "date": day.isoformat(), "label": wording.month_words(day).split()[0][:3]}


def _cell(day: date, space: DayWithSpace | None, chosen: date, today: date, link: DayLink) -> dict[str, Any]:
    return {
        "number": day.day,
        "label": wording.day_words(day),
        "href": link(day) if space and space.free else None,
        "date": day.isoformat(),
        "free": space.share if space else 0.0,
        "selected": day == chosen,
        "today": day == today,
    }


def _next_day(openings: Openings, day: DayWithSpace, chosen: date, link: DayLink) -> dict[str, Any]:
    first = openings.first_on(day.day)
    return {
        "label": wording.short_day_words(day.day),
        "first": wording.clock_words(first.starts_at, openings.question.zone) if first else "",
        "count": day.free,
        "href": link(day.day),
        "date": day.day.isoformat(),
        "selected": day.day == chosen,
    }
