"""The project's programs as processes of their own, forked from one that has imported the libraries already.

To import them takes a program longer than most tests run. All else is as if it had been started from the command line:
arguments, environment, folder, streams, session. What is about the start itself belongs to tests/development/test_run.py.
"""

import atexit
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.support import compiled, run

_LIBRARIES = [
    "app.factory",
    "app.logs",
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "huey.consumer",
    "psycopg",
    "pytest",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "tests.support.forked",
]
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(_LIBRARIES)


@dataclass(frozen=True)
class Program:
    """A running program; what subprocess.Popen says of one, as far as tests ask."""

    arguments: tuple[str, ...]
    process: ForkServerProcess

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def poll(self) -> int | None:
        """How it ended (negative: by which signal), or None while it runs."""
        return self.process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Waits until it has ended; subprocess.TimeoutExpired if it does not in time."""
        self.process.join(timeout)
        ended = self.poll()
        if ended is None:
            raise subprocess.TimeoutExpired(self.arguments, timeout or 0)
        return ended


def start(*arguments: str, env: dict[str, str], out: Path, err: Path | None = None, say: str = "") -> Program:
    """Starts `python -m ARGUMENTS` in the project's folder; what it says is added to the files."""
    process = _server.Process(target=_become, args=(arguments, env, out, err or out, say), daemon=False)
    process.start()
    return Program(arguments, process)


def ended(*arguments: str, env: dict[str, str], say: str = "") -> "subprocess.CompletedProcess[str]":
    """Runs such a program to its end; answers its status and what it said."""
    with tempfile.TemporaryDirectory(dir=run.folder()) as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        status = start(*arguments, env=env, out=out, err=err, say=say).wait()
        return subprocess.CompletedProcess(arguments, status, out.read_text("utf-8"), err.read_text("utf-8"))


def stop() -> None:
    """Ends the process that all were forked from, if there is one."""
    forkserver._forkserver._stop()  # type: ignore[attr-defined]


def _become(arguments: tuple[str, ...], env: dict[str, str], out: Path, err: Path, say: str) -> None:
    """The process that was forked is this program from here on."""
    os.setsid()
    compiled.share()
    os.environ.clear()
    os.environ.update(env)
    os.chdir(run.ROOT)
    _connect(out, err, say)
    sys.argv = ["", *arguments[1:]]
    try:
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()  # a forked process leaves them out


def _connect(out: Path, err: Path, say: str) -> None:
    with tempfile.TemporaryFile() as typed, out.open("ab") as said, err.open("ab") as warned:
        typed.write(say.encode())
        typed.seek(0)
        for number, file in enumerate((typed, said, warned)):
            os.dup2(file.fileno(), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - open as long as the program runs
    sys.stdout = open(1, "w", 1, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding="utf-8", closefd=False)  # noqa: SIM115
