"""The application with a mail server of its own, and a clock that a test sets."""

import pytest

from tests.actions.outbox.sending import Time
from tests.support.rows import make_practice
from tests.support.smtp import Sink


@pytest.fixture
def app_settings(smtp_sink: Sink) -> dict[str, str]:
    """Mail goes to the test's own server."""
    return {"MAIL_PORT": str(smtp_sink.port), "PUBLIC_URL": "https://book.example.com"}


@pytest.fixture
def time(context: None) -> Time:
    """It is Friday morning, and there is a practice."""
    make_practice(therapists=2, rooms=2)
    return Time()
