"""Pictures for the documents, all of them anew: `python -m development.screenshots`, some minutes.

It starts demonstrations of its own, books in them and ends them. `--only safety` or `--only tour` takes fewer.
"""

import argparse
import base64
import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from development.browser import FLAGS, ensure
from development.camera import DESK, PHONE, full_day, keep, signed_in
from development.demonstration import NEW, ROOT
from development.demonstrations import running
from development.tour_pictures import beginning, public_pages, settings_pages

_OVERVIEW = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 36px; width: 1482px; background: #f3eee5; display: flex; gap: 36px; align-items: flex-start }}
img {{ display: block; border-radius: 14px; box-shadow: 0 2px 6px #22302b22, 0 12px 40px #22302b22 }}
.phone {{ height: 720px }} .desk {{ height: 720px }}
</style><img class="phone" src="data:image/png;base64,{phone}"><img class="desk" src="data:image/png;base64,{desk}">"""


def main() -> None:
    """Walk through the demonstration and keep a picture of each stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--only", choices=("safety", "tour"), help="nothing but these")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    print("Starting a demonstration for the pictures, which takes a minute ...", flush=True)
    with sync_playwright() as playwright, running() as filled:
        browser = playwright.chromium.launch(executable_path=str(ensure()), args=list(FLAGS))
        if not chosen.only:
            _client(browser, filled["site"], filled["inbox"], chosen.folder)
            _staff(browser, filled["site"], chosen.folder)
            _overview(browser, chosen.folder)
        if chosen.only != "tour":
            _safety(browser, filled["site"], chosen.folder)
        if chosen.only != "safety":
            public_pages(browser, filled["site"], chosen.folder)
            settings_pages(browser, filled["site"], chosen.folder)
            with running(NEW) as new:
                beginning(browser, new["begin"], chosen.folder)
        browser.close()


def _client(browser: Browser, site: str, inbox: str, folder: Path) -> None:
    page = browser.new_page(viewport=PHONE, device_scale_factor=2)
    page.goto(site)
    keep(page, folder, "home")
    page.goto(f"{site}/book/psoas-release")
    page.get_by_role("button", name="Continue").click()
    keep(page, folder, "questions")
    for no in page.locator("input[value=no], input[value=declined]").all():
        no.check()
    page.get_by_role("button", name="See free times").click()
    keep(page, folder, "times")
    page.locator(".times .time").first.click()
    page.get_by_label("Your name").fill("Robin Vale")
    page.get_by_label("E-mail address").fill("robin.vale@example.com")
    keep(page, folder, "details")
    page.get_by_role("button", name="Continue").click()
    _agree(page)
    keep(page, folder, "consent")
    page.get_by_role("button", name="Continue").click()
    keep(page, folder, "check")
    page.get_by_role("button", name="Confirm booking").click()
    keep(page, folder, "done")
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
    keep(page, folder, "mail", full=True)


def _staff(browser: Browser, site: str, folder: Path) -> None:
    page = signed_in(browser, site, DESK)
    keep(page, folder, "today")
    day = full_day(page, site)
    keep(page, folder, "day")
    page.goto(f"{site}/staff/settings/")
    keep(page, folder, "settings")
    page.goto(f"{site}/staff/week/{day}")
    keep(page, folder, "week")
    page.goto(f"{site}/staff/book?day={day}")
    keep(page, folder, "booking")
    page.goto(f"{site}/staff/clients?q=jo+prak")
    page.get_by_role("main").get_by_role("link", name="Jo Park").first.click()
    page.wait_for_load_state()
    keep(page, folder, "client")
    page.goto(f"{site}/staff/numbers")
    keep(page, folder, "numbers")
    page.goto(f"{site}/staff/schedule/{day}/print")
    page.emulate_media(media="print")
    keep(page, folder, "sheet")
    phone = signed_in(browser, site, PHONE)
    phone.goto(f"{site}/staff/schedule/{day}")
    keep(phone, folder, "list")


def _safety(browser: Browser, site: str, folder: Path) -> None:
    """What an alarming answer leads to, and a request that waits for a therapist, its answers open."""
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{site}/book/psoas-release")
    page.get_by_role("button", name="Continue").click()
    for no in page.locator("input[value=no], input[value=declined]").all():
        no.check()
    page.locator("#ask-pulse_pain input[value=yes]").check()
    page.get_by_role("button", name="See free times").click()
    keep(page, folder, "urgent")
    desk = signed_in(browser, site, DESK, scale=1)
    waiting = desk.locator("a", has_text="asks for a session").first  # it may be folded away
    desk.goto(f"{site}{waiting.get_attribute('href')}")
    desk.get_by_role("button", name="Open the answers before the session").click()
    desk.get_by_text("A therapist looks first").wait_for()
    desk.evaluate("window.scrollTo(0, 0)")
    keep(desk, folder, "review")


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
        keep(page, folder, "overview")


if __name__ == "__main__":
    main()
