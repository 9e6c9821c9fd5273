"""Timing one thing many times; the median is what to quote."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.tables import Table, number


@dataclass(frozen=True, slots=True)
class Figure:
    """CPU milliseconds of one act: median and slowest of some rounds; SQL statements where there are any."""

    name: str
    median: float
    slowest: float
    statements: int | None = None


def timed(
    name: str, rounds: int, act: Callable[[], object], statements: Callable[[], int] | None = None
) -> Figure:
    """Do it once to warm up, then ``rounds`` times."""
    act()
    before = statements() if statements else 0
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        act()
        spent.append((time.process_time() - began) * 1000)
    each = (statements() - before) // rounds if statements else None
    return Figure(name, statistics.median(spent), max(spent), each)


def table(title: str, figures: Iterable[Figure]) -> Table:
    """The figures as a table."""
    lines = [
        (
            one.name,
            number(one.median, 2),
            number(one.slowest, 2),
            "" if one.statements is None else str(one.statements),
        )
        for one in figures
    ]
    return Table(title, ("CPU ms", "median", "slowest", "SQL"), lines)
