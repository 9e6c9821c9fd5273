"""Bitmaps of time: one Python integer, a bit per cell of 5 minutes of UTC. Free of any rule.

A *cell number* counts from 1970-01-01 00:00 UTC. A mask belongs to a grid: its bit ``i`` is the cell ``grid.first + i``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.domain.spans import Span

MINUTES = 5
CELL = timedelta(minutes=MINUTES)
_CELL_SECONDS = 300
#: From a cell up to, not including, another.
Stretch = tuple[int, int]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cell_at_or_before(instant: datetime) -> int:
    """The number of the cell in which the instant lies."""
    return (instant - _EPOCH) // CELL


def cell_at_or_after(instant: datetime) -> int:
    """The number of the first cell that begins at the instant or later."""
    return -((_EPOCH - instant) // CELL)


def is_between_cells(instant: datetime) -> bool:
    """Whether no cell begins at the instant."""
    return bool((instant - _EPOCH) % CELL)


def cells_touched(span: Span) -> Stretch:
    """The cells in which any of the span lies; an empty span touches none."""
    first = cell_at_or_before(span.starts_at)
    return first, cell_at_or_after(span.ends_at) if span.length else first


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
        return self.cells(*cells_touched(span))

    def inward(self, span: Span) -> int:
        """The mask of all cells that lie wholly in the span: what there is to work in."""
        return self.cells(cell_at_or_after(span.starts_at), cell_at_or_before(span.ends_at))

    def stretches(self, mask: int) -> Iterator[Stretch]:
        """The unbroken runs of set cells, in time order."""
        for run in stretches(mask):
            yield self.first + (run & -run).bit_length() - 1, self.first + run.bit_length()

    def covering(self, claimed: Sequence[Stretch]) -> int:
        """The mask of many stretches, which may overlap; quicker than their union."""
        if not claimed:
            return 0
        first, end, length = self.first, self.end, self.end - self.first
        painted = bytearray(b"0") * length  # a digit per cell, the last cell first
        for from_cell, to_cell in claimed:
            if from_cell < first or to_cell > end:
                from_cell, to_cell = max(from_cell, first), min(to_cell, end)
            if from_cell < to_cell:
                painted[end - to_cell : end - from_cell] = b"1" * (to_cell - from_cell)
        return int(painted, 2) if length else 0

    def taken_from(self, other: "Grid", mask: int) -> int:
        """A mask of another grid as one of this grid; what lies outside is lost."""
        shift = other.first - self.first
        return (mask << shift if shift >= 0 else mask >> -shift) & self.all

    def bit(self, cell: int) -> int:
        """The mask of one cell; 0 outside the grid."""
        return 1 << (cell - self.first) if self.first <= cell < self.end else 0

    def digits(self, mask: int) -> str:
        """The mask as a text of "0" and "1", one for each cell in time order."""
        return bin(mask)[:1:-1].ljust(self.end - self.first, "0")

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


def stretches(mask: int) -> Iterator[int]:
    """The unbroken runs of set bits, each as a mask, lowest first."""
    while mask:
        lowest = mask & -mask
        stretch = mask & ~(mask + lowest)  # the carry runs through the stretch and clears it
        yield stretch
        mask ^= stretch


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
