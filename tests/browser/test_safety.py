"""Questions before deep work in a real browser: all four outcomes from the first page to the last, how many pages, the desk."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import (
    DEEP,
    agree,
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
WITH_AND_WITHOUT_SCRIPTS = pytest.mark.parametrize(
    ("screen", "javascript"), [("phone", True), ("narrow", False)]
)


def to_questions(page: Page, site: Site, javascript: bool = True) -> None:
    """From the first page of the booking to the questions, as somebody new."""
    page.context.clear_cookies()
    page.goto(f"{site.url}/book/{DEEP}")
    page.get_by_role("radio", name=re.compile("My first visit")).check()
    is_sound(page, javascript)
    proceed(page)
    heading(page, "Before we start")


def count_pages(page: Page) -> list[str]:
    """Where the browser arrives from now on: a page's address once it is shown, redirects left out."""
    seen: list[str] = []
    page.on("framenavigated", lambda frame: seen.append(frame.url) if frame.parent_frame is None else None)
    return seen


def request_or_book(page: Page, button: str) -> None:
    """From the times to the end."""
    pick_time(page)
    fill_in(page)
    proceed(page)
    agree(page)
    heading(page, "Check your answers")
    page.get_by_role("button", name=button).click()


@WITH_AND_WITHOUT_SCRIPTS
def test_urgent_is_told_to_get_help_and_nothing_else_leads_on(
    live_site: Site, page: Page, javascript: bool
) -> None:
    to_questions(page, live_site, javascript)
    is_sound(page, javascript)
    answer_questions(page, pulse_pain="yes")
    heading(page, "Please get help now")
    is_sound(page, javascript)
    expect(page.get_by_role("link", name=re.compile("Emergency"))).to_have_attribute("href", "tel:911")
    assert "pulse" not in page.url
    page.goto(f"{live_site.url}/book/{DEEP}/time?visit=first&minutes=75")
    heading(page, "Before we start")
    answer_questions(page)
    expect(page.get_by_text("A therapist looks at your answers first")).to_be_visible()


@WITH_AND_WITHOUT_SCRIPTS
def test_call_is_given_a_number_and_lighter_sessions(live_site: Site, page: Page, javascript: bool) -> None:
    to_questions(page, live_site, javascript)
    answer_questions(page, thinners="yes")
    heading(page, "Let us talk first")
    is_sound(page, javascript)
    expect(page.get_by_role("link", name=re.compile("Call us")).first).to_be_visible()
    page.locator(".cards a").first.click()
    heading(page, "Is this your first visit?")


@WITH_AND_WITHOUT_SCRIPTS
def test_review_asks_for_a_time_and_waits(live_site: Site, page: Page, javascript: bool) -> None:
    to_questions(page, live_site, javascript)
    answer_questions(page, thinners="aspirin")
    heading(page, "When suits you?")
    expect(page.get_by_text("A therapist looks at your answers first")).to_be_visible()
    is_sound(page, javascript)
    request_or_book(page, "Send my request")
    expect(page.get_by_text("We have your request")).to_be_visible()
    is_sound(page, javascript)


@pytest.mark.parametrize("screen", ["phone"])
def test_a_new_client_needs_seven_pages_and_who_comes_again_four(live_site: Site, page: Page) -> None:
    seen = count_pages(page)
    to_questions(page, live_site)
    answer_questions(page)
    heading(page, "When suits you?")
    page.locator(".times .time").last.click()
    heading(page, "Your details")
    fill_in(page)
    proceed(page)
    agree(page)
    heading(page, "Check your answers")
    is_sound(page)
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_text("Your appointment is booked")).to_be_visible()
    assert len(seen) == 7, seen

    found = _REFERENCE.search(page.locator(".ticket").inner_text())
    assert found
    link = manage_link(live_site)
    let_its_time_pass(live_site, found.group())
    page.context.clear_cookies()
    page.goto(link)
    again = page.get_by_role("link", name="Book again").get_attribute("href")
    seen.clear()
    page.goto(f"{live_site.url}{again}")
    heading(page, re.compile("^Book again"))
    is_sound(page)
    page.get_by_role("radio", name="No, nothing").check()
    page.get_by_role("button", name="See free times").click()
    heading(page, "When suits you?")
    page.locator(".times .time").last.click()
    heading(page, "Check your answers")
    expect(page.get_by_text("jo@example.com")).to_be_visible()
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_text("Your appointment is booked")).to_be_visible()
    assert len(seen) == 4, seen


@pytest.mark.parametrize("screen", ["phone"])
def test_something_changed_is_told_behind_the_link(live_site: Site, page: Page) -> None:
    to_questions(page, live_site)
    answer_questions(page)
    request_or_book(page, "Confirm booking")
    page.goto(manage_link(live_site))
    page.get_by_role("link", name=re.compile("Has anything about your health changed")).click()
    heading(page, "Has anything changed?")
    is_sound(page)
    page.get_by_role("link", name="Something has changed").click()
    heading(page, "What is different now?")
    is_sound(page)
    page.locator("#ask-pregnant input[value=yes]").check()
    for question in page.locator(".question").all():
        if question.locator("input[type=radio]:checked").count() == 0 and question.locator("input").count():
            question.locator("input[value=no]").check()
    page.get_by_role("button", name="Send").click()
    heading(page, "Let us talk first")
    is_sound(page)


@pytest.mark.parametrize(("screen", "javascript"), [("desktop", True), ("desktop", False)])
def test_the_desk_reads_the_questions_aloud(live_site: Site, page: Page, javascript: bool) -> None:
    enter(page, live_site)
    page.goto(f"{live_site.url}/staff/book?treatment={DEEP}:60")
    page.get_by_label("Name", exact=True).fill("Ann Lee")
    page.get_by_label("Telephone").fill("412-555-0100")
    page.get_by_role("button", name="Read the questions aloud").click()
    expect(page.get_by_text("Read each question as it stands")).to_be_visible()
    is_sound(page, javascript)
    for question in page.locator(".question").all():
        if question.locator("input[value=no]").count():
            question.locator("input[value=no]").check()
    page.locator("#ask-thinners input[value=yes]").check()
    page.get_by_role("button", name="Keep the answers").click()
    expect(page.get_by_text("Not without a conversation")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ann Lee")
    is_sound(page, javascript)
