"""The application with a mail server of its own, and a clock that a test sets."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from app.factory import create_app
from config import Settings
from tests.actions.outbox.sending import Time
from tests.support.rows import make_practice
from tests.support.settings import settings
from tests.support.smtp import Sink


@pytest.fixture
def app(database_url: str, smtp_sink: Sink, tmp_path: Path) -> Iterator[Flask]:
    """The application with the test's own mail server."""
    queue = f"sqlite:///{tmp_path / 'queue.db'}"
    chosen = settings(
        database_url, QUEUE_URL=queue, MAIL_PORT=str(smtp_sink.port), PUBLIC_URL="https://book.example.com"
    )
    application = create_app(replace(Settings.from_environment(chosen), testing=True))
    yield application
    with application.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def time(context: None) -> Time:
    """It is Friday morning, and there is a practice."""
    make_practice(therapists=2, rooms=2)
    return Time()
