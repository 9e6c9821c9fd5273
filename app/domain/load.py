"""Load: what one therapist's hands can still give on a local day, and how near to each other deep work on one client may be."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from app.domain import cells, wallclock
from app.domain.cells import MINUTES, Stretch
from app.domain.practice import Limits
from app.domain.questions import Given, Question


class _Day(NamedTuple):
    """A local day on which something is given: its cells, and the sessions that begin on it, in time order."""

    begins: int
    ends: int
    sessions: Sequence[Given]


@dataclass(frozen=True)
class Load:
    """The limits of one therapist as masks of the starts that would break them; a limit of 0 costs nothing.

    Each local day of the location stands for itself: what begins on it counts, wherever it ends.
    """

    question: Question
    limits: Limits
    given: Sequence[Given]

    @property
    def day_full(self) -> int:
        """Days with as many sessions as may be."""
        most = self.limits.sessions_a_day
        return self._days_where(lambda sessions: len(sessions) >= most) if most else 0

    @property
    def deep_day_full(self) -> int:
        """Days with as many deep sessions as may be, against another deep one."""
        most = self.limits.deep_a_day
        if not most or not self.question.is_deep:
            return 0
        return self._days_where(lambda sessions: sum([one.is_deep for one in sessions]) >= most)

    @property
    def deep_in_a_row(self) -> int:
        """Where another deep session would make too long a row of them, with neither a lighter one nor a break between."""
        most = self.limits.deep_in_a_row
        if not most or not self.question.is_deep:
            return 0
        return self._near(lambda one: one.is_deep, own=1, most=most)

    @property
    def hands_on_full(self) -> int:
        """Days on which the session would be more than may be treated."""
        most, own = self.limits.hands_on_minutes // MINUTES, self.question.length
        if not self.limits.hands_on_minutes:
            return 0
        if own > most:
            return self.question.grid.all
        return self._days_where(lambda sessions: own + sum([_length(one) for one in sessions]) > most)

    @property
    def needs_break(self) -> int:
        """Where the session would be too much work without a break. One session alone never is: there is nothing between."""
        if not self.limits.break_after_minutes or not self.limits.break_minutes:
            return 0
        return self._near(_length, own=self.question.length, most=self.limits.break_after_minutes // MINUTES)

    @cached_property
    def _days(self) -> list[_Day]:
        sessions, bounds = sorted(self.given), self.question.days
        firsts = [one[0] for one in sessions]
        at = [bisect_left(firsts, bound) for bound in bounds]
        return [
            _Day(begins, ends, sessions[low:high])
            for (begins, ends), (low, high) in zip(pairwise(bounds), pairwise(at), strict=True)
            if low < high
        ]

    @property
    def _break(self) -> int:
        """Cells of the shortest pause that is a break; without a length any pause is one."""
        return max(1, -(-self.limits.break_minutes // MINUTES))

    def _days_where(self, is_full: Callable[[Sequence[Given]], bool]) -> int:
        full = [(day.begins, day.ends) for day in self._days if is_full(day.sessions)]
        return self.question.grid.covering(full)

    def _near(self, weigh: Callable[[Given], int], *, own: int, most: int) -> int:
        """The starts so near to others that together they weigh more than ``most``; what weighs nothing parts them."""
        found: list[Stretch] = []
        for day in self._days:
            weights = [weigh(one) for one in day.sessions]
            if own + sum(weights) > most:
                found += self._near_on(day, weights, own, most)
        return self.question.grid.covering(found)

    def _near_on(self, day: _Day, weights: list[int], own: int, most: int) -> Iterator[Stretch]:
        """The session is laid into every free stretch of the day: joined to what lies before it, after it, or both."""
        sessions, pause, length = day.sessions, self._break, self.question.length
        before = [0, *_joined(sessions, weights, pause)]
        after = [*_joined([_mirrored(one) for one in sessions[::-1]], weights[::-1], pause)[::-1], 0]
        opens = [day.begins, *(one.end for one in sessions)]
        closes = [*(one.first for one in sessions), day.ends + length]
        for low, high, left, right in zip(opens, closes, before, after, strict=True):
            last = min(high - length + 1, day.ends)  # the first start that is too late for this stretch
            joins_left = min(last, low + pause) if left else low
            joins_right = max(low, high - length - pause + 1) if right else last
            if left + own > most:
                yield low, joins_left
            if right + own > most:
                yield joins_right, last
            if left + own + right > most:
                yield joins_right, joins_left


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


def _joined(sessions: Sequence[Given], weights: Sequence[int], pause: int) -> list[int]:
    """For each session what it weighs with those before it that no ``pause`` parts from it."""
    together, sums, ended = 0, [], 0
    for (first, end, _), weight in zip(sessions, weights, strict=True):
        together = (together if first - ended < pause else 0) + weight if weight else 0
        sums.append(together)
        ended = end
    return sums


def _mirrored(one: Given) -> Given:
    return Given(-one.end, -one.first, one.is_deep)


def _length(one: Given) -> int:
    return one.end - one.first
