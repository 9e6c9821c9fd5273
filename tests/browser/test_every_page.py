"""Every page there is, in a real browser: loaded once, looked at in every way, by the bar of docs/ux.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Page

from tests.support.access_table import STAFF, Example, make_example
from tests.support.every_page import Place, every_page, served
from tests.support.looked_at import Looked, looking
from tests.support.rows import NOW
from tests.support.smtp import free_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"]),
    pytest.mark.parametrize("screen", ["desktop"]),
]
_SETTINGS = "/staff/settings"


@dataclass(frozen=True)
class Walk:
    """A browser before every page."""

    example: Example
    url: str
    page: Page
    looked: Looked

    def open(self, place: Place, address: str) -> list[str]:
        """The page as who may see it; without what an earlier page has left."""
        self.page.context.clear_cookies()
        if place.column in STAFF:
            name = self.example.desk.app.config["SESSION_COOKIE_NAME"]
            cookie = {"name": name, "value": self.example.cookies[place.column][0], "url": self.url}
            self.page.context.add_cookies([cookie])  # type: ignore[list-item]
        faults = self.looked.go(self.url + address, place.status)
        if place.status >= 400:  # the browser says so by itself
            self.looked.said[:] = [one for one in self.looked.said if f"status of {place.status}" not in one]
        return faults


@pytest.fixture
def app_settings() -> dict[str, str]:
    """Reached at an address of its own."""
    return {"PUBLIC_URL": f"http://localhost:{free_port()}"}


@pytest.fixture
def walk(app: Flask, tmp_path: Path, page: Page, app_settings: dict[str, str]) -> Iterator[Walk]:
    """The example, on its Friday, at an address that a browser can open."""
    with time_machine.travel(NOW, tick=True):
        example = make_example(app, tmp_path)
        with served(app, int(app_settings["PUBLIC_URL"].rpartition(":")[2])) as url:
            yield Walk(example, url, page, looking(page, cold=True))


def part_of(place: Place) -> str:
    """In which of the tests it is looked at: three processes share them."""
    if place.is_for_clients:
        return "behind a link" if place.column == "the link" else "open"
    return "settings" if place.address.startswith(_SETTINGS) else "staff"


@pytest.mark.parametrize("part", ["open", "behind a link", "staff", "settings"])
def test_every_page_is_for_everyone(walk: Walk, part: str) -> None:
    wrong: dict[str, list[str]] = {}
    for place in [place for place, _ in every_page(walk.example) if part_of(place) == part]:
        faults = walk.open(place, place.address) + walk.looked.faults()
        if place.is_for_clients:
            faults += walk.looked.weight_faults()
            faults += walk.open(place, place.in_language("fr")) + walk.looked.words_faults()
        for fault in faults:
            wrong.setdefault(fault, []).append(place.endpoint)
    assert not wrong, "\n".join(f"{fault}: {', '.join(pages)}" for fault, pages in wrong.items())
