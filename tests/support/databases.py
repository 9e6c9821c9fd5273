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
def fresh(backend: str, clinic: str | None = None, *, filled: bool = False) -> Iterator[str]:
    """The address of a database of its own: migrated, and holding a practice if one is named, ``filled`` with weeks of sessions."""
    copying = _fresh_sqlite if backend == "sqlite" else _fresh_postgres
    with copying(clinic, filled) as address:
        yield address


def flask(address: str, *arguments: str, stdin: str = "", **settings: str) -> str:
    """Runs one of the project's commands on a database, as people do; answers what it printed."""
    done = ended("flask", "--app", "wsgi", *arguments, env=environment(address, **settings), say=stdin)
    assert done.returncode == 0, (
        f"flask {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    )
    return done.stdout


@contextmanager
def _fresh_sqlite(clinic: str | None, filled: bool) -> Iterator[str]:
    template = sqlite_template(clinic, filled)
    folder = run.folder() / uuid.uuid4().hex
    folder.mkdir()
    shutil.copyfile(template, folder / "stillpoint.db")
    try:
        yield sqlite_address(folder / "stillpoint.db")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _fresh_postgres(clinic: str | None, filled: bool) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    address = postgres.create(name, postgres_template(clinic, filled))
    try:
        yield address
    finally:
        postgres.drop(name)


def sqlite_template(clinic: str | None, filled: bool = False) -> Path:
    """The file that holds what a fresh database holds; never to be opened, only copied."""
    name = _template_name("sqlite", clinic, filled)
    return Path(run.once(name, lambda: _make_sqlite_template(name, clinic, filled)))


def postgres_template(clinic: str | None, filled: bool = False) -> str:
    """The name of such a database."""
    name = _template_name("postgresql", clinic, filled)
    return run.once(name, lambda: _make_postgres_template(name, clinic, filled))


def sqlite_address(path: Path) -> str:
    """The address of a file."""
    return make_url("sqlite://").set(database=str(path)).render_as_string(hide_password=False)


def _template_name(backend: str, clinic: str | None, filled: bool) -> str:
    return f"template_{backend}_{clinic or 'empty'}{'_filled' if filled else ''}"


def _make_sqlite_template(name: str, clinic: str | None, filled: bool) -> str:
    path = run.folder() / f"{name}.db"
    if clinic is not None:
        shutil.copyfile(sqlite_template(clinic if filled else None), path)
    _prepare(sqlite_address(path), clinic, filled)
    return str(path)


def _make_postgres_template(name: str, clinic: str | None, filled: bool) -> str:
    before = postgres_template(clinic if filled else None) if clinic is not None else None
    _prepare(postgres.create(name, before) if before else postgres.create(name), clinic, filled)
    return name


def _prepare(address: str, clinic: str | None, filled: bool) -> None:
    """The next step: tables, then the practice with its owner, then its sessions."""
    if clinic is None:
        flask(address, "db", "upgrade")
    elif filled:
        flask(address, "demo", "fill")
    else:
        flask(address, "clinic", "load", str(run.ROOT / "clinics" / f"{clinic}.toml"), "--with-examples")
        flask(address, "staff", "add", OWNER, "--role", "owner", "--password-stdin", stdin=f"{PASSWORD}\n")
