"""Passkeys in a real browser with a device of its own: added, signed in with, the second step; no inline script is needed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.pages import accessibility_faults
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"])]


@pytest.fixture
def device(page: Page) -> Iterator[str]:
    """A telephone that knows its owner's finger."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield str(added["authenticatorId"])
    wire.detach()


def enter_password(page: Page, site: Site) -> None:
    """The sign-in form."""
    page.goto(f"{site.url}/staff/login")
    page.get_by_label("E-mail").fill(site.owner)
    page.get_by_label("Password", exact=True).fill(site.password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page, site: Site) -> None:
    """From the menu under the name."""
    page.goto(f"{site.url}/staff/account")
    page.locator(".desk-me summary").click()
    page.locator(".desk-menu").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"/staff/login"))


@pytest.mark.parametrize("screen", ["desktop"])
def test_a_passkey_is_added_signs_in_and_is_the_second_step(page: Page, live_site: Site, device: str) -> None:
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if message.type == "error" else None)
    enter_password(page, live_site)
    page.goto(f"{live_site.url}/staff/account")
    page.get_by_role("link", name="Add a passkey").click()
    assert accessibility_faults(page) == []
    page.get_by_label("Name of the new passkey").fill("My telephone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status").first).to_contain_text("The passkey My telephone is added.")
    assert accessibility_faults(page) == []
    sign_out(page, live_site)
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile(r"/staff/$"))
    sign_out(page, live_site)
    enter_password(page, live_site)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your passkey")
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Use my passkey").click()
    expect(page).to_have_url(re.compile(r"/staff/$"))
    assert blocked == []


@pytest.mark.parametrize("screen", ["desktop"])
def test_a_device_without_the_key_is_told_so_and_asked_again(page: Page, live_site: Site) -> None:
    refuses = "navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    page.add_init_script(refuses)
    page.goto(f"{live_site.url}/staff/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("button", name="Ask my device again")).to_be_visible()
    expect(page.locator("[data-passkey]")).to_contain_text("Nothing was confirmed.")
    assert accessibility_faults(page) == []


@pytest.mark.parametrize("javascript", [False])
def test_without_script_one_is_led_to_the_password(page: Page, live_site: Site) -> None:
    page.goto(f"{live_site.url}/staff/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("link", name="Sign in with your password")).to_be_visible()
