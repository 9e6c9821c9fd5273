"""The application for a test: made once per worker and kind of settings, then handed on as good as new."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask import Flask

from app.extensions import account_message, db, import_due, limiter, mail, notifications_due
from app.factory import create_app
from app.worker import wiring
from config import Settings
from tests.support.settings import settings


@dataclass
class _Kept:
    """An application, and what it was like when it was new."""

    app: Flask
    config: dict[str, Any] = field(init=False)
    extensions: dict[str, Any] = field(init=False)
    limits: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        _let_go(self.app)
        self.config, self.extensions = dict(self.app.config), dict(self.app.extensions)
        self.limits = dict(vars(limiter))

    def renew(self, chosen: Settings) -> None:
        """As create_app would have left it: no test sees what another one has set or remembered."""
        _replace(self.app.config, self.config | {"SETTINGS": chosen, "MAIL_PORT": chosen.mail_port})
        _replace(self.app.extensions, self.extensions)
        _replace(vars(limiter), self.limits)
        mail.init_app(self.app)
        wiring.connect(self.app)


_kept: dict[Settings, _Kept] = {}


@contextmanager
def fresh_app(database_url: str, folder: Path, **more: str) -> Iterator[Flask]:
    """A new application, which lets go of database and queue at the end."""
    app = create_app(_chosen(database_url, folder, **more))
    try:
        yield app
    finally:
        _let_go(app)
        close(app)


@contextmanager
def kept_app(database_url: str, folder: Path, **more: str) -> Iterator[Flask]:
    """The same to a test, but made before: templates and statements need not be compiled again.

    For databases that stay at their address, as those of tests.support.kept do.
    """
    chosen = _chosen(database_url, folder, **more)
    kind = replace(chosen, queue_url="", mail_port=0, erasures_file=Path())
    if kind not in _kept:
        _kept[kind] = _Kept(create_app(chosen))
    kept = _kept[kind]
    kept.renew(chosen)
    try:
        yield kept.app
    finally:
        _let_go(kept.app)
        close(kept.app)


def forget() -> None:
    """Whatever a test has done to them, the next one gets new ones."""
    _kept.clear()


def close(app: Flask) -> None:
    """Close the application's connections to its database."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def _chosen(database_url: str, folder: Path, **more: str) -> Settings:
    places = {
        "QUEUE_URL": f"sqlite:///{folder / 'queue.db'}",
        "ERASURES_FILE": str(folder / "erasures.jsonl"),
    }
    said = settings(database_url, **places | more)
    return replace(Settings.from_environment(said), testing=True)


def _let_go(app: Flask) -> None:
    """Nobody listens to the signals for it any more, and its queue is closed."""
    work = wiring.work_of(app)
    notifications_due.disconnect(work.enqueue)
    account_message.disconnect(work.add_account_message)
    import_due.disconnect(work.enqueue_import)
    work.close()


def _replace(whole: dict[str, Any], by: dict[str, Any]) -> None:
    whole.clear()
    whole.update(by)
