"""What a client does on the pages, step by step."""

import re
import time

from playwright.sync_api import Page, expect

from tests.support.pages import accessibility_faults
from tests.support.site import Site

DEEP, LIGHT = "psoas-release", "deep-tissue"
NOTE = "An old knee injury.\nLeft side, please go easy."


def heading(page: Page, words: str) -> None:
    """The page has arrived, and is the one with that heading."""
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()


def is_sound(page: Page, javascript: bool = True) -> None:
    """Nothing for axe to find (it needs scripts), nothing wider than the screen, one heading of the first level."""
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{page.url} is {wider} px too wide"
    assert page.locator("h1").count() == 1, page.url
    if javascript:
        assert accessibility_faults(page) == [], page.url


def pick_time(page: Page, day: int = 8, time_of_day: int = 2) -> None:
    """A day well beyond every deadline, then one of its times."""
    page.get_by_role("link", name=re.compile("^[A-Z][a-z]{2}$")).last.click()  # the next month
    expect(page.get_by_role("link", name=re.compile("^[A-Z][a-z]{2}$"))).to_have_count(2)
    page.locator("a.date-open").nth(day).click()
    expect(page.locator(".times .time").first).to_be_visible()
    page.locator(".times .time").nth(time_of_day).click()


def choose_session(page: Page, site: Site, slug: str, *, therapist: str | None = None) -> None:
    """From the service's page to the times, as somebody who has been there before."""
    page.goto(f"{site.url}/services/{slug}")
    page.get_by_role("link", name="Book this session").click()
    page.get_by_role("link", name=re.compile("I have been before")).click()
    heading(page, "How long, and with whom?" if slug == DEEP else "With whom?")
    if therapist:
        page.get_by_role("radio", name=therapist).check()
    page.get_by_role("button", name="See free times").click()
    heading(page, "When suits you?")


def fill_in(page: Page, name: str = "Jo Park") -> None:
    """The details, without sending them."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill("jo@example.com")
    page.get_by_label("Anything your therapist should know").fill(NOTE)


def proceed(page: Page) -> None:
    """The visible button that goes on."""
    page.get_by_role("button", name="Continue").click()


def manage_link(site: Site) -> str:
    """The link in the confirmation that the client got."""
    give_up_at = time.monotonic() + 30
    while not site.smtp.to("jo@example.com"):
        assert time.monotonic() < give_up_at, f"no confirmation:\n{site.log('worker')}"
        time.sleep(0.2)
    found = re.search(rf"{re.escape(site.url)}/appointment/[\w.-]+", site.smtp.to("jo@example.com")[0].text())
    assert found, site.smtp.to("jo@example.com")[0].text()
    return found.group()
