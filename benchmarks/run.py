"""A whole run: clinics ready, answers checked, interleaved rounds, crowds, races, statements; backend by backend."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime

from benchmarks.arena import ONE_HOUSE, OURS, SISTER, Arena, move_into_one_house
from benchmarks.clinic import Clinic
from benchmarks.cluster import Cluster
from benchmarks.kept import Shelf
from benchmarks.measure import Cells, Pace, RaceResult, Rounds, Seat, count_statements, race
from benchmarks.peer import installing
from benchmarks.places import KEPT
from benchmarks.progress import say
from benchmarks.rows import Row


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured; ``big`` is the large clinic, none to leave it out."""

    pace: Pace
    backends: Sequence[str]
    rows: Sequence[Row]
    clinic: Clinic
    big: Clinic | None
    with_peer: bool = True
    may_install: bool = True
    check_every: int = 1
    with_races: bool = True
    with_one_house: bool = True


@dataclass(slots=True)
class Result:
    """What was found on one backend."""

    backend: str
    cells: Cells = field(default_factory=dict)
    races: dict[str, RaceResult] = field(default_factory=dict)
    checked: dict[str, int] = field(default_factory=dict)


def run(plan: Plan, shelf: Shelf, cluster: Cluster, now: datetime) -> list[Result]:
    """Everything, backend by backend. Raises WrongAnswer before anything is timed."""
    for backend in plan.backends:
        for clinic in (plan.clinic, plan.big):
            if clinic is not None:
                shelf.ensure(clinic, backend, now)
    with_peer = plan.with_peer and installing.installed(plan.may_install)
    if plan.with_peer and not with_peer:
        say("django-appointment is not here and could not be installed: its columns are left out")
    return [_on(backend, plan, shelf, cluster, with_peer) for backend in plan.backends]


def _on(backend: str, plan: Plan, shelf: Shelf, cluster: Cluster, with_peer: bool) -> Result:
    result = Result(backend)
    with ExitStack() as stack:
        arena = Arena(backend, shelf, cluster, KEPT)
        say(f"{backend}: copying the clinics")
        truth = stack.enter_context(arena.stillpoint(OURS, plan.clinic))
        if plan.big is not None:
            stack.enter_context(arena.stillpoint(SISTER, plan.big))
        if plan.big is not None and plan.with_one_house:
            stack.enter_context(arena.stillpoint(ONE_HOUSE, plan.big, move_into_one_house))
        stack.enter_context(arena.floor(plan.clinic, truth))
        if with_peer:
            stack.enter_context(arena.django_appointment(plan.clinic, truth))
        say(f"{backend}: starting the servers")
        with arena.seats() as seats:
            _measure(arena, seats, plan, result)
        say(f"{backend}: counting SQL statements")
        with arena.seats(counted=True) as seats:
            for seat in seats:
                count_statements(seat.system, plan.rows, result.cells)
    return result


def _measure(arena: Arena, seats: Sequence[Seat], plan: Plan, result: Result) -> None:
    backend = result.backend
    for seat in seats:
        checked = result.checked[seat.system.name] = seat.system.check(plan.check_every)
        say(f"{backend}: {seat.system.name}: {checked} answers match the rows")
    rounds = Rounds(seats, plan.pace)
    for number in range(1, plan.pace.rounds + 1):
        for row in plan.rows:
            rounds.measure(row)
            say(f"{backend}, round {number} of {plan.pace.rounds}: {row.title}: {_so_far(rounds.cells, row)}")
        arena.count_rows_anew()
    for row in plan.rows if plan.pace.crowd else ():
        rounds.crowd(row)
        say(f"{backend}, {plan.pace.crowd} clients at once: {row.title}")
    result.cells = rounds.cells
    if plan.with_races:
        _race(seats, plan.pace, result)


def _race(seats: Sequence[Seat], pace: Pace, result: Result) -> None:
    for seat in seats:
        name = seat.system.name
        result.races[name] = found = race(seat.system, pace)
        say(f"{result.backend}: {found.racers} clients, one free time: {name}: winners {found.winners}")


def _so_far(cells: Cells, row: Row) -> str:
    found = {name: cell for (key, name), cell in cells.items() if key == row.key}
    return ", ".join(f"{name} {cell.cpu_ms:.1f}" for name, cell in found.items()) + " ms CPU"
