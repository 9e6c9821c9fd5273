"""The week as its pages want it: a table of therapists and days, a grid of one therapist's days; the unresolved by day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import url_for

from app.blueprints.schedule import inbox, words
from app.blueprints.schedule.cards import state_of
from app.blueprints.schedule.column_items import absences_of, beside_words, past_of
from app.blueprints.schedule.columns import sessions_asked, therapist_column, therapists_of
from app.blueprints.schedule.day_facts import Day, taken_by
from app.blueprints.schedule.layout import drawn, is_today, shifted, visible_hours
from app.domain import cells
from app.domain.appointments import State
from app.domain.impact import Trouble
from app.domain.practice import Therapist
from app.domain.wallclock import local_date, zone_named
from app.store.inbox import Waiting
from app.store.planned import Planned
from app.store.schedule import DayAppointment
from app.web.language import _
from app.web.local_words import day_words, pattern_words, short_day_words, short_when_words

_AN_HOUR = 12  # cells


@dataclass(frozen=True, slots=True)
class Line:
    """A session in a cell of the week's table."""

    reference: str
    time: str
    name: str
    state: str
    troubled: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A therapist's day: the sessions, and what is left of the working time."""

    href: str
    day: str
    lines: tuple[Line, ...]
    beside: tuple[str, ...]  # colleagues' sessions, as their second person
    works: str
    free: str
    is_today: bool


def only_one(days: Sequence[Day]) -> Therapist | None:
    """The therapist whose week it is, where there is but one."""
    first = days[0]
    if len(first.therapists) == 1:
        return first.therapists[0]
    return next((one for one in first.therapists if one.slug == first.asked.therapist), None)


def week_title(first: date, last: date) -> str:
    """23 to 29 November; with both months where they differ, and the year where that is another."""
    begins = pattern_words(first, "d" if first.month == last.month else "d MMMM")
    return _("%(begins)s to %(day)s", begins=begins, day=pattern_words(last, "d MMMM y"))


def heads(days: Sequence[Day]) -> list[dict[str, Any]]:
    """What stands above the days."""
    return [
        {"label": short_day_words(day.day), "href": _day_href(day), "today": is_today(day)} for day in days
    ]


def shown_on(day: Day) -> list[DayAppointment]:
    """The sessions of a day that the filters leave."""
    return [one for one in sessions_asked(day) if day.asked.wants(one.state)]


def rows_of_week(days: Sequence[Day]) -> list[dict[str, Any]]:
    """A row for each therapist."""
    wanted = {one.id: one for day in days for one in therapists_of(day)}
    in_order = [one for one in days[0].therapists if one.id in wanted]
    said = days[0].asked
    return [
        {
            "name": one.name,
            "href": url_for(
                "schedule.week",
                day=days[0].day.isoformat(),
                **said.query(location=days[0].place, therapist=one.slug),
            ),
            "cells": [_cell(day, one) for day in days],
        }
        for one in in_order
    ]


def _cell(day: Day, therapist: Therapist) -> Cell:
    own = [one for one in day.kept if one.therapist_id == therapist.id]
    attended = [one for one in day.attended if one.chaperone_id == therapist.id]
    beside = cells.union(day.grid.cells(taken_by(one).before, taken_by(one).after) for one in attended)
    working = day.working(therapist)
    absences = [(mask, label) for mask, label in absences_of(day, therapist) if mask & working]
    away = cells.union(mask for mask, _ in absences)
    left = (working & ~away & ~past_of(day) & ~day.mask(own) & ~beside).bit_count()
    if working & ~away:
        works = ""
    else:
        works = " · ".join(dict.fromkeys(label for _, label in absences)) or _("not working")
    return Cell(
        href=_day_href(day),
        day=day_words(day.day),
        lines=tuple(_line(day, one) for one in own if day.asked.wants(one.state)),
        beside=tuple(beside_words(one, day.zone) for one in attended),
        works=works,
        free=_("%(left)s h free", left=left // _AN_HOUR) if left >= _AN_HOUR else "",
        is_today=is_today(day),
    )


def _line(day: Day, one: DayAppointment) -> Line:
    time = words.clock(one.starts_at, day.zone, half=False)
    return Line(one.reference, time, one.client, state_of(one, day.now), one.id in day.troubles)


def _day_href(day: Day) -> str:
    return url_for("schedule.day", day=day.day.isoformat(), **day.asked.query(location=day.place))


def grid_of_week(days: Sequence[Day], therapist: Therapist) -> dict[str, Any]:
    """One therapist's days beside each other, hour by hour."""
    visible = visible_hours(days)
    columns = [
        replace(
            therapist_column(day, shifted(visible, day), therapist),
            name=short_day_words(day.day),
            href=_day_href(day),
        )
        for day in days
    ]
    label = f"{therapist.name}, {week_title(days[0].day, days[-1].day)}"
    return drawn(days[0], visible, label, columns) | {"week": True}


def by_day(waiting: Iterable[Waiting], now: datetime, back: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is past and still open, the latest day first."""
    open_still = [one for one in waiting if one.state is not State.REQUESTED]
    return [
        {"title": day_words(day), "items": inbox.waiting_items(list(those), now, back)}
        for day, those in groupby(open_still, key=_local_day)
    ]


def requested(waiting: Iterable[Waiting], now: datetime, back: Mapping[str, str]) -> list[dict[str, Any]]:
    """What waits for approval."""
    return inbox.waiting_items([one for one in waiting if one.state is State.REQUESTED], now, back)


def troubled_items(troubled: Iterable[tuple[Planned, Trouble]]) -> list[dict[str, Any]]:
    """What no longer fits the settings, the next first."""
    return [
        inbox.troubled_item(
            planned.client,
            planned.reference,
            short_when_words(planned.booked.starts_at, zone_named(planned.zone)),
            trouble,
            planned.therapist,
            planned.chaperone,
        )
        for planned, trouble in troubled
    ]


def _local_day(one: Waiting) -> date:
    return local_date(one.starts_at, zone_named(one.zone))
