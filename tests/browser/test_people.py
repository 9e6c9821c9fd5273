"""People in a real browser: invited, let in, closed, without script on the narrowest phone; a form that outlives its session."""

import re
import time
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine, update

from app.models import StaffSession
from tests.support.pages import accessibility_faults, new_page, pixels_too_wide
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"])]
NEWCOMER, NEW = "nia@example.com", "clay-cup-and-heron"


def sign_in(page: Page, email: str, password: str) -> None:
    """On the form that is open."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def invitation(site: Site) -> str:
    """The link that was mailed."""
    give_up_at = time.monotonic() + 30
    while not site.smtp.to(NEWCOMER):
        assert time.monotonic() < give_up_at, site.log("worker")
        time.sleep(0.2)
    found = re.search(rf"{re.escape(site.url)}/staff/invitation/[\w-]+", site.smtp.to(NEWCOMER)[0].text())
    assert found
    return found.group()


def run_out(site: Site) -> None:
    """The time of every staff session is over."""
    engine = create_engine(site.database_url)
    with engine.begin() as connection:
        connection.execute(update(StaffSession).values(expires_at=datetime.now(UTC)))
    engine.dispose()


def fits(page: Page) -> bool:
    """Nothing is wider than the screen."""
    return pixels_too_wide(page) <= 0


@pytest.mark.parametrize("screen", ["narrow"])
@pytest.mark.parametrize("javascript", [False])
def test_somebody_is_invited_let_in_and_shut_out_without_script(
    page: Page, live_site: Site, browser: Browser
) -> None:
    page.goto(f"{live_site.url}/staff/people")
    sign_in(page, live_site.owner, live_site.password)
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail address").fill(NEWCOMER)
    page.get_by_label("Name", exact=True).fill("Nia New")
    page.get_by_role("checkbox", name=re.compile("Desk")).check()
    assert fits(page)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("status")).to_contain_text(f"on its way to {NEWCOMER}")
    assert fits(page)
    with new_page(browser, "narrow", javascript=False) as theirs:
        theirs.goto(invitation(live_site))
        assert fits(theirs)
        theirs.get_by_label("Your password").fill(NEW)
        theirs.get_by_label("The same again").fill(NEW)
        theirs.get_by_role("button", name="Save and sign in").click()
        expect(theirs.get_by_role("status").first).to_contain_text("Welcome.")
        page.goto(f"{live_site.url}/staff/people")
        page.get_by_role("link", name="Nia New").click()
        assert fits(page)
        page.get_by_role("button", name="Close the account").click()
        expect(page.get_by_role("status")).to_contain_text("is closed, and signed out everywhere")
        theirs.reload()
        expect(theirs.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_form_outlives_its_session(page: Page, live_site: Site, javascript: bool) -> None:
    page.goto(f"{live_site.url}/staff/settings/practice")
    sign_in(page, live_site.owner, live_site.password)
    page.locator("#about").fill("By the old mill.\nRing twice & wait.")
    run_out(live_site)
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("What you typed is kept; sign in and go on.")).to_be_visible()
    sign_in(page, live_site.owner, live_site.password)
    expect(page.get_by_role("heading", level=1)).to_have_text("What you typed is still here")
    expect(page.get_by_role("heading", level=2)).to_have_text("Save the practice's name and texts")
    assert fits(page)
    assert not javascript or accessibility_faults(page) == []
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#about")).to_have_value("By the old mill.\nRing twice & wait.")
    expect(page.get_by_text("Saved.")).to_be_visible()
