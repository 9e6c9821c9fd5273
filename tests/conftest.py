"""Fixtures: real databases, a real mail server, the real program, a real browser."""

import gc
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, Page

from tests.support import application, compiled, forked, kept, postgres, run
from tests.support.databases import BACKENDS, fresh
from tests.support.pages import keep_picture, new_page, running_browser
from tests.support.site import Site, running_site
from tests.support.smtp import Sink, running_sink

DEFAULT_CLINIC = "kneaded-tranquility"
ARTIFACTS = run.ROOT / ".artifacts"

# The gate finds the same examples every time; `--hypothesis-profile=explore` looks for new ones.
hypothesis_settings.register_profile("gate", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis_settings.load_profile("gate")

_TESTS = Path(__file__).resolve().parent
_LONGEST = ("browser", "reliability", "worker")

_failed = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """The process that people started makes the run's folder; its workers inherit it."""
    if not hasattr(config, "workerinput"):
        folder = run.begin()
        config.option.basetemp = config.option.basetemp or folder / "tmp"
    compiled.share()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Each process ends what is its own, and the first one what the run shared."""
    forked.stop()
    kept.end()
    if not hasattr(config, "workerinput"):
        postgres.stop()
        run.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: else one worker would still be at them when the other has nothing left to do."""
    items.sort(key=lambda item: item.path.relative_to(_TESTS).parts[0] not in _LONGEST)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is imported by now stays to the end: nobody looks through it for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


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
    """A migrated database as good as new, empty or with the practice that the test's mark `clinic` names; `filled` if so marked."""
    mark = request.node.get_closest_marker("clinic")
    default = DEFAULT_CLINIC if "live_site" in request.fixturenames else None
    clinic = mark.args[0] if mark else default
    filled = request.node.get_closest_marker("filled") is not None
    with fresh(backend, clinic, filled=filled) if clinic else kept.emptied(backend) as address:
        yield address
    if request.node.stash.get(_failed, False):
        kept.forget()


@pytest.fixture
def app_settings() -> dict[str, str]:
    """Settings by name that the tests of a file want otherwise."""
    return {}


@pytest.fixture
def app(
    database_url: str, tmp_path: Path, app_settings: dict[str, str], request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """The application on that database, as good as new."""
    alone = any(request.node.get_closest_marker(name) for name in ("clinic", "own_app"))
    lent = application.fresh_app if alone else application.kept_app
    with lent(database_url, tmp_path, **app_settings) as made:
        yield made
    if request.node.stash.get(_failed, False):
        application.forget()


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
