"""Scratch."""
import re
import pytest
from playwright.sync_api import Page
from tests.browser.test_care import add_guides, book_light
from tests.browser.walk import enter
from tests.support.site import Site

@pytest.mark.parametrize("backend", ["sqlite"])
def test_look(live_site: Site, page: Page) -> None:
    link = book_light(page, live_site)
    add_guides(live_site)
    page.clock.install()
    for name, path in (("manage", ""), ("intake", "/intake"), ("part", "/intake/health"), ("guides", "/guides"), ("guide", "/guides/knee-hold")):
        page.goto(link + path)
        page.screenshot(path=f"/tmp/h5-{name}.png", full_page=True)
    page.get_by_role("button", name="Start").click()
    page.clock.run_for(32000)
    page.screenshot(path="/tmp/h5-switch.png", full_page=True)
    page.set_viewport_size({"width": 1200, "height": 800})
    enter(page, live_site)
    for name, path in (("admin-guides", "guides"), ("admin-guide", "guides/knee-hold"), ("admin-edit", "guides/knee-hold/edit")):
        page.goto(f"{live_site.url}/staff/settings/{path}")
        page.screenshot(path=f"/tmp/h5-{name}.png", full_page=True)
    page.goto(f"{live_site.url}/staff/clients/1")
    page.screenshot(path="/tmp/h5-client.png", full_page=True)
