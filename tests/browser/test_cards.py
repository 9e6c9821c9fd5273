"""Cards of the day in a real browser: however short a session is, its next state can be clicked and its first flag is seen."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import update

from app.models import Appointment
from app.store.transactions import transaction
from tests.browser.walk import is_sound
from tests.support.busy_day import fill_the_day
from tests.support.desk import Desk
from tests.support.pages import SCREENS
from tests.support.rows import MONDAY, at, make_practice

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"])]

SITE, DAY = "http://stillpoint.test", f"/staff/schedule/{MONDAY.isoformat()}"
#: What of a card lies over something else of it, or sticks out of it; text that ends in dots is measured by its box.
_UNSOUND = """cards => cards.flatMap(card => {
  const own = card.getBoundingClientRect(), name = card.textContent.trim().slice(0, 30)
  const parts = [...card.querySelectorAll("h3 a, .badge, .tag, button, .card-service")]
    .map(part => [part, part.getBoundingClientRect()])
    .filter(([part, box]) => box.width > 2 && box.height && getComputedStyle(part).display !== "none")
    .filter(([part, box]) => box.bottom <= part.parentElement.getBoundingClientRect().bottom + 1 || !part.matches(".tag + .tag"))
  const out = parts.filter(([, box]) => box.top < own.top - 1 || box.bottom > own.bottom + 1 || box.right > own.right + 1)
  const over = parts.flatMap(([one, a], at) => parts.slice(at + 1)
    .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2.5 && b.top < a.bottom - 2.5)
    .map(([other]) => `${name}: ${one.className || one.localName} over ${other.className || other.localName}`))
  return [...over, ...out.map(([part]) => `${name}: ${part.className || part.localName} sticks out`)]
})"""


def open_the_day(page: Page, app: Flask, therapists: int, lengths: Sequence[int]) -> None:
    """A day of sessions of many lengths, with flags, as the desk sees it at 10:12."""
    desk = Desk(app)
    with app.app_context():
        make_practice(therapists=therapists, rooms=therapists)
        fill_the_day(therapists, lengths)
        with transaction() as rows:
            late = update(Appointment).where(Appointment.id % 4 == 0, Appointment.therapist_id != 2)
            rows.execute(late.values(minutes_late=10, chaperone_id=2))
            rows.execute(update(Appointment).where(Appointment.id % 7 == 0).values(state="arrived"))
            rows.execute(update(Appointment).where(Appointment.id % 11 == 0).values(state="requested"))
    desk.add("desk", "desk")
    client = desk.member("desk")

    def answer(route: Route) -> None:
        asked, said = urlsplit(route.request.url), route.request
        sent: dict[str, Any] = {
            "method": said.method,
            "data": said.post_data_buffer,
            "follow_redirects": True,
        }
        sent["content_type"] = said.headers.get("content-type")
        with client.open(f"{asked.path}?{asked.query}", **sent) as found:
            route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.data)

    page.route("**/*", answer)
    page.goto(SITE + DAY)


def width_and_height(part: Locator) -> tuple[float, float]:
    """As it is drawn."""
    box = part.bounding_box()
    assert box is not None
    return box["width"], box["height"]


@pytest.mark.parametrize("screen", ["desktop"])
@pytest.mark.parametrize(("therapists", "lengths"), [(3, (25, 30, 45, 60)), (12, (20, 60, 15, 45))])
def test_on_every_card_the_next_state_is_one_click_and_the_first_flag_is_seen(
    page: Page, app: Flask, therapists: int, lengths: tuple[int, ...]
) -> None:
    with time_machine.travel(at("10:12"), tick=True):
        open_the_day(page, app, therapists, lengths)
    cards = page.locator("article.card")
    expect(cards).to_have_count(therapists * 10)
    assert cards.evaluate_all(_UNSOUND) == []
    for number in range(10):  # one therapist's day has all lengths
        card = cards.nth(number)
        assert card.locator(".tag").first.is_visible()
        if card.locator("button").count():
            assert min(width_and_height(card.locator("button").first)) >= 24
    is_sound(page)
    page.set_viewport_size(SCREENS["narrow"])
    is_sound(page, javascript=False)
    for card in cards.all()[:10]:
        assert all(tag.is_visible() for tag in card.locator(".tag").all())
        assert all(button.is_visible() for button in card.locator("button").all())


@pytest.mark.parametrize("screen", ["desktop"])
@pytest.mark.parametrize("therapists", [3, 12])
def test_a_session_of_twenty_minutes_is_marked_by_one_click(page: Page, app: Flask, therapists: int) -> None:
    with time_machine.travel(at("10:12"), tick=True):
        open_the_day(page, app, therapists, (20,))
        card = page.locator("article.card", has_text="10:00").first
        expect(card).to_contain_text("12 min late")
        card.get_by_role("button", name="Arrived: Sol Berg").click()
        expect(page.get_by_text("Sol Berg has arrived.")).to_be_visible()
        expect(card.get_by_role("button", name="Done: Sol Berg")).to_be_visible()


@pytest.mark.parametrize("screen", ["desktop"])
def test_on_a_phone_rooms_are_told_and_the_list_begins_well_above_the_fold(page: Page, app: Flask) -> None:
    with time_machine.travel(at("10:12"), tick=True):
        open_the_day(page, app, 3, (45,))
        card = page.locator("article.card", has_text="8:00").first
        expect(card.locator(".card-whose")).to_be_hidden()
        expect(page.locator(".day-fold")).to_be_hidden()
        for width, height in ((390, 844), (320, 700)):
            page.set_viewport_size({"width": width, "height": height})
            expect(card.get_by_text("Room 1")).to_be_visible()
            box = card.bounding_box()
            assert box is not None
            assert box["y"] < 480
        page.locator(".day-fold summary").click()
        show = page.get_by_role("button", name="Show", exact=True)
        last = page.locator(".day-filters select").last
        tops = [box["y"] for box in (show.bounding_box(), last.bounding_box()) if box]
        assert abs(tops[0] - tops[1]) < 4
        is_sound(page, javascript=False)
