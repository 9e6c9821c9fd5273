"""Bringing clients over in a real browser: without script, on the narrowest phone, with nothing for axe to find."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import enter, heading, is_sound
from tests.support.imports import lines
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"])]
HEAD = "Client name,Birth date,Email,Phone,Notes"


@pytest.mark.parametrize(("screen", "javascript"), [("narrow", False), ("narrow", True)])
def test_a_file_is_sent_in_looked_at_brought_in_and_taken_back(
    page: Page, live_site: Site, tmp_path: Path, javascript: bool
) -> None:
    file = tmp_path / "clients.csv"
    file.write_bytes(lines(HEAD, "Una Brought,3/4/1980,una@example.com,,", "Ida Wrong,,not an address,,"))
    enter(page, live_site)
    page.goto(f"{live_site.url}/staff/settings/import")
    is_sound(page, javascript)
    page.get_by_label("The file (CSV)").set_input_files(file)
    page.get_by_role("button", name="Read the file").click()
    heading(page, "Which column is what?")
    is_sound(page, javascript)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Say which number is the day.").first).to_be_visible()
    is_sound(page, javascript)
    page.get_by_label("The day: 3/4 is 3 April").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Bring it in?")).to_be_visible()
    is_sound(page, javascript)
    page.get_by_role("button", name="Bring in 1 row").click()
    expect(page.get_by_role("heading", name="Take it back?")).to_be_visible()
    expect(page.get_by_role("cell", name="The e-mail address can't be right.")).to_be_visible()
    is_sound(page, javascript)
    with page.expect_download() as download:
        page.get_by_role("button", name="Take the rows as a file").click()
    assert "Ida Wrong" in Path(download.value.path()).read_text("utf-8")
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("dl.facts")).to_contain_text("taken back")
    is_sound(page, javascript)
