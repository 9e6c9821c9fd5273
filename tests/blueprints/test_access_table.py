"""docs/access.md is true: every route stands in it, and every cell of it is asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.access_table import (
    LINKS,
    OPEN,
    OURS,
    PROGRAMS,
    STAFF,
    Cell,
    Example,
    columns_of,
    make_example,
    read_table,
    routes,
)
from tests.support.answers import checksum
from tests.support.desk import Desk, make_desk
from tests.support.rows import MONDAY, NOW

REFUSED = frozenset({"401", "403", "404", "410", "415"})
COLUMNS = [*STAFF, *LINKS, *OPEN, *PROGRAMS]


@pytest.fixture
def example(app: Flask, tmp_path: Path) -> Iterator[Example]:
    """A practice in which everything exists that an address can name."""
    with time_machine.travel(NOW, tick=False):
        yield make_example(app, tmp_path)


def said(answer: TestResponse) -> str:
    """An answer as the table writes it."""
    to_sign_in = answer.status_code == 302 and str(answer.location).startswith("/staff/login")
    return "sign-in" if to_sign_in else str(answer.status_code)


def test_every_route_is_in_the_table_and_no_other(app: Flask) -> None:
    known = {
        (method, address, column)
        for (method, address), rule in routes(app).items()
        for column in columns_of(rule)
    }
    cells = [(cell.method, cell.address, cell.column) for cell in read_table()]
    assert sorted(known - set(cells)) == [], "not in the table"
    assert sorted(set(cells) - known) == [], "in the table, but gone"
    assert len(cells) == len(set(cells)), "twice in the table"


@pytest.mark.parametrize("column", COLUMNS)
def test_every_cell_is_true(example: Example, column: str) -> None:
    known, wrong, before = routes(example.desk.app), [], checksum(example.desk)
    for cell in read_table():
        if cell.column != column or (cell.method, cell.address) not in known:
            continue
        with example.watched() as is_written:
            answer = example.ask(cell, known[cell.method, cell.address])
            touched = is_written()
        if said(answer) != cell.expected:
            wrong.append((cell.method, cell.address, f"{cell.expected} expected, {said(answer)} given"))
        if shows_too_much(cell, answer):
            wrong.append((cell.method, cell.address, f"shows {OURS}"))
        if touched and cell.method != "GET" and is_refused(cell) and checksum(example.desk) != before:
            wrong.append((cell.method, cell.address, "refused, but something was written"))
        if touched:
            example.put_back()
    assert wrong == []


def is_refused(cell: Cell) -> bool:
    """Whether nothing may come of it."""
    return cell.expected in REFUSED or (cell.column == "nobody" and cell.expected == "sign-in")


def shows_too_much(cell: Cell, answer: TestResponse) -> bool:
    """Whether a client's name is on a page that is none of theirs who ask."""
    others = ("nobody", "other therapist", "another's link", "made up", *OPEN, "without token", "ended token")
    return cell.column in others and answer.status_code < 400 and OURS.encode() in answer.data


def test_a_therapist_without_a_diary_sees_nobodys(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False):
        desk: Desk = make_desk(app)
        reference = desk.booked("10:00", name=OURS)
        desk.add("newcomer", "therapist")
        page = desk.member("newcomer").get(f"/staff/schedule/{MONDAY.isoformat()}")
        assert page.status_code == 200
        assert OURS not in page.text
        assert desk.member("newcomer").get(f"/staff/appointments/{reference}").status_code == 404
