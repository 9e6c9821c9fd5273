"""The client's answers in a real browser, on a telephone: confirm, can't come, how it feels, how to be written to."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from app.actions.consenting import tick_verbal
from app.actions.day import Click, Marked, mark_completed
from app.domain.appointments import Actor
from app.extensions import db
from app.factory import create_app
from app.links import manage_token, stop_token
from app.store.appointments import find_by_reference
from config import Settings
from tests.browser.walk import (
    DEEP,
    agree_and_check,
    choose_session,
    fill_in,
    follow,
    heading,
    is_sound,
    let_its_time_pass,
    manage_link,
    pick_time,
    tab_to,
)
from tests.support.site import Site

pytestmark = pytest.mark.browser
TELEPHONE: ViewportSize = {"width": 390, "height": 844}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
_REFERENCE = re.compile(r"[A-Z]{1,4}-[2-9A-Z]{5}")


def book_one(page: Page, site: Site) -> str:
    """A session weeks ahead, whose mails say only when and where; answers its reference."""
    choose_session(page, site, DEEP)
    pick_time(page)
    fill_in(page)
    page.get_by_role("radio", name="Only when and where").check()
    agree_and_check(page)
    expect(page.get_by_text("Say only when and where")).to_be_visible()
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_text("Your appointment is booked")).to_be_visible()
    found = _REFERENCE.search(page.locator(".ticket").inner_text())
    assert found
    return found.group()


def give_session(site: Site, reference: str) -> tuple[str, str]:
    """The session took place yesterday and is marked as done; answers the paths of its manage link and its stop link."""
    let_its_time_pass(site, reference)
    app = create_app(Settings.from_environment(site.settings))
    with app.app_context():
        row = find_by_reference(reference)
        assert row is not None
        now, desk = datetime.now(UTC), Actor("staff", "desk@example.com")
        ticked = tick_verbal(Click(row.id, row.row_version, desk), now)
        assert isinstance(ticked, Marked)
        assert isinstance(mark_completed(Click(row.id, ticked.row_version, desk), now), Marked)
        paths = (
            f"/appointment/{manage_token(row.public_id, 1)}",
            f"/messages/stop/{stop_token(row.public_id)}",
        )
        db.session.remove()
        db.engine.dispose()
    return paths


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    ("size", "javascript"), [(TELEPHONE, True), (NARROWEST, False)], ids=["390px", "320px without scripts"]
)
def test_a_client_answers_by_thumb(live_site: Site, page: Page, javascript: bool, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    reference = book_one(page, live_site)
    link = manage_link(live_site)

    page.goto(f"{link}/confirm")
    heading(page, "Will you be there?")
    is_sound(page, javascript)
    page.get_by_role("button", name="I'll be there").click()
    expect(page.get_by_text("You have told us that you will be there.")).to_be_visible()
    is_sound(page, javascript)

    follow(page, "link", "I am ill", "You can't come?", javascript)
    page.get_by_role("button", name="Find another time").click()
    heading(page, "Move it to when?")
    expect(page.get_by_text("Thank you for telling us.")).to_be_visible()
    page.locator(".times .time").first.click()
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("Your appointment is moved.")).to_be_visible()

    page.get_by_role("link", name=re.compile("Your messages")).click()
    heading(page, "Your messages")
    expect(page.get_by_role("radio", name="Only when and where")).to_be_checked()
    is_sound(page, javascript)
    page.get_by_role("radio", name="Everything").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    _answers_after_the_session(live_site, page, reference, javascript)


def _answers_after_the_session(site: Site, page: Page, reference: str, javascript: bool) -> None:
    manage, stop = give_session(site, reference)
    page.goto(site.url + manage)
    is_sound(page, javascript)
    follow(page, "link", "Tell us how you feel", "How do you feel since your session?", javascript)
    follow(page, "button", "I feel about the same", "Thank you", javascript)
    page.get_by_role("link", name="Answer again").click()
    page.get_by_role("button", name="I need help").click()
    heading(page, "Thank you for telling us")
    expect(page.get_by_role("heading", name="What to do now")).to_be_visible()
    is_sound(page, javascript)

    page.goto(site.url + stop)
    heading(page, "Stop messages after sessions?")
    is_sound(page, javascript)
    follow(page, "button", "Stop them", "No more messages after sessions", javascript)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_keyboard_confirms_and_answers(live_site: Site, page: Page) -> None:
    reference = book_one(page, live_site)
    page.goto(f"{manage_link(live_site)}/confirm")
    tab_to(page, "I'll be there")
    expect(page.get_by_text("You have told us that you will be there.")).to_be_visible()
    tab_to(page, "I am ill")
    heading(page, "You can't come?")
    tab_to(page, "Find another time", press=None)
    manage, _ = give_session(live_site, reference)
    page.goto(f"{live_site.url}{manage}/check-in")
    tab_to(page, "I feel worse")
    heading(page, "Thank you for telling us")
