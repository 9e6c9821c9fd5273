"""What is free in a window, worked out once and then asked by day: how much, which times, which comes first."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from app.domain import cells, slots
from app.domain.practice import Therapist
from app.domain.questions import Diaries, Question
from app.domain.slots import Slot
from app.domain.wallclock import day_span, days_between, local_date


@dataclass(frozen=True, slots=True)
class DayWithSpace:
    """A date, how many starts are free on it, and which share of those possible that is (0 to 1)."""

    day: date
    free: int
    share: float


@dataclass(frozen=True)
class Openings:
    """The free starts of a question for some therapists, given their diaries."""

    question: Question
    therapists: Sequence[Therapist]
    diaries: Diaries

    @cached_property
    def _masks(self) -> dict[int, int]:
        return slots.free_masks(self.question, self.therapists, self.diaries)

    @cached_property
    def _anyone(self) -> int:
        return cells.union(self._masks.values())

    @cached_property
    def _gapless(self) -> dict[int, int]:
        return slots.gapless_masks(self.question, self.therapists, self.diaries)

    @cached_property
    def _recommended(self) -> int:
        """The starts that leave nobody who is free then a gap: whoever gives the session, the promise holds."""
        leaving = (mask & ~self._gapless[therapist_id] for therapist_id, mask in self._masks.items())
        return self._anyone & ~cells.union(leaving) if any(self._gapless.values()) else 0

    @cached_property
    def _possible(self) -> int:
        return slots.possible_mask(self.question, self.therapists)

    def slots(self) -> list[Slot]:
        """All of them, in time order."""
        return self._slots(self._anyone)

    def first(self) -> Slot | None:
        """The earliest."""
        return self._first(self._anyone)

    def nearest(self, wanted: datetime, count: int) -> list[Slot]:
        """Those closest to a time that can't be had, in time order."""
        grid, middle = self.question.grid, cells.cell_at_or_before(wanted)
        closest = heapq.nsmallest(
            count, grid.set_cells(self._anyone), key=lambda cell: (abs(cell - middle), cell)
        )
        return self._slots(cells.union(map(grid.bit, closest)))

    def first_by_therapist(self) -> dict[int, Slot]:
        """The earliest with each therapist who has one, by therapist id."""
        return {
            therapist_id: Slot(
                self._start_of(mask), (therapist_id,), bool(self._gapless[therapist_id] & _lowest(mask))
            )
            for therapist_id, mask in self._masks.items()
            if mask
        }

    def slots_on(self, day: date) -> list[Slot]:
        """Those of a local date."""
        return self._slots(self._anyone & self._cells_of(day))

    def first_on(self, day: date) -> Slot | None:
        """The earliest of a local date."""
        return self._first(self._anyone & self._cells_of(day))

    def days(self) -> list[DayWithSpace]:
        """Every local date of the window with how much space it has."""
        return [self._day(day) for day in self._days]

    @property
    def _days(self) -> Iterator[date]:
        window, zone = self.question.window, self.question.zone
        last = local_date(cells.instant_of_cell(cells.cell_at_or_after(window.ends_at) - 1), zone)
        return days_between(local_date(window.starts_at, zone), last)

    def counts(self) -> dict[date, int]:
        """How many starts are free on each local date that has any."""
        counted = {day: (self._anyone & self._cells_of(day)).bit_count() for day in self._days}
        return {day: free for day, free in counted.items() if free}

    def _day(self, day: date) -> DayWithSpace:
        of_day = self._cells_of(day)
        free, possible = (self._anyone & of_day).bit_count(), (self._possible & of_day).bit_count()
        return DayWithSpace(day, free, free / possible if possible else 0.0)

    def _cells_of(self, day: date) -> int:
        span = day_span(day, self.question.zone)
        return self.question.grid.cells(
            cells.cell_at_or_after(span.starts_at), cells.cell_at_or_after(span.ends_at)
        )

    def _slots(self, mask: int) -> list[Slot]:
        """Digits are quicker to look up than bits: each shift of a month's mask copies it."""
        grid, (best, digits), slots = self.question.grid, self._digits, []
        for cell in grid.set_cells(mask):
            bit = cell - grid.first
            who = tuple([therapist_id for therapist_id, own in digits if own[bit] == "1"])
            slots.append(Slot(cells.instant_of_cell(cell), who, best[bit] == "1"))
        return slots

    @cached_property
    def _digits(self) -> tuple[str, list[tuple[int, str]]]:
        """Which starts are recommended, and which are free with each therapist."""
        grid = self.question.grid
        own = [(therapist_id, grid.digits(mask)) for therapist_id, mask in self._masks.items()]
        return grid.digits(self._recommended), own

    def _first(self, mask: int) -> Slot | None:
        bit = _lowest(mask)
        who = tuple(therapist_id for therapist_id, own in self._masks.items() if own & bit)
        return Slot(self._start_of(mask), who, bool(self._recommended & bit)) if mask else None

    def _start_of(self, mask: int) -> datetime:
        return cells.instant_of_cell(self.question.grid.first + _lowest(mask).bit_length() - 1)


def _lowest(mask: int) -> int:
    return mask & -mask
