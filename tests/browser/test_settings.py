"""The settings pages in a real browser: without script, on the narrowest phone, with the keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import enter, is_sound_at_every_width
from tests.support.pages import accessibility_faults
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"])]


def links(page: Page, pattern: str) -> list[str]:
    """The addresses of the page's links that look so, each once."""
    found = page.locator("main a").evaluate_all("links => links.map(link => link.href)")
    return list(dict.fromkeys(href for href in found if re.search(pattern, href)))


@pytest.mark.parametrize("screen", ["narrow"])
@pytest.mark.parametrize("javascript", [False])
def test_hours_are_edited_without_script_on_a_narrow_phone(page: Page, live_site: Site) -> None:
    enter(page, live_site)
    page.goto(f"{live_site.url}/staff/settings/therapists")
    page.locator("a.thing-name").first.click()
    page.get_by_role("link", name="Weekly hours").click()
    page.locator("#rules-0-closes").fill("half past")
    page.get_by_role("button", name="Add more hours").click()
    expect(page.locator("#rules-0-closes")).to_have_value("half past")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("alert")).to_contain_text("That is not a time of day")
    page.locator("#rules-0-closes").fill("8:55 pm")
    page.locator("#rules-0-closes").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.locator("#rules-0-closes")).to_have_value("8:55 pm")


@pytest.mark.parametrize("screen", ["desktop"])
def test_settings_with_much_in_them_are_accessible_and_fit(page: Page, live_site: Site) -> None:
    """test_every_page.py looks at each page; here at those which a practice fills with texts and hours of its own."""
    enter(page, live_site)
    root = f"{live_site.url}/staff/settings"
    todo = [f"{root}/practice", f"{root}/questions/belly-and-hips/surgery"]
    for listing, pattern in (
        ("locations", r"/locations/.+"),
        ("services", "/services/.+"),
        ("therapists", "/therapists/.+/hours"),
        ("guidance", "/guidance/.+"),
        ("questions", "/questions/.+"),
        ("questions", "/consent/.+"),
    ):
        page.goto(f"{root}/{listing}")
        todo += [href for href in links(page, pattern) if not href.endswith("/new")][:1]
    for address in dict.fromkeys(todo):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        is_sound_at_every_width(page)


@pytest.mark.filled
def test_a_guidance_plan_is_mended_and_seen_as_a_mail(page: Page, live_site: Site) -> None:
    enter(page, live_site)
    page.goto(f"{live_site.url}/staff/settings/guidance/deep-work")
    page.locator("details.step > summary").nth(1).click()
    page.locator("#steps-1-text_en").fill("Ask {terapist} about toxins.")
    page.get_by_role("button", name="Save as a new version").last.click()
    expect(page.get_by_role("alert")).to_contain_text("There is no {terapist}. Did you mean {therapist}?")
    assert accessibility_faults(page) == []
    expect(page.locator("#steps-1-text_en")).to_be_visible()  # the step with the mistake stands open
    page.locator("#steps-1-text_en").fill("Ask {therapist} about anything that has changed.")
    page.get_by_role("button", name="Save as a new version").last.click()
    expect(page.get_by_role("status")).to_contain_text("Saved as a new version.")
    page.get_by_role("link", name="See it as a mail").click()
    page.get_by_role("link", name=re.compile("^3 days before")).click()
    mail = page.frame_locator("iframe")
    expect(mail.get_by_text("about anything that has changed.")).to_be_visible()
    expect(mail.get_by_text("{therapist}")).to_have_count(0)
    page.get_by_text("As plain text").click()
    expect(page.locator(".mail-text")).to_contain_text("about anything that has changed.")
    assert accessibility_faults(page) == []
