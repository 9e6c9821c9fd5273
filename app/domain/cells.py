"""Bitmaps of time: one Python integer, a bit per cell of 5 minutes of UTC. Free of any rule.

A *cell number* counts from 1970-01-01 00:00 UTC. A mask belongs to a grid: its bit ``i`` is the cell ``grid.first + i``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.domain.spans import Span

CELL = timedelta(minutes=5)
_CELL_SECONDS = 300
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cell_at_or_before(instant: datetime) -> int:
    """The number of the cell in which the instant lies."""
    return (instant - _EPOCH) // CELL


def cell_at_or_after(instant: datetime) -> int:
    """The number of the first cell that begins at the instant or later."""
    return -((_EPOCH - instant) // CELL)


def instant_of_cell(cell: int) -> datetime:
    """When the cell begins."""
    return _EPOCH + timedelta(seconds=cell * _CELL_SECONDS)


def cells_in(length: timedelta) -> int:
    """How many cells a length takes, rounded up."""
    return -(-length // CELL)


@dataclass(frozen=True, slots=True)
class Grid:
    """The stretch of time that a mask is about: cells ``first`` up to, not including, ``end``."""

    first: int
    end: int

    @property
    def all(self) -> int:
        """The mask with every bit set."""
        return (1 << (self.end - self.first)) - 1

    def cells(self, from_cell: int, to_cell: int) -> int:
        """The mask of the cells from ``from_cell`` up to ``to_cell``, cut to the grid."""
        low, high = max(from_cell, self.first), min(to_cell, self.end)
        return ((1 << (high - low)) - 1) << (low - self.first) if high > low else 0

    def outward(self, span: Span) -> int:
        """The mask of all cells that the span touches: what stands against a session. An empty span touches none."""
        if not span.length:
            return 0
        return self.cells(cell_at_or_before(span.starts_at), cell_at_or_after(span.ends_at))

    def inward(self, span: Span) -> int:
        """The mask of all cells that lie wholly in the span: what there is to work in."""
        return self.cells(cell_at_or_after(span.starts_at), cell_at_or_before(span.ends_at))

    def bit(self, cell: int) -> int:
        """The mask of one cell; 0 outside the grid."""
        return 1 << (cell - self.first) if self.first <= cell < self.end else 0

    def set_cells(self, mask: int) -> Iterator[int]:
        """The numbers of the cells whose bits are set, in time order."""
        digits = bin(mask)[:1:-1]
        found = digits.find("1")
        while found >= 0:
            yield self.first + found
            found = digits.find("1", found + 1)


def union(masks: Iterable[int]) -> int:
    """Every bit that any of the masks has."""
    together = 0
    for mask in masks:
        together |= mask
    return together


def runs(mask: int, length: int) -> int:
    """The bits at which a run of ``length`` set bits begins: log2(length) shift-and-ANDs."""
    if length <= 0:
        raise ValueError("a run has at least one cell")
    have = 1
    while have < length:
        step = min(have, length - have)
        mask &= mask >> step
        have += step
    return mask
