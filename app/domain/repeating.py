"""The dates of a booking that is repeated: the same weekday and wall time, every so many weeks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

#: What is offered: every so many weeks, and how often at most.
EVERY, MOST_TIMES = (1, 2, 3, 4, 6), 12


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every so many weeks, so many times more. Raises ValueError for what is not offered."""

    weeks: int
    times: int

    def __post_init__(self) -> None:
        if self.weeks not in EVERY or not 1 <= self.times <= MOST_TIMES:
            raise ValueError("no such rhythm")


def dates_after(first: date, rhythm: Rhythm) -> Iterator[date]:
    """The dates that follow the first one."""
    for number in range(1, rhythm.times + 1):
        yield first + timedelta(weeks=rhythm.weeks * number)
