"""The CPU time that a tree of processes has used, to the microsecond where the kernel counts so finely."""

import os
from collections.abc import Iterable
from pathlib import Path

_PROC = Path("/proc")
_TICK = os.sysconf("SC_CLK_TCK")


def spent(roots: Iterable[int]) -> float:
    """Milliseconds of these processes, of all they started, and of what they started that has ended since."""
    return sum(_alive(number) + _ended_children(number) for root in roots for number in tree(root))


def tree(root: int) -> list[int]:
    """The process and all that descend from it."""
    children = _children(root)
    return [root, *(number for child in children for number in tree(child))]


def _children(number: int) -> list[int]:
    found: list[int] = []
    for task in _read_tasks(number):
        try:
            found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _alive(number: int) -> float:
    """The threads that run; a thread's time is kept in nanoseconds."""
    total = 0.0
    for task in _read_tasks(number):
        try:
            total += int((task / "schedstat").read_text().split()[0]) / 1e6
        except (OSError, ValueError, IndexError):
            return _ticks(number, 13)
    return total


def _ended_children(number: int) -> float:
    return _ticks(number, 15)


def _ticks(number: int, first: int) -> float:
    """User and system time stand beside each other in the line of the process."""
    try:
        fields = (_PROC / str(number) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[first - 2 : first])) * 1000 / _TICK


def _read_tasks(number: int) -> list[Path]:
    try:
        return list((_PROC / str(number) / "task").iterdir())
    except OSError:
        return []
