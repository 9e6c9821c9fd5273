"""A week of hours as a small picture: where its bars stand, and what it says to those who only listen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.blueprints.admin.fields import clock_words
from app.blueprints.admin.forms import counting
from app.domain.practice import WeeklyWindow
from app.domain.weekly import minutes_from_midnight
from app.web.language import _, speaking
from app.web.local_words import weekday_words

LEFT, TOP, WIDTH, ROW, BAR = 40, 22, 280, 24, 16
_USUAL_FROM, _USUAL_UNTIL = 8, 18


@dataclass(frozen=True, slots=True)
class Bar:
    """One window. ``kind``: works (filled), dated (only between dates), open (the ground it lies on)."""

    x: float
    y: int
    width: float
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Week:
    """The picture: names of days, hours along the top, bars; ``words`` says the same."""

    days: tuple[tuple[int, str], ...]
    hours: tuple[tuple[float, str], ...]
    bars: tuple[Bar, ...]
    words: str
    height: int = TOP + 7 * ROW
    width: int = LEFT + WIDTH


def week_picture(windows: Sequence[WeeklyWindow], ground: Sequence[WeeklyWindow] = ()) -> Week:
    """The picture of some windows, on the ground of others (opening hours under working hours)."""
    first, last = _range([*windows, *ground])
    bars = [_bar(window, first, last, "open") for window in ground]
    bars += [_bar(window, first, last, "dated" if _is_dated(window) else "works") for window in windows]
    return Week(
        days=tuple((TOP + day * ROW + 13, weekday_words(day)[:3]) for day in range(7)),
        hours=tuple(
            (_x(hour * 60, first, last), _hour(hour)) for hour in range(first, last + 1, _step(first, last))
        ),
        bars=tuple(bars),
        words=_words(windows),
    )


def windows_of(location: Any) -> list[WeeklyWindow]:
    """A place's opening hours, in use or not."""
    return [
        WeeklyWindow(hours.weekday, hours.opens, hours.closes, hours.valid_from, hours.valid_until)
        for hours in location.opening_hours
    ]


def windows_of_rows(rows: object) -> list[WeeklyWindow]:
    """The windows of those rows of a form that could be understood."""
    kept = [
        row for row in counting(rows) if row.days.data and row.opens.value and row.closes.value is not None
    ]
    return [window for row in kept if not row.errors for window in row.group.windows()]


def _range(windows: Sequence[WeeklyWindow]) -> tuple[int, int]:
    begins = [minutes_from_midnight(window.opens) // 60 for window in windows]
    ends = [-(-minutes_from_midnight(window.closes, ends=True) // 60) for window in windows]
    return min([_USUAL_FROM, *begins]), max([_USUAL_UNTIL, *ends])


def _step(first: int, last: int) -> int:
    return 2 if last - first <= 14 else 3


def _x(minutes: int, first: int, last: int) -> float:
    return round(LEFT + WIDTH * (minutes - first * 60) / ((last - first) * 60), 1)


def _bar(window: WeeklyWindow, first: int, last: int, kind: str) -> Bar:
    begins = _x(minutes_from_midnight(window.opens), first, last)
    ends = _x(minutes_from_midnight(window.closes, ends=True), first, last)
    return Bar(
        begins, TOP + window.weekday * ROW, max(1.0, round(ends - begins, 1)), kind, _window_words(window)
    )


def _is_dated(window: WeeklyWindow) -> bool:
    return window.valid_from is not None or window.valid_until is not None


def _hour(hour: int) -> str:
    if not speaking().startswith("en"):
        return _("%(hour)s h", hour=hour % 24)
    return f"{(hour + 11) % 12 + 1}{'am' if hour % 24 < 12 else 'pm'}"


def _window_words(window: WeeklyWindow) -> str:
    words = _(
        "%(weekday)s %(opens)s to %(closes)s",
        weekday=weekday_words(window.weekday),
        opens=clock_words(window.opens),
        closes=clock_words(window.closes),
    )
    return _("%(words)s, between dates only", words=words) if _is_dated(window) else words


def _words(windows: Sequence[WeeklyWindow]) -> str:
    in_order = sorted(windows, key=lambda window: (window.weekday, window.opens))
    return "; ".join(map(_window_words, in_order)) or _("No hours yet")
