"""On a site of another origin: the button leads to us, the frame shows days and times and grows, and only where it may."""

import http.server
import re
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import LIGHT, enter, heading, is_sound_at_every_width
from tests.support.pages import accessibility_faults
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"])]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture
def other_site(live_site: Site, tmp_path: Path) -> Iterator[str]:
    """A practice's own site, at another port."""
    (tmp_path / "index.html").write_text(
        f"""<!doctype html><html lang="en"><title>Our own site</title><h1>Our own site</h1>
        <p><a href="{live_site.url}/book" data-stillpoint="button" data-service="{LIGHT}" data-src="own-page">Book now</a></p>
        <div data-stillpoint="frame"><a href="{live_site.url}/book">Book a session</a></div>
        <script src="{live_site.url}/embed.js" async></script>""",
        "utf-8",
    )
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def allow(page: Page, site: Site, origin: str) -> None:
    """The owner names the other site."""
    enter(page, site)
    page.goto(f"{site.url}/staff/settings/embed")
    page.locator("#origins").fill(f"{origin}/")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")


@pytest.mark.filled
def test_the_frame_shows_times_grows_and_leads_to_a_booking(
    page: Page, live_site: Site, other_site: str
) -> None:
    allow(page, live_site, other_site)
    page.context.clear_cookies()
    page.goto(other_site)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Which session would you like?")
    page.wait_for_function("document.querySelector('iframe').style.height.endsWith('px')")
    first = page.locator("iframe").bounding_box()
    frame.locator(f'a[href*="/embed/{LIGHT}"]').first.click()
    frame.get_by_role("link", name=re.compile("minutes")).last.click()
    expect(frame.locator("a.time").first).to_be_visible()
    page.wait_for_timeout(300)
    second = page.locator("iframe").bounding_box()
    assert first is not None
    assert second is not None
    assert first["height"] != second["height"]
    inside = page.frames[1]
    assert inside.evaluate("document.documentElement.scrollHeight - innerHeight") <= 1
    assert page.context.cookies() == []
    frame.locator("a.time").nth(3).click()
    page.wait_for_url(f"{live_site.url}/book/{LIGHT}/picked*")
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Take this time").click()
    expect(page).to_have_url(re.compile(f"/book/{LIGHT}/details/"))


@pytest.mark.filled
def test_where_the_frame_may_not_be_shown_the_link_comes_back(
    page: Page, live_site: Site, other_site: str
) -> None:
    page.goto(other_site)
    expect(page.locator("iframe")).to_have_count(1)
    expect(page.get_by_role("link", name="Book a session")).to_be_visible(timeout=15_000)
    expect(page.locator("iframe")).to_have_count(0)


@pytest.mark.filled
def test_the_button_wears_our_colour_and_leads_to_the_session_it_names(
    page: Page, live_site: Site, other_site: str
) -> None:
    page.goto(other_site)
    button = page.get_by_role("link", name="Book now")
    expect(button).to_have_css("background-color", "rgb(44, 103, 83)")
    button.click()
    page.wait_for_url(f"{live_site.url}/book/{LIGHT}?src=own-page")
    heading(page, re.compile("first visit"))


@pytest.mark.filled
@pytest.mark.parametrize("screen", ["narrow", "desktop"])
def test_pages_for_frames_are_accessible_and_fit(page: Page, live_site: Site) -> None:
    for path in ("/embed/", f"/embed/{LIGHT}", f"/embed/{LIGHT}?visit=returning&minutes=60", "/book"):
        answer = page.goto(f"{live_site.url}{path}")
        assert answer is not None
        assert answer.status == 200, path
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, path
        assert accessibility_faults(page) == [], path


@pytest.mark.parametrize("screen", ["desktop"])
def test_what_the_owner_sets_is_accessible_and_fits(page: Page, live_site: Site) -> None:
    enter(page, live_site)
    for path in ("", "embed", "try-out"):
        page.goto(f"{live_site.url}/staff/settings/{path}")
        is_sound_at_every_width(page)
