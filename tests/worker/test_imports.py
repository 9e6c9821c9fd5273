"""The worker brings in what somebody has begun, and goes on with what was left halfway."""

import pytest
import time_machine
from flask import Flask

from app.actions.imports_bringing import begin
from app.store.imports import get_batch
from app.worker.run import run_once
from app.worker.wiring import work_of
from tests.support.imports import CLIENTS_HEAD, OWNER, counted, judge, lines, sent_in
from tests.support.rows import NOW, make_practice


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    """One database will do: the actions are tried on both."""
    return str(request.param)


@pytest.fixture
def batch(app: Flask, context: None) -> int:
    """A file that is to be brought in."""
    make_practice()
    number = sent_in(lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,"))
    judge(number)
    return number


def test_what_was_begun_waits_in_the_queue(app: Flask, batch: int) -> None:
    begin(batch, OWNER, NOW)
    assert work_of(app).opened().huey.pending_count() == 1


def test_the_worker_brings_it_in(app: Flask, batch: int) -> None:
    begin(batch, OWNER, NOW)
    with time_machine.travel(NOW, tick=False):
        assert not work_of(app).bring_in()
    assert counted(batch) == {"made": 1}
    assert get_batch(batch).state == "done"


def test_so_does_a_worker_that_runs_once(app: Flask, batch: int) -> None:
    begin(batch, OWNER, NOW)
    with time_machine.travel(NOW, tick=False):
        run_once(app)
    assert counted(batch) == {"made": 1}
