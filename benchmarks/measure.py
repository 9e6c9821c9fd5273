"""Interleaved rounds: every question to every system in turn, again and again; medians are what is quoted."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

from benchmarks.rows import Row
from benchmarks.serving import Server
from benchmarks.systems.asking import Act, System

#: Warming acts that are under way together, so that every worker gets some.
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is measured: rounds, seconds a cell, rounds and clients of the races, clients of a crowd.

    A system whose race needs long preparing (accounts, codes) may be given fewer rounds and clients.
    """

    rounds: int
    seconds: float
    races: int
    racers: int = 50
    slow_races: int = 2
    slow_racers: int = 50
    crowd: int = 8
    warming: int = 8


@dataclass(slots=True)
class Cell:
    """What was measured of one question to one system: CPU ms an act by round, latencies in ms alone and in the crowd."""

    cpu: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    crowded: list[float] = field(default_factory=list)
    statements: int | None = None

    @property
    def cpu_ms(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.cpu)


#: By key of the row and name of the system.
Cells = dict[tuple[str, str], Cell]


@dataclass(frozen=True, slots=True)
class Seat:
    """A system and the server that it asks."""

    system: System
    server: Server


class Rounds:
    """One backend's systems, measured in turn."""

    def __init__(self, seats: Sequence[Seat], pace: Pace) -> None:
        self._seats, self._pace = seats, pace
        self._counts: dict[tuple[str, str], int] = {}
        self.cells: Cells = defaultdict(Cell)

    def measure(self, row: Row) -> None:
        """One round of one question: every system that answers it, one client, then a crowd."""
        for seat in self._seats:
            if row.key in seat.system.acts:
                self._measure_one(row, seat)

    def crowd(self, row: Row) -> None:
        """The same question by several clients at once: latencies only."""
        for seat in self._seats:
            if row.key in seat.system.acts:
                count = max(self._pace.crowd, self._counts[row.key, seat.system.name])
                acts = seat.system.acts[row.key](count)
                cell = self.cells[row.key, seat.system.name]
                with ThreadPoolExecutor(self._pace.crowd) as pool:
                    cell.crowded += pool.map(_took, acts)

    def _measure_one(self, row: Row, seat: Seat) -> None:
        where = row.key, seat.system.name
        if where not in self._counts:
            self._counts[where] = self._count(row, seat.system)
        acts = seat.system.acts[row.key](self._counts[where])
        cell, before = self.cells[where], seat.server.cpu()
        cell.alone += [_took(act) for act in acts]
        cell.cpu.append((seat.server.cpu() - before) / len(acts))

    def _count(self, row: Row, system: System) -> int:
        """How many acts fill a cell; found by doing two, after all workers have remembered what they will."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(_took, system.acts[row.key](self._pace.warming)))
        each = min(_took(act) for act in system.acts[row.key](2)) / 1000
        return max(2, min(row.most_acts, round(self._pace.seconds / each)))


def count_statements(system: System, rows: Sequence[Row], cells: Cells) -> None:
    """Asks a counting server each question twice; the second time everything is remembered that will be."""
    for row in rows:
        if row.key in system.acts:
            acts = system.acts[row.key](2)
            cells[row.key, system.name].statements = [act() for act in acts][-1]


@dataclass(frozen=True, slots=True)
class RaceResult:
    """Winners by round, how the requests were answered (how many by status), and how long a whole round took."""

    racers: int
    winners: list[int]
    statuses: dict[int, int]
    slowest_ms: float


def race(system: System, pace: Pace) -> RaceResult:
    """Some rounds of many clients for one free time."""
    winners, statuses, slowest = [], defaultdict[int, int](int), 0.0
    slow = system.slow_to_race
    racers = pace.slow_racers if slow else pace.racers
    for _ in range(pace.slow_races if slow else pace.races):
        running = system.race(racers)
        began = time.perf_counter()
        for status in _all_at_once(running.acts):
            statuses[status] += 1
        slowest = max(slowest, (time.perf_counter() - began) * 1000)
        winners.append(running.winners())
    return RaceResult(racers, winners, dict(statuses), slowest)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _took(act: Act) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _all_at_once(acts: Sequence[Callable[[], int]]) -> list[int]:
    barrier = Barrier(len(acts))

    def together(act: Callable[[], int]) -> int:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(together, acts))
