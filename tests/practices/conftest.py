"""The application on a real practice's file, with a mail server of its own."""

import pytest
from flask import Flask

from tests.support.smtp import Sink


@pytest.fixture
def app_settings(smtp_sink: Sink) -> dict[str, str]:
    """Mail goes to the test's own server."""
    return {"MAIL_PORT": str(smtp_sink.port)}


@pytest.fixture
def app(app: Flask) -> Flask:
    """Its forms need no token."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app
