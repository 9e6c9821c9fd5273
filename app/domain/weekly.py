"""What can be wrong with weekly windows and dated periods, before they are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from app.domain.practice import WeeklyWindow

MIDNIGHT = time(0)
#: Dates that settings may hold: nobody plans outside of them, and every database can keep them.
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Group:
    """The same times on several weekdays: how people say their hours."""

    weekdays: tuple[int, ...]
    opens: time
    closes: time
    valid_from: date | None = None
    valid_until: date | None = None

    def windows(self) -> tuple[WeeklyWindow, ...]:
        """One window for each weekday."""
        return tuple(
            WeeklyWindow(weekday, self.opens, self.closes, self.valid_from, self.valid_until)
            for weekday in self.weekdays
        )


def grouped(windows: Sequence[WeeklyWindow]) -> list[Group]:
    """Windows of equal times and dates, taken together; the earliest weekday first."""
    together: dict[tuple[time, time, date | None, date | None], list[int]] = {}
    for window in sorted(windows, key=lambda window: (window.weekday, window.opens)):
        key = (window.opens, window.closes, window.valid_from, window.valid_until)
        together.setdefault(key, []).append(window.weekday)
    return [Group(tuple(weekdays), *key) for key, weekdays in together.items()]


def is_backwards(opens: time, closes: time) -> bool:
    """Whether a window ends before it begins; midnight is the end of the day."""
    return closes <= opens and closes != MIDNIGHT


def minutes_from_midnight(at: time, *, ends: bool = False) -> int:
    """A wall time as minutes of its day; midnight as an end is 1440."""
    minutes = at.hour * 60 + at.minute
    return 1440 if ends and not minutes else minutes


def overlap(one: WeeklyWindow, other: WeeklyWindow) -> bool:
    """Whether two windows share time on some date."""
    return (
        one.weekday == other.weekday
        and minutes_from_midnight(one.opens) < minutes_from_midnight(other.closes, ends=True)
        and minutes_from_midnight(other.opens) < minutes_from_midnight(one.closes, ends=True)
        and (one.valid_from or EARLIEST) <= (other.valid_until or LATEST)
        and (other.valid_from or EARLIEST) <= (one.valid_until or LATEST)
    )


def first_overlap(groups: Sequence[Group]) -> tuple[int, int] | None:
    """The positions of the first two groups that overlap, or None."""
    for later, group in enumerate(groups):
        for earlier in range(later):
            if any(overlap(one, other) for one in groups[earlier].windows() for other in group.windows()):
                return earlier, later
    return None
