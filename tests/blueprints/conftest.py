"""Fixtures of the tests of pages and API: the tests' Friday, staff, a program with a token, a session."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from tests.support.desk import Desk, make_desk
from tests.support.integrator import OtherProgram, other_program
from tests.support.rows import NOW, make_practice


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Friday morning, standing still."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(app: Flask, clock: time_machine.Traveller) -> Desk:
    """A practice of two therapists and two rooms, with an account of each role."""
    return make_desk(app)


@pytest.fixture
def program(app: Flask, clock: time_machine.Traveller) -> OtherProgram:
    """A program that was let in, at a practice of two therapists and two rooms."""
    with app.app_context():
        make_practice(therapists=2, rooms=2)
    return other_program(app)


@pytest.fixture
def reference(desk: Desk) -> str:
    """A session of Jo Park's on Monday at ten."""
    return desk.booked("10:00", name="Jo Park", email="jo@example.com")


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    """Pages are looked at on SQLite: what meets the database itself names both, and so do the actions behind the pages."""
    return str(request.param)
