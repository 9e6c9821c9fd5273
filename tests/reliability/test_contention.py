"""Somebody else holds the lock: whoever waits gets through, or a plain "please try again"; never an error, never a deadlock."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import partial
from time import sleep
from typing import Any

import psycopg
import pytest

from tests.support.arena import Arena
from tests.support.audit import halves, overlaps
from tests.support.programs import Reply, instant, wanted
from tests.support.raw import count, forget_foreign_keys, raw_connection, say
from tests.support.rows import at

BOOKING, AUDIT = 7301, 7302
BEGUN = 0.5  # seconds in which a request comes as far as the lock
CELL = "insert into claim (resource_id, appointment_id, from_cell, to_cell, active) values (:resource, 1, :first, :end, true)"


@contextmanager
def somebody_else(place: Arena) -> Iterator[Any]:
    """Another connection, in a transaction of its own; what it wrote is gone at the end."""
    with raw_connection(place.database_url) as other:
        forget_foreign_keys(other)
        other.execute("begin immediate" if on_sqlite(place) else "begin")
        yield other
        other.execute("rollback")


def on_sqlite(place: Arena) -> bool:
    """Whether this is SQLite."""
    return place.database_url.startswith("sqlite")


def take(other: Any, place: Arena, lock: int) -> None:
    """PostgreSQL's locks have numbers; SQLite has one, which is taken already."""
    if not on_sqlite(place):
        say(other, "select pg_advisory_xact_lock(:key)", key=lock)


def asked(asks: list[Callable[[], Reply]], meanwhile: Callable[[], object]) -> list[Reply]:
    """The answers to all of them, asked at once, while something else is done."""
    with ThreadPoolExecutor(len(asks)) as pool:
        futures: list[Future[Reply]] = [pool.submit(ask) for ask in asks]
        sleep(BEGUN)
        meanwhile()
        return [future.result() for future in futures]


def all_kinds(place: Arena, key: str) -> list[Callable[[], Reply]]:
    """A booking, a move and a cancellation that would all be possible."""
    day, program = place.new_day(), place.program
    moved, ended = (
        program.book(wanted("10:00", day, number, therapist=f"therapist-{number}"), f"{key}-{number}")
        for number in (2, 3)
    )
    to = {"starts_at": instant(at("15:00", day))}
    return [
        partial(program.book, wanted("10:00", day), key),
        partial(program.post, f"/appointments/{moved.json['id']}/move", to),
        partial(program.post, f"/appointments/{ended.json['id']}/cancel", {}),
    ]


@pytest.mark.parametrize("lock", [BOOKING, AUDIT], ids=["booking lock", "audit lock"])
def test_who_has_waited_too_long_is_asked_to_try_again_and_then_gets_through(place: Arena, lock: int) -> None:
    asks = all_kinds(place, f"long-{lock}-{place.new_day()}")
    before = count(place.database_url, "select count(*) from audit")
    with somebody_else(place) as other:
        take(other, place, lock)
        replies = asked(asks, lambda: None)
    print([f"{reply.status} after {reply.seconds:.1f} s" for reply in replies])
    assert [reply.status for reply in replies] == [503] * 3
    assert all(reply.headers["retry-after"].isdigit() for reply in replies)
    assert {reply.headers["content-type"] for reply in replies} == {"application/problem+json"}
    assert count(place.database_url, "select count(*) from audit") == before  # nothing was written
    assert [ask().status for ask in asks] == [201, 200, 200]


@pytest.mark.parametrize("lock", [BOOKING, AUDIT], ids=["booking lock", "audit lock"])
def test_a_short_wait_is_not_noticed(place: Arena, lock: int) -> None:
    asks = all_kinds(place, f"short-{lock}-{place.new_day()}")
    with somebody_else(place) as other:
        take(other, place, lock)
        replies = asked(asks, partial(let_go, other))
    assert [reply.status for reply in replies] == [201, 200, 200]


def let_go(other: Any) -> None:
    """End the transaction, and begin one that holds nothing."""
    other.execute("rollback")
    other.execute("begin")


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
@pytest.mark.parametrize("first", ["a claim", "the audit lock"])
def test_locks_taken_in_the_opposite_order_end_with_an_answer(place: Arena, first: str) -> None:
    day = place.new_day()
    with somebody_else(place) as other:
        if first == "a claim":
            claim(other, place, day)
        else:
            take(other, place, AUDIT)
        ask = partial(place.program.book, wanted("10:00", day), f"crossed-{day}")
        (reply,) = asked([ask], partial(cross, other, place))
    assert reply.status == 201
    assert overlaps(place.database_url) == 0
    assert halves(place.database_url) == {}


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_what_only_the_constraint_can_see_is_taken_and_no_error(place: Arena) -> None:
    day = place.new_day()
    with raw_connection(place.database_url) as other:
        forget_foreign_keys(other)
        other.execute("begin")
        claim(other, place, day)
        ask = partial(place.program.book, wanted("10:00", day), f"unseen-{day}")
        (reply,) = asked([ask], lambda: other.execute("commit"))
        assert (reply.status, reply.json["reason"]) == (409, "taken")
        other.execute("delete from claim where from_cell = to_cell - 3")


def claim(other: Any, place: Arena, day: date) -> None:
    """Keep a quarter of an hour of therapist-1, unseen until it is committed."""
    resource = count(place.database_url, "select resource_id from therapist where slug = 'therapist-1'")
    cell = int(at("10:00", day).timestamp()) // 300
    say(other, CELL, resource=resource, first=cell, end=cell + 3)


def cross(other: Any, place: Arena) -> None:
    """Want what the booking has, while it waits for ours; the database ends one of the two."""
    try:
        take(other, place, BOOKING)
    except psycopg.errors.DeadlockDetected:
        print("the deadlock was ours")
    let_go(other)
