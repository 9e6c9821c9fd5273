"""The day as the grid wants it: columns, cards and gaps in rows of five minutes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from app.blueprints.schedule import words
from app.domain import cells, hours
from app.domain.appointments import State
from app.domain.cells import Grid
from app.domain.impact import Trouble
from app.domain.practice import Location, Practice, Therapist, text_in
from app.domain.questions import NOTHING, Diaries
from app.domain.spans import Span
from app.domain.wallclock import local_date, local_time
from app.domain.workday import possible_marks
from app.store.planned import Planned
from app.store.schedule import Absence, DayAppointment, is_gone

_HOUR, _SHORTEST_OPENING = 12, 6  # in cells
_ACTS_ON_CARD = 2
_EMPTY_DAY = (9, 17)


@dataclass(frozen=True)
class Day:
    """All that a day's page is made of."""

    practice: Practice
    location: Location
    zone: ZoneInfo
    day: date
    now: datetime
    therapists: Sequence[Therapist]
    sessions: Sequence[DayAppointment]
    absences: Sequence[Absence]
    diaries: Diaries
    books: bool  # whether free stretches lead to the booking page
    places: Sequence[Location]  # whose days the page offers
    troubled: Sequence[tuple[Planned, Trouble]]  # what no longer fits the settings, on any day

    @property
    def grid(self) -> Grid:
        """The cells of the whole day."""
        return hours.day_grid(self.day, self.day, self.zone)

    def working(self, therapist: Therapist) -> int:
        """When the therapist works here today."""
        return hours.working_cells(self.grid, self.location, therapist)

    @property
    def place(self) -> str | None:
        """The location for addresses; none where there is only one."""
        return self.location.slug if len(self.places) > 1 else None

    def trouble(self, one: DayAppointment) -> Trouble | None:
        """Why it no longer fits the settings, if so."""
        found = (trouble for planned, trouble in self.troubled if planned.booked.appointment_id == one.id)
        return next(found, None)


def counts(sessions: Iterable[DayAppointment]) -> list[str]:
    """The day in a few numbers."""
    kept = [one for one in sessions if not is_gone(one)]
    gone = sum(one.state is State.CANCELLED for one in sessions)
    said = [words.counted(len(kept), "session", "sessions")]
    first = sum(one.visit == "first" for one in kept)
    review = sum(one.state is State.REQUESTED for one in kept)
    said += [words.counted(first, "first visit", "first visits")] if first else []
    said += [f"{review} to review"] if review else []
    return said + ([f"{gone} cancelled"] if gone else [])


def grid_of(day: Day, today: date) -> dict[str, Any]:
    """What the day_grid macro draws."""
    visible = _visible(day)
    return {
        "label": words.day_title(day.day, today),
        "rows": visible.end - visible.first,
        "hours": _hours(day, visible),
        "now": _now(day, visible),
        "columns": [_column(day, visible, therapist) for therapist in _columns(day)],
    }


def _visible(day: Day) -> Grid:
    """From the first to the last hour that matters: open, worked or booked."""
    grid, kept = day.grid, [one for one in day.sessions if not is_gone(one)]
    mask = hours.open_cells(grid, day.location)
    mask |= cells.union(grid.outward(_occupied(one)) for one in kept)
    mask |= cells.union(day.working(therapist) for therapist in day.therapists)
    used = list(grid.set_cells(mask))
    if not used:
        first = grid.first + _EMPTY_DAY[0] * _HOUR
        return Grid(first, first + (_EMPTY_DAY[1] - _EMPTY_DAY[0]) * _HOUR)
    first = max(grid.first, used[0] - (used[0] - grid.first) % _HOUR)
    return Grid(first, min(grid.end, used[-1] + 1 + (-(used[-1] + 1 - grid.first)) % _HOUR))


def _hours(day: Day, visible: Grid) -> list[dict[str, Any]]:
    full = [cell for cell in range(visible.first, visible.end) if _is_full_hour(cell, day.zone)]
    return [
        {
            "row": cell - visible.first + 1,
            "label": words.hour_label(cells.instant_of_cell(cell), day.zone, first=cell == full[0]),
        }
        for cell in full
    ]


def _is_full_hour(cell: int, zone: ZoneInfo) -> bool:
    return local_time(cells.instant_of_cell(cell), zone).minute == 0


def _now(day: Day, visible: Grid) -> dict[str, Any] | None:
    cell = cells.cell_at_or_before(day.now)
    if local_date(day.now, day.zone) != day.day or not visible.first <= cell < visible.end:
        return None
    return {"row": cell - visible.first + 1, "label": words.clock(day.now, day.zone, half=False)}


def _columns(day: Day) -> list[Therapist]:
    """Who belongs to the place, and who has something there today all the same."""
    busy = {one.therapist_id for one in day.sessions if not is_gone(one)}
    return [one for one in day.therapists if one.works_at(day.location.id) or one.id in busy]


def _column(day: Day, visible: Grid, therapist: Therapist) -> dict[str, Any]:
    kept = [one for one in day.sessions if one.therapist_id == therapist.id and not is_gone(one)]
    working = day.working(therapist)
    off = not working and not kept
    return {
        "name": therapist.name,
        "note": "off today" if off else _note(day, working, kept),
        "href": None,
        "off": off,
        "off_spans": [] if off else _off_spans(day, visible, therapist, working, kept),
        "buffers": [buffer for one in kept for buffer in _buffers(visible, one)],
        "openings": _openings(day, visible, therapist, working) if day.books else [],
        "cards": _cards(day, visible, kept),
    }


def _note(day: Day, working: int, kept: Sequence[DayAppointment]) -> str:
    rooms = {one.room for one in kept if one.room}
    said = [rooms.pop()] if len(rooms) == 1 else []
    for first, end in day.grid.stretches(working):
        begins, ends = cells.instant_of_cell(first), cells.instant_of_cell(end)
        said.append(f"{words.short_hour(begins, day.zone)} to {words.short_hour(ends, day.zone)}")
    return " · ".join(said) or "not working today"


def _off_spans(
    day: Day, visible: Grid, therapist: Therapist, working: int, kept: Sequence[DayAppointment]
) -> list[dict[str, Any]]:
    """No working time, time off with what it may be called, and times that somebody is booking just now."""
    spans = [_rows(visible, *one) | {"label": None} for one in day.grid.stretches(day.grid.all & ~working)]
    for absence in day.absences:
        if absence.therapist_id == therapist.id:
            gone = working & day.grid.outward(absence.span)
            spans += [
                _rows(visible, *one) | {"label": absence.label or "time off"}
                for one in day.grid.stretches(gone)
            ]
    own = cells.union(day.grid.outward(_occupied(one)) for one in kept)
    held = _taken(day, therapist) & working & ~own
    spans += [_rows(visible, *one) | {"label": "being booked"} for one in day.grid.stretches(held)]
    return [span for span in spans if span["rows"] > 0]


def _buffers(visible: Grid, one: DayAppointment) -> list[dict[str, Any]]:
    begins, ends = cells.cell_at_or_before(one.starts_at), cells.cell_at_or_after(one.ends_at)
    found = [
        _rows(visible, begins - one.buffer_before // 5, begins) | {"label": "set-up"},
        _rows(visible, ends, ends + one.buffer_after // 5) | {"label": "turnover"},
    ]
    return [buffer for buffer in found if buffer["rows"] > 0]


def _openings(day: Day, visible: Grid, therapist: Therapist, working: int) -> list[dict[str, Any]]:
    """Free stretches that are still to come; a click books into them."""
    away = cells.union(day.grid.outward(one.span) for one in day.absences if one.therapist_id == therapist.id)
    past = day.grid.cells(day.grid.first, cells.cell_at_or_after(day.now))
    free = working & ~away & ~past & ~_taken(day, therapist)
    step = cells.cells_in(day.practice.policy.slot_step)
    found = []
    for first, end in day.grid.stretches(free):
        begins = first + (-(first - day.grid.first)) % step
        if end - begins >= _SHORTEST_OPENING:
            found.append(
                _rows(visible, begins, end) | _opening(day, therapist, cells.instant_of_cell(begins))
            )
    return found


def _opening(day: Day, therapist: Therapist, starts_at: datetime) -> dict[str, Any]:
    start = local_time(starts_at, day.zone)
    place, iso = day.location.slug, day.day.isoformat()
    href = url_for("schedule.book", therapist=therapist.slug, location=place, day=iso, near=f"{start:%H:%M}")
    return {"label": words.clock(starts_at, day.zone), "href": href}


def _taken(day: Day, therapist: Therapist) -> int:
    diary = day.diaries.get(therapist.resource_id, NOTHING)
    return day.grid.covering(diary.taken)


def _cards(day: Day, visible: Grid, kept: Sequence[DayAppointment]) -> list[dict[str, Any]]:
    lanes = _lanes(kept)
    return [_card(day, visible, one, *lanes[one.id]) for one in kept]


def _lanes(kept: Sequence[DayAppointment]) -> Mapping[int, tuple[int, int]]:
    """Side by side where two overlap; the database forbids it, imported or repaired data may still show it."""
    found: dict[int, tuple[int, int]] = {}
    for one in kept:
        rivals = [other for other in kept if other.span.overlaps(one.span)]
        found[one.id] = (rivals.index(one) + 1, len(rivals)) if len(rivals) in (2, 3) else (1, 1)
    return found


def _card(day: Day, visible: Grid, one: DayAppointment, lane: int, lanes: int) -> dict[str, Any]:
    begins, ends = cells.cell_at_or_before(one.starts_at), cells.cell_at_or_after(one.ends_at)
    return {
        **_rows(visible, begins, ends),
        "lane": lane,
        "lanes": lanes,
        "state": shown_state(one, day.now),
        "word": None,
        "time": words.clock(one.starts_at, day.zone, half=False),
        "until": words.clock(one.ends_at, day.zone),
        "name": one.client,
        "href": url_for("schedule.appointment", reference=one.reference),
        "service": f"{text_in(one.service, day.practice.language)} {one.minutes}",
        "room": one.room,
        "tags": tags(one, day.absences, day.trouble(one)),
        "troubled": day.trouble(one) is not None,
        "actions": _actions(day, one),
    }


def shown_state(one: DayAppointment, now: datetime) -> str:
    """Its state; over and still booked is unresolved, booked may be confirmed by the client, arrived and begun is in session."""
    if one.state is State.BOOKED and one.ends_at <= now:
        return "unresolved"
    if one.state is State.BOOKED and one.confirmed:
        return "confirmed"
    if one.state is State.ARRIVED and one.starts_at <= now:
        return "in_session"
    return one.state.value


def tags(one: DayAppointment, absences: Iterable[Absence], trouble: Trouble | None) -> list[tuple[str, str]]:
    """What else the desk should see at once; never anything about health."""
    found = [("message failed", "red")] if one.message_failed else []
    if trouble is not None and trouble is not Trouble.TIME_OFF:
        found.append((f"no longer fits: {words.TROUBLES_IN_SHORT[trouble]}", "amber"))
    found += [("first visit", "blue")] if one.visit == "first" else []
    away = any(
        absence.therapist_id == one.therapist_id and absence.span.overlaps(one.span) for absence in absences
    )
    found += [("in time off", "amber")] if away else []
    return found + ([("wrote a note", "muted")] if one.has_note else [])


def _actions(day: Day, one: DayAppointment) -> list[dict[str, Any]]:
    """The likeliest clicks: arrived or done, and once it has begun, that nobody came."""
    marks = possible_marks(one.state, one.starts_at, one.ends_at, day.now)
    return [mark_button(one.reference, mark, one.row_version, back_to(day)) for mark in marks[:_ACTS_ON_CARD]]


def back_to(day: Day) -> dict[str, str]:
    """What a click on a day's page sends along, to come back to that day and place."""
    return {"day": day.day.isoformat()} | ({"location": day.place} if day.place else {})


def mark_button(
    reference: str, state: State, row_version: int, back: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a button for one mark needs."""
    return {
        "text": words.BUTTONS[state],
        "url": url_for("schedule.mark", reference=reference),
        "fields": {"state": state.value, "row_version": row_version, **(back or {})},
    }


def _occupied(one: DayAppointment) -> Span:
    before, after = timedelta(minutes=one.buffer_before), timedelta(minutes=one.buffer_after)
    return Span(one.starts_at - before, one.ends_at + after)


def _rows(visible: Grid, first: int, end: int) -> dict[str, Any]:
    """Cells as rows, cut to what is visible."""
    low, high = max(first, visible.first), min(end, visible.end)
    return {"row": low - visible.first + 1, "rows": max(0, high - low)}


def sheets_of(day: Day) -> list[dict[str, Any]]:
    """The day for paper: per therapist the working time and the sessions, as short lines without anything about health."""
    sheets = []
    for therapist in _columns(day):
        kept = [one for one in day.sessions if one.therapist_id == therapist.id and not is_gone(one)]
        working = day.working(therapist)
        if kept or working:
            lines = [_line(day, one) for one in kept]
            sheets.append({"name": therapist.name, "note": _note(day, working, kept), "lines": lines})
    return sheets


def _line(day: Day, one: DayAppointment) -> dict[str, Any]:
    return {
        "time": words.clock(one.starts_at, day.zone),
        "until": words.clock(one.ends_at, day.zone),
        "client": one.client,
        "phone": one.phone,
        "service": f"{text_in(one.service, day.practice.language)} {one.minutes}",
        "room": one.room,
        "first": one.visit == "first",
        "reference": one.reference,
        "state": shown_state(one, day.now),
    }
