"""The whole of it, as people would: booked on the web, read in the mail, moved by the link, seen and done by the desk."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.walk import (
    DEEP,
    agree_and_check,
    choose_session,
    fill_in,
    let_its_time_pass,
    manage_link,
    pick_time,
    sign_in,
)
from tests.support.site import Site

pytestmark = pytest.mark.browser
_REFERENCE = re.compile(r"[A-Z]{1,4}-[2-9A-Z]{5}")


def practice(name: str, slug: str = DEEP, backend: str = "sqlite") -> object:
    """A practice, its session that goes deepest, and the database it runs on."""
    return pytest.param(slug, backend, marks=pytest.mark.clinic(name), id=f"{name}-{backend}")


@pytest.mark.parametrize("screen", ["desktop"])
@pytest.mark.parametrize(
    ("slug", "backend"),
    [
        practice("kneaded-tranquility", backend="postgresql"),
        practice("a-better-body-massage"),
        practice("punchiit"),
        practice("jacqueline-kane", "psoas-session"),
    ],
)
def test_booked_on_the_web_told_by_mail_seen_and_done_by_the_desk(
    live_site: Site, page: Page, slug: str
) -> None:
    choose_session(page, live_site, slug)
    pick_time(page)
    fill_in(page)
    agree_and_check(page)
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_text("Your appointment is booked")).to_be_visible()
    reference = _moved_by_the_link_in_the_mail(live_site, page)

    page.goto(f"{live_site.url}/staff/appointments/{reference}")
    sign_in(page, live_site)
    expect(page.get_by_role("heading", level=1, name="Jo Park")).to_be_visible()
    page.get_by_role("link", name="The day", exact=True).click()
    expect(page).to_have_url(re.compile(r"/staff/schedule/\d{4}-\d\d-\d\d"))
    expect(_card(page)).to_contain_text("booked")
    _card(page).get_by_role("link", name="Jo Park").click()
    expect(page.get_by_text(reference).first).to_be_visible()

    let_its_time_pass(live_site, reference)
    page.reload()
    page.get_by_role("link", name="The day", exact=True).click()
    expect(page.get_by_text("How did it go with Jo Park?")).to_be_visible()
    _card(page).get_by_role("button", name="Asked, agreed").click()
    _card(page).get_by_role("button", name="Done").click()
    expect(page.get_by_text("Jo Park is done.")).to_be_visible()
    expect(_card(page)).to_contain_text("done")
    page.get_by_role("button", name="Undo: Jo Park is done.").click()
    expect(page.get_by_text("Taken back: Jo Park is booked again.")).to_be_visible()
    expect(_card(page)).to_contain_text("unresolved")


def _moved_by_the_link_in_the_mail(site: Site, page: Page) -> str:
    """Reads the confirmation and moves the appointment; answers its reference."""
    page.goto(manage_link(site))
    confirmation = site.smtp.to("jo@example.com")[0]
    assert "psoas" not in confirmation.subject.lower()
    assert confirmation.message["Auto-Submitted"] == "auto-generated"
    assert confirmation.calendar() is not None
    assert "knee" not in confirmation.text() + confirmation.html()
    page.get_by_role("link", name="Move it").click()
    page.locator(".times .time").first.click()
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("Your appointment is moved.")).to_be_visible()
    found = _REFERENCE.search(page.get_by_text(_REFERENCE).first.inner_text())
    assert found
    return found.group()


def _card(page: Page) -> Locator:
    """The client's card on the schedule."""
    return page.get_by_role("article").filter(has_text="Jo Park")
