"""Starts, watches and ends the programs of a demonstration."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

PATIENCE = 12.0
LAST_LINES = 15


@dataclass(frozen=True)
class Child:
    """One running program, in a process group of its own so that Ctrl-C reaches only its parent."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def last_words(self) -> str:
        """The end of its log, for the person who must find out why it died."""
        lines = self.log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]
        return "\n".join(f"    {line}" for line in lines)

    def tell(self, number: signal.Signals) -> None:
        """Sends a signal to the child and whatever it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Children:
    """The programs that run together: when one ends, all end."""

    def __init__(self, folder: Path, environment: Mapping[str, str], cwd: Path) -> None:
        self._folder = folder
        self._environment = dict(environment)
        self._cwd = cwd
        self._running: list[Child] = []
        folder.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, *arguments: str) -> Child:
        """Starts `python <arguments>`; its output goes to a log file of its own."""
        log = self._folder / f"{name.replace(' ', '-')}.log"
        with log.open("wb") as output:
            process = launch(arguments, self._environment, self._cwd, output)
        child = Child(name, process, log)
        self._running.append(child)
        return child

    def first_ended(self) -> Child | None:
        """The child that ended by itself, if any did."""
        return next((child for child in self._running if child.has_ended), None)

    def end(self) -> None:
        """Asks all to end, newest first; who does not within the patience is killed."""
        for child in reversed(self._running):
            child.tell(signal.SIGTERM)
        give_up_at = time.monotonic() + PATIENCE
        for child in reversed(self._running):
            try:
                child.process.wait(max(0.0, give_up_at - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.tell(signal.SIGKILL)
                child.process.wait()
        self._running.clear()


def launch(
    arguments: Sequence[str], environment: Mapping[str, str], cwd: Path, output: BinaryIO
) -> subprocess.Popen[bytes]:
    """Starts this Python with these arguments in a new process group."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def run_to_end(
    arguments: Sequence[str], environment: Mapping[str, str], cwd: Path, stdin: str = ""
) -> tuple[int, str]:
    """Runs this Python with these arguments; answers its exit status and what it said."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=dict(environment),
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout
