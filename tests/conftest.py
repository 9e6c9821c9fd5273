"""Fixtures: real databases, a real mail server, the real program, a real browser."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, Page

from app.extensions import db
from app.factory import create_app
from config import Settings
from tests.support import postgres, run
from tests.support.databases import BACKENDS, fresh
from tests.support.pages import keep_picture, new_page, running_browser
from tests.support.settings import settings
from tests.support.site import Site, running_site
from tests.support.smtp import Sink, running_sink

DEFAULT_CLINIC = "kneaded-tranquility"
ARTIFACTS = run.ROOT / ".artifacts"

# The gate finds the same examples every time; `--hypothesis-profile=explore` looks for new ones.
hypothesis_settings.register_profile("gate", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis_settings.load_profile("gate")

_failed = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """The process that people started makes the run's folder; its workers inherit it."""
    if not hasattr(config, "workerinput"):
        run.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The same process ends what the run shared."""
    if not hasattr(config, "workerinput"):
        postgres.stop()
        run.end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remembers that a test failed, so that its page leaves a picture."""
    report = yield
    item.stash[_failed] = item.stash.get(_failed, False) or report.failed
    return report


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database; a test that needs only one says parametrize("backend", ["sqlite"])."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh migrated database, empty or with the practice that the test's mark `clinic` names."""
    mark = request.node.get_closest_marker("clinic")
    default = DEFAULT_CLINIC if "live_site" in request.fixturenames else None
    with fresh(backend, mark.args[0] if mark else default) as address:
        yield address


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh database."""
    queue = f"sqlite:///{tmp_path / 'queue.db'}"
    chosen = Settings.from_environment(settings(database_url, QUEUE_URL=queue))
    application = create_app(replace(chosen, testing=True))
    yield application
    with application.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a window: sends requests to the application."""
    return app.test_client()


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """An application context, for what works on the database without a request."""
    with app.app_context():
        yield


@pytest.fixture
def smtp_sink() -> Iterator[Sink]:
    """A real mail server of the test's own."""
    with running_sink() as sink:
        yield sink


@pytest.fixture
def live_site(database_url: str, smtp_sink: Sink, tmp_path: Path) -> Iterator[Site]:
    """The real program with a practice loaded: web server, worker, mail server."""
    with running_site(database_url, smtp_sink, tmp_path) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser per worker."""
    with running_browser() as started:
        yield started


@pytest.fixture
def screen() -> str:
    """How large the page is; parametrize("screen", ["phone", "desktop"]) looks at both."""
    return "phone"


@pytest.fixture
def javascript() -> bool:
    """Whether scripts run; parametrize("javascript", [True, False]) proves that they need not."""
    return True


@pytest.fixture
def page(browser: Browser, screen: str, javascript: bool, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in a real browser; a failing test leaves its picture in .artifacts/."""
    with new_page(browser, screen, javascript) as opened:
        yield opened
        if request.node.stash.get(_failed, False):
            name = "".join(sign if sign.isalnum() else "-" for sign in request.node.nodeid)
            keep_picture(opened, ARTIFACTS / name[-150:])
