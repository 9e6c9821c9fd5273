"""Built clinics, kept between runs with a stamp that says what they were built from; and copies of them to work on."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from benchmarks import build
from benchmarks.clinic import SEED, Clinic
from benchmarks.cluster import Cluster
from benchmarks.places import ROOT
from benchmarks.progress import say

_MIGRATIONS = ROOT / "migrations"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a clinic was built from; with another one it is built anew."""

    schema: str
    seed: int
    builder: int
    first_day: str
    locations: int
    history_days: int


def stamp_of(clinic: Clinic) -> Stamp:
    """What it would be built from today."""
    return Stamp(
        schema=newest_schema(),
        seed=SEED,
        builder=build.VERSION,
        first_day=clinic.first_day.isoformat(),
        locations=clinic.locations,
        history_days=clinic.history_days,
    )


def newest_schema() -> str:
    """The schema's newest revision, and a digest of how it comes about: a migration may change before it is published."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    written = b"".join(path.read_bytes() for path in sorted((_MIGRATIONS / "versions").glob("*.py")))
    head = ScriptDirectory.from_config(config).get_current_head()
    return f"{head} {hashlib.sha256(written).hexdigest()[:12]}"


class Shelf:
    """The folder of the kept clinics, and the PostgreSQL beside it."""

    def __init__(self, folder: Path, cluster: Cluster | None) -> None:
        self._folder = folder
        self._cluster = cluster
        folder.mkdir(parents=True, exist_ok=True)

    def is_fresh(self, clinic: Clinic, backend: str) -> bool:
        """Whether it stands there, built from what it would be built from today."""
        with suppress(OSError, ValueError, TypeError):
            kept = Stamp(**json.loads(self._stamp(clinic, backend).read_text()))
            return kept == stamp_of(clinic) and self._exists(clinic.name, backend)
        return False

    def ensure(self, clinic: Clinic, backend: str, now: datetime) -> None:
        """Builds it unless it is fresh."""
        if self.is_fresh(clinic, backend):
            say(f"{clinic.name} on {backend}: kept from before")
            return
        say(f"{clinic.name} on {backend}: building about {clinic.expected():,} appointments")
        self._stamp(clinic, backend).unlink(missing_ok=True)
        build.build(clinic, self._emptied(clinic.name, backend), now)
        self._stamp(clinic, backend).write_text(json.dumps(asdict(stamp_of(clinic)), indent=2) + "\n")
        say(f"{clinic.name} on {backend}: built")

    @contextmanager
    def copy(self, clinic: Clinic, backend: str, name: str) -> Iterator[str]:
        """The address of a copy that may be written to; gone afterwards."""
        address = self._copied(clinic.name, backend, name)
        try:
            yield address
        finally:
            self._drop(backend, name)

    @contextmanager
    def empty(self, backend: str, name: str) -> Iterator[str]:
        """The address of an empty database; gone afterwards."""
        address = self._emptied(name, backend)
        try:
            yield address
        finally:
            self._drop(backend, name)

    def _stamp(self, clinic: Clinic, backend: str) -> Path:
        return self._folder / f"{clinic.name}-{backend}.json"

    def _exists(self, name: str, backend: str) -> bool:
        return self._file(name).exists() if backend == "sqlite" else self._postgres.has(name)

    def _emptied(self, name: str, backend: str) -> str:
        if backend == "postgresql":
            return self._postgres.create(name)
        for path in self._folder.glob(f"{name}.db*"):
            path.unlink()
        return _sqlite_url(self._file(name))

    def _copied(self, kept: str, backend: str, name: str) -> str:
        if backend == "postgresql":
            return self._postgres.create(name, kept)
        shutil.copyfile(self._file(kept), self._file(name))
        return _sqlite_url(self._file(name))

    def _drop(self, backend: str, name: str) -> None:
        if backend == "postgresql":
            self._postgres.drop(name)
        for pattern in (f"{name}.db*", f"{name}-queue.db*"):  # with journals, and the queue's file beside it
            for path in self._folder.glob(pattern):
                path.unlink()

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    @property
    def _postgres(self) -> Cluster:
        if self._cluster is None:
            raise LookupError("PostgreSQL was not asked for")
        return self._cluster


def _sqlite_url(path: Path) -> str:
    return make_url("sqlite://").set(database=str(path)).render_as_string(hide_password=False)
