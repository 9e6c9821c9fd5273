"""What all systems have in common: acts, checks, races, and the free times that bookings use up."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from benchmarks.clinic import PEOPLE, SEED
from benchmarks.reading import Truth

#: One act of a question; answers how many SQL statements the server counted.
Act = Callable[[], int]
#: Prepares that many acts; what preparing costs is not measured.
Acts = Callable[[int], Sequence[Act]]
Place = tuple[int, datetime]


class WrongAnswer(Exception):
    """An answer that does not match the plain reading of the rows."""


class System(Protocol):
    """A system under measurement."""

    name: str
    slow_to_race: bool

    @property
    def acts(self) -> Mapping[str, Acts]:
        """By key of a row; rows that it has no answer to are left out."""

    def check(self, every: int = 1) -> int:
        """Compares the answers for each n-th day with the plain reading; how many. Raises WrongAnswer."""

    def race(self, clients: int) -> "Race":
        """So many clients, one free time."""


class Race(Protocol):
    """What each client does, and how many have won afterwards."""

    acts: Sequence[Callable[[], int]]

    def winners(self) -> int:
        """How many have the time now, counted in the rows."""


class Supply:
    """Free times on the full hour, each given out once; scattered over days and therapists, the same in every run."""

    def __init__(self, truth: Truth, days: Sequence[date]) -> None:
        hours: list[Place] = []
        for day in days:
            for therapist in range(1, PEOPLE):
                hours += ((therapist, start) for start in truth.starts(therapist, day, step=60))
        random.Random(SEED).shuffle(hours)
        self._left: Iterator[Place] = iter(hours)

    def take(self) -> Place:
        """The next one."""
        return next(self._left)


def compare(what: str, answered: object, expected: object) -> None:
    """Both must be the same. Raises WrongAnswer."""
    if answered != expected:
        raise WrongAnswer(f"{what}: answered {str(answered)[:300]}, the rows say {str(expected)[:300]}")
