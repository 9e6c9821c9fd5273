"""Two owners press at once, and a program is killed in the middle: no row is ever made twice, and none is lost."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.actions.imports import NotNow, drop
from app.actions.imports_bringing import begin, carry_on, carry_on_all
from app.actions.imports_undoing import undo
from app.domain.imports import BatchState, FileKind
from app.extensions import db
from app.models import Appointment, Client, ClientGram, ImportBatch
from app.store.imports import list_unfinished, lock_batch
from app.store.transactions import Busy, transaction
from tests.support.forked import start
from tests.support.imports import (
    APPOINTMENTS_HEAD,
    CLIENTS_HEAD,
    OWNER,
    counted,
    judge,
    lines,
    number_of,
    sent_in,
    session,
    take_back,
)
from tests.support.rows import NOW, active_claims, make_practice, overlapping_claims
from tests.support.settings import environment
from tests.support.visitors import all_at_once

FOUR = range(4)


@pytest.fixture(autouse=True)
def practice(context: None) -> None:
    """A practice of two therapists and two rooms."""
    make_practice(therapists=2, rooms=2)


def crowd(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """All of them at once, each in a context of its own."""

    def in_context(act: Callable[[], object]) -> object:
        with app.app_context():
            return act()

    db.session.remove()
    return all_at_once([partial(in_context, act) for act in acts])


def _go_on_unless_busy(batch: int) -> None:
    """Who has to wait too long for the others on a slow machine is told so, and leaves the file to them."""
    with suppress(Busy):
        carry_on(batch, lambda: NOW, 600)


def test_four_owners_press_at_once(app: Flask) -> None:
    batch = sent_in(lines(CLIENTS_HEAD, *(f"Jo,Number{n},jo{n}@example.com,," for n in range(450))))
    judge(batch)
    begin(batch, OWNER, NOW)
    crowd(app, *(partial(_go_on_unless_busy, batch) for _ in FOUR))
    carry_on(batch, lambda: NOW, 600)
    assert counted(batch) == {"made": 450}
    assert number_of(Client) == 450


def test_sessions_to_come_are_booked_once_whoever_presses(app: Flask) -> None:
    rows = [
        session(f"November {day}, 2026 9:00 am", f"November {day}, 2026 10:00 am", f"Jo N{day}")
        for day in range(23, 29)
    ]
    batch = sent_in(lines(APPOINTMENTS_HEAD, *rows), FileKind.APPOINTMENTS)
    judge(batch)
    begin(batch, OWNER, NOW)
    crowd(app, *(partial(carry_on, batch, lambda: NOW, 600) for _ in FOUR))
    assert counted(batch) == {"made": 6}
    assert number_of(Appointment) == 6
    assert number_of(Client) == 6
    assert overlapping_claims() == 0
    take_back(batch)
    assert (number_of(Appointment), number_of(Client), active_claims()) == (0, 0, [])


def test_taking_back_while_it_is_brought_in_leaves_nothing(app: Flask) -> None:
    batch = sent_in(lines(CLIENTS_HEAD, *(f"Jo,Number{n},jo{n}@example.com,," for n in range(600))))
    judge(batch)
    begin(batch, OWNER, NOW)

    def stop() -> None:
        undo(batch, OWNER, NOW)
        carry_on(batch, lambda: NOW, 600)

    crowd(app, partial(carry_on, batch, lambda: NOW, 600), stop)
    while carry_on_all(lambda: NOW, 600):
        pass
    assert number_of(Client) == 0
    assert list_unfinished() == []


@pytest.mark.parametrize("late", ["columns", "drop"])
def test_who_comes_late_changes_nothing_of_what_was_begun(app: Flask, late: str) -> None:
    """In another tab it was being begun, and that is not committed yet."""
    batch = sent_in(lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,"))
    judge(batch)

    def come_late() -> None:
        with app.app_context():
            drop(batch, OWNER, NOW) if late == "drop" else judge(batch)

    with ThreadPoolExecutor(1) as pool:
        with transaction():
            lock_batch(batch).state = BatchState.RUNNING.value
            db.session.flush()
            coming = pool.submit(come_late)
            with pytest.raises(TimeoutError):
                coming.result(0.5)
        with pytest.raises(NotNow):
            coming.result(30)
    assert counted(batch) == {"new": 1}
    assert list_unfinished() == [batch]


def test_a_program_that_is_killed_in_the_middle_is_gone_on_with(database_url: str, tmp_path: Path) -> None:
    file, said = tmp_path / "clients.csv", tmp_path / "said"
    file.write_bytes(lines(CLIENTS_HEAD, *(f"Jo,Number{n},jo{n}@example.com,,A note" for n in range(1200))))
    db.session.remove()
    command = ("flask", "--app", "wsgi", "clinic", "import", "clients", str(file), "--yes")
    program = start(*command, env=environment(database_url), out=said)
    wait_until(lambda: number_of(Client) > 0)
    os.killpg(program.pid, signal.SIGKILL)
    program.wait(30)
    made = number_of(Client)
    assert 0 < made < 1200, said.read_text("utf-8")
    assert db.session.execute(select(ImportBatch.state)).scalar_one() == "running"
    assert not carry_on_all(lambda: NOW, 600)
    assert counted(1) == {"made": 1200}
    assert number_of(Client) == 1200
    assert number_of(ClientGram) > 1200
    take_back(1)
    assert number_of(Client) == 0


def wait_until(done: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 60
    while not done():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
