"""Pictures for the documents, taken from the running demonstration (`make run` in another window, then this).

python -m development.screenshots --site http://127.0.0.1:8000 --inbox http://127.0.0.1:8001 [--only safety]
"""

import argparse
import base64
import re
import tempfile
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from development.browser import FLAGS, ensure
from development.demonstration import OWNER, PASSWORD, ROOT
from development.small_pictures import smaller

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1360, "height": 880}
_OVERVIEW = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 36px; width: 1482px; background: #f3eee5; display: flex; gap: 36px; align-items: flex-start }}
img {{ display: block; border-radius: 14px; box-shadow: 0 2px 6px #22302b22, 0 12px 40px #22302b22 }}
.phone {{ height: 720px }} .desk {{ height: 720px }}
</style><img class="phone" src="data:image/png;base64,{phone}"><img class="desk" src="data:image/png;base64,{desk}">"""


def main() -> None:
    """Walk through the demonstration and keep a picture of each stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", default="http://127.0.0.1:8000")
    parser.add_argument("--inbox", default="http://127.0.0.1:8001")
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--only", choices=("safety",), help="nothing but these")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(ensure()), args=list(FLAGS))
        if not chosen.only:
            _client(browser, chosen.site, chosen.inbox, chosen.folder)
            _staff(browser, chosen.site, chosen.folder)
            _overview(browser, chosen.folder)
        _safety(browser, chosen.site, chosen.folder)
        browser.close()


def _client(browser: Browser, site: str, inbox: str, folder: Path) -> None:
    page = browser.new_page(viewport=PHONE, device_scale_factor=2)
    page.goto(site)
    _keep(page, folder, "home")
    page.goto(f"{site}/book/psoas-release")
    page.get_by_role("button", name="Continue").click()
    _keep(page, folder, "questions")
    for no in page.locator("input[value=no], input[value=declined]").all():
        no.check()
    page.get_by_role("button", name="See free times").click()
    _keep(page, folder, "times")
    page.locator(".times .time").first.click()
    page.get_by_label("Your name").fill("Robin Vale")
    page.get_by_label("E-mail address").fill("robin.vale@example.com")
    _keep(page, folder, "details")
    page.get_by_role("button", name="Continue").click()
    _agree(page)
    _keep(page, folder, "consent")
    page.get_by_role("button", name="Continue").click()
    _keep(page, folder, "check")
    page.get_by_role("button", name="Confirm booking").click()
    _keep(page, folder, "done")
    _mail(browser, inbox, folder)


def _agree(page: Page) -> None:
    for choice in ("yes", "covered by a sheet", "stays dressed"):
        for answer in page.locator(f"input[value='{choice}']").all():
            answer.check()
    page.get_by_role("checkbox", name=re.compile("^I have read this")).check()


def _mail(browser: Browser, inbox: str, folder: Path) -> None:
    page = browser.new_page(viewport={"width": 760, "height": 900}, device_scale_factor=2)
    page.goto(inbox)
    for _ in range(40):
        if page.get_by_text("robin.vale@example.com").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_role("link").filter(has_text=re.compile("robin.vale|Your appointment")).first.click()
    page.wait_for_load_state()
    page.goto(f"{page.url.rstrip('/')}/html")
    _keep(page, folder, "mail", full=True)


def _staff(browser: Browser, site: str, folder: Path) -> None:
    page = _signed_in(browser, site, DESK)
    _keep(page, folder, "today")
    day = _full_day(page, site)
    _keep(page, folder, "day")
    page.goto(f"{site}/staff/settings/")
    _keep(page, folder, "settings")
    page.goto(f"{site}/staff/week/{day}")
    _keep(page, folder, "week")
    page.goto(f"{site}/staff/book?day={day}")
    _keep(page, folder, "booking")
    page.goto(f"{site}/staff/clients?q=jo+prak")
    page.get_by_role("main").get_by_role("link", name="Jo Park").first.click()
    page.wait_for_load_state()
    _keep(page, folder, "client")
    page.goto(f"{site}/staff/numbers")
    _keep(page, folder, "numbers")
    page.goto(f"{site}/staff/schedule/{day}/print")
    page.emulate_media(media="print")
    _keep(page, folder, "sheet")
    phone = _signed_in(browser, site, PHONE)
    phone.goto(f"{site}/staff/schedule/{day}")
    _keep(phone, folder, "list")


def _safety(browser: Browser, site: str, folder: Path) -> None:
    """What an alarming answer leads to, and a request that waits for a therapist, its answers open."""
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{site}/book/psoas-release")
    page.get_by_role("button", name="Continue").click()
    for no in page.locator("input[value=no], input[value=declined]").all():
        no.check()
    page.locator("#ask-pulse_pain input[value=yes]").check()
    page.get_by_role("button", name="See free times").click()
    _keep_small(page, folder, "urgent")
    desk = _signed_in(browser, site, DESK, scale=1)
    waiting = desk.locator("a", has_text="asks for a session").first  # it may be folded away
    desk.goto(f"{site}{waiting.get_attribute('href')}")
    desk.get_by_role("button", name="Open the answers before the session").click()
    desk.get_by_text("A therapist looks first").wait_for()
    desk.evaluate("window.scrollTo(0, 0)")
    _keep_small(desk, folder, "review")


def _signed_in(browser: Browser, site: str, viewport: ViewportSize, *, scale: int = 2) -> Page:
    page = browser.new_page(viewport=viewport, device_scale_factor=scale)
    page.goto(f"{site}/staff/login")
    page.get_by_label("E-mail").fill(OWNER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()
    return page


def _full_day(page: Page, site: str) -> str:
    """The fullest of the days ahead, which the page then shows."""
    sessions: dict[str, int] = {}
    for ahead in range(1, 8):
        day = (date.today() + timedelta(days=ahead)).isoformat()  # noqa: DTZ011 - any of the days will do
        page.goto(f"{site}/staff/schedule/{day}")
        sessions[day] = page.locator("article.card").count()
    fullest = max(sessions, key=sessions.__getitem__)
    page.goto(f"{site}/staff/schedule/{fullest}")
    return fullest


def _overview(browser: Browser, folder: Path) -> None:
    pictures = {
        name: base64.b64encode((folder / f"{file}.png").read_bytes()).decode()
        for name, file in (("phone", "times"), ("desk", "day"))
    }
    with tempfile.TemporaryDirectory() as scratch:
        sheet = Path(scratch) / "overview.html"
        sheet.write_text(_OVERVIEW.format(**pictures), "utf-8")
        page = browser.new_page(viewport={"width": 1554, "height": 792})
        page.goto(sheet.as_uri())
        page.screenshot(path=folder / "overview.png")


def _keep(page: Page, folder: Path, name: str, *, full: bool = False) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=full)


def _keep_small(page: Page, folder: Path, name: str) -> None:
    (folder / f"{name}.png").write_bytes(smaller(page.screenshot()))


if __name__ == "__main__":
    main()
