"""Numbers, audit log, calendar addresses and the day sheet in a real browser: accessible, narrow and wide, on paper, without scripts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import (
    LIGHT,
    choose_session,
    fill_in,
    heading,
    is_sound,
    is_sound_at_every_width,
    pick_time,
    proceed,
)
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"])]


def sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/staff/login")
    page.get_by_label("E-mail").fill(site.owner)
    page.get_by_label("Password", exact=True).fill(site.password)
    page.locator("main button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/staff/$"))


def book(page: Page, site: Site) -> None:
    choose_session(page, site, LIGHT)
    pick_time(page)
    fill_in(page)
    proceed(page)
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_text("Your appointment is booked")).to_be_visible()


def far_ahead() -> str:
    """A range in which what was just booked lies."""
    today = datetime.now(UTC).date()
    return f"from={today}&until={today + timedelta(days=80)}"


@pytest.mark.parametrize("screen", ["desktop"])
def test_figures_and_the_day_sheet_are_accessible_and_fit(page: Page, live_site: Site) -> None:
    book(page, live_site)
    sign_in(page, live_site)
    day = datetime.now(UTC).date() + timedelta(days=1)
    for path in (
        f"/staff/numbers?{far_ahead()}&every=day",
        f"/staff/schedule/{day}/print",
    ):
        page.goto(live_site.url + path)
        is_sound_at_every_width(page)


@pytest.mark.parametrize("screen", ["desktop"])
def test_no_column_of_a_table_is_out_of_sight_without_a_word(page: Page, live_site: Site) -> None:
    book(page, live_site)
    sign_in(page, live_site)
    more = page.get_by_text("More columns: scroll the table sideways.")
    page.set_viewport_size({"width": 1280, "height": 900})
    for every in ("day", "month"):
        page.goto(f"{live_site.url}/staff/numbers?{far_ahead()}&every={every}")
        wraps = page.locator(".numbers .table-wrap").all()
        assert len(wraps) > 5
        for wrap in wraps:
            assert wrap.evaluate("one => one.scrollWidth <= one.clientWidth"), wrap.get_attribute(
                "aria-label"
            )
        assert not any(one.is_visible() for one in more.all())
    page.set_viewport_size({"width": 360, "height": 800})
    for wrap in wraps:
        if wrap.evaluate("one => one.scrollWidth > one.clientWidth + 30"):
            expect(wrap.locator("xpath=preceding-sibling::p[contains(., 'sideways')]")).to_be_visible()


@pytest.mark.parametrize("screen", ["desktop"])
@pytest.mark.parametrize("javascript", [True, False])
def test_numbers_are_narrowed_and_taken_away(page: Page, live_site: Site) -> None:
    book(page, live_site)
    sign_in(page, live_site)
    page.get_by_role("link", name="Numbers", exact=True).press("Enter")
    heading(page, "Numbers")
    today = datetime.now(UTC).date()
    page.get_by_label("From", exact=True).fill(today.isoformat())
    page.get_by_label("Until", exact=True).fill((today + timedelta(days=80)).isoformat())
    page.get_by_label("By", exact=True).select_option("month")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page).to_have_url(re.compile("every=month"))
    section = page.get_by_role("region", name="Utilisation", exact=True)
    expect(section.get_by_role("img", name=re.compile("^Utilisation: "))).to_be_visible()
    expect(section.locator("tfoot")).to_contain_text("1")
    with page.expect_download() as taken:
        section.get_by_role("link", name=re.compile("spreadsheet")).click()
    assert taken.value.suggested_filename.startswith("utilisation-")


@pytest.mark.parametrize("screen", ["desktop"])
def test_a_calendar_address_is_made_used_and_ended(page: Page, live_site: Site) -> None:
    sign_in(page, live_site)
    page.goto(f"{live_site.url}/staff/feeds")
    page.get_by_label("Name", exact=True).fill("My telephone")
    page.get_by_role("button", name="Make an address").click()
    address = page.get_by_label("The address", exact=True).input_value()
    is_sound(page)
    assert page.request.get(address).text().startswith("BEGIN:VCALENDAR")
    page.get_by_role("button", name=re.compile("^End the address My telephone")).click()
    expect(page.get_by_text("has ended")).to_be_visible()
    assert page.request.get(address).status == 404


@pytest.mark.parametrize("screen", ["desktop"])
def test_the_sheet_on_paper_is_one_page_a_therapist_and_nothing_else(page: Page, live_site: Site) -> None:
    sign_in(page, live_site)
    day = datetime.now(UTC).date() + timedelta(days=2)
    page.goto(f"{live_site.url}/staff/schedule/{day}/print")
    sheets = page.locator(".day-sheet").count()
    page.emulate_media(media="print")
    for gone in ("header", "footer", ".heading-row", ".back-link", ".demo"):
        for found in page.locator(gone).all():
            expect(found).to_be_hidden()
    printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == max(sheets, 1)
