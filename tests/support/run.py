"""One test run: the folder and the programs that all its workers share."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_NAME = "STILLPOINT_TEST_RUN"


def begin() -> Path:
    """Makes the folder of this run; workers find it by the environment they inherit."""
    folder = Path(tempfile.mkdtemp(prefix="stillpoint-tests-"))
    os.environ[_NAME] = str(folder)
    return folder


def folder() -> Path:
    """The folder of this run."""
    return Path(os.environ[_NAME])


def end() -> None:
    """Drops the folder."""
    shutil.rmtree(os.environ.pop(_NAME), ignore_errors=True)


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Only one worker at a time is inside for this name."""
    with (folder() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def once(name: str, make: Callable[[], str]) -> str:
    """What `make` answered to the first worker that asked; the others wait and read it."""
    answer = folder() / f"{name}.made"
    with locked(name):
        if not answer.exists():
            answer.write_text(make())
    return answer.read_text()
