"""Fresh, migrated databases for tests: each a cheap copy of a template made once per run."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from tests.support import postgres, run
from tests.support.forked import ended
from tests.support.settings import environment

BACKENDS = ("sqlite", "postgresql")
OWNER = "owner@example.com"
PASSWORD = "linen-moss-and-clay"


@contextmanager
def fresh(backend: str, clinic: str | None = None) -> Iterator[str]:
    """The address of a database of its own: migrated, and holding a practice if one is named."""
    copying = _fresh_sqlite if backend == "sqlite" else _fresh_postgres
    with copying(clinic) as address:
        yield address


def flask(address: str, *arguments: str, stdin: str = "", **settings: str) -> str:
    """Runs one of the project's commands on a database, as people do; answers what it printed."""
    done = ended("flask", "--app", "wsgi", *arguments, env=environment(address, **settings), say=stdin)
    assert done.returncode == 0, (
        f"flask {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    )
    return done.stdout


@contextmanager
def _fresh_sqlite(clinic: str | None) -> Iterator[str]:
    template = sqlite_template(clinic)
    folder = run.folder() / uuid.uuid4().hex
    folder.mkdir()
    shutil.copyfile(template, folder / "stillpoint.db")
    try:
        yield sqlite_address(folder / "stillpoint.db")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _fresh_postgres(clinic: str | None) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    address = postgres.create(name, postgres_template(clinic))
    try:
        yield address
    finally:
        postgres.drop(name)


def sqlite_template(clinic: str | None) -> Path:
    """The file that holds what a fresh database holds; never to be opened, only copied."""
    return Path(run.once(_template_name("sqlite", clinic), lambda: _make_sqlite_template(clinic)))


def postgres_template(clinic: str | None) -> str:
    """The name of such a database."""
    return run.once(_template_name("postgresql", clinic), lambda: _make_postgres_template(clinic))


def sqlite_address(path: Path) -> str:
    """The address of a file."""
    return make_url("sqlite://").set(database=str(path)).render_as_string(hide_password=False)


def _template_name(backend: str, clinic: str | None) -> str:
    return f"template_{backend}_{clinic or 'empty'}"


def _make_sqlite_template(clinic: str | None) -> str:
    path = run.folder() / f"{_template_name('sqlite', clinic)}.db"
    if clinic is None:
        flask(sqlite_address(path), "db", "upgrade")
    else:
        shutil.copyfile(sqlite_template(None), path)
        _load(sqlite_address(path), clinic)
    return str(path)


def _make_postgres_template(clinic: str | None) -> str:
    name = _template_name("postgresql", clinic)
    if clinic is None:
        flask(postgres.create(name), "db", "upgrade")
    else:
        _load(postgres.create(name, postgres_template(None)), clinic)
    return name


def _load(address: str, clinic: str) -> None:
    flask(address, "clinic", "load", str(run.ROOT / "clinics" / f"{clinic}.toml"), "--with-examples")
    flask(address, "staff", "add", OWNER, "--role", "owner", "--password-stdin", stdin=f"{PASSWORD}\n")
