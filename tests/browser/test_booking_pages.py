"""The client's pages in a real browser: the whole path, by thumb, by keyboard, with and without scripts."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine, update

from app.models import Hold
from tests.browser.walk import (
    DEEP,
    LIGHT,
    NOTE,
    agree,
    agree_and_check,
    answer_questions,
    choose_session,
    fill_in,
    follow,
    heading,
    is_sound,
    manage_link,
    pick_time,
    proceed,
    tab_to,
)
from tests.support.pages import new_page
from tests.support.site import Site

pytestmark = pytest.mark.browser
#: Axe is not asked again: it looks at these pages in test_every_page.py.
LOOKED_AT = False


@pytest.mark.parametrize(
    ("backend", "screen", "javascript"), [("sqlite", "phone", True), ("postgresql", "desktop", False)]
)
def test_a_client_books_moves_and_cancels(live_site: Site, page: Page, javascript: bool) -> None:
    page.goto(live_site.url)
    is_sound(page, LOOKED_AT)
    follow(page, "link", "Book a session", "Which session would you like?", LOOKED_AT)
    follow(page, "link", "Psoas release", "Psoas release", LOOKED_AT)
    follow(page, "link", "Book this session", "Your session", LOOKED_AT)
    page.get_by_role("radio", name=re.compile("My first visit")).check()
    follow(page, "button", "Continue", "Before we start", javascript)
    answer_questions(page)
    heading(page, "When suits you?")
    is_sound(page, LOOKED_AT)
    pick_time(page)

    heading(page, "Your details")
    is_sound(page, LOOKED_AT)
    assert "knee" not in page.url
    proceed(page)
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("link", name="Enter your name.")).to_be_visible()
    is_sound(page, javascript)
    fill_in(page)
    proceed(page)
    heading(page, "What we agree on")
    is_sound(page, javascript)
    agree(page)
    heading(page, "Check your answers")
    expect(page.get_by_text("Left side, please go easy.")).to_be_visible()
    is_sound(page, javascript)
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_text("Your appointment is booked")).to_be_visible()
    expect(page.get_by_text("jo@example.com")).to_be_visible()
    expect(page.get_by_role("heading", name="If something feels wrong")).to_be_visible()
    is_sound(page, javascript)
    with page.expect_download() as download:
        page.get_by_role("link", name="Add to my calendar").click()
    assert "BEGIN:VEVENT" in download.value.path().read_text("utf-8")

    page.goto(manage_link(live_site))
    is_sound(page, LOOKED_AT)
    before = page.get_by_role("heading", level=1).inner_text()
    follow(page, "link", "Move it", "Move it to when?", LOOKED_AT)
    page.locator(".times .time").first.click()
    heading(page, "Move your appointment?")
    is_sound(page, javascript)
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_text("Your appointment is moved.")).to_be_visible()
    assert page.get_by_role("heading", level=1).inner_text() != before
    follow(page, "link", "Cancel it", "Cancel your appointment?", LOOKED_AT)
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page.get_by_text("This appointment is cancelled")).to_be_visible()
    is_sound(page, javascript)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_is_not_sent_yet_stays_on_a_reload_and_nobody_else_finds_it(live_site: Site, page: Page) -> None:
    questions = f"{live_site.url}/book/{DEEP}/questions?visit=returning&minutes=60"
    answered = page.locator(".question input:checked")
    page.goto(questions)
    page.locator(".question").nth(1).get_by_label("No", exact=True).check()
    page.locator(".question").nth(4).get_by_label("No", exact=True).check()
    page.reload()
    expect(answered).to_have_count(2)
    expect(page.locator(".answered")).to_contain_text("2 answered")
    page.goto(live_site.url)
    page.go_back()
    expect(answered).to_have_count(2)
    page.goto(questions)
    expect(page.locator(".answered")).to_contain_text("0 answered")
    expect(answered).to_have_count(0)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_was_typed_stays_while_another_time_is_chosen(live_site: Site, page: Page) -> None:
    choose_session(page, live_site, DEEP)
    pick_time(page)
    fill_in(page)
    agree_and_check(page)
    page.reload()
    page.go_back()
    heading(page, "What we agree on")
    page.go_forward()
    page.get_by_role("button", name="Keep it longer").click()
    heading(page, "Check your answers")
    follow(page, "button", "Change when", "When suits you?")
    page.locator(".date-open").nth(1).click()
    page.locator(".times .time").first.click()
    heading(page, "Your details")
    expect(page.get_by_label("Your name")).to_have_value("Jo Park")
    expect(page.get_by_label("Anything your therapist should know")).to_have_value(NOTE)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_enter_key_goes_on(live_site: Site, page: Page) -> None:
    choose_session(page, live_site, LIGHT)
    pick_time(page)
    fill_in(page)
    page.get_by_label("E-mail address").press("Enter")
    heading(page, "Check your answers")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_lost_time_keeps_what_was_typed_and_offers_others(
    live_site: Site, page: Page, browser: Browser
) -> None:
    choose_session(page, live_site, LIGHT, therapist="Dana Reyes")
    pick_time(page)
    fill_in(page, "Ann Lee")
    proceed(page)
    heading(page, "Check your answers")
    _end_hold(live_site)
    with new_page(browser, "phone") as other:
        choose_session(other, live_site, LIGHT, therapist="Dana Reyes")
        pick_time(other)
        fill_in(other)
        proceed(other)
        other.get_by_role("button", name="Confirm booking").click()
        expect(other.get_by_text("Your appointment is booked")).to_be_visible()

    page.get_by_role("button", name="Confirm booking").click()
    heading(page, "Would one of these do?")
    expect(page.get_by_text("That time has just been taken.")).to_be_visible()
    is_sound(page)
    page.locator(".time").first.click()
    heading(page, "Your details")
    expect(page.get_by_label("Your name")).to_have_value("Ann Lee")
    expect(page.get_by_label("Anything your therapist should know")).to_have_value(NOTE)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("screen", ["desktop"])
def test_the_keyboard_is_enough(live_site: Site, page: Page) -> None:
    page.goto(f"{live_site.url}/services/{LIGHT}")
    tab_to(page, "Book this session")
    heading(page, "Is this your first visit?")
    tab_to(page, "I have been before")
    heading(page, "With whom?")
    tab_to(page, "See free times")
    heading(page, "When suits you?")
    tab_to(page, ":")  # a time; in the afternoon there is none with am left
    heading(page, "Your details")
    for label, words in (("Your name", "Jo Park"), ("E-mail address", "jo@example.com")):
        tab_to(page, label, press=None)
        page.keyboard.type(words)
    tab_to(page, "Continue")
    heading(page, "Check your answers")
    tab_to(page, "Confirm booking")
    expect(page.get_by_text("Your appointment is booked")).to_be_visible()


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("screen", ["narrow"])
def test_nothing_is_wider_than_the_narrowest_screen(live_site: Site, page: Page) -> None:
    for path in ("/", "/services/", f"/services/{DEEP}", f"/book/{LIGHT}", f"/book/{DEEP}"):
        page.goto(live_site.url + path)
        is_sound(page, LOOKED_AT)
    follow(page, "button", "Continue", "Before we start")
    page.get_by_role("button", name="See free times").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    is_sound(page)
    answer_questions(page)
    heading(page, "When suits you?")
    pick_time(page)
    heading(page, "Your details")
    proceed(page)
    expect(page.get_by_text("There is a problem")).to_be_visible()
    is_sound(page)


def _end_hold(site: Site) -> None:
    """Time flies: what is held is held no longer."""
    engine = create_engine(site.database_url)
    with engine.begin() as rows:
        rows.execute(update(Hold).values(expires_at=datetime(2026, 1, 1, tzinfo=UTC)))
    engine.dispose()
