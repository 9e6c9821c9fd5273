"""The whole of it, as people would: booked on the web, read in the mail, moved by the link, seen and done by the desk."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import DEEP, choose_session, fill_in, manage_link, pick_time, proceed
from tests.support.site import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("screen", ["desktop"])
def test_booked_on_the_web_told_by_mail_seen_by_the_desk(live_site: Site, page: Page) -> None:
    choose_session(page, live_site, DEEP)
    pick_time(page)
    fill_in(page)
    proceed(page)
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_text("Your appointment is booked")).to_be_visible()

    link = manage_link(live_site)
    confirmation = live_site.smtp.to("jo@example.com")[0]
    assert "psoas" not in confirmation.subject.lower()
    assert confirmation.message["Auto-Submitted"] == "auto-generated"
    assert confirmation.calendar() is not None
    assert "knee" not in confirmation.text() + confirmation.html()
    page.goto(link)
    page.get_by_role("link", name="Move it").click()
    page.locator(".times .time").first.click()
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("Your appointment is moved.")).to_be_visible()
    reference = page.get_by_text(re.compile(r"[A-Z]{2}-[2-9A-Z]{5}")).first.inner_text()
    reference = re.search(r"[A-Z]{1,4}-[2-9A-Z]{5}", reference).group()  # type: ignore[union-attr]

    page.goto(f"{live_site.url}/staff/appointments/{reference}")
    page.get_by_label("E-mail").fill(live_site.owner)
    page.get_by_label("Password", exact=True).fill(live_site.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Jo Park").first).to_be_visible()
    page.goto(f"{live_site.url}/staff/")
    expect(page.get_by_role("link", name="Book a session")).to_be_visible()
