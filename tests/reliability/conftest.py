"""Fixtures of the proofs about the booking core."""

from collections.abc import Iterator

import pytest

from tests.support.arena import Arena, arena
from tests.support.databases import BACKENDS


@pytest.fixture(scope="session", params=BACKENDS)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """One practice and its server for all proofs that leave it as it was; each test takes days of its own."""
    folder = tmp_path_factory.mktemp("arena")
    with arena(str(request.param), folder, module="tests.support.numbered_wsgi:app") as made:
        yield made
