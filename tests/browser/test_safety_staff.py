"""The staff's pages about health, consent and erasure in a real browser: sound on a desktop, and on the narrowest telephone."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.actions.intake import save_part
from app.clock import now
from app.domain.appointments import Actor
from app.extensions import db
from app.factory import create_app
from app.store.appointments import find_by_reference
from config import Settings
from tests.browser.test_review_and_consent import request_session
from tests.browser.walk import enter, is_sound
from tests.support.pages import SCREENS
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"])]
_ABOUT_THEM = {"born": "1987-03-14", "occupation": "Gardener", "emergency_contact": "Sam Park, 412-555-0177"}


def begin_form(site: Site, reference: str) -> int:
    """The client of that request has sent the first part of the intake form; answers who it is."""
    with create_app(Settings.from_environment(site.settings)).app_context():
        appointment = find_by_reference(reference)
        assert appointment is not None
        client_id = appointment.client_id
        at = now()
        save_part(client_id, "you", _ABOUT_THEM, Actor("client", "jo@example.com"), at, at.date())
        db.session.remove()
        db.engine.dispose()
    return client_id


def sound_on_both(page: Page) -> None:
    """As wide as a desk's screen, then as narrow as the narrowest telephone, without loading it again."""
    for screen in ("desktop", "narrow"):
        page.set_viewport_size(SCREENS[screen])
        is_sound(page)


@pytest.mark.parametrize("screen", ["desktop"])
def test_what_staff_see_of_health_is_sound_on_every_screen(live_site: Site, page: Page) -> None:
    reference = request_session(page, live_site)
    client = f"{live_site.url}/staff/clients/{begin_form(live_site, reference)}"
    enter(page, live_site)
    page.goto(f"{live_site.url}/staff/appointments/{reference}")
    page.get_by_role("button", name="Open the answers before the session").click()
    expect(page.get_by_text("A therapist looks first")).to_be_in_viewport()
    sound_on_both(page)
    page.goto(client)
    page.get_by_role("button", name="Open the answers of the intake form").click()
    expect(page.get_by_text("Gardener")).to_be_in_viewport()
    sound_on_both(page)
    page.get_by_role("button", name=re.compile("^Open what was agreed to")).click()
    expect(page.get_by_text("covered by a sheet")).to_be_in_viewport()
    sound_on_both(page)
    page.goto(f"{client}/record")
    sound_on_both(page)
    page.get_by_role("button", name="Erase or close it").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    sound_on_both(page)


@pytest.mark.parametrize("screen", ["desktop"])
def test_what_is_asked_and_agreed_to_is_set_on_sound_pages(live_site: Site, page: Page) -> None:
    enter(page, live_site)
    settings = f"{live_site.url}/staff/settings"
    page.goto(f"{settings}/questions")
    sound_on_both(page)
    questions, consent = (
        page.locator("main")
        .get_by_role("link", name="Deep work at belly and hips")
        .nth(place)
        .get_attribute("href")
        for place in (0, 1)
    )
    for address in (questions, consent):
        page.goto(f"{live_site.url}{address}")
        sound_on_both(page)
    page.goto(f"{live_site.url}{questions}/pulse_pain")
    sound_on_both(page)
    page.goto(f"{settings}/guides")
    sound_on_both(page)
    page.goto(f"{settings}/guides/lunges-and-bridges")
    sound_on_both(page)
