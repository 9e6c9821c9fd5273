"""A month of days and a day of times, as the booking and the moving pages show them."""

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from app.domain.choices import Choice
from app.domain.openings import DayWithSpace, Openings
from app.domain.wallclock import local_date
from app.store.openings import look
from app.web import local_words
from app.web.times import groups_of_day, zone_of

_NEXT_DAYS = 5
_A_MONDAY = date(2024, 1, 1)
#: From a date, the address of the same page for that date.
DayLink = Callable[[date], str]


class Moving(NamedTuple):
    """The appointment that gets another time: it stands in nobody's way, and the time it has now is not offered."""

    appointment_id: int
    starts_at: datetime


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
    moving: Moving | None = None,
) -> TimesPage:
    """The page for a wanted date, else for the first day with space; dates that can't be booked count as the nearest that can."""
    zone = zone_of(choice)
    today = local_date(now, zone)
    last = today + choice.practice.policy.horizon
    wanted = min(max(wanted, today), last) if wanted else None
    first_of_month = (wanted or today).replace(day=1)

    def openings_of(month: date) -> Openings:
        begin, end = _weeks_of(month, today, last)
        return look(choice, begin, end, now, moving=moving.appointment_id if moving else None)

    openings = openings_of(first_of_month)
    while wanted is None and openings.first() is None and _following(first_of_month) <= last:
        first_of_month = _following(first_of_month)
        openings = openings_of(first_of_month)
    days = openings.days()
    free = [day for day in days if day.free]
    chosen = wanted or (free[0].day if free else today)
    slots = [slot for slot in openings.slots_on(chosen) if not moving or slot.starts_at != moving.starts_at]
    coming = ([day for day in free if day.day >= chosen] or free)[:_NEXT_DAYS]
    return TimesPage(
        month=_month(first_of_month, days, chosen, today, last, link),
        next_days=[_next_day(openings, day, chosen, link) for day in coming],
        day_title=local_words.full_day_words(chosen),
        groups=groups_of_day(slots, choice),
        zone_name=local_words.zone_words(zone),
    )


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
        "title": local_words.month_words(first),
        "previous": _turn(max(before, today), link) if first > today else None,
        "next": _turn(after, link) if after <= last else None,
        "weekdays": _weekdays(),
        "weeks": [
            [_cell(day, space.get(day), chosen, today, link) for day in week]
            for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
            if week[-1] >= today or first > today
        ],
    }


def _weekdays() -> list[tuple[str, str]]:
    """Mon and Monday, to Sun and Sunday."""
    week = [_A_MONDAY + timedelta(days=number) for number in range(7)]
    return [(local_words.pattern_words(day, "ccc"), local_words.pattern_words(day, "cccc")) for day in week]


def _turn(day: date, link: DayLink) -> dict[str, str]:
    return {"href": link(day), "label": local_words.pattern_words(day, "LLL")}


def _cell(day: date, space: DayWithSpace | None, chosen: date, today: date, link: DayLink) -> dict[str, Any]:
    return {
        "number": day.day,
        "label": local_words.day_words(day),
        "href": link(day) if space and space.free else None,
        "free": space.share if space else 0.0,
        "selected": day == chosen,
        "today": day == today,
    }


def _next_day(openings: Openings, day: DayWithSpace, chosen: date, link: DayLink) -> dict[str, Any]:
    first = openings.first_on(day.day)
    return {
        "label": local_words.short_day_words(day.day),
        "first": local_words.clock_words(first.starts_at, openings.question.zone) if first else "",
        "count": day.free,
        "href": link(day.day),
        "selected": day.day == chosen,
    }
