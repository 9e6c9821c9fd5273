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
from tests.support.rows import NOW

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
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
    known, wrong = routes(example.desk.app), []
    for cell in read_table():
        if cell.column != column or (cell.method, cell.address) not in known:
            continue
        answer = example.ask(cell, known[cell.method, cell.address])
        if said(answer) != cell.expected:
            wrong.append((cell.method, cell.address, f"{cell.expected} expected, {said(answer)} given"))
        if shows_too_much(cell, answer):
            wrong.append((cell.method, cell.address, f"shows {OURS}"))
        if cell.method != "GET":
            example.put_back()
    assert wrong == []


def shows_too_much(cell: Cell, answer: TestResponse) -> bool:
    """Whether a client's name is on a page that is none of theirs who ask."""
    others = ("nobody", "other therapist", "another's link", "made up", *OPEN, "without token", "ended token")
    return cell.column in others and answer.status_code < 400 and OURS.encode() in answer.data
