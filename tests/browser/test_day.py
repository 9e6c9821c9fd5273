"""The day in a real browser: looks itself up again, cards are dragged, free places are clicked; accessible, narrow and wide."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import create_engine, select, update

from app.domain.wallclock import zone_named
from app.models import Appointment, StaffMember
from tests.browser.walk import (
    LIGHT,
    choose_session,
    fill_in,
    is_sound,
    is_sound_at_every_width,
    pick_time,
    proceed,
)
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"])]


def sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/staff/login")
    page.get_by_label("E-mail").fill(site.owner)
    page.get_by_label("Password", exact=True).fill(site.password)
    page.locator("main button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/staff/$"))


def a_coming_session(page: Page, site: Site) -> tuple[str, str]:
    """Jo Park books on the web: the session's reference and its date at the place."""
    choose_session(page, site, LIGHT)
    pick_time(page)
    fill_in(page)
    proceed(page)
    page.get_by_role("button", name="Confirm booking").click()
    expect(page.get_by_text("Your appointment is booked")).to_be_visible()
    now = datetime.now(UTC)
    ahead = (Appointment.state == "booked", Appointment.starts_at > now + timedelta(days=1))
    wanted = select(Appointment.reference, Appointment.starts_at, Appointment.zone).where(*ahead)
    engine = create_engine(site.database_url)
    with engine.connect() as connection:
        found = connection.execute(wanted.order_by(Appointment.starts_at).limit(1)).one()
    engine.dispose()
    return found.reference, found.starts_at.astimezone(zone_named(found.zone)).date().isoformat()


def set_state(site: Site, reference: str, **values: object) -> None:
    engine = create_engine(site.database_url)
    with engine.begin() as connection:
        connection.execute(update(Appointment).where(Appointment.reference == reference).values(**values))
    engine.dispose()


def let_read(site: Site, email: str, language: str) -> None:
    engine = create_engine(site.database_url)
    with engine.begin() as connection:
        connection.execute(update(StaffMember).where(StaffMember.email == email).values(language=language))
    engine.dispose()


def drag(page: Page, card: Locator, down: float) -> None:
    """With the mouse, by so many pixels, without letting go."""
    card.scroll_into_view_if_needed()
    box = card.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 32, box["y"] + 20)
    page.mouse.move(box["x"] + 32, box["y"] + 8 + down, steps=4)


@pytest.mark.parametrize("screen", ["desktop"])
def test_day_week_and_list_are_accessible_and_fit(page: Page, live_site: Site) -> None:
    _reference, day = a_coming_session(page, live_site)
    sign_in(page, live_site)
    for path in (
        f"/staff/schedule/{day}",
        f"/staff/schedule/{day}?by=room&show=booked",
        f"/staff/week/{day}",
        f"/staff/week/{day}?therapist=dana-reyes",
    ):
        page.goto(live_site.url + path)
        is_sound_at_every_width(page)


@pytest.mark.parametrize("screen", ["desktop"])
def test_the_day_looks_itself_up_and_disturbs_nobody(page: Page, live_site: Site) -> None:
    reference, day = a_coming_session(page, live_site)
    sign_in(page, live_site)
    page.clock.install()
    page.goto(f"{live_site.url}/staff/schedule/{day}")
    card, says = page.locator(f'[data-ref="{reference}"]'), page.locator("[data-refresh-says]")
    expect(card.locator(".badge")).to_have_text(re.compile("booked|confirmed"))
    card.locator("a").focus()
    page.clock.run_for(70_000)
    expect(says).to_have_text("")
    set_state(live_site, reference, state="requested", row_version=7)
    field = page.get_by_label("Go to a day")
    field.focus()
    page.clock.run_for(130_000)
    expect(card.locator(".badge")).to_have_text(re.compile("booked|confirmed"))
    card.locator("a").focus()
    page.clock.run_for(10_000)  # long due by now: one look, and not the second that would take the words away
    expect(card.locator(".badge")).to_have_text("to approve")
    expect(says).to_have_text(re.compile(r"^Changed just now: \d+\.$"))
    expect(card.locator("a")).to_be_focused()


@pytest.mark.parametrize("screen", ["desktop"])
def test_a_dragged_card_asks_first_and_springs_back(page: Page, live_site: Site) -> None:
    reference, day = a_coming_session(page, live_site)
    sign_in(page, live_site)
    page.goto(f"{live_site.url}/staff/schedule/{day}")
    card = page.locator(f'[data-ref="{reference}"]')
    before = card.bounding_box()
    drag(page, card, 60)
    expect(card.locator(".drag-time")).to_have_text(re.compile(r"^\d+:\d\d$"))
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator("#move-dialog")).to_be_hidden()
    expect(card.locator(".drag-time")).to_have_count(0)
    page.wait_for_timeout(500)
    drag(page, card, 60)
    page.mouse.up()
    dialog = page.locator("#move-dialog")
    expect(dialog.get_by_role("heading")).to_contain_text("Move")
    dialog.locator("[data-close]").first.click()
    expect(dialog).to_be_hidden()
    expect(card.locator("a")).to_be_focused()
    page.wait_for_timeout(500)
    after = card.bounding_box()
    assert before is not None
    assert after is not None
    assert (round(after["x"]), round(after["height"])) == (round(before["x"]), round(before["height"]))
    assert page.url.endswith(f"/staff/schedule/{day}")


@pytest.mark.parametrize("screen", ["desktop"])
def test_scripts_speak_the_language_of_the_page_and_a_drag_remembers_its_filters(
    page: Page, live_site: Site
) -> None:
    reference, day = a_coming_session(page, live_site)
    sign_in(page, live_site)
    let_read(live_site, live_site.owner, "fr")
    page.goto(f"{live_site.url}/staff/schedule/{day}")
    card, dialog = page.locator(f'[data-ref="{reference}"]'), page.locator("#move-dialog")
    therapist = page.locator(".day-column").filter(has=card).get_attribute("data-key")
    page.goto(f"{live_site.url}/staff/schedule/{day}?therapist={therapist}")
    words = json.loads(page.locator(".day-scroll").get_attribute("data-words") or "")
    opening = page.locator("a.opening").first
    opening.scroll_into_view_if_needed()
    opening.hover(position={"x": 20, "y": 20})
    expect(opening.locator(".opening-here")).to_have_text(re.compile(r"^\D+ \d+\sh(\s\d\d)?$"))
    drag(page, card, 60)
    expect(card.locator(".drag-time")).to_have_text(re.compile(r"^\d+\sh(\s\d\d)?$"))
    page.route("**/move/preview*", lambda route: route.abort())
    with page.expect_request("**/move/preview*") as asked:
        page.mouse.up()
    assert f"only={therapist}" in asked.value.url
    expect(dialog).to_contain_text(words["nothing_moved"])
    expect(dialog.locator("[data-close]")).to_have_text("Fermer")


@pytest.mark.parametrize("screen", ["desktop"])
def test_a_click_on_a_free_place_books_the_quarter_of_an_hour_pointed_at(page: Page, live_site: Site) -> None:
    _reference, day = a_coming_session(page, live_site)
    sign_in(page, live_site)
    page.goto(f"{live_site.url}/staff/schedule/{day}")
    opening = page.locator("a.opening").first
    opening.scroll_into_view_if_needed()
    starts = datetime.strptime(opening.get_attribute("data-at") or "", "%H:%M")  # noqa: DTZ007 - a wall time
    box = opening.bounding_box()
    assert box is not None
    opening.hover(position={"x": 20, "y": 20})
    said = f"{starts + timedelta(minutes=15):%H:%M}"
    expect(opening).to_have_attribute("href", re.compile(f"near={said.replace(':', '%3A')}$"))
    expect(opening.locator(".opening-here")).to_contain_text("Book")
    page.mouse.move(1, 1)
    expect(opening).to_have_attribute("href", re.compile(f"near={starts:%H}%3A{starts:%M}$"))


@pytest.mark.parametrize("screen", ["narrow"])
@pytest.mark.parametrize("javascript", [False])
def test_on_a_phone_the_day_is_one_list_in_the_order_of_time(page: Page, live_site: Site) -> None:
    _reference, day = a_coming_session(page, live_site)
    sign_in(page, live_site)
    page.goto(f"{live_site.url}/staff/schedule/{day}")
    cards = page.locator("article.card")
    places = [cards.nth(number).bounding_box() for number in range(cards.count())]
    rows = [
        int((re.search(r"from-(\d+)", cards.nth(number).get_attribute("class") or "") or ["", "0"])[1])
        for number in range(cards.count())
    ]
    seen = [
        row for _, row in sorted((place["y"], row) for place, row in zip(places, rows, strict=True) if place)
    ]
    assert seen == sorted(rows)
    is_sound(page, javascript=False)
