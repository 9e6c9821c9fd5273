"""What the races would look like without our guarantees; if nobody won twice here, the other tests would prove nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.support.arena import Arena, arena
from tests.support.audit import overlaps
from tests.support.programs import statuses, together, wanted
from tests.support.raw import raw_connection

SABOTAGED = "tests.support.sabotaged_wsgi:app"
NO_CONSTRAINT = {
    "sqlite": ["drop trigger claim_overlap_insert", "drop trigger claim_overlap_update"],
    "postgresql": ["alter table claim drop constraint claim_overlap"],
}


@contextmanager
def without(backend: str, folder: Path, *, lock: bool, constraint: bool) -> Iterator[Arena]:
    """The same place as in the races, with something taken away."""
    with arena(backend, folder, module=SABOTAGED if lock else "wsgi:app") as place:
        if constraint:
            with raw_connection(place.database_url) as connection:
                for command in NO_CONSTRAINT[backend]:
                    connection.execute(command)
        yield place


def race(place: Arena, clients: int) -> tuple[int, int]:
    """How many got the one slot, and how many were told that it is gone."""
    day = place.new_day()
    asks = [
        partial(place.program.book, wanted("10:00", day, client), f"slot-{day}-{client}")
        for client in range(clients)
    ]
    said = statuses(together(asks))
    print(dict(said))
    return said[201], said[409]


def test_without_lock_and_constraint_several_win(backend: str, tmp_path: Path) -> None:
    with without(backend, tmp_path, lock=True, constraint=True) as place:
        assert any(race(place, 30)[0] > 1 for _ in range(3))  # by chance a round may have one
        assert overlaps(place.database_url) > 0


@pytest.mark.soak
@pytest.mark.parametrize("left", ["the lock", "the constraint"])
def test_either_of_them_alone_lets_one_win(left: str, backend: str, tmp_path: Path) -> None:
    with without(backend, tmp_path, lock=left == "the constraint", constraint=left == "the lock") as place:
        for _ in range(5):
            assert race(place, 100) == (1, 99)
        assert overlaps(place.database_url) == 0
