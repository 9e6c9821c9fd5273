"""Pages in process, on a fresh SQLite database with a practice and its examples: CPU milliseconds and SQL statements."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from app import clock
from app.actions.clinic import load
from app.extensions import db
from app.factory import create_app
from benchmarks.timing import Figure, timed
from config import Settings

_ROOT = Path(__file__).resolve().parent.parent
_TIMES = "/book/deep-tissue/time?visit=returning&minutes=60"


def figures(rounds: int) -> Iterator[Figure]:
    """What a client opens until a time is chosen."""
    with tempfile.TemporaryDirectory() as folder:
        app = _application(Path(folder))
        count = count_statements(app)
        client = app.test_client()
        for name, path in (
            ("nothing but the program (/healthz)", "/healthz"),
            ("home page with next free times", "/"),
            ("days and times, no preference", _TIMES),
            ("days and times, one therapist", _TIMES + "&therapist=dana-reyes"),
        ):
            yield timed(name, rounds, lambda path=path: client.get(path), count)  # type: ignore[misc]


def _application(folder: Path) -> Flask:
    address = f"sqlite:///{folder / 'bench.db'}"
    keys = {
        "SECRET_KEY": "a-signing-key-for-benchmarks-only-long",
        "DATA_KEY": "another-key-for-benchmarks-only-long",
    }
    app = create_app(Settings.from_environment({"DATABASE_URL": address, "RATE_LIMITS": "off", **keys}))
    with app.app_context():
        upgrade()
        load(_ROOT / "clinics" / "kneaded-tranquility.toml", clock.now(), with_examples=True)
        db.session.remove()
    return app


def count_statements(app: Flask) -> "_Counter":
    """How many have been sent since, whenever it is asked."""
    counter = _Counter()
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", counter.seen)
    return counter


class _Counter:
    """How many statements have been sent so far, without BEGIN and PRAGMA."""

    def __init__(self) -> None:
        self._seen = 0

    def __call__(self) -> int:
        return self._seen

    def seen(self, *arguments: object) -> None:
        """A statement is sent."""
        self._seen += not str(arguments[2]).startswith(("BEGIN", "PRAGMA"))
