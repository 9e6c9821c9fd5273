"""`flask clinic import`, as people type it."""

from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Client, ImportBatch
from tests.support.imports import APPOINTMENTS_HEAD, CLIENTS_HEAD, lines, session
from tests.support.rows import NOW, make_practice


@pytest.fixture
def file(tmp_path: Path, app: Flask) -> Path:
    """Two clients, and a row with a problem, at a practice that is there."""
    with app.app_context():
        make_practice()
    path = tmp_path / "clients.csv"
    path.write_bytes(lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,", "Ana,Diaz,,,", ",,nobody@example.com,,"))
    return path


def run(app: Flask, *arguments: str) -> Result:
    with time_machine.travel(NOW, tick=False):
        return app.test_cli_runner().invoke(args=["clinic", "import", *arguments])


def clients(app: Flask) -> int:
    with app.app_context():
        return int(db.session.execute(select(func.count()).select_from(Client)).scalar_one())


def test_without_yes_it_is_only_said_what_would_become_of_it(app: Flask, file: Path) -> None:
    said = run(app, "clients", str(file))
    assert said.exit_code == 0
    assert "      2  new" in said.stdout
    assert "no name" in said.stdout
    assert "Nothing was brought in" in said.stdout
    assert clients(app) == 0
    with app.app_context():
        batch = db.session.execute(select(ImportBatch)).scalar_one()
        assert (batch.state, batch.sealed_rows) == ("dropped", None)


def test_with_yes_it_is_brought_in(app: Flask, file: Path) -> None:
    said = run(app, "clients", str(file), "--source", "acuity", "--yes")
    assert said.exit_code == 0
    assert "      2  made" in said.stdout
    assert clients(app) == 2


def test_what_is_open_is_one_line_on_standard_error(app: Flask, file: Path) -> None:
    file.write_bytes(lines("Name,Birth date", "Jo Park,3/4/1980"))
    said = run(app, "clients", str(file), "--yes")
    assert said.exit_code == 1
    assert "--day-first or --month-first" in said.stderr
    assert len(said.stderr.splitlines()) == 1
    assert run(app, "clients", str(file), "--day-first", "--yes").exit_code == 0
    assert clients(app) == 1


def test_names_that_nothing_here_has_are_told(app: Flask, file: Path) -> None:
    file.write_bytes(
        lines(APPOINTMENTS_HEAD, session("March 2, 2026 9 am", "March 2, 2026 10 am", kind="Yoga"))
    )
    said = run(app, "appointments", str(file), "--yes")
    assert said.exit_code == 1
    assert "what service 'Yoga' is called here" in said.stderr


@pytest.mark.parametrize(
    ("raw", "word"), [(b"", "empty"), (b"PK\x03\x04", "spreadsheet"), (b'A\n"x', "open quote")]
)
def test_a_file_that_can_not_be_read_is_a_sentence(app: Flask, file: Path, raw: bytes, word: str) -> None:
    file.write_bytes(raw)
    said = run(app, "clients", str(file))
    assert said.exit_code == 1
    assert word in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_a_file_that_is_not_there_and_a_kind_that_is_none(app: Flask, file: Path) -> None:
    assert run(app, "clients", str(file.parent / "none.csv")).exit_code == 1
    assert run(app, "invoices", str(file)).exit_code == 2


def test_without_a_practice_it_says_what_comes_first(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_bytes(lines(CLIENTS_HEAD, "Jo,Park,,,"))
    said = run(app, "clients", str(path))
    assert said.exit_code == 1
    assert "`clinic load FILE` comes first" in said.stderr
