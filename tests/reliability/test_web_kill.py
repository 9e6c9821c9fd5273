"""The web server is killed while people book: whatever was acknowledged is there, whole and once; whoever asks again gets their answer."""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest

from tests.support.arena import THERAPISTS, Arena, arena
from tests.support.audit import halves, overlaps
from tests.support.programs import Reply, wanted
from tests.support.raw import ask

BROKEN = (OSError, http.client.HTTPException)
TRIES = 300
ANSWERS = 8  # at least, between two kills


@dataclass
class Load:
    """People who book, each time slot wanted by two of them, and what they were told."""

    place: Arena
    wants: Iterator[tuple[int, dict[str, Any]]]
    told: list[tuple[str, Reply]] = field(default_factory=list)
    broken: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def book(self) -> None:
        """One after the other, until the kills are over; each until there is an answer."""
        while not self.stopping.is_set():
            number, want = next(self.wants)
            self.told.append(
                (f"{want['starts_at']} {want['therapist']}", self._answered(want, f"kill-{number:06}"))
            )

    def wait_for(self, more: int, seconds: float = 60) -> None:
        """Returns when so many more have been given; an AssertionError if they don't come."""
        give_up_at, enough = time.monotonic() + seconds, len(self.told) + more
        while len(self.told) < enough:
            assert time.monotonic() < give_up_at, f"{len(self.told)} answers"
            time.sleep(0.02)

    def _answered(self, want: dict[str, Any], key: str) -> Reply:
        for _ in range(TRIES):
            try:
                reply = self.place.program.book(want, key)
                if reply.status != 503:
                    return reply
            except BROKEN:
                self.broken += 1
            time.sleep(0.1)
        raise AssertionError("no answer")


class Wants:
    """Slots that don't touch, each twice; safe for many threads."""

    def __init__(self, place: Arena) -> None:
        self._lock, self._numbers, self._place = threading.Lock(), count(), place
        self._slots = self._all()

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        return self

    def __next__(self) -> tuple[int, dict[str, Any]]:
        with self._lock:
            number = next(self._numbers)
            clock, day, therapist = next(self._slots)
            return number, wanted(clock, day, number, therapist=therapist)

    def _all(self) -> Iterator[tuple[str, date, str]]:
        for _ in range(80):
            day = self._place.new_day()
            minutes = range(8 * 60, 19 * 60, 40)
            for minute, number in product(minutes, range(1, THERAPISTS)):
                for _twice in (1, 2):
                    yield f"{minute // 60:02}:{minute % 60:02}", day, f"therapist-{number}"


def kill_and_look(place: Arena, kills: int, clients: int) -> None:
    """Kills while everybody books, every fifth time the whole server; then looks at every row."""
    load, chance = Load(place, Wants(place)), random.Random(11)  # noqa: S311 - the same kills every time
    with ThreadPoolExecutor(clients) as pool:
        people = [pool.submit(load.book) for _ in range(clients)]
        try:
            for number in range(1, kills + 1):
                load.wait_for(ANSWERS)  # it works again, and then at any moment
                time.sleep(chance.uniform(0, 0.3))
                kill(place, chance, whole=number % 5 == 0 or number == kills)
                print(f"kill {number}: {len(load.told)} answers, {load.broken} broken off", flush=True)
            load.wait_for(ANSWERS)
        finally:
            load.stopping.set()
        for person in people:
            person.result()
    look(load)


def kill(place: Arena, chance: random.Random, *, whole: bool) -> None:
    """One process that answers, or all, which are then started again."""
    if whole:
        place.server.kill("web")
        place.server.start("web")
        place.server.wait_until_alive()
        return
    while not place.server.kill_worker(chance.random()):
        time.sleep(0.05)


def look(load: Load) -> None:
    """The tables against what people were told."""
    url = load.place.database_url
    said = Counter(reply.status for _, reply in load.told)
    print(f"{dict(said)}, {load.broken} broken off and asked again")
    assert set(said) <= {200, 201, 409}
    acknowledged = {reply.json["id"]: reply for _, reply in load.told if reply.status in (200, 201)}
    assert len(acknowledged) == said[200] + said[201]  # everybody's own
    stored = {row[0]: row[1] for row in ask(url, "select public_id, state from appointment")}
    assert stored == dict.fromkeys(acknowledged, "booked")  # none lost, and none that nobody was told of
    lost = {slot for slot, reply in load.told if reply.status == 409}
    won = [slot for slot, reply in load.told if reply.status in (200, 201)]
    assert lost <= set(won)
    assert len(won) == len(set(won))
    assert overlaps(url) == 0
    assert halves(url) == {}


def test_four_kills_lose_nothing_and_leave_nothing_half_written(backend: str, tmp_path: Path) -> None:
    with arena(backend, tmp_path) as place:
        kill_and_look(place, 4, 4)


@pytest.mark.soak
def test_a_hundred_kills_lose_nothing_and_leave_nothing_half_written(backend: str, tmp_path: Path) -> None:
    with arena(backend, tmp_path) as place:
        kill_and_look(place, 100, 8)
