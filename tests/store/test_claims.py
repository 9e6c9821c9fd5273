"""The promise that the database keeps by itself: no two active claims of one resource overlap, whoever writes them."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.domain.spans import Span
from app.store.claims import end_expired_holds
from app.store.diaries import load_diaries
from app.store.transactions import transaction
from tests.support.raw import REFUSED, forget_foreign_keys, plan_of, raw_connection, say, statements
from tests.support.rows import NOW, at

FROM, TO = 6_000_000, 6_000_015
DAY = 288
WRITE = "insert into claim (resource_id, appointment_id, from_cell, to_cell, active)"


@pytest.fixture
def connection(database_url: str) -> Iterator[Any]:
    """The bare driver on an empty database; whether the things that are claimed exist is not the question here."""
    with raw_connection(database_url) as opened:
        forget_foreign_keys(opened)
        yield opened


def claim(connection: Any, from_cell: int, to_cell: int, resource: int = 1, active: bool = True) -> int:
    """Write a claim as anybody could; answers its number."""
    values = {"resource": resource, "first": from_cell, "end": to_cell, "active": active}
    return int(
        say(connection, f"{WRITE} values (:resource, 1, :first, :end, :active) returning id", **values)[0][0]
    )


@pytest.mark.parametrize(
    ("from_cell", "to_cell"),
    [(FROM, TO), (FROM + 1, TO - 1), (FROM - 1, TO + 1), (FROM - 5, FROM + 1), (TO - 1, TO + 5)],
    ids=["the same", "within", "around", "its beginning", "its end"],
)
def test_an_overlapping_claim_can_not_be_written(connection: Any, from_cell: int, to_cell: int) -> None:
    claim(connection, FROM, TO)
    with pytest.raises(REFUSED, match="claim_overlap"):
        claim(connection, from_cell, to_cell)
    claim(connection, from_cell, to_cell, resource=2)


def test_claims_may_touch(connection: Any) -> None:
    claim(connection, FROM, TO)
    claim(connection, TO, TO + 1)
    claim(connection, FROM - 1, FROM)
    claim(connection, TO + 1, TO + 1 + DAY)
    claim(connection, FROM - 1 - DAY, FROM - 1)


def test_the_longest_claim_is_seen_from_its_last_cell(connection: Any) -> None:
    claim(connection, FROM, FROM + DAY)
    with pytest.raises(REFUSED, match="claim_overlap"):
        claim(connection, FROM + DAY - 1, FROM + DAY)
    with pytest.raises(REFUSED, match="claim_overlap"):
        claim(connection, FROM - DAY + 1, FROM + 1)
    claim(connection, FROM + DAY, FROM + 2 * DAY)


def test_a_claim_has_a_length_and_at_most_a_day(connection: Any) -> None:
    for to_cell in (FROM, FROM - 1, FROM - DAY, FROM + DAY + 1):
        with pytest.raises(REFUSED, match=r"not_empty|at_most_a_day"):
            claim(connection, FROM, to_cell)
    for active in (True, False):
        with pytest.raises(REFUSED, match="not_empty"):
            claim(connection, FROM, FROM, active=active)


def test_a_claim_is_for_one_thing(connection: Any) -> None:
    query = "insert into claim (resource_id, from_cell, to_cell, active) values (1, 1, 2, true)"
    with pytest.raises(REFUSED, match="for_one_thing"):
        connection.execute(query)


def test_what_has_ended_stands_in_nobodys_way_and_can_not_come_back_over_another(connection: Any) -> None:
    ended = claim(connection, FROM, TO, active=False)
    claim(connection, FROM, TO, active=False)
    claim(connection, FROM + 3, TO + 3)
    with pytest.raises(REFUSED, match="claim_overlap"):
        say(connection, "update claim set active = true where id = :id", id=ended)
    say(connection, "update claim set active = true, resource_id = 2 where id = :id", id=ended)


@pytest.mark.parametrize(
    "change",
    [
        "update claim set from_cell = from_cell - 1 where id = :id",
        "update claim set from_cell = from_cell - 20, to_cell = to_cell - 20 where id = :id",
        "update claim set resource_id = 2 where id = :id",
    ],
)
def test_a_claim_can_not_be_changed_into_anothers_way(connection: Any, change: str) -> None:
    claim(connection, FROM, TO)
    claim(connection, TO, TO + 15, resource=2)
    changed = claim(connection, TO, TO + 15)
    with pytest.raises(REFUSED, match="claim_overlap"):
        say(connection, change, id=changed)
    say(
        connection,
        "update claim set from_cell = from_cell + 1, to_cell = to_cell + 9 where id = :id",
        id=changed,
    )


def test_a_whole_statement_falls_with_one_overlap(connection: Any) -> None:
    claim(connection, FROM, TO)
    rows = f"(2, 1, {FROM}, {TO}, true), (1, 1, {TO - 1}, {TO + 5}, true)"
    with pytest.raises(REFUSED, match="claim_overlap"):
        say(connection, f"{WRITE} values {rows}")
    assert connection.execute("select count(*) from claim").fetchone()[0] == 1


@pytest.mark.parametrize(("ends_with", "left"), [("commit", 1), ("rollback", 2)])
def test_a_second_connection_waits_for_the_first_and_then_knows(
    connection: Any, database_url: str, ends_with: str, left: int
) -> None:
    said: list[str] = []

    def write_too() -> None:
        with raw_connection(database_url) as second:
            forget_foreign_keys(second)
            try:
                claim(second, FROM + 1, TO + 1)
            except REFUSED as refused:
                said.append(str(refused))

    connection.execute("begin")
    claim(connection, FROM, TO)
    other = threading.Thread(target=write_too)
    other.start()
    other.join(0.3)
    assert other.is_alive()  # it can neither win nor lose yet
    connection.execute(ends_with)
    other.join(20)
    assert connection.execute("select count(*) from claim").fetchone()[0] == 1
    assert [("claim_overlap" in each) for each in said] == ([True] if left == 1 else [])


def test_a_diary_is_read_from_its_index_whatever_the_history(
    connection: Any, app: Flask, context: None
) -> None:
    fill(connection)
    with statements(app) as said:
        load_diaries(Span(at("08:00"), at("20:00")), NOW, [1, 2])
    plan = plan_of(said[-1])
    assert "ix_claim_diary" in plan
    assert_no_full_scan(plan, "claim")


def test_ended_holds_are_found_without_reading_the_history(
    connection: Any, app: Flask, context: None
) -> None:
    fill(connection)
    with statements(app) as said, transaction():
        end_expired_holds(NOW)
    plan = plan_of(next(each for each in said if each[0].lower().startswith("update")))
    assert "ix_claim_held" in plan
    assert_no_full_scan(plan, "claim")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_triggers_look_into_an_index(connection: Any) -> None:
    fill(connection)
    triggers = "select sql from sqlite_master where type = 'trigger' and name like 'claim_overlap_%'"
    found = [row[0] for row in connection.execute(triggers)]
    assert len(found) == 2
    for trigger in found:
        look = trigger[trigger.index("exists (") + len("exists (") : trigger.rindex(")")]
        for column, value in {"resource_id": 1, "id": 7, "from_cell": FROM, "to_cell": TO}.items():
            look = look.replace(f"new.{column}", str(value))
        plan = "\n".join(row[-1] for row in connection.execute(f"explain query plan {look}"))
        assert "ix_claim_diary" in plan
        assert_no_full_scan(plan, "other")


def fill(connection: Any, claims: int = 9000) -> None:
    """Years of appointments one after the other, for a few resources, and what the database knows about its rows."""
    numbers = "with recursive cell(number) as (select 1 union all select number + 1 from cell where number < :count)"
    spans = "select 1 + number / 1500, 1, 5805000 + 20 * number, 5805012 + 20 * number, true from cell"
    say(connection, f"{numbers} {WRITE} {spans}", count=claims)
    connection.execute("analyze")


def assert_no_full_scan(plan: str, table: str) -> None:
    """Neither database reads the whole table."""
    whole = (f"SCAN {table}", f"Seq Scan on {table}")
    assert not [line for line in plan.splitlines() if any(each in line for each in whole)], plan
