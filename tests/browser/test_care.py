"""The intake form and the guides for at home, in a real browser: from a telephone, by keyboard, without scripts, with a clock that is set."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from app.extensions import db
from app.factory import create_app
from app.store.transactions import transaction
from config import Settings
from tests.browser.walk import (
    LIGHT,
    choose_session,
    enter,
    fill_in,
    follow,
    heading,
    is_sound,
    is_sound_at_every_width,
    manage_link,
    pick_time,
    proceed,
    tab_to,
)
from tests.support.guides import a_guide
from tests.support.site import Site

pytestmark = pytest.mark.browser
NARROWEST: ViewportSize = {"width": 320, "height": 640}


def book_light(page: Page, site: Site) -> str:
    """A light session weeks ahead; answers the link that the client got."""
    choose_session(page, site, LIGHT)
    pick_time(page)
    fill_in(page)
    proceed(page)
    heading(page, "Check your answers")
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_text("Your appointment is booked")).to_be_visible()
    return manage_link(site)


def add_guides(site: Site) -> None:
    """A hold of half a minute a side, and one that may last longer; both approved."""
    app = create_app(Settings.from_environment(site.settings))
    now = datetime.now(UTC)
    longer = [{"text": {"en": "Breathe."}, "seconds": 20, "up_to_seconds": 40}]
    with app.app_context():
        with transaction() as rows:
            rows.add(a_guide("knee-hold", approved_at=now, equipment={"en": "A mat"}))
            rows.add(a_guide("slow-breath", approved_at=now, steps=longer))
        db.session.remove()
        db.engine.dispose()


def answer_all(page: Page) -> None:
    """No to every question of yes or no on the page."""
    for group in page.locator("fieldset.field").all():
        no = group.get_by_role("radio", name="No", exact=True)
        if no.count():
            no.check()


@pytest.mark.parametrize(("backend", "javascript"), [("sqlite", True), ("sqlite", False)])
def test_a_client_fills_in_the_form_from_a_telephone(live_site: Site, page: Page, javascript: bool) -> None:
    page.set_viewport_size(NARROWEST)
    link = book_light(page, live_site)
    assert f"{link}/intake" in live_site.smtp.to("jo@example.com")[0].text()
    page.goto(link)
    is_sound(page, javascript)
    follow(page, "link", "Your intake form", "Your intake form", javascript)
    follow(page, "link", "Begin", "About you", javascript)
    page.get_by_role("button", name="Keep and go on").click()
    expect(page.get_by_role("alert")).to_contain_text("Type the whole date")
    is_sound(page, javascript)
    page.get_by_label("When were you born?").fill("1987-03-14")
    page.get_by_label("What do you do most days?").fill("Gardener")
    follow(page, "button", "Keep and go on", "Why you come", javascript)
    follow(page, "button", "Keep and go on", "Your health", javascript)
    answer_all(page)
    heart = page.get_by_role("group", name="Anything with your heart")
    more = heart.get_by_label("If yes: what should we know?")
    expect(more).to_be_hidden()
    heart.get_by_role("radio", name="Yes").check()
    expect(more).to_be_visible()
    more.fill("High, treated")
    is_sound(page, javascript)
    follow(page, "button", "Keep and go on", "What your body has been through", javascript)
    answer_all(page)
    follow(page, "button", "Keep and go on", "How you like it", javascript)
    page.get_by_role("radio", name="Firm").check()
    follow(page, "button", "Keep", "Your intake form", javascript)
    expect(page.get_by_text("Your form is complete.")).to_be_visible()
    expect(page.get_by_text("Gardener")).to_have_count(0)
    page.get_by_role("link", name="Your health").click()
    heading(page, "Your health")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_timer_says_when_to_switch_sides(live_site: Site, page: Page) -> None:
    page.set_viewport_size(NARROWEST)
    link = book_light(page, live_site)
    add_guides(live_site)
    page.clock.install()
    page.goto(f"{link}/guides")
    follow(page, "link", re.compile("Knee hold"), "Knee hold")
    left, now, says = (page.locator(f"[data-timer-{name}]") for name in ("left", "now", "says"))
    expect(left).to_have_text("0:30")
    tab_to(page, "Start")
    expect(says).to_have_text("Step 2, First side, 30 seconds.")
    page.clock.run_for(10_000)
    expect(left).to_have_text("0:20")
    is_sound(page)

    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(60_000)
    expect(left).to_have_text("0:20")
    page.get_by_role("button", name="Go on").click()
    page.clock.run_for(15_250)
    expect(says).to_have_text("5 seconds left.")
    page.clock.run_for(5_000)
    expect(says).to_have_text("Switch sides.")
    expect(now).to_have_text("Switch sides")
    is_sound(page)
    page.clock.run_for(5_000)
    expect(says).to_have_text("Step 2, Other side, 30 seconds.")
    expect(page.locator(".timer-row-now")).to_contain_text("Other side")
    page.clock.run_for(30_250)
    expect(says).to_have_text("Done. Rest for a moment.")
    page.get_by_role("button", name="From the beginning").click()
    expect(left).to_have_text("0:30")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_may_last_longer_can_be_chosen(live_site: Site, page: Page) -> None:
    link = book_light(page, live_site)
    add_guides(live_site)
    page.clock.install()
    page.goto(f"{link}/guides/slow-breath")
    left = page.locator("[data-timer-left]")
    expect(left).to_have_text("0:20")
    page.get_by_role("radio", name="Longer").check()
    expect(left).to_have_text("0:40")
    page.get_by_role("button", name="Start").click()
    page.clock.run_for(40_250)
    expect(page.locator("[data-timer-says]")).to_have_text("Done. Rest for a moment.")


@pytest.mark.parametrize(("backend", "javascript"), [("sqlite", False)])
def test_without_scripts_the_times_are_a_table(live_site: Site, page: Page, javascript: bool) -> None:
    page.set_viewport_size(NARROWEST)
    link = book_light(page, live_site)
    add_guides(live_site)
    page.goto(f"{link}/guides/knee-hold")
    is_sound(page, javascript)
    expect(page.get_by_role("button", name="Start")).to_have_count(0)
    rows = page.get_by_role("row")
    expect(rows).to_have_count(4)
    expect(rows.nth(2)).to_contain_text("switch sides first")
    expect(rows.last).to_contain_text("1 minute")


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("screen", ["desktop"])
def test_staff_read_a_guide_as_clients_will_and_change_it(live_site: Site, page: Page) -> None:
    add_guides(live_site)
    enter(page, live_site)
    page.goto(f"{live_site.url}/staff/settings/guides")
    page.get_by_role("link", name="Knee hold").click()
    expect(page.get_by_text("Approved by Thea Rapist")).to_be_visible()
    page.get_by_role("link", name="Change it").click()
    page.get_by_label("Title in English").fill("Knee to chest")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Not approved")
    is_sound_at_every_width(page)
