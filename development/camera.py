"""Pictures of pages: how large they are, how they are kept, and whoever signs in for them."""

from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from development.demonstration import OWNER, PASSWORD
from development.small_pictures import smaller

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1360, "height": 880}


def keep(page: Page, folder: Path, name: str, *, full: bool = False) -> None:
    """What the page shows now, or all of it, in few colours."""
    page.wait_for_load_state("networkidle")
    (folder / f"{name}.png").write_bytes(smaller(page.screenshot(full_page=full, animations="disabled")))


def keep_from(page: Page, folder: Path, name: str, first: str) -> None:
    """What the window shows once this part of the page has been scrolled to its top."""
    page.locator(first).first.evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 24)")
    keep(page, folder, name)


def signed_in(
    browser: Browser, site: str, viewport: ViewportSize, *, scale: int = 2, locale: str = "en-US"
) -> Page:
    """A window of the demonstration's owner."""
    page = browser.new_page(viewport=viewport, device_scale_factor=scale, locale=locale)
    page.goto(f"{site}/staff/login")
    page.locator("input[name=email]").fill(OWNER)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()
    return page


def full_day(page: Page, site: str) -> str:
    """The fullest of the days ahead, which the page then shows."""
    sessions: dict[str, int] = {}
    for ahead in range(1, 8):
        day = (date.today() + timedelta(days=ahead)).isoformat()  # noqa: DTZ011 - any of the days will do
        page.goto(f"{site}/staff/schedule/{day}")
        sessions[day] = page.locator("article.card").count()
    fullest = max(sessions, key=sessions.__getitem__)
    page.goto(f"{site}/staff/schedule/{fullest}")
    return fullest
