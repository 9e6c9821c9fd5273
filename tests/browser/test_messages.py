"""The messages' pages in a real browser: accessible, narrow and wide, with the keyboard, on paper."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, select, update

from app.domain.notifications import NO_CLIENT_ADDRESS
from app.models import Appointment, Notification
from tests.browser.walk import (
    LIGHT,
    choose_session,
    enter,
    fill_in,
    heading,
    is_sound,
    is_sound_at_every_width,
    manage_link,
    pick_time,
    proceed,
)
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"])]


def book(page: Page, site: Site) -> None:
    """Jo Park books on the web."""
    choose_session(page, site, LIGHT)
    pick_time(page)
    fill_in(page)
    proceed(page)
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_text("Your appointment is booked")).to_be_visible()


def somebody_to_call(page: Page, site: Site) -> tuple[int, str]:
    """A client without an address whose reminder is due: the message's number and the appointment's reference."""
    book(page, site)
    now = datetime.now(UTC)
    coming = (Appointment.state == "booked", Appointment.starts_at > now + timedelta(hours=3))
    planned = (Notification.audience == "client", Notification.state == "planned")
    wanted = select(Notification.id, Appointment.reference).join(
        Appointment, Appointment.id == Notification.appointment_id
    )
    told = {"state": "skipped", "why": NO_CLIENT_ADDRESS, "due_at": now - timedelta(minutes=1)}
    engine = create_engine(site.database_url)
    with engine.begin() as connection:
        number, reference = connection.execute(wanted.where(*coming, *planned).limit(1)).one()
        connection.execute(update(Notification).where(Notification.id == number).values(told))
    engine.dispose()
    return number, reference


@pytest.mark.parametrize("screen", ["desktop"])
def test_many_messages_and_calls_are_accessible_and_fit(page: Page, live_site: Site) -> None:
    number, reference = somebody_to_call(page, live_site)
    enter(page, live_site)
    for path in (
        "/staff/messages",
        "/staff/messages/calls",
        f"/staff/messages/{number}",
        f"/staff/appointments/{reference}",
    ):
        page.goto(live_site.url + path)
        is_sound_at_every_width(page)


@pytest.mark.parametrize("screen", ["desktop"])
@pytest.mark.parametrize("javascript", [True, False])
def test_a_call_is_found_and_settled_with_the_keyboard(page: Page, live_site: Site) -> None:
    number, _reference = somebody_to_call(page, live_site)
    enter(page, live_site)
    page.get_by_role("link", name="Messages", exact=True).press("Enter")
    heading(page, "Messages")
    page.get_by_role("link", name=re.compile("^Call list")).press("Enter")
    heading(page, "Call list")
    call = page.locator("li.call").filter(has=page.locator(f'a[href="/staff/messages/{number}"]'))
    call.get_by_role("link", name=re.compile("What to say")).press("Enter")
    expect(page.get_by_text("Please call instead")).to_be_visible()
    page.get_by_role("button", name="Called").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("was called")
    expect(page.locator(".heading-row .badge")).to_have_text("called")


@pytest.mark.parametrize("screen", ["desktop"])
def test_the_call_list_on_paper_has_room_for_a_pen_and_no_buttons(page: Page, live_site: Site) -> None:
    somebody_to_call(page, live_site)
    enter(page, live_site)
    page.goto(f"{live_site.url}/staff/messages/calls")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile("^Called"))).to_have_count(0)
    expect(page.get_by_text("Called at").first).to_be_visible()
    expect(page.locator(".call-phone").first).to_be_visible()


@pytest.mark.parametrize("screen", ["desktop"])
def test_a_sent_mail_opens_in_its_own_looks_in_another_tab(page: Page, live_site: Site) -> None:
    book(page, live_site)
    manage_link(live_site)  # waits for the confirmation
    enter(page, live_site)
    page.goto(f"{live_site.url}/staff/messages?state=sent&to=client")
    page.get_by_role("link", name="Confirmation").first.click()
    page.get_by_role("button", name="See it as it was sent").click()
    expect(page.get_by_role("heading", name="As it was sent")).to_be_visible()
    is_sound(page)
    with page.expect_popup() as opened:
        page.get_by_role("button", name=re.compile("In its own looks")).click()
    mail = opened.value
    mail.wait_for_load_state()
    assert mail.url.endswith("/as-sent")
    assert mail.locator("body").inner_text().strip()
