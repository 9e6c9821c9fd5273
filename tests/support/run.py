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
#: In memory nobody waits for a disk; what a power cut does is no question of these tests, and SIGKILL asks no disk.
_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of its own there
_ENOUGH = 2 << 30


def begin() -> Path:
    """Makes the folder of this run; workers find it by the environment they inherit."""
    folder = Path(tempfile.mkdtemp(prefix="stillpoint-tests-", dir=_MEMORY if _is_roomy(_MEMORY) else None))
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


def _is_roomy(place: Path) -> bool:
    return place.is_dir() and os.access(place, os.W_OK) and shutil.disk_usage(place).free > _ENOUGH
