"""Bitmaps of time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cells import Grid, cell_at_or_after, cell_at_or_before, cells_in, instant_of_cell, runs
from app.domain.spans import Span

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_cell_number_and_its_instant_belong_together() -> None:
    cell = cell_at_or_before(NOON)
    assert instant_of_cell(cell) == NOON
    assert cell_at_or_after(NOON) == cell
    assert cell_at_or_before(NOON + timedelta(minutes=4, seconds=59)) == cell
    assert cell_at_or_after(NOON + timedelta(seconds=1)) == cell + 1


def test_what_stands_against_a_session_is_rounded_outwards_and_working_time_inwards() -> None:
    first = cell_at_or_before(NOON)
    grid = Grid(first, first + 4)
    odd = Span(NOON + timedelta(minutes=3), NOON + timedelta(minutes=12))
    assert grid.outward(odd) == 0b0111
    assert grid.inward(odd) == 0b0010


def test_an_empty_span_has_no_cells_inside() -> None:
    grid = Grid(cell_at_or_before(NOON), cell_at_or_before(NOON) + 4)
    assert grid.inward(Span(NOON, NOON)) == 0
    assert grid.outward(Span(NOON, NOON)) == 0
    off_grid = NOON + timedelta(minutes=7)
    assert grid.outward(Span(off_grid, off_grid)) == 0


def test_lengths_are_rounded_up() -> None:
    assert [cells_in(timedelta(minutes=minutes)) for minutes in (0, 1, 5, 6, 60)] == [0, 1, 1, 2, 12]


def test_a_run_has_at_least_one_cell() -> None:
    with pytest.raises(ValueError, match="at least one"):
        runs(0b111, 0)


@given(st.integers(0, 2**70 - 1), st.integers(1, 80))
def test_runs_are_where_that_many_bits_follow_each_other(mask: int, length: int) -> None:
    found = runs(mask, length)
    for position in range(72):
        whole = all(mask >> (position + step) & 1 for step in range(length))
        assert bool(found >> position & 1) == whole


@given(st.integers(0, 2**200 - 1))
def test_set_cells_names_every_set_bit_in_order(mask: int) -> None:
    grid = Grid(1000, 1200)
    assert list(grid.set_cells(mask)) == [1000 + bit for bit in range(200) if mask >> bit & 1]
