"""A request from the telephone of a client to the end of the session: looked at, changed, agreed to again in the room, done."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import (
    DEEP,
    agree_and_check,
    answer_questions,
    enter,
    fill_in,
    heading,
    is_sound,
    let_its_time_pass,
    manage_link,
    pick_time,
    proceed,
)
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"])]
_REFERENCE = re.compile(r"[A-Z]{1,4}-[2-9A-Z]{5}")


def request_session(page: Page, site: Site) -> str:
    """Weeks ahead, with an answer that somebody has to look at; its reference."""
    page.goto(f"{site.url}/services/{DEEP}")
    page.get_by_role("link", name="Book this session").click()
    page.get_by_role("radio", name=re.compile("I have been before")).first.check()
    proceed(page)
    answer_questions(page, iud="yes")
    pick_time(page)
    fill_in(page)
    agree_and_check(page)
    page.get_by_role("button", name=re.compile("^(Confirm booking|Send my request)")).click()
    expect(page.locator(".ticket")).to_be_visible()
    found = _REFERENCE.search(page.locator(".ticket").inner_text())
    assert found
    return found.group()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_request_is_looked_at_changed_agreed_to_and_done(
    live_site: Site, page: Page, javascript: bool
) -> None:
    reference = request_session(page, live_site)
    expect(page.get_by_text("at the latest")).to_be_visible()
    is_sound(page, javascript)
    link = manage_link(live_site)
    page.goto(link)
    expect(page.get_by_text("at the latest")).to_be_visible()
    is_sound(page, javascript)

    enter(page, live_site)
    expect(page.get_by_text("Jo Park asks for a session: to review")).to_be_visible()
    page.goto(f"{live_site.url}/staff/appointments/{reference}")
    expect(page.get_by_text(re.compile("^To review until"))).to_be_visible()
    is_sound(page, javascript)
    page.get_by_role("button", name="Open the answers before the session").click()
    expect(page.get_by_text("A therapist looks first")).to_be_visible()
    is_sound(page, javascript)
    page.get_by_role("link", name="Accept with a change").click()
    heading(page, "Accept with a change")
    is_sound(page, javascript)
    page.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Accept it so").click()
    expect(page.get_by_text(re.compile("^Accepted: Jo Park has the session"))).to_be_visible()
    is_sound(page, javascript)


def test_a_visit_is_done_once_the_client_was_asked_in_the_room(live_site: Site, page: Page) -> None:
    reference = request_session(page, live_site)
    enter(page, live_site)
    page.goto(f"{live_site.url}/staff/appointments/{reference}")
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_text(re.compile("^Accepted: Jo Park has the session"))).to_be_visible()
    let_its_time_pass(live_site, reference)
    page.goto(f"{live_site.url}/staff/appointments/{reference}")
    expect(page.get_by_role("button", name="Done", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Asked, and agreed").click()
    expect(page.get_by_text("Noted: Jo Park was asked, and agreed.")).to_be_visible()
    is_sound(page)
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.get_by_text("Jo Park is done.")).to_be_visible()
    page.get_by_role("link", name="To what, on the client’s page").click()
    page.get_by_role("button", name=re.compile("^Open what was agreed to")).click()
    expect(page.get_by_text("covered by a sheet")).to_be_visible()
    is_sound(page)


def test_a_client_takes_consent_back_by_thumb_and_agrees_anew(live_site: Site, page: Page) -> None:
    request_session(page, live_site)
    page.goto(manage_link(live_site))
    page.get_by_role("link", name=re.compile("^What we agreed on")).click()
    heading(page, "What we agree on")
    is_sound(page)
    page.get_by_role("button", name="Withdraw my consent").click()
    expect(page.get_by_text("You have not agreed to this")).to_be_visible()
    is_sound(page)
    page.get_by_role("button", name="Agree").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    is_sound(page)
    for area in page.locator("input[type=radio][value=yes]").all():
        area.check()
    for choice in ("covered by a sheet", "stays dressed"):
        page.locator(f"input[value='{choice}']").check()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Agree").click()
    expect(page.get_by_text("You have agreed to this.")).to_be_visible()
