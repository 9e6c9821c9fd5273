"""Commands on a database that can't serve them: one sentence on standard error, exit status 1, no traceback."""

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.cli.problems import sentence_for
from app.store.transactions import transaction
from app.store.trouble import DatabaseTrouble, trouble_of
from tests.support import postgres
from tests.support.forked import ended
from tests.support.run import ROOT
from tests.support.settings import environment

NEW = ("staff", "add", "a@example.com", "--role", "desk", "--password-stdin")
LOAD = ("clinic", "load", str(ROOT / "clinics" / "punchiit.toml"), "--with-examples")
COMMANDS = (("clinic", "export"), LOAD, ("demo", "fill"), ("outbox", "list"), ("outbox", "hold"), NEW, ("worker", "--once"))  # fmt: skip
UPGRADE = "Error: The database lacks tables: run `flask --app wsgi db upgrade` first.\n"


def flask(address: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return ended("flask", "--app", "wsgi", *arguments, env=environment(address), say="linen-moss-and-clay\n")


@pytest.fixture
def unmigrated(backend: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    name = f"test_{uuid.uuid4().hex}"
    yield postgres.create(name)
    postgres.drop(name)


def test_without_tables_every_command_says_what_comes_first(unmigrated: str) -> None:
    told = {command: flask(unmigrated, *command) for command in COMMANDS}
    assert {command: (done.returncode, done.stderr) for command, done in told.items()} == dict.fromkeys(
        COMMANDS, (1, UPGRADE)
    )


@pytest.mark.parametrize(
    "address", ["sqlite:////no/such/folder/a.db", "postgresql://nobody@127.0.0.1:1/nothing"]
)
@pytest.mark.parametrize("command", [("clinic", "export"), ("outbox", "list"), ("worker", "--once")])
def test_a_database_out_of_reach_is_told(address: str, command: tuple[str, ...]) -> None:
    done = flask(address, *command)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "can't be reached" in done.stderr


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "junk.db").write_bytes(b"no database at all " * 500)
    for command in (("clinic", "export"), ("doctor",)):
        done = flask(f"sqlite:///{tmp_path / 'junk.db'}", *command)
        assert done.returncode == 1
        assert "names is no database, or a damaged one" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_read_only_database_is_told(database_url: str) -> None:
    path = database_url.removeprefix("sqlite:///")
    done = flask(f"sqlite:///file:{path}?mode=ro&uri=true", "outbox", "hold")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "is read-only" in done.stderr


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("backend", ["postgresql"])
def test_postgresql_says_so_in_numbers_that_are_understood() -> None:
    told = {}
    for statement in ("set transaction read only; delete from client", "select 1 from nowhere", "select 1/0"):
        with pytest.raises(DBAPIError) as failed, transaction() as rows:
            rows.execute(text(statement))
        told[statement.split()[-1]] = trouble_of(failed.value)
    assert told == {"client": DatabaseTrouble.READ_ONLY, "nowhere": DatabaseTrouble.NO_TABLES, "1/0": None}


def test_what_nobody_foresaw_names_the_error_and_shows_its_traceback_when_asked(tmp_path: Path) -> None:
    assert sentence_for(KeyError("x")) == "The command failed with KeyError; `flask --debug` shows where."
    assert sentence_for(PermissionError(13, "Permission denied", "a.db")) == (
        "a.db can't be used: Permission denied."
    )
    address = f"sqlite:///{tmp_path / 'empty.db'}"
    assert "Traceback" in flask(address, "--debug", "clinic", "export").stderr
    assert "Traceback" not in flask(address, "clinic", "export").stderr
