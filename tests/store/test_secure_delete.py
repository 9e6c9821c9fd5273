"""What is deleted is overwritten in SQLite's file, whichever connection deletes it; PostgreSQL's tables are written anew after an erasure."""

import logging
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import make_url, text

from app.actions.erasing import Forgotten, erase
from app.actions.retention import sweep
from app.extensions import db
from app.store.appointments import get_appointment
from app.store.clients import get_client
from app.store.erasures import TOUCHED
from app.store.transactions import drop_old_versions
from tests.support.records import EMAIL, NAME, OWNER, Known, make_known
from tests.support.rows import at, make_practice

LATER = at("20:00") + timedelta(days=1)
on_postgresql = pytest.mark.parametrize("backend", ["postgresql"])


@pytest.fixture
def known(context: None) -> Known:
    """Somebody of whom all is known, and who has been here."""
    make_practice()
    return make_known()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_connection_writes_zeros_over_what_it_deletes(context: None) -> None:
    with db.engine.connect() as one, db.engine.connect() as other:
        found = [each.exec_driver_sql("pragma secure_delete").scalar_one() for each in (one, other)]
    assert found == [1, 1]


def address(app: Flask) -> str:
    """The test's database, as psycopg is told."""
    url = make_url(app.config["SETTINGS"].database_url).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def stored(app: Flask) -> bytes:
    """All files of the test's own database: tables, indexes, what is too long for them. Not the server's journal."""
    with psycopg.connect(address(app), autocommit=True) as connection:
        connection.execute("checkpoint")
        found = connection.execute(
            "select current_setting('data_directory'), oid from pg_database where datname = current_database()"
        ).fetchone()
    folder, number = found or ("", 0)
    return b"".join(file.read_bytes() for file in (Path(folder) / "base" / str(number)).iterdir())


def traces(known: Known) -> dict[str, bytes]:
    """What must not be found afterwards."""
    client, given = get_client(known.client_id), get_appointment(known.given)
    assert given.sealed_note is not None
    return {
        "name": NAME.encode(),
        "folded name": NAME.casefold().encode(),
        "e-mail address": EMAIL.encode(),
        "key": client.wrapped_key[-40:],
        "note": given.sealed_note[-20:],
    }


@on_postgresql
@pytest.mark.parametrize("by", ["owner", "rule"])
def test_no_old_version_of_who_was_erased_stays_in_the_files(app: Flask, known: Known, by: str) -> None:
    wanted = traces(known)
    assert [name for name, trace in wanted.items() if trace not in stored(app)] == []
    if by == "owner":
        assert isinstance(erase(known.client_id, OWNER, LATER), Forgotten)
    else:
        assert sweep(LATER.replace(year=LATER.year + 11)).old_records == 1
    db.session.rollback()
    assert [name for name, trace in wanted.items() if trace in stored(app)] == []


@on_postgresql
def test_a_table_that_somebody_reads_does_not_undo_the_erasure(
    app: Flask, known: Known, caplog: pytest.LogCaptureFixture
) -> None:
    db.session.rollback()
    with psycopg.connect(address(app)) as reader:
        reader.execute("select count(*) from client_note")
        with caplog.at_level(logging.WARNING):
            assert isinstance(erase(known.client_id, OWNER, LATER), Forgotten)
        reader.rollback()
    said = [one for one in caplog.messages if "old versions" in one]
    assert said == ["old versions of rows of client_note were not dropped: LockNotAvailable"]
    assert get_client(known.client_id).name == "Erased"
    db.session.rollback()
    assert db.session.execute(text("select count(*) from client")).scalar_one() == 1


def test_whatever_goes_wrong_is_said_in_the_log_alone(
    context: None, backend: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        drop_old_versions(["no such table"])
        drop_old_versions(TOUCHED)
    said = [one for one in caplog.messages if "old versions" in one]
    assert len(said) == (1 if backend == "postgresql" else 0)
