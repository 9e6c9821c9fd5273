"""What a client does on the pages, step by step."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Literal

from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, update

from app.models import Appointment
from tests.support.pages import SCREENS, accessibility_faults, pixels_too_wide
from tests.support.site import Site

DEEP, LIGHT = "psoas-release", "deep-tissue"
#: Who works alone is not chosen.
ASKED = re.compile(r"^(How long, and with whom|With whom|How long)\?$")
#: Checks the first answer, which is always no, of each question, and what was said otherwise.
_ALL_WELL = """said => {
  for (const question of document.querySelectorAll(".question")) {
    const name = "q-" + question.id.slice("ask-".length)
    const wanted = said[name.slice(2)] ?? "no"
    question.querySelector(`input[value="${wanted}"]`)?.click()
  }
  document.querySelector("input[name=second-person][value=declined]")?.click()
}"""
NOTE = "An old knee injury.\nLeft side, please go easy."


def heading(page: Page, words: str | re.Pattern[str]) -> None:
    """The page has arrived, and is the one with that heading."""
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()


def follow(
    page: Page,
    role: Literal["link", "button"],
    name: str | re.Pattern[str],
    then: str,
    javascript: bool = True,
) -> None:
    """Click what is called so; the page that comes is the one with that heading, and sound."""
    page.get_by_role(role, name=name).click()
    heading(page, then)
    is_sound(page, javascript)


def is_sound(page: Page, javascript: bool = True) -> None:
    """Nothing for axe to find (it needs scripts), nothing wider than the screen, one heading of the first level.

    At pages that have an address axe looks in test_every_page.py; what is found here are states on the way.
    """
    wider = pixels_too_wide(page)
    assert wider <= 0, f"{page.url} is {wider} px too wide"
    assert page.locator("h1").count() == 1, page.url
    if javascript:
        assert accessibility_faults(page) == [], page.url


def is_sound_at_every_width(page: Page) -> None:
    """Sound on the desk's screen and at 320 pixels, where it fits and is tapped as easily."""
    is_sound(page)
    usual = page.viewport_size
    assert usual is not None
    page.set_viewport_size(SCREENS["narrow"])
    is_sound(page, javascript=False)
    assert accessibility_faults(page, of_width=True) == [], page.url
    page.set_viewport_size(usual)


def pick_time(page: Page, day: int = 8, time_of_day: int = 2) -> None:
    """A day well beyond every deadline, then one of its times."""
    page.get_by_role("link", name=re.compile("^[A-Z][a-z]{2}$")).last.click()  # the next month
    expect(page.get_by_role("link", name=re.compile("^[A-Z][a-z]{2}$"))).to_have_count(2)
    page.locator("a.date-open").nth(day).click()
    expect(page.locator(".times .time").first).to_be_visible()
    page.locator(".times .time").nth(time_of_day).click()


def choose_session(page: Page, site: Site, slug: str, *, therapist: str | None = None) -> None:
    """From the service's page to the times, as somebody who has been there before; by way of the questions where there are any."""
    page.goto(f"{site.url}/services/{slug}")
    page.get_by_role("link", name="Book this session").click()
    if slug == LIGHT:
        page.get_by_role("link", name=re.compile("I have been before")).click()
        heading(page, ASKED)
    else:
        heading(page, "Your session")
        page.get_by_role("radio", name=re.compile("I have been before")).first.check()
    if therapist:
        page.get_by_role("radio", name=therapist).check()
    if slug == LIGHT:
        page.get_by_role("button", name="See free times").click()
    else:
        proceed(page)
        answer_questions(page)
    heading(page, "When suits you?")


def answer_questions(page: Page, **said: str) -> None:
    """Nothing stands against the session, but for what is named; sends the answers."""
    heading(page, "Before we start")
    page.evaluate(_ALL_WELL, said)
    page.get_by_role("button", name="See free times").click()


def agree(page: Page) -> None:
    """Everything that is asked for before deep work, and on to the check."""
    heading(page, "What we agree on")
    for area in page.locator("input[type=radio][value=yes]").all():
        area.check()
    for choice in ("covered by a sheet", "stays dressed"):
        page.locator(f"input[value='{choice}']").check()
    page.get_by_role("checkbox", name=re.compile("^I have read this")).check()
    proceed(page)


def agree_and_check(page: Page) -> None:
    """From the filled in details of deep work to the check."""
    proceed(page)
    agree(page)
    heading(page, "Check your answers")


def fill_in(page: Page, name: str = "Jo Park") -> None:
    """The details, without sending them."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill("jo@example.com")
    page.get_by_label("Anything your therapist should know").fill(NOTE)


def proceed(page: Page) -> None:
    """The visible button that goes on."""
    page.get_by_role("button", name="Continue").click()


def sign_in(page: Page, site: Site) -> None:
    """As the owner, on the form that a staff page has led to."""
    page.get_by_label("E-mail").fill(site.owner)
    page.get_by_label("Password", exact=True).fill(site.password)
    page.locator("main button[type=submit]").first.click()


def enter(page: Page, site: Site) -> None:
    """As the owner, to the schedule."""
    page.goto(f"{site.url}/staff/login")
    sign_in(page, site)
    expect(page).to_have_url(re.compile(r"/staff/$"))


def let_its_time_pass(site: Site, reference: str) -> None:
    """The session with that reference was yesterday at midday, with no example session in its way: nobody can wait for weeks."""
    began = datetime.now(UTC).replace(hour=17, minute=0, second=0, microsecond=0) - timedelta(days=1)
    span = {"starts_at": began, "ends_at": began + timedelta(hours=1)}
    theirs = Appointment.reference == reference
    others = (~theirs, Appointment.starts_at < span["ends_at"], Appointment.ends_at > began)
    engine = create_engine(site.database_url)
    with engine.begin() as connection:
        connection.execute(update(Appointment).where(*others).values(state="cancelled"))
        assert connection.execute(update(Appointment).where(theirs).values(span)).rowcount == 1
    engine.dispose()


def manage_link(site: Site) -> str:
    """The link in the confirmation that the client got."""
    give_up_at = time.monotonic() + 30
    while not site.smtp.to("jo@example.com"):
        assert time.monotonic() < give_up_at, f"no confirmation:\n{site.log('worker')}"
        time.sleep(0.2)
    found = re.search(rf"{re.escape(site.url)}/appointment/[\w.-]+", site.smtp.to("jo@example.com")[0].text())
    assert found, site.smtp.to("jo@example.com")[0].text()
    return found.group()


def tab_to(page: Page, words: str, press: str | None = "Enter") -> None:
    """Goes on with Tab until what has the focus says so (its text, or its label), then presses."""
    said = "(() => { const at = document.activeElement; return (at.labels?.[0] ?? at).innerText ?? '' })()"
    for _ in range(150):
        page.keyboard.press("Tab")
        if words in page.evaluate(said):
            break
    else:
        raise AssertionError(f"Tab never came to {words!r} on {page.url}")
    if press:
        page.keyboard.press(press)
