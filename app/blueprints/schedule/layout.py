"""The day as the grid wants it: hours, the present, columns; and the day in a few numbers."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from app.blueprints.schedule import words
from app.blueprints.schedule.columns import Column, columns_of
from app.blueprints.schedule.day_facts import Day
from app.domain import cells
from app.domain.appointments import State
from app.domain.cells import Grid
from app.domain.wallclock import local_date, local_time
from app.store.schedule import DayAppointment, is_gone
from app.web.language import _, ngettext

_HOUR = 12  # in cells
_EMPTY_DAY = (9, 17)
_MANY = 6


def counts(sessions: Iterable[DayAppointment]) -> list[str]:
    """The day in a few numbers."""
    every = list(sessions)
    kept = [one for one in every if not is_gone(one)]
    said = [ngettext("%(num)d session", "%(num)d sessions", len(kept))]
    first = sum(one.visit == "first" for one in kept)
    approve = sum(one.state is State.REQUESTED for one in kept)
    gone = sum(one.state is State.CANCELLED for one in every)
    said += [ngettext("%(num)d first visit", "%(num)d first visits", first)] if first else []
    said += [_("%(approve)s to approve", approve=approve)] if approve else []
    return said + ([_("%(gone)s cancelled", gone=gone)] if gone else [])


def grid_of(day: Day, today: date) -> dict[str, Any]:
    """What the day_grid macro draws."""
    visible = visible_hours([day])
    return drawn(day, visible, words.day_title(day.day, today), columns_of(day, shifted(visible, day)))


def drawn(day: Day, visible: tuple[int, int], label: str, columns: Sequence[Column]) -> dict[str, Any]:
    """The grid of a day, or of a therapist's week."""
    shown = shifted(visible, day)
    return {
        "label": label,
        "rows": shown.end - shown.first,
        "clock": words.hours_for_scripts(),
        "first": f"{local_time(cells.instant_of_cell(shown.first), day.zone):%H:%M}",
        "by": day.asked.by,
        "hours": _hours(shown, day.zone),
        "now": _now(day, columns),
        "columns": columns,
        "many": len(columns) > _MANY,
        "alone": len(columns) == 1,
    }


def visible_hours(days: Sequence[Day]) -> tuple[int, int]:
    """From the first to the last hour that matters (open, worked or booked), counted in cells from midnight."""
    found = [_used(day) for day in days]
    firsts, ends = [first for first, _ in found if first >= 0], [end for _, end in found if end >= 0]
    if not firsts:
        return _EMPTY_DAY[0] * _HOUR, _EMPTY_DAY[1] * _HOUR
    return min(firsts) // _HOUR * _HOUR, -(-max(ends) // _HOUR) * _HOUR


def shifted(visible: tuple[int, int], day: Day) -> Grid:
    """Those hours as the cells of one day."""
    return Grid(day.grid.first + visible[0], min(day.grid.first + visible[1], day.grid.end))


def _used(day: Day) -> tuple[int, int]:
    """The first and the last cell of the day that matter; -1 where none does."""
    mask = day.open | day.mask(day.kept)
    return (mask & -mask).bit_length() - 1, mask.bit_length() or -1


def _hours(shown: Grid, zone: ZoneInfo) -> list[dict[str, Any]]:
    full = [cell for cell in range(shown.first, shown.end) if not cell % 3 and _is_full_hour(cell, zone)]
    return [
        {
            "row": cell - shown.first + 1,
            "label": words.hour_label(cells.instant_of_cell(cell), zone, first=cell == full[0]),
        }
        for cell in full
    ]


def _is_full_hour(cell: int, zone: ZoneInfo) -> bool:
    return local_time(cells.instant_of_cell(cell), zone).minute == 0


def _now(day: Day, columns: Sequence[Column]) -> dict[str, Any] | None:
    row = next((one.now_row for one in columns if one.now_row is not None), None)
    return {"row": row, "label": words.clock(day.now, day.zone, half=False)} if row is not None else None


def is_today(day: Day) -> bool:
    """Whether the day is the place's today."""
    return local_date(day.now, day.zone) == day.day
