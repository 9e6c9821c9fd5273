"""Fresh, migrated databases for tests: each a cheap copy of a template made once per run."""

import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from tests.support import postgres, run
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
    """Runs one of the project's commands on a database, as people do; answers what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=run.ROOT,
        env=environment(address, **settings),
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"flask {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


@contextmanager
def _fresh_sqlite(clinic: str | None) -> Iterator[str]:
    template = Path(run.once(_template_name("sqlite", clinic), lambda: _sqlite_template(clinic)))
    folder = run.folder() / uuid.uuid4().hex
    folder.mkdir()
    shutil.copyfile(template, folder / "stillpoint.db")
    try:
        yield _sqlite_address(folder / "stillpoint.db")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _fresh_postgres(clinic: str | None) -> Iterator[str]:
    template = run.once(_template_name("postgresql", clinic), lambda: _postgres_template(clinic))
    name = f"test_{uuid.uuid4().hex}"
    address = postgres.create(name, template)
    try:
        yield address
    finally:
        postgres.drop(name)


def _template_name(backend: str, clinic: str | None) -> str:
    return f"template_{backend}_{clinic or 'empty'}"


def _sqlite_template(clinic: str | None) -> str:
    path = run.folder() / f"{_template_name('sqlite', clinic)}.db"
    if clinic is None:
        flask(_sqlite_address(path), "db", "upgrade")
    else:
        empty = run.once(_template_name("sqlite", None), lambda: _sqlite_template(None))
        shutil.copyfile(empty, path)
        _load(_sqlite_address(path), clinic)
    return str(path)


def _postgres_template(clinic: str | None) -> str:
    name = _template_name("postgresql", clinic)
    if clinic is None:
        flask(postgres.create(name), "db", "upgrade")
    else:
        empty = run.once(_template_name("postgresql", None), lambda: _postgres_template(None))
        _load(postgres.create(name, empty), clinic)
    return name


def _load(address: str, clinic: str) -> None:
    flask(address, "clinic", "load", str(run.ROOT / "clinics" / f"{clinic}.toml"), "--with-examples")
    flask(address, "staff", "add", OWNER, "--role", "owner", "--password-stdin", stdin=f"{PASSWORD}\n")


def _sqlite_address(path: Path) -> str:
    return make_url("sqlite://").set(database=str(path)).render_as_string(hide_password=False)
