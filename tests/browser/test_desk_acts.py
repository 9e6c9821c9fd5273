"""What the desk does all day, with the keyboard alone, counted: each act costs what docs/staff-tasks.md says."""

import re
from datetime import UTC, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import create_engine, delete, insert, select, update

from app.domain.cells import cell_at_or_before
from app.domain.wallclock import day_span, local_date, zone_named
from app.models import (
    Appointment,
    AvailabilityRule,
    Claim,
    Client,
    Closure,
    Location,
    OpeningHours,
    Practice,
    Service,
    ServiceVariant,
    Therapist,
    TimeOff,
)
from tests.browser.walk import is_sound, is_sound_at_every_width
from tests.support.run import ROOT
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.filled, pytest.mark.parametrize("backend", ["sqlite"])]
_ROW = re.compile(
    r"^\| (?P<nr>\d+) \| [^|]+ \| \d+ \| (?P<keys>\d+|–) \| (?P<measured>✓?) ?\|$", re.MULTILINE
)
_MOST_STOPS = 200
_ROOM = timedelta(hours=2)


@pytest.fixture
def screen() -> str:
    """The desk's, unless a test looks at others."""
    return "desktop"


class Hands:
    """Two hands on a keyboard, and how often they did something."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, key: str) -> None:
        """One key, with its modifier."""
        self.count += 1
        self.page.keyboard.press(key)

    def press_access_key(self, key: str) -> None:
        """Alt and a letter, as a keyboard sends it: access keys go by the letter itself, which Playwright leaves out with Alt."""
        self.count += 1
        code = {"/": 191}.get(key, ord(key.upper()))
        typed = {"key": key, "unmodifiedText": key, "windowsVirtualKeyCode": code, "modifiers": 1}
        session = self.page.context.new_cdp_session(self.page)
        session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **typed})
        session.send("Input.dispatchKeyEvent", {"type": "char", "text": key, **typed})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **typed})

    def type(self, text: str) -> None:
        """One piece of text."""
        self.count += 1
        self.page.keyboard.type(text)

    def walk_to(self, target: Locator) -> None:
        """With Tab until it is reached."""
        self.count += 1
        for _ in range(_MOST_STOPS):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("it can't be reached with Tab")


def told(number: int) -> int:
    """How many keys the list of tasks says."""
    found = {int(row["nr"]): row for row in _ROW.finditer((ROOT / "docs" / "staff-tasks.md").read_text())}
    assert sorted(found) == list(range(1, 44))
    assert found[number]["measured"], f"task {number} is not said to be measured"
    return int(found[number]["keys"])


def open_day(page: Page, site: Site, days: int) -> Hands:
    """Sign in as the owner and look at a day of a filled practice; from there on it counts."""
    page.goto(f"{site.url}/staff/login")
    page.get_by_label("E-mail").fill(site.owner)
    page.get_by_label("Password", exact=True).fill(site.password)
    page.locator("main button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/staff/$"))
    if days:
        page.goto(f"{site.url}/staff/schedule/{weekday(days).date().isoformat()}")
    return Hands(page)


def weekday(days: int) -> datetime:
    """A day so many days ahead that is no Saturday, Sunday or Monday."""
    day = datetime.now(UTC) + timedelta(days=days)
    while day.weekday() not in (1, 2, 3, 4):
        day += timedelta(days=1)
    return day


def first_movable(page: Page) -> Locator:
    """The first card of the day that is still to come."""
    return page.locator("article.card[data-version]").first


def bring_to_now(site: Site) -> str:
    """Somebody's booked session is on, and lies within today, with nobody else's and nothing else in its way; its reference."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    engine = create_engine(site.database_url)
    with engine.begin() as connection:
        number, reference, zone = connection.execute(
            select(Appointment.id, Appointment.reference, Appointment.zone)
            .where(Appointment.state == "booked", Appointment.starts_at > now)
            .order_by(Appointment.starts_at)
            .limit(1)
        ).one()
        began, ends = an_hour_around(now, zone_named(zone))
        near = (Appointment.starts_at < ends + _ROOM, Appointment.ends_at > began - _ROOM)
        connection.execute(
            update(Appointment).where(Appointment.id != number, *near).values(state="cancelled")
        )
        moved = {"starts_at": began, "ends_at": ends}
        connection.execute(update(Appointment).where(Appointment.id == number).values(moved))
        first, last = cell_at_or_before(began), cell_at_or_before(ends)
        around = (
            Claim.from_cell < cell_at_or_before(ends + _ROOM),
            Claim.to_cell > cell_at_or_before(began - _ROOM),
        )
        own = Claim.appointment_id == number
        connection.execute(
            update(Claim).where(Claim.appointment_id.is_distinct_from(number), *around).values(active=False)
        )
        connection.execute(update(Claim).where(own).values(from_cell=first, to_cell=last))
    engine.dispose()
    return str(reference)


def an_hour_around(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From ten minutes ago on, but near midnight the first or the last hour of the day."""
    today = day_span(local_date(now, zone), zone)
    began = min(max(now - timedelta(minutes=10), today.starts_at), today.ends_at - timedelta(hours=1))
    return began, began + timedelta(hours=1)


def work_around_the_clock(site: Site) -> None:
    """Somebody is free at whatever hour the test runs: everybody works day and night, and nothing is booked yet."""
    engine = create_engine(site.database_url)
    midnight = time(0)
    with engine.begin() as connection:
        connection.execute(update(Claim).values(active=False))
        connection.execute(update(Appointment).values(state="cancelled"))
        connection.execute(delete(Closure))
        connection.execute(delete(TimeOff))
        connection.execute(delete(OpeningHours))
        connection.execute(delete(AvailabilityRule))
        places = connection.execute(select(Location.id)).scalars().all()
        therapists = connection.execute(select(Therapist.id)).scalars().all()
        for day, place in product(range(7), places):
            window = {"location_id": place, "weekday": day}
            connection.execute(insert(OpeningHours).values(opens=midnight, closes=midnight, **window))
            for one in therapists:
                works = {"therapist_id": one, "starts": midnight, "ends": midnight}
                connection.execute(insert(AvailabilityRule).values(**works, **window))
        connection.execute(update(Practice).values(revision=Practice.revision + 1))
    engine.dispose()


def all_had_light_work(site: Site) -> None:
    """What everybody had so far needs no questions first: what a caller has next is the same."""
    engine = create_engine(site.database_url)
    with engine.begin() as connection:
        light = connection.execute(select(Service.id).where(Service.slug == "easy-hour")).scalar_one()
        hour = select(ServiceVariant.id).where(ServiceVariant.service_id == light).limit(1)
        values = {"service_id": light, "variant_id": hour.scalar_subquery(), "minutes": 60}
        connection.execute(update(Appointment).values(values))
    engine.dispose()


def somebody_known(site: Site) -> str:
    """The name of a client; who was here depends on the day of the week on which the practice was filled."""
    engine = create_engine(site.database_url)
    with engine.connect() as connection:
        name = connection.execute(select(Client.name).order_by(Client.id).limit(1)).scalar_one()
    engine.dispose()
    return name


def test_a_known_caller_is_booked_with_few_keys(page: Page, live_site: Site) -> None:
    hands, name = open_day(page, live_site, 10), somebody_known(live_site)
    all_had_light_work(live_site)
    hands.press_access_key("b")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    hands.type(name[:-2].lower())
    expect(page.get_by_role("radio", name=re.compile(name))).to_be_visible()
    hands.press("ArrowDown")
    hands.press("Enter")
    expect(page.get_by_label("At", exact=True)).to_be_focused()
    expect(page.get_by_role("link", name=name)).to_be_visible()
    free = page.locator("input[name=start] + .choice-text .choice-name").last.inner_text()
    hands.type(free)
    hands.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text(f"Booked for {name}: {short_day(10)}, {free}")
    assert hands.count == told(1)
    assert hands.count <= 8


def short_day(days: int) -> str:
    day = weekday(days)
    return f"{day:%a} {day.day} {day:%b}"


def test_a_new_caller_without_an_address_is_booked_in_one_screen(page: Page, live_site: Site) -> None:
    hands = open_day(page, live_site, 10)
    hands.press_access_key("b")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    free = page.locator("input[name=start] + .choice-text .choice-name").last.inner_text()
    hands.type("Theodora Quist")
    hands.walk_to(page.get_by_label("Telephone"))
    hands.type("412-555-0199")
    hands.walk_to(page.get_by_label("At", exact=True))
    hands.type(free)
    hands.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("No e-mail address, so no confirmation is sent.")
    assert hands.count == told(2)


def test_a_walk_in_is_here_at_once(page: Page, live_site: Site) -> None:
    hands = open_day(page, live_site, 0)
    work_around_the_clock(live_site)
    hands.press_access_key("w")
    expect(page.get_by_role("heading", level=1, name="Walk-in")).to_be_visible()
    hands.type("Oona Vale")
    hands.walk_to(page.get_by_role("button", name="Book and mark as arrived"))
    hands.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Booked for Oona Vale")).to_be_visible()
    assert hands.count == told(7)


def test_the_next_state_is_one_click_and_its_undo_another(page: Page, live_site: Site) -> None:
    hands = open_day(page, live_site, 0)
    reference = bring_to_now(live_site)
    page.reload()
    arrived = page.locator(f"[data-ref={reference}]").get_by_role("button", name=re.compile("^Arrived"))
    hands.walk_to(arrived)
    hands.press("Enter")
    undo = page.get_by_role("button", name=re.compile("^Undo"))
    expect(undo).to_be_visible()
    assert hands.count == told(9)
    again = Hands(page)
    again.walk_to(undo)
    again.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Taken back")
    assert again.count == told(12)
    page.locator(f"[data-ref={reference}]").get_by_role("button", name=re.compile("^Arrived")).click()
    expect(
        page.get_by_role("button", name=re.compile("^Undo"))
    ).to_be_visible()  # one click: what the bar asks for


def test_lateness_is_noted_and_explained(page: Page, live_site: Site) -> None:
    hands = open_day(page, live_site, 0)
    reference = bring_to_now(live_site)
    page.reload()
    hands.walk_to(page.locator(f"[data-ref={reference}] h3 a"))
    hands.press("Enter")
    hands.walk_to(page.get_by_role("button", name="10 minutes late"))
    hands.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("is 10 minutes late.")
    assert hands.count == told(13)
    is_sound(page)


def test_a_session_is_moved_by_keyboard(page: Page, live_site: Site) -> None:
    hands = open_day(page, live_site, 1)
    hands.walk_to(first_movable(page).locator("h3 a"))
    hands.press("Enter")
    hands.walk_to(page.get_by_role("link", name="Move"))
    hands.press("Enter")
    hands.walk_to(page.locator(".times .time").first)
    hands.press("Enter")
    expect(page.get_by_text("Nothing stands against it.")).to_be_visible()
    is_sound(page)
    hands.walk_to(page.get_by_role("button", name="Move it"))
    hands.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Moved ")
    assert hands.count == told(16)


def test_a_session_is_cancelled_by_keyboard(page: Page, live_site: Site) -> None:
    hands = open_day(page, live_site, 1)
    hands.walk_to(first_movable(page).locator("h3 a"))
    hands.press("Enter")
    hands.walk_to(page.get_by_role("link", name="Cancel it"))
    hands.press("Enter")
    hands.walk_to(page.get_by_role("radio", name=re.compile("The client asked for it")))
    hands.press("Space")
    hands.walk_to(page.get_by_role("button", name="Cancel the session"))
    hands.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Cancelled; the time is free again.")
    assert hands.count == told(25)


def test_a_client_is_found_by_half_a_name(page: Page, live_site: Site) -> None:
    hands, name = open_day(page, live_site, 0), somebody_known(live_site)
    hands.press_access_key("/")
    hands.type(name[:-3].lower())
    hands.press("Enter")
    expect(page.get_by_role("main").get_by_text(name).first).to_be_visible()
    assert hands.count == told(33)


@pytest.mark.parametrize("javascript", [False])
def test_a_known_caller_is_found_and_booked_without_script(page: Page, live_site: Site) -> None:
    open_day(page, live_site, 10)
    all_had_light_work(live_site)
    name = somebody_known(live_site)
    page.get_by_role("link", name="Book a session").click()
    page.get_by_label("Name", exact=True).fill(name.lower())
    page.get_by_label("Name", exact=True).press("Enter")
    page.get_by_role("radio", name=re.compile(name)).check()
    page.get_by_role("button", name="Fill in who is chosen").click()
    page.locator("input[name=start]").first.check()
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_role("status").first).to_contain_text(f"Booked for {name}")


def test_the_acts_of_a_full_day_are_sound(page: Page, live_site: Site) -> None:
    open_day(page, live_site, 1)
    card = first_movable(page)
    reference, day = card.get_attribute("data-ref"), page.url.rsplit("/", 1)[1]
    of = f"/staff/appointments/{reference}"
    slug = page.locator(".day-column[data-key]").last.get_attribute("data-key")
    paths = ["", "/move", "/swap", f"/move/check?on={day}&at=23:00"]
    paths = [of + path for path in paths]
    paths += [f"/staff/book?client=1&day={day}"]
    for path in paths:
        page.goto(live_site.url + path)
        is_sound_at_every_width(page)
    page.goto(f"{live_site.url}/staff/settings/therapists/{slug}/time-off?day={day}")
    page.get_by_role("button", name="Enter time off").last.click()
    is_sound_at_every_width(page)
