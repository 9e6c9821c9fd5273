"""The fixture of the browser tests: the real program, a practice loaded, and a browser that can see it."""

import pytest
from playwright.sync_api import Page

from tests.support.site import Site


@pytest.mark.browser
def test_the_real_program_shows_its_practice_and_survives_a_kill(live_site: Site, page: Page) -> None:
    page.goto(live_site.url)
    assert "Kneaded Tranquility" in page.content()
    live_site.kill("web")
    live_site.start("web")
    live_site.wait_until_alive()
    answer = page.goto(f"{live_site.url}/staff/login")
    assert answer is not None
    assert answer.status == 200
    assert live_site.processes["worker"].poll() is None, live_site.log("worker")
