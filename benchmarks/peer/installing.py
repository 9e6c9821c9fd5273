"""django-appointment, the newest that the package index has, in an environment of its own; and its project's programs."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.places import KEPT, ROOT, environment
from benchmarks.progress import say
from benchmarks.serving import Program

_ENVIRONMENT = KEPT / "django-venv"
_PYTHON = _ENVIRONMENT / "bin" / "python"
_MADE = _ENVIRONMENT / ".made"
_PACKAGES = ("django-appointment", "gunicorn", "psycopg[binary]")
_NAMES = "import importlib.metadata as m; print(*(f'{n} {m.version(n)}' for n in ('django-appointment', 'Django')), sep=', ')"
_PATIENCE = 240


def installed(may_install: bool) -> bool:
    """Whether it is there; installs it first where that is allowed and possible."""
    if not _MADE.exists() and may_install:
        say("installing django-appointment in an environment of its own")
        _install()
    return _MADE.exists()


def versions() -> str:
    """django-appointment's and Django's."""
    said = subprocess.run([_PYTHON, "-c", _NAMES], stdout=subprocess.PIPE, text=True, check=True)
    return said.stdout.strip()


def program(database_url: str, *, counting: bool = False) -> Program:
    """The project on that database."""
    return Program(
        "benchmarks.peer.wsgi:application",
        _settings(database_url) | ({"COUNT_STATEMENTS": "1"} if counting else {}),
        alive="/nothing",
        python=str(_PYTHON),
    )


def fill(database_url: str, first_day: str, log: Path) -> None:
    """clinic-60 in its models."""
    with log.open("ab") as said:
        subprocess.run(
            [_PYTHON, "-m", "benchmarks.peer.fill", first_day],
            cwd=ROOT,
            env=_settings(database_url),
            stdout=said,
            stderr=subprocess.STDOUT,
            check=True,
        )


def _install() -> None:
    quietly = ("-q", "--disable-pip-version-check", "--no-input")
    steps = (
        (sys.executable, "-m", "venv", str(_ENVIRONMENT)),
        (str(_PYTHON), "-m", "pip", "install", *quietly, *_PACKAGES),
    )
    for step in steps:
        try:
            done = subprocess.run(step, env=os.environ, capture_output=True, timeout=_PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            return
        if done.returncode:
            return
    _MADE.touch()


def _settings(database_url: str) -> dict[str, str]:
    return environment(
        database_url, PEER_DATABASE=database_url, DJANGO_SETTINGS_MODULE="benchmarks.peer.settings"
    )
