"""Load: what one therapist's hands can still give on a local day, and how near to each other deep work on one client may be."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from app.domain import cells, wallclock
from app.domain.cells import MINUTES, Grid, Stretch
from app.domain.policy import Limits
from app.domain.practice import Therapist
from app.domain.questions import Diary, Given, Question, given_in


class LoadMasks(NamedTuple):
    """The starts that would break each limit."""

    day_full: int = 0
    deep_day_full: int = 0
    deep_in_a_row: int = 0
    hands_on_full: int = 0
    needs_break: int = 0


_NONE = LoadMasks()


def load_masks(question: Question, therapist: Therapist, diary: Diary) -> LoadMasks:
    """The limits of the therapist, whose diary this is, as masks of the question's grid."""
    if not question.practice.limits_load:
        return _NONE
    limits = question.practice.limits_of(therapist)
    wanted = question.days, limits, question.length, question.is_deep
    grid, masks = _masks(diary.taken, diary.sessions, *wanted)
    return LoadMasks(*[mask and question.grid.taken_from(grid, mask) for mask in masks])


def too_close(question: Question) -> int:
    """The starts of deep work on days too near to other deep work on the same client, before it as after it."""
    apart = timedelta(days=question.practice.policy.spacing_days - 1)
    if apart < timedelta(0) or not question.is_deep:
        return 0
    return cells.union(
        question.grid.cells(
            cells.cell_at_or_after(wallclock.day_span(day - apart, question.zone).starts_at),
            cells.cell_at_or_after(wallclock.day_span(day + apart, question.zone).ends_at),
        )
        for day in question.spaced_from
    )


@lru_cache(maxsize=512)  # a diary changes seldom, and is asked about at every look
def _masks(
    taken: tuple[Stretch, ...],
    sessions: tuple[int | None, ...],
    days: tuple[int, ...],
    limits: Limits,
    length: int,
    is_deep: bool,
) -> tuple[Grid, LoadMasks]:
    """The masks with the grid that they belong to: the days."""
    load = _Load(given_in(taken, sessions), days, limits, length, is_deep)
    return load.grid, LoadMasks(
        load.day_full, load.deep_day_full, load.deep_in_a_row, load.hands_on_full, load.needs_break
    )


class _Day(NamedTuple):
    """A local day on which something is given: its cells, and the sessions that begin on it, in time order."""

    begins: int
    ends: int
    sessions: Sequence[Given]


@dataclass(frozen=True)
class _Load:
    """What another session of ``length`` cells would be too much for; a limit of 0 is none. What is given is in time order.

    Each local day stands for itself: what begins on it counts, wherever it ends.
    """

    given: Sequence[Given]
    days: tuple[int, ...]
    limits: Limits
    length: int
    is_deep: bool

    @property
    def grid(self) -> Grid:
        """All of the days."""
        return Grid(self.days[0], self.days[-1])

    @property
    def day_full(self) -> int:
        """Days with as many sessions as may be."""
        most = self.limits.sessions_a_day
        return self._days_where(lambda sessions: len(sessions) >= most) if most else 0

    @property
    def deep_day_full(self) -> int:
        """Days with as many deep sessions as may be, against another deep one."""
        most = self.limits.deep_a_day
        if not most or not self.is_deep:
            return 0
        return self._days_where(lambda sessions: sum([one.is_deep for one in sessions]) >= most)

    @property
    def deep_in_a_row(self) -> int:
        """Where another deep session would make too long a row of them, with neither a lighter one nor a break between."""
        most = self.limits.deep_in_a_row
        if not most or not self.is_deep:
            return 0
        return self._near(lambda one: one.is_deep, own=1, most=most)

    @property
    def hands_on_full(self) -> int:
        """Days on which the session would be more than may be treated."""
        if not self.limits.hands_on_minutes:
            return 0
        left = self.limits.hands_on_minutes // MINUTES - self.length
        if left < 0:
            return self.grid.all
        return self._days_where(lambda sessions: sum([_length(one) for one in sessions]) > left)

    @property
    def needs_break(self) -> int:
        """Where the session would be too much work without a break. One session alone never is: there is nothing between."""
        if not self.limits.break_after_minutes or not self.limits.break_minutes:
            return 0
        return self._near(_length, own=self.length, most=self.limits.break_after_minutes // MINUTES)

    @cached_property
    def _busy_days(self) -> list[_Day]:
        firsts = [one.first for one in self.given]
        at = [bisect_left(firsts, bound) for bound in self.days]
        return [
            _Day(begins, ends, self.given[low:high])
            for (begins, ends), (low, high) in zip(pairwise(self.days), pairwise(at), strict=True)
            if low < high
        ]

    @property
    def _break(self) -> int:
        """Cells of the shortest pause that is a break; without a length any pause is one."""
        return max(1, -(-self.limits.break_minutes // MINUTES))

    def _days_where(self, is_full: Callable[[Sequence[Given]], bool]) -> int:
        return self.grid.covering([(day[0], day[1]) for day in self._busy_days if is_full(day.sessions)])

    def _near(self, weigh: Callable[[Given], int], *, own: int, most: int) -> int:
        """The starts so near to others that together they weigh more than ``most``; what weighs nothing parts them."""
        found: list[Stretch] = []
        for day in self._busy_days:
            weights = [weigh(one) for one in day.sessions]
            if own + sum(weights) > most:
                found += self._near_on(day, weights, own, most)
        return self.grid.covering(found)

    def _near_on(self, day: _Day, weights: list[int], own: int, most: int) -> Iterator[Stretch]:
        """The session is laid into every free stretch of the day: joined to what lies before it, after it, or both."""
        sessions, pause, length = day.sessions, self._break, self.length
        before, after = _joined(sessions, weights, pause), _joined_after(sessions, weights, pause)
        opens = [day.begins, *[one.end for one in sessions]]
        closes = [*[one.first for one in sessions], day.ends + length]
        for low, high, left, right in zip(opens, closes, [0, *before], [*after, 0], strict=True):
            last = min(high - length + 1, day.ends)  # the first start that is too late for this stretch
            if last <= low:
                continue
            joins_left = min(last, low + pause) if left else low
            joins_right = max(low, high - length - pause + 1) if right else last
            if left + own > most:
                yield low, joins_left
            if right + own > most:
                yield joins_right, last
            if left + own + right > most:
                yield joins_right, joins_left


def _joined(sessions: Sequence[Given], weights: Sequence[int], pause: int) -> list[int]:
    """For each session what it weighs with those before it that no ``pause`` parts from it."""
    together, sums, ended = 0, [], 0
    for (first, end, _), weight in zip(sessions, weights, strict=True):
        together = (together if first - ended < pause else 0) + weight if weight else 0
        sums.append(together)
        ended = end
    return sums


def _joined_after(sessions: Sequence[Given], weights: Sequence[int], pause: int) -> list[int]:
    """The same with those after it."""
    together, sums, begins = 0, [], 0
    for (first, end, _), weight in zip(reversed(sessions), reversed(weights), strict=True):
        together = (together if begins - end < pause else 0) + weight if weight else 0
        sums.append(together)
        begins = first
    return sums[::-1]


def _length(one: Given) -> int:
    return one.end - one.first
