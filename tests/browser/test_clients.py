"""The clients' pages in a real browser: with the keyboard, without script, on the narrowest phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.pages import accessibility_faults, pixels_too_wide
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.filled, pytest.mark.parametrize("backend", ["sqlite"])]


def sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/staff/login")
    page.get_by_label("E-mail").fill(site.owner)
    page.get_by_label("Password", exact=True).fill(site.password)
    page.locator("main button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/staff/$"))


def faults(page: Page, javascript: bool) -> list[str]:
    """What is wrong with how the page can be used; only scripts can tell."""
    if not javascript:
        return []
    wide = pixels_too_wide(page) > 0
    return accessibility_faults(page) + (["wider than the screen"] if wide else [])


@pytest.mark.parametrize(("screen", "javascript"), [("narrow", False), ("desktop", True)])
def test_a_client_is_found_noted_about_edited_and_merged(
    page: Page, live_site: Site, javascript: bool
) -> None:
    sign_in(page, live_site)
    page.goto(f"{live_site.url}/staff/clients")
    assert faults(page, javascript) == []
    page.get_by_label("Name, telephone, e-mail or reference").fill("thoe riuz")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_be_visible()
    assert faults(page, javascript) == []
    page.get_by_role("link", name="Theo Ruiz").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Theo Ruiz")
    page.get_by_text("Write a note", exact=True).click()
    page.get_by_label("Note for everybody").fill("Parks at the back.")
    page.get_by_role("button", name="Keep the note").first.click()
    expect(page.locator(".notes")).to_contain_text("Parks at the back.")
    page.get_by_text("Note preferences").click()
    page.get_by_label("To heed, for safety").fill("Asthma")
    page.get_by_role("button", name="Keep the preferences").click()
    page.get_by_role("button", name="Open the preferences").click()
    expect(page.locator("main")).to_contain_text("Asthma")
    assert faults(page, javascript) == []
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Theo Ruiz")
    assert faults(page, javascript) == []
    page.get_by_label("Name", exact=True).fill("Theodore Ruiz")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    page.get_by_role("link", name="Merge", exact=True).click()
    page.get_by_label("Name, telephone, e-mail or reference").fill("pat lin")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Pat Lin").click()
    expect(page.get_by_role("button", name="Merge them")).to_be_visible()
    assert faults(page, javascript) == []
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_role("heading", name="Merged into this client")).to_be_visible()
    assert faults(page, javascript) == []
    page.get_by_text("Write a note", exact=True).click()
    page.get_by_label("Note for everybody").fill("Sits in the sun.")
    page.get_by_role("button", name="Keep the note").first.click()
    page.get_by_role("button", name="Pat Lin is another person after all").click()
    expect(page.locator("main")).to_contain_text("note written meanwhile stays with")
    assert faults(page, javascript) == []
    page.get_by_role("button", name="Tell them apart").click()
    expect(page.get_by_role("status")).to_contain_text("a person of their own again")
