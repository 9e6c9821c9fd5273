"""Servers under gunicorn on loopback: two sync workers each, ended by their number when the block ends."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import cpu
from benchmarks.places import ROOT

LOOPBACK = "127.0.0.1"
WORKERS = 2
_START_LIMIT, _END_LIMIT = 40.0, 10.0


class DidNotStart(Exception):
    """A server ended, or did not answer in time; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that was started, and the other processes that work for it (PostgreSQL's)."""

    port: int
    process: subprocess.Popen[bytes]
    alive: str
    log: Path
    others: Sequence[int] = ()

    def cpu(self) -> float:
        """Milliseconds that all of them have worked so far."""
        return cpu.spent([self.process.pid, *self.others])

    def wait_until_alive(self) -> None:
        """Returns once it answers. Raises DidNotStart."""
        give_up_at = time.monotonic() + _START_LIMIT
        while not _answers(self.port, self.alive):
            if self.process.poll() is not None or time.monotonic() > give_up_at:
                raise DidNotStart(self.log.read_text("utf-8", "replace")[-2000:])
            time.sleep(0.1)


@dataclass(frozen=True, slots=True)
class Program:
    """What to serve: a WSGI application by name, its settings, its Python and its folder."""

    application: str
    settings: Mapping[str, str]
    alive: str = "/healthz"
    python: str = sys.executable
    folder: Path = ROOT


@contextmanager
def serving(
    program: Program, log: Path, others: Sequence[int] = (), workers: int = WORKERS
) -> Iterator[Server]:
    """The server, started; it needs a moment until it answers."""
    port = free_port()
    with log.open("ab") as said:
        process = subprocess.Popen(
            _command(program, port, workers),
            cwd=program.folder,
            env={**program.settings, "PUBLIC_URL": f"http://{LOOPBACK}:{port}", "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for us: we end it
        )
    try:
        yield Server(port, process, program.alive, log, others)
    finally:
        _end(process)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        return int(taken.getsockname()[1])


def _command(program: Program, port: int, workers: int) -> list[str]:
    options = ["--bind", f"{LOOPBACK}:{port}", "--workers", str(workers), "--worker-class", "sync"]
    quiet = ["--preload", "--no-control-socket", "--log-level", "warning"]
    return [program.python, "-m", "gunicorn", *options, *quiet, program.application]


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kindly at first; with all that it started, since it leads a group of its own."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(_END_LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
