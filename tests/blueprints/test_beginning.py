"""A new owner's way: places by name, hours as people say them, each new thing with what it still needs and what comes next."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.actions.setting_up import begin_practice
from app.actions.settings import Edit, Saved
from app.actions.settings_offer import add_service
from app.blueprints.admin.onboarding import form_of
from app.domain.appointments import Actor
from app.domain.onboarding import Step
from app.store import settings
from app.store.audit import list_audit_lines
from app.store.onboarding import load_deeds
from app.store.practice import load_practice
from app.web.local_places import country_typed, currency_choices, zone_typed
from tests.support.desk import Desk, text_of
from tests.support.filled_form import Changes, fields_of, send
from tests.support.rows import NOW

ROOT = "/staff/settings"
NEW_PLACE, HOURS = f"{ROOT}/locations/new", f"{ROOT}/locations/queen-street/hours"
PLACE: dict[str, str | list[str] | None] = {
    "name": "Queen Street",
    "address": "12 Queen Street\nToronto",
    "phone": "416-555-0100",
}


def added(desk: Desk, page: str, changes: Changes) -> TestResponse:
    """The page on which one lands."""
    owner = desk.member("owner")
    answer = send(owner, page, changes)
    assert answer.status_code == 303, text_of(answer)
    return owner.get(answer.location)


def place_row(desk: Desk, slug: str = "queen-street") -> tuple[str | None, str | None]:
    """Its zone and its country."""
    with desk.app.app_context():
        row = settings.find_thing("location", slug)
        assert row is not None
        return row.zone, row.country


ZONES = {
    "Toronto": "America/Toronto",
    "toronto, Canada": "America/Toronto",
    "Toronto (America/Toronto)": "America/Toronto",
    "america/toronto": "America/Toronto",
    "St. John's": "America/St_Johns",
    "Londres": "Europe/London",
    "Montréal": "America/Toronto",
    "Calgary, Alberta": "America/Edmonton",
    "São Paulo": "America/Sao_Paulo",
    "Canada/Eastern": "Canada/Eastern",
    "../../etc/passwd": None,
    "Atlantis": None,
    "UTC": "Etc/UTC",
    "EST": None,  # a clock without summer time
    "GMT": None,
    "GMT-5": None,  # Etc/GMT-5 is ahead of Greenwich
}
COUNTRIES = {"Canada": "CA", "ca": "CA", "États-Unis": "US", "USA": "US", "germany": "DE", "XX": None}


def test_zones_are_understood_by_city_and_countries_by_name(app: Flask, desk: Desk) -> None:
    """In the language of who types, and in English."""
    with app.test_request_context("/?lang=fr"):
        assert {typed: zone_typed(typed) for typed in ZONES} == ZONES
        assert {typed: country_typed(typed) for typed in COUNTRIES} == COUNTRIES


def test_the_likely_ones_come_first_and_say_what_they_are(app: Flask, desk: Desk) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "de-CH"}):
        first, second, *_rest = currency_choices(["USD", "CHF", "CAD", "JPY"])
    assert (first, second) == (("CAD", "Canadian Dollar (CAD)"), ("CHF", "Swiss Franc (CHF)"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"zone": "Toronto", "country": "canada"}, ("America/Toronto", "CA")),
        ({"zone": "Vancouver", "country": ""}, ("America/Vancouver", "CA")),
        ({"zone": "", "country": "France"}, ("Europe/Paris", "FR")),
        ({"zone": "", "country": "Canada"}, (None, "CA")),
    ],
)
def test_a_place_is_added_by_city_or_country(
    desk: Desk, typed: dict[str, str], kept: tuple[str, str]
) -> None:
    page = text_of(added(desk, NEW_PLACE, {**PLACE, **typed}))
    assert place_row(desk) == kept
    assert "Opening hours" in page
    with desk.app.app_context():
        row = settings.find_thing("location", "queen-street")
        assert row is not None
        assert [period.lines for period in row.address_periods] == ["12 Queen Street\nToronto"]


def test_a_new_place_says_on_each_tab_what_comes_next_and_then_comes_into_use(desk: Desk) -> None:
    owner = desk.member("owner")
    page = added(desk, NEW_PLACE, {**PLACE, "phone": "", "zone": "Toronto"})
    assert "Next: Telephone" in text_of(page)
    send(owner, f"{ROOT}/locations/queen-street", {"phone": "416-555-0100"})
    assert "Next, on this page: Opening hours" in text_of(owner.get(HOURS))
    week: Changes = {"hours-0-days": ["0"], "hours-0-opens": "9", "hours-0-closes": "6"}
    assert "Bring into use" in text_of(added(desk, HOURS, week))
    done = owner.post(f"{ROOT}/location/queen-street/bring-back", data=fields_of(owner.get(HOURS)))
    assert "Clients can book at Queen Street now." in text_of(owner.get(done.location))
    assert "Before clients can book here" not in text_of(owner.get(HOURS))


def test_nine_to_six_is_until_six_in_the_evening(desk: Desk) -> None:
    owner, path, understood = desk.member("owner"), f"{ROOT}/locations/main/hours", {}
    wanted = {
        ("9", "6"): "09:00 18:00",
        ("9:30", "6:15"): "09:30 18:15",
        ("9 am", "6 pm"): "09:00 18:00",
        ("9h", "17h30"): "09:00 17:30",
        ("9", "12"): "09:00 12:00",
        ("11", "1"): "11:00 13:00",
    }
    for opens, closes in wanted:
        changes = {"hours-0-opens": opens, "hours-0-closes": closes}
        assert send(owner, path, changes).status_code == 303
        with desk.app.app_context():
            window = load_practice().locations[0].opening_hours[0]
        understood[opens, closes] = f"{window.opens:%H:%M} {window.closes:%H:%M}"
    assert understood == wanted
    for opens, closes in (("9", "6 am"), ("9 pm", "6"), ("13:00", "13:00")):
        answer = send(owner, path, {"hours-0-opens": opens, "hours-0-closes": closes})
        assert (answer.status_code, "That ends before it begins." in answer.text) == (422, True)


def test_a_new_session_is_asked_how_deep_it_goes(desk: Desk) -> None:
    owner, page = desk.member("owner"), f"{ROOT}/services/new"
    refused = send(owner, page, {"name": "Easy hour"})
    assert (refused.status_code, "Say how deep it goes" in refused.text) == (422, True)
    assert desk.member("owner").get(f"{ROOT}/services/easy-hour").status_code == 404


def test_a_session_that_asks_about_health_begins_with_the_librarys_texts(app: Flask) -> None:
    with app.app_context():
        begin_practice(NOW)
        new = {"name": "Abdominal massage", "needs_screening": True, "depth": "light"}
        assert isinstance(add_service(new, Edit(Actor("staff", "ann@example.com"), NOW)), Saved)
        row = settings.find_thing("service", "abdominal-massage")
        assert row is not None
        assert row.depth == "deep"
        assert (row.screening_set.slug, row.consent_text.slug) == ("belly-and-hips", "belly-and-hips")
        assert row.guidance_plan_id == settings.find_thing("guidance_plan", "deep-work").id  # type: ignore[union-attr]


def test_a_session_without_a_price_is_never_forced_onto_the_list(desk: Desk) -> None:
    owner = desk.member("owner")
    page = added(desk, f"{ROOT}/services/new", {"name": "Easy hour", "depth": "light"})
    deed = f"{ROOT}/service/easy-hour/bring-back"
    told = owner.post(deed, data=fields_of(page) | {"confirmed": "0"})
    assert told.status_code == 409
    assert "Easy hour has no duration and no price yet." in text_of(told)
    assert "anyway" not in text_of(told)
    assert f'href="{ROOT}/services/easy-hour/durations"' in told.text
    with desk.app.app_context():
        assert load_practice().service("easy-hour") is None


def test_what_is_missing_leads_to_the_form_in_which_it_is_told(app: Flask) -> None:
    """Who holds a technique is said on the therapists' pages: there the warning about one that nobody holds leads."""
    with app.test_request_context():
        assert form_of("service[psoas-release].techniques") == f"{ROOT}/therapists"
        assert form_of("therapist[ana].availability") == f"{ROOT}/therapists/ana/hours"
        assert form_of("location[main].address") == f"{ROOT}/locations/main/addresses"
        assert form_of("practice.name") is None


def test_a_therapist_works_as_the_place_is_open_by_one_button(desk: Desk) -> None:
    owner = desk.member("owner")
    page = added(desk, f"{ROOT}/therapists/new", {"name": "Ana Rowan"})
    path = f"{ROOT}/therapists/ana-rowan/hours"
    filled = owner.post(path, data=fields_of(page) | {"as_open": "1"})
    assert "These are the opening hours." in text_of(filled)
    assert owner.post(path, data=fields_of(filled)).status_code == 303
    with desk.app.app_context():
        row = settings.find_thing("therapist", "ana-rowan")
        assert row is not None
        worked = {(rule.weekday, rule.starts, rule.ends) for rule in row.availability_rules}
        hours = load_practice().locations[0].opening_hours
        assert worked == {(each.weekday, each.opens, each.closes) for each in hours}


def test_the_owners_word_closes_a_stop_of_the_list(desk: Desk) -> None:
    owner = desk.member("owner")
    page = owner.get(f"{ROOT}/")
    assert "I keep these colours" in text_of(page)
    form = {"csrf_token": fields_of_button(page), "version": version_of(desk)}
    assert owner.post(f"{ROOT}/settled/look", data=form).status_code == 303
    assert "I keep these colours" not in text_of(owner.get(f"{ROOT}/"))
    with desk.app.app_context():
        assert load_deeds("en").settled == {Step.LOOK}
        line = list_audit_lines("practice", 1)[-1]
        assert (line.actor, line.act) == ("owner@example.com", "settings changed")
        assert line.detail == {"settled": {"from": [], "to": ["look"]}}


def fields_of_button(page: TestResponse) -> str:
    """The token that its buttons send."""
    return page.text.partition('name="csrf_token" value="')[2].partition('"')[0]


def version_of(desk: Desk) -> str:
    """Of the practice's own row."""
    with desk.app.app_context():
        return str(settings.version_of(settings.find_thing("practice", "")))
