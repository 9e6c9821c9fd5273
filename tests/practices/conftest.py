"""The application on a real practice's file, with a mail server of its own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from app.factory import create_app
from config import Settings
from tests.support.settings import settings
from tests.support.smtp import Sink


@pytest.fixture
def app(database_url: str, smtp_sink: Sink, tmp_path: Path) -> Iterator[Flask]:
    """The application; mail goes to the test's own server."""
    queue = f"sqlite:///{tmp_path / 'queue.db'}"
    chosen = settings(database_url, QUEUE_URL=queue, MAIL_PORT=str(smtp_sink.port))
    application = create_app(replace(Settings.from_environment(chosen), testing=True))
    application.config["WTF_CSRF_ENABLED"] = False
    yield application
    with application.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
