"""What was measured, as tables: CPU against the floor and the aims, growth, latency, races."""

import statistics
from collections.abc import Iterator, Sequence

from benchmarks.arena import ONE_HOUSE, OURS, SISTER
from benchmarks.measure import Cell, RaceResult, percentile
from benchmarks.rows import GROWTH_AIM, Row
from benchmarks.run import Result
from benchmarks.tables import Table, number

FLOOR, PEER = "floor", "django-appointment"
_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def tables(result: Result, rows: Sequence[Row]) -> Iterator[Table]:
    """Everything found on one backend."""
    yield _against_aims(result, rows)
    if any(name == SISTER for _, name in result.cells):
        yield _growth(result, rows)
    yield _latency(result, rows)
    if result.races:
        yield _races(result)


def unmet(result: Result, rows: Sequence[Row]) -> list[str]:
    """The aims that were not met, one line each."""
    return [f"{_NAMES[result.backend]}: {line}" for row in rows for line in _unmet(result, row)]


def _against_aims(result: Result, rows: Sequence[Row]) -> Table:
    heads = ("question", OURS, "floor", "times floor", "aim", "", "SQL", "most", "", PEER, "its SQL")
    lines = []
    for row in rows:
        ours, floor, peer = (_cell(result, row, name) for name in (OURS, FLOOR, PEER))
        if ours is None:
            continue
        aim = row.aims.get(result.backend)
        most = row.most_statements
        lines.append(
            (
                row.title,
                number(ours.cpu_ms, 2),
                number(_cpu(floor), 2),
                number(_ratio(ours, floor)),
                number(aim),
                _met(ours.cpu_ms, aim),
                _count(ours),
                "-" if most is None else str(most),
                _met(ours.statements, most),
                number(_cpu(peer)),
                _count(peer),
            )
        )
    return Table(f"{_NAMES[result.backend]}: CPU ms a request (web server and database), SQL", heads, lines)


def _growth(result: Result, rows: Sequence[Row]) -> Table:
    heads = ("question", "clinic-60", "sister", "times", "", "one house", "times", "", "SQL of the three")
    lines = []
    for row in rows:
        small, big, house = (_cell(result, row, name) for name in (OURS, SISTER, ONE_HOUSE))
        if small is None or big is None:
            continue
        far, near = _ratio(big, small), _ratio(house, small)
        lines.append(
            (
                row.title,
                number(small.cpu_ms, 2),
                number(big.cpu_ms, 2),
                number(far, 2),
                _met(far, GROWTH_AIM),
                number(_cpu(house), 2),
                number(near, 2),
                _met(near, GROWTH_AIM),
                " / ".join(map(_count, (small, big, house))),
            )
        )
    title = f"{_NAMES[result.backend]}: growth, CPU ms a request; aim: at most {GROWTH_AIM} times"
    return Table(title, heads, lines)


def _latency(result: Result, rows: Sequence[Row]) -> Table:
    names = [name for name in (OURS, FLOOR, PEER) if any(name == known for _, known in result.cells)]
    ways = ("1 client", "8 clients") if any(cell.crowded for cell in result.cells.values()) else ("1 client",)
    heads = ["question", *(f"{name}, {way}" for name in names for way in ways)]
    lines = []
    for row in rows:
        cells = [_cell(result, row, name) for name in names]
        said = (words for cell in cells for words in _latencies(cell)[: len(ways)])
        lines.append([row.title, *said])
    title = f"{_NAMES[result.backend]}: latency in ms, p50 / p95"
    return Table(title, heads, lines, "Client, server and database share the cores.")


def _latencies(cell: Cell | None) -> tuple[str, str]:
    if cell is None:
        return "-", "-"
    return _middle_and_tail(cell.alone), _middle_and_tail(cell.crowded)


def _middle_and_tail(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.1f} / {percentile(values, 0.95):.1f}" if values else "-"


def _races(result: Result) -> Table:
    heads = ("system", "clients", "rounds", "winners by round", "answers", "slowest round, ms")
    lines = [_race(name, race) for name, race in result.races.items()]
    return Table(f"{_NAMES[result.backend]}: many clients, one free time", heads, lines)


def _race(name: str, race: RaceResult) -> tuple[str, ...]:
    statuses = ", ".join(f"{count} x {status}" for status, count in sorted(race.statuses.items()))
    winners = " ".join(map(str, race.winners))
    return name, str(race.racers), str(len(race.winners)), winners, statuses, number(race.slowest_ms, 0)


def _unmet(result: Result, row: Row) -> Iterator[str]:
    ours = _cell(result, row, OURS)
    if ours is None:
        return
    aim, most = row.aims.get(result.backend), row.most_statements
    if _met(ours.cpu_ms, aim) == "not met":
        yield f"{row.title}: {ours.cpu_ms:.2f} ms, aim {aim}"
    if _met(ours.statements, most) == "not met":
        yield f"{row.title}: {ours.statements} SQL statements, at most {most}"
    for name in (SISTER, ONE_HOUSE):
        ratio = _ratio(_cell(result, row, name), ours)
        if _met(ratio, GROWTH_AIM) == "not met":
            yield f"{row.title}: {number(ratio, 2)} times as dear in {name}, aim {GROWTH_AIM}"


def _cell(result: Result, row: Row, name: str) -> Cell | None:
    return result.cells.get((row.key, name))


def _cpu(cell: Cell | None) -> float | None:
    return cell.cpu_ms if cell else None


def _count(cell: Cell | None) -> str:
    return "-" if cell is None or cell.statements is None else str(cell.statements)


def _ratio(cell: Cell | None, other: Cell | None) -> float | None:
    return cell.cpu_ms / other.cpu_ms if cell and other else None


def _met(value: float | None, aim: float | None) -> str:
    if value is None or aim is None:
        return ""
    return "met" if value <= aim else "not met"
