"""What is deleted is overwritten in SQLite's file, whichever connection deletes it; PostgreSQL's tables are written anew by the next sweep."""

import logging
import sqlite3
import time
import uuid
from contextlib import closing
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
from app.store.clients import add_client, get_client
from app.store.erasures import TOUCHED
from app.store.old_versions import _why_not as why_not
from app.store.old_versions import list_marked, mark, unmark
from app.store.place import database_file
from app.store.transactions import transaction
from tests.support.records import EMAIL, NAME, OWNER, Known, make_known
from tests.support.rows import NOW, at, make_practice

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


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one for one in caplog.messages if "old versions" in one]


@on_postgresql
@pytest.mark.parametrize("by", ["owner", "rule"])
def test_the_next_sweep_leaves_no_old_version_of_who_was_erased_in_the_files(
    app: Flask, known: Known, by: str
) -> None:
    wanted = traces(known)
    assert [name for name, trace in wanted.items() if trace not in stored(app)] == []
    if by == "owner":
        assert isinstance(erase(known.client_id, OWNER, LATER), Forgotten)
        assert set(list_marked()) == set(TOUCHED)
        sweep(LATER)
    else:
        assert sweep(LATER.replace(year=LATER.year + 11)).old_records == 1
    db.session.rollback()
    assert [name for name, trace in wanted.items() if trace in stored(app)] == []
    assert list_marked() == {}


@on_postgresql
def test_whoever_erases_does_not_wait_for_the_tables_to_be_written_anew(app: Flask, known: Known) -> None:
    with psycopg.connect(address(app)) as reader:
        reader.execute("select count(*) from client_note")
        begun = time.monotonic()
        assert isinstance(erase(known.client_id, OWNER, LATER), Forgotten)
        assert time.monotonic() - begun < 1
        reader.rollback()


@on_postgresql
def test_what_an_older_transaction_still_sees_is_said_in_the_log_and_cleaned_by_the_sweep_after_it(
    app: Flask, known: Known, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = traces(known)
    with psycopg.connect(address(app)) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("select count(*) from practice")  # a backup, say, that has not come to the clients yet
        assert isinstance(erase(known.client_id, OWNER, LATER), Forgotten)
        with caplog.at_level(logging.WARNING):
            sweep(LATER)
        db.session.rollback()
        assert (
            "old versions of rows of client are not dropped yet: a transaction from before still sees 1 dead rows"
            in said(caplog)
        )
        assert "client" in list_marked()
        db.session.rollback()
        assert wanted["name"] in stored(app)
        reader.rollback()
    caplog.clear()
    sweep(LATER)
    db.session.rollback()
    assert said(caplog) == []
    assert list_marked() == {}
    db.session.rollback()
    assert [name for name, trace in wanted.items() if trace in stored(app)] == []


@on_postgresql
def test_a_table_that_somebody_uses_stays_marked_and_the_others_are_clean(
    app: Flask, known: Known, caplog: pytest.LogCaptureFixture
) -> None:
    assert isinstance(erase(known.client_id, OWNER, LATER), Forgotten)
    with psycopg.connect(address(app)) as reader:
        reader.execute("lock table client_note in access share mode")
        with caplog.at_level(logging.WARNING):
            sweep(LATER)
        reader.rollback()
    assert said(caplog) == [
        "old versions of rows of client_note are not dropped yet: somebody uses it for long"
    ]
    assert set(list_marked()) == {"client_note"}
    assert get_client(known.client_id).name == "Erased"


@on_postgresql
def test_a_table_that_is_not_ours_to_write_anew_counts_as_not_clean(app: Flask, known: Known) -> None:
    """The command itself succeeds then, and does nothing."""
    name = f"reader_{uuid.uuid4().hex}"
    db.session.rollback()
    with psycopg.connect(address(app), autocommit=True) as connection:
        connection.execute(f"create role {name}")
        connection.execute(f"set role {name}")
        assert "client" in (why_not(connection, "client") or "")
        connection.execute("reset role")
        connection.execute(f"drop role {name}")
        assert why_not(connection, "client") is None
        assert why_not(connection, "no such table") == "UndefinedTable"


@on_postgresql
def test_what_is_erased_while_a_table_is_written_anew_stays_marked(context: None) -> None:
    with transaction():
        mark(TOUCHED, NOW)
    seen = list_marked()
    with transaction():
        mark(["client"], LATER)
    with transaction():
        unmark(seen)
    assert list_marked() == {"client": LATER}


@on_postgresql
def test_the_samples_that_the_server_keeps_of_columns_are_taken_anew(app: Flask, known: Known) -> None:
    sampled = text("select count(*) from pg_stats where histogram_bounds::text like :name")
    with transaction():
        add_client("Ada Aster", "ada@example.com", None, "en", NOW)
        add_client("Zoe Zinnia", "zoe@example.com", None, "en", NOW)
    with psycopg.connect(address(app), autocommit=True) as connection:
        connection.execute("analyze")
    assert db.session.execute(sampled, {"name": f"%{NAME}%"}).scalar_one() > 0
    erase(known.client_id, OWNER, LATER)
    sweep(LATER)
    db.session.rollback()
    assert db.session.execute(sampled, {"name": f"%{NAME}%"}).scalar_one() == 0


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_journal_that_somebody_reads_is_said_in_the_log_and_cut_off_by_the_next_sweep(
    context: None, known: Known, caplog: pytest.LogCaptureFixture
) -> None:
    database = database_file()
    assert database is not None
    db.session.rollback()
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("pragma journal_mode=wal")
        with transaction():
            get_client(known.client_id).name = "before"
        reader.execute("begin")
        reader.execute("select name from client").fetchall()
        with caplog.at_level(logging.WARNING):
            assert isinstance(erase(known.client_id, OWNER, LATER), Forgotten)
        assert caplog.messages == ["the database's journal is not cut off yet: somebody reads for long"]
        reader.execute("rollback")
        sweep(LATER)
        assert database.with_name(f"{database.name}-wal").read_bytes() == b""
