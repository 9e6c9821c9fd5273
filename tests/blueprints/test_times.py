"""The clients' pages of times: what comes first, who is free next, how long a time is kept, what is said when it is lost."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.domain.policy import GapRule
from app.domain.spans import Span
from app.extensions import db
from app.links import manage_token
from app.models import Practice, Therapist
from app.store.appointments import find_by_reference
from app.store.time_off import add_time_off
from app.store.transactions import transaction
from tests.support.desk import Desk, form_of, text_of
from tests.support.raw import statements
from tests.support.rows import MONDAY, NOW, active_claims, at

BOOK = "/book/psoas-release"
TIMES = f"{BOOK}/time?visit=returning&minutes=60"
DANA, MONDAYS = "&therapist=therapist-1", f"&date={MONDAY.isoformat()}"
DETAILS = {"name": "Jo Park", "email": "jo@example.com", "phone": "", "note": "An old knee injury."}


@pytest.fixture
def broken_day(desk: Desk) -> Desk:
    """On Monday the first therapist has ten starts left, of which only 8:00 and 8:45 leave no gap."""
    for start in ("10:00", "13:00", "16:00", "18:00"):
        desk.booked(start, name=f"Client of {start}")
    return desk


def follow(desk: Desk, rule: GapRule) -> None:
    """The practice sets its rule."""
    with desk.app.app_context(), transaction() as rows:
        rows.execute(update(Practice).values(gap_rule=rule.value, revision=Practice.revision + 1))


def take_off(desk: Desk, slug: str, days: int) -> None:
    """The therapist does not work from now on, for so many days."""
    with desk.app.app_context(), transaction() as rows:
        whose = rows.execute(select(Therapist.id).where(Therapist.slug == slug)).scalar_one()
        add_time_off(whose, Span(NOW - timedelta(hours=1), NOW + timedelta(days=days)), None)


def labels(page: TestResponse) -> list[str]:
    """The groups of times and the words above them, in order."""
    return re.findall(r"<(?:legend|h3 class=\"time-kind\")>(?:<h3[^>]*>)?([\w ]+)<", page.text)


def starts(page: TestResponse) -> list[str]:
    """The times of the buttons, in order."""
    return re.findall(r'name="start"[^>]*value="\d{4}-\d\d-\d\dT(\d\d:\d\d)', page.text)


def pick(client: FlaskClient, clock: str, therapist: str = "") -> TestResponse:
    """Choose a time of the Monday, as the page's button does; answers the page of details."""
    page = client.get(f"{TIMES}{therapist}{MONDAYS}")
    fields = form_of(page, f"{BOOK}/hold") | {"start": at(clock).isoformat()}
    return client.post(f"{BOOK}/hold", data=fields, follow_redirects=True)


def press(client: FlaskClient, page: TestResponse, words: str, **typed: str) -> TestResponse:
    """Press the button of the page's form that says so; answers the page that follows."""
    buttons = re.findall(r"<button.*?</button>", page.text, re.DOTALL)
    button = next(one for one in buttons if words in said(one))
    values = dict(re.findall(r'(formaction|name|value)="([^"]*)"', button))
    action = re.findall(r'<form[^>]*action="([^"]*)"[^>]*id="(?:details|check)"', page.text)[0]
    named = {values["name"]: unescape(values["value"])} if "name" in values else {}
    fields = form_of(page, action) | typed | named
    return client.post(unescape(values.get("formaction", action)), data=fields, follow_redirects=True)


def said(html: str) -> str:
    """Its words."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def claims(desk: Desk) -> int:
    """How many resources are claimed."""
    with desk.app.app_context():
        return len(active_claims())


def test_recommended_times_come_first_and_each_comes_once(broken_day: Desk) -> None:
    page = broken_day.app.test_client().get(TIMES + DANA + MONDAYS)
    assert labels(page) == ["Recommended", "Other times", "Morning", "Afternoon"]
    assert starts(page)[:2] == ["08:00", "08:45"]
    assert starts(page)[2:4] == ["08:15", "08:30"]
    assert len(starts(page)) == len(set(starts(page))) == 10
    assert "They fit the day best" in text_of(page)


def test_where_gaps_do_not_matter_the_page_is_as_ever(broken_day: Desk) -> None:
    follow(broken_day, GapRule.ALL)
    page = broken_day.app.test_client().get(TIMES + DANA + MONDAYS)
    assert labels(page) == ["Morning", "Afternoon"]
    assert len(starts(page)) == 10


def test_where_only_times_without_a_gap_are_offered_none_is_marked_but_staff_see_the_others(
    broken_day: Desk,
) -> None:
    follow(broken_day, GapRule.ONLY)
    page = broken_day.app.test_client().get(TIMES + DANA + MONDAYS)
    assert "Recommended" not in text_of(page)
    assert starts(page)[:2] == ["08:00", "08:45"]
    query = {"day": MONDAY.isoformat(), "therapist": "therapist-1", "visit": "returning"}
    desks = broken_day.member("desk").get("/staff/book", query_string=query)
    assert "Recommended" in text_of(desks)
    assert "2026-11-23T08:15-04:00" in desks.text


def test_moving_recommends_too_and_does_not_offer_the_time_it_has(broken_day: Desk) -> None:
    reference = broken_day.booked("08:00", name="Kim Bell", email="kim@example.com")
    with broken_day.app.app_context():
        row = find_by_reference(reference)
        assert row is not None
        link = f"/appointment/{manage_token(row.public_id, row.token_version)}/move"
    page = broken_day.app.test_client().get(link, query_string={"date": MONDAY.isoformat()})
    assert labels(page)[:2] == ["Recommended", "Other times"]
    assert starts(page)[0] == "08:45"
    assert "08:00" not in starts(page)
    desks = broken_day.member("desk").get(f"/staff/appointments/{reference}/move?day={MONDAY.isoformat()}")
    assert labels(desks) == labels(page)
    assert starts(desks) == starts(page)


@pytest.mark.parametrize(
    ("asked", "shown", "month"),
    [
        ("2020-02-02", "Friday 20 November 2026", "November 2026"),
        ("2199-12-31", "Saturday 20 November 2027", "November 2027"),
    ],
)
def test_a_day_that_can_not_be_booked_shows_the_nearest_that_can(
    desk: Desk, asked: str, shown: str, month: str
) -> None:
    page = desk.app.test_client().get(f"{TIMES}&date={asked}")
    assert shown in text_of(page)
    assert f'id="month-title">{month}<' in page.text
    assert 'rel="next"' in page.text if "2026" in month else 'rel="next"' not in page.text
    assert 'rel="prev"' in page.text if "2027" in month else 'rel="prev"' not in page.text


def test_the_service_says_when_each_therapist_is_free_next_and_leads_to_that_day(desk: Desk) -> None:
    take_off(desk, "therapist-2", 3)
    client = desk.app.test_client()
    page = client.get("/services/psoas-release")
    text = text_of(page)
    assert "Next free with anyone: Fri 20 Nov, 11:00 am" in text
    assert "Next free: with Therapist 1, Fri 20 Nov, 11:00 am" in text
    assert "Next free: with Therapist 2, Mon 23 Nov, 10:00 am" in text
    visit = client.get(f"{BOOK}?therapist=therapist-2")
    assert "with Therapist 2" in text_of(visit)
    href = re.search(r'href="([^"]*visit=returning[^"]*)"', visit.text)
    assert href
    times = client.get(unescape(href[1]))
    assert times.status_code == 200
    assert "Monday 23 November 2026" in text_of(times)
    assert starts(times)[0] == "10:00"


def test_beside_each_therapist_stands_the_next_free_day(desk: Desk) -> None:
    take_off(desk, "therapist-1", 4)
    take_off(desk, "therapist-2", 400)
    text = text_of(desk.app.test_client().get(f"{BOOK}?visit=returning"))
    assert re.search(r"No preference .*? Next free: Tue 24 Nov", text)
    assert re.search(r"Therapist 1 Next free: Tue 24 Nov", text)
    assert re.search(r"Therapist 2 Nothing free online in the coming weeks", text)


def test_one_look_at_the_diaries_serves_all_therapists(desk: Desk) -> None:
    client = desk.app.test_client()
    for path in ("/services/", "/services/psoas-release", f"{BOOK}?visit=returning", TIMES):
        client.get(path)
        with statements(desk.app) as seen:
            assert client.get(path).status_code == 200
        assert len([text for text, _ in seen if "claim" in text.lower()]) == 1, path


def test_how_long_a_time_is_kept_is_said_in_words_until_it_can_be_kept_no_longer(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    client = desk.app.test_client()
    page = pick(client, "10:00")
    assert "We keep this time for you until 10:10 am . 10 minutes left." in text_of(page)
    for _ in range(10):
        clock.shift(timedelta(minutes=9))
        page = press(client, page, "Keep it longer", **DETAILS)
        assert "10 minutes left." in text_of(page)
    assert "That is as long as we can keep it." in text_of(page)
    assert "Keep it longer" not in text_of(page)
    assert 'value="Jo Park"' in page.text
    clock.shift(timedelta(minutes=10))
    page = press(client, page, "Continue")
    assert "We no longer keep this time, but it may still be free." in text_of(page)


def test_the_way_back_to_the_times_gives_the_time_back(desk: Desk) -> None:
    client = desk.app.test_client()
    page = press(client, pick(client, "10:00"), "Back to the times")
    assert "When suits you?" in text_of(page)
    assert claims(desk) == 0
    check = press(client, pick(client, "10:00"), "Continue", **DETAILS)
    details = client.get(check.request.path.replace("/check/", "/details/"))
    assert "Your details" in text_of(details)
    assert 'value="Jo Park"' in details.text
    assert claims(desk) == 2  # whoever goes back to what they typed still wants the time
    press(client, press(client, details, "Continue"), "Change when")
    assert claims(desk) == 0


def test_whoever_left_by_the_browser_keeps_two_times_at_most(desk: Desk) -> None:
    client = desk.app.test_client()
    for clock in ("10:00", "12:00", "14:00"):
        assert "Your details" in text_of(pick(client, clock, DANA))
    assert claims(desk) == 2 * 2
    assert "08:00" in starts(client.get(TIMES + DANA + MONDAYS))
    assert "10:00" in starts(client.get(TIMES + DANA + MONDAYS))


def test_without_preference_the_client_learns_who(desk: Desk) -> None:
    client = desk.app.test_client()
    details = pick(client, "10:00")
    assert "with Therapist 1, who is free then" in text_of(details)
    check = press(client, details, "Continue", **DETAILS)
    assert "Therapist 1 You had no preference, and this therapist is free then." in text_of(check)
    done = press(client, check, "Confirm booking")
    assert "With Therapist 1" in text_of(done)
    chosen = desk.app.test_client()
    details = pick(chosen, "10:00", "&therapist=therapist-2")
    assert "with Therapist 2" in text_of(details)
    assert "who is free then" not in text_of(details)


def test_an_address_that_looks_mistyped_is_asked_about_and_may_stay(desk: Desk) -> None:
    client = desk.app.test_client()
    check = press(client, pick(client, "10:00"), "Continue", **DETAILS | {"email": "jo@gmial.com"})
    assert "You typed jo@gmial.com. Many people have an address like jo@gmail.com." in text_of(check)
    assert "is booked" in text_of(press(client, check, "Confirm booking"))
    check = press(client, pick(client, "12:00"), "Continue", **DETAILS)
    assert "Is your e-mail address right?" not in text_of(check)


def test_a_lost_time_answers_409_with_what_is_near_and_what_was_typed(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    client = desk.app.test_client()
    check = press(client, pick(client, "10:00", DANA), "Continue", **DETAILS)
    clock.shift(timedelta(minutes=11))
    desk.booked("10:00", now=NOW + timedelta(minutes=11))
    page = press(client, check, "Confirm booking")
    assert page.status_code == 409
    assert "Near the time you wanted" in text_of(page)
    assert starts(page) == ["08:30", "08:45", "11:15"]
    fields = form_of(page, f"{BOOK}/hold") | {"start": at("11:15").isoformat()}
    details = client.post(f"{BOOK}/hold", data=fields, follow_redirects=True)
    assert 'value="Jo Park"' in details.text
    assert "An old knee injury." in details.text


def test_a_lost_time_with_nothing_near_offers_the_way_to_all_times(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    client = desk.app.test_client()
    check = press(client, pick(client, "10:00", DANA), "Continue", **DETAILS)
    clock.shift(timedelta(minutes=11))
    take_off(desk, "therapist-1", 40)
    page = press(client, check, "Confirm booking")
    assert page.status_code == 409
    assert starts(page) == []
    assert "Let us find another time" in text_of(page)
    action = re.search(rf'action="({BOOK}/leave/[^"]*)"', page.text)
    assert action
    onward = client.post(action[1], data=form_of(page, action[1]), follow_redirects=True)
    assert "What you typed is kept" in text_of(onward)


def test_the_desk_is_told_what_is_near_when_a_move_finds_the_time_taken(desk: Desk) -> None:
    reference, _ = desk.booked("08:00"), desk.booked("10:00", name="Kim Bell")
    path = f"/staff/appointments/{reference}/move"
    version = str(desk.facts(reference)["row_version"])
    answer = desk.post(
        "desk", path, start=at("10:00").isoformat(), therapist="therapist-1", row_version=version
    )
    assert answer.status_code == 409
    assert "Nearest free times" in text_of(answer)
    assert "11:15 am" in text_of(answer)
    moved = desk.post(
        "desk", path, start=at("11:15").isoformat(), therapist="therapist-1", row_version=version
    )
    assert moved.status_code == 302
    with desk.app.app_context():
        assert desk.facts(reference)["starts_at"] == at("11:15")
        db.session.remove()
