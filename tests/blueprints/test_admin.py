"""The settings pages: what is typed is kept, looked at, told about, saved once."""

import re

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from app.domain.addresses import address_on
from app.store.practice import load_practice
from tests.support.desk import Desk, make_desk
from tests.support.filled_form import Changes, fields_of, send
from tests.support.rows import MONDAY, NOW

HOURS, WEEK = "/staff/settings/locations/main/hours", "/staff/settings/therapists/therapist-1/hours"
THERAPIST, TIME_OFF = (
    "/staff/settings/therapists/therapist-1",
    "/staff/settings/therapists/therapist-1/time-off",
)
ADDRESSES, ROOM = "/staff/settings/locations/main/addresses", "/staff/settings/rooms/room-1"
SERVICE, VARIANTS = (
    "/staff/settings/services/psoas-release",
    "/staff/settings/services/psoas-release/durations",
)
PRACTICE, GUIDANCE = "/staff/settings/practice", "/staff/settings/guidance/deep"
PAGES = (
    "/staff/settings/", PRACTICE, "/staff/settings/locations", "/staff/settings/locations/new", "/staff/settings/locations/main",
    HOURS, ADDRESSES, "/staff/settings/locations/main/closures", "/staff/settings/rooms/new", ROOM, "/staff/settings/techniques",
    "/staff/settings/services", "/staff/settings/services/new", SERVICE, VARIANTS, "/staff/settings/therapists",
    "/staff/settings/therapists/new", THERAPIST, WEEK, TIME_OFF, "/staff/settings/guidance", "/staff/settings/guidance/new",
    GUIDANCE, "/staff/settings/guides",
)  # fmt: skip


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A practice with an account of each role, on the tests' Friday."""
    with time_machine.travel(NOW, tick=False):
        yield make_desk(app)  # type: ignore[misc]


def save(
    desk: Desk, path: str, changes: Changes, role: str = "owner", page: TestResponse | None = None
) -> TestResponse:
    return send(desk.member(role), path, changes, page)


def errors(page: TestResponse) -> list[str]:
    """The sentences at the top of the page."""
    summary = page.text.partition('id="error-summary"')[2].partition("</div>")[0]
    return [sentence.replace("&#39;", "'") for sentence in re.findall(r"<li>(?:<a[^>]*>)?([^<]+)", summary)]


def test_every_page_opens_and_changes_nothing(desk: Desk) -> None:
    with desk.app.app_context():
        before = load_practice()
    for role in ("owner", "desk"):
        assert {path: desk.member(role).get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)
    with desk.app.app_context():
        assert load_practice() == before


@pytest.mark.parametrize(
    "path", [path for path in PAGES if "new" not in path and path not in ("/staff/settings/",)]
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_sending_a_page_as_it_stands_changes_nothing(desk: Desk, path: str) -> None:
    page = desk.member("owner").get(path)
    if 'id="settings-form"' not in page.text or path == TIME_OFF:
        return
    answer = send(desk.member("owner"), path, {}, page)
    assert answer.status_code == 303, errors(answer)
    assert "Nothing was changed" in desk.member("owner").get(answer.location).text


def test_hours_are_changed_and_shown(desk: Desk) -> None:
    answer = save(desk, HOURS, {"hours-0-days": ["0", "1", "2", "3", "4"], "hours-0-opens": "6am", "hours-0-closes": "8 pm",
                                "hours-1-days": ["5", "6"], "hours-1-opens": "9AM", "hours-1-closes": "12PM"})  # fmt: skip
    assert (answer.status_code, answer.location) == (303, HOURS)
    page = desk.member("owner").get(HOURS).text
    assert "Saturday 9:00 am to noon" in page
    with desk.app.app_context():
        hours = load_practice().locations[0].opening_hours
    assert [(window.weekday, f"{window.opens:%H:%M}", f"{window.closes:%H:%M}") for window in hours] == [
        *((day, "06:00", "20:00") for day in range(5)),
        (5, "09:00", "12:00"),
        (6, "09:00", "12:00"),
    ]


def test_another_row_keeps_everything_typed_and_saves_nothing(desk: Desk) -> None:
    answer = save(desk, HOURS, {"hours-0-opens": "half past", "add": "hours"})
    assert answer.status_code == 200
    fields = fields_of(answer)
    assert fields["hours-0-opens"] == "half past"
    assert "hours-2-opens" in fields
    assert errors(answer) == []


def test_a_row_is_taken_away_by_its_box(desk: Desk) -> None:
    first = save(
        desk,
        HOURS,
        {"hours-0-days": ["0"], "hours-1-days": ["1"], "hours-1-opens": "9", "hours-1-closes": "17"},
    )
    assert first.status_code == 303
    assert save(desk, HOURS, {"hours-0-remove": "y"}).status_code == 303
    with desk.app.app_context():
        assert [window.weekday for window in load_practice().locations[0].opening_hours] == [1]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hours-0-closes": "7 am"}, "That ends before it begins. Did you mean am and pm the other way round?"),
        ({"hours-0-opens": "9:03"}, "Times go in steps of five minutes, such as 9:05."),
        ({"hours-0-opens": "lunch"}, "That is not a time of day. Type it like 9:00, 5:30 pm or 17:30."),
        ({"hours-0-opens": "25:00"}, "That is not a time of day. Type it like 9:00, 5:30 pm or 17:30."),
        ({"hours-0-opens": "9" * 5000}, "That is not a time of day. Type it like 9:00, 5:30 pm or 17:30."),
        ({"hours-0-closes": ""}, "Type when it ends, such as 5:30 pm."),
        ({"hours-0-days": None}, "Tick at least one day."),
        ({"hours-0-days": ["0", "99"]}, "Choose from the list only."),
        ({"hours-1-days": ["3"], "hours-1-opens": "10", "hours-1-closes": "11"},
         "These hours overlap other hours on the same day. Join them, or end one earlier."),
        ({"hours-0-valid_from": "2027-05-01", "hours-0-valid_until": "2027-04-01"}, "The last day lies before the first."),
        ({"hours-0-valid_from": "9999-12-31"}, "That date is out of reach: it must lie between 2000 and 2100."),
        ({"hours-0-valid_from": "2027-02-30"}, "That is not a date. Type it as year-month-day, such as 2027-03-14."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("backend", ["sqlite"])
def test_hours_that_cannot_be_are_refused_beside_their_field(
    desk: Desk, changes: Changes, sentence: str
) -> None:
    answer = save(desk, HOURS, changes)
    assert answer.status_code == 422
    assert errors(answer) == [sentence]
    typed = fields_of(answer)
    for name, value in changes.items():
        assert typed.getlist(name) == (
            [value] if isinstance(value, str) else [each for each in value or [] if each != "99"]
        )
    anchor = re.search(r'href="#(hours-[^"]+)"', answer.text)
    assert anchor
    assert f'id="{anchor[1]}"' in answer.text


@pytest.mark.parametrize(
    ("path", "changes", "sentence"),
    [
        (PRACTICE, {"notice_minutes": "9" * 5000}, "Type a whole number from 0 to 40,320."),
        (PRACTICE, {"notice_minutes": "-5"}, "Type a whole number from 0 to 40,320."),
        (PRACTICE, {"horizon_days": "9999"}, "That must be from 1 to 730."),
        (PRACTICE, {"slot_step_minutes": "7"}, "That must be a multiple of 5."),
        (PRACTICE, {"hold_minutes": "²"}, "Type a whole number from 1 to 60."),
        (PRACTICE, {"name": "x" * 100_000}, "That is too long: at most 120 characters, please."),
        (PRACTICE, {"name": "  "}, "The practice needs a name."),
        (PRACTICE, {"email": "nobody"}, "That is not an e-mail address. It looks like name@example.com."),
        (PRACTICE, {"reminder_days": "3, soon"}, "Type up to five numbers of days from 1 to 30, such as 3, 1."),
        (PRACTICE, {"currency": "EURO"}, "Choose one of the list."),
        ("/staff/settings/locations/main", {"zone": "America/Atlantis"},
         "There is no time zone of that name. Zones are called like America/Halifax."),
        ("/staff/settings/locations/main", {"zone": "../../etc/passwd"},
         "There is no time zone of that name. Zones are called like America/Halifax."),
        ("/staff/settings/locations/main", {"phone": "call me"},
         "That is not a telephone number. Use digits, spaces and + ( ) - only."),
        ("/staff/settings/locations/main", {"country": "Canada"}, "A country is two letters, such as CA or US."),
        (VARIANTS, {"variants-0-minutes": "62"}, "That must be a multiple of 5."),
        (VARIANTS, {"variants-0-minutes": "1" * 5000}, "Type a whole number from 5 to 720."),
        (VARIANTS, {"variants-0-price": "a lot"}, "That is not a price. Type it like 95.00."),
        (VARIANTS, {"variants-0-price": "9" * 5000}, "That is not a price. Type it like 95.00."),
        (VARIANTS, {"variants-0-minutes": "75", "variants-0-visit": "first"}, "That duration stands here twice for the same visits."),
        (ADDRESSES, {"addresses-0-lines": ""}, None),
        (ADDRESSES, {"addresses-1-announced": "y"}, "Say what is known of the move, such as: early in the year."),
        (ADDRESSES, {"addresses-1-lines": "2 New Street"}, "Another address holds from the same day. Give one of them another date."),
        ("/staff/settings/locations/main/closures", {"closures-0-starts_on": "2027-01-02", "closures-0-ends_on": "2027-01-01"},
         "The last day lies before the first."),
        (THERAPIST, {"name": ""}, "The therapist needs a name."),
        (THERAPIST, {"qualifications-0-valid_until": "soon"}, "That is not a date. Type it as year-month-day, such as 2027-03-14."),
        (TIME_OFF, {}, "Type the first day, such as 2026-12-24."),
        (TIME_OFF, {"starts_on": "2027-03-14", "starts": "2:30 am"},
         "2:30 am does not exist on 14 March 2027: the clocks go forward. Choose another time."),
        (TIME_OFF, {"starts_on": "2026-12-24", "starts": "3 pm", "ends": "2 pm"}, "That ends before it begins."),
        (TIME_OFF, {"starts_on": "2026-12-24", "ends_on": "2026-12-23"}, "The last day lies before the first."),
        (TIME_OFF, {"starts_on": "2026-12-24", "ends_on": "2099-12-23"},
         "Time off is a year at most. For longer, take the therapist out of use."),
        (TIME_OFF, {"starts_on": "2026-12-24", "location": "999"}, "Choose one of the list."),
        (SERVICE, {"depth": "bottomless"}, "Choose one of the list."),
        (SERVICE, {"techniques": ["alchemy"]}, "Choose from the list only."),
        (SERVICE, {"guidance_plan": "999"}, "Choose one of the list."),
        (GUIDANCE, {"steps-0-amount": "99", "steps-0-unit": "days"}, "That must be a multiple of 5 minutes, and 90 days at most."),
        (GUIDANCE, {"steps-0-text": ""}, "Write what the client should know or do."),
        ("/staff/settings/techniques", {"techniques-1-name": "PSOAS release"}, "That technique stands here twice."),
        ("/staff/settings/therapists/new", {"name": "therapist 1"}, "There is one of that name already."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_cannot_be_is_refused_in_a_sentence(
    desk: Desk, path: str, changes: Changes, sentence: str | None
) -> None:
    answer = save(desk, path, changes)
    if sentence is None:
        assert (
            answer.status_code == 409
        )  # no address is left: the appointments' address would change; see below
        return
    assert answer.status_code == 422
    assert errors(answer) == [sentence]
    for name, value in changes.items():
        assert name in answer.text
        if isinstance(value, str) and len(value) < 100:
            assert value in (fields_of(answer).get(name, value), "EURO", "bottomless", "999")


def test_hostile_forms_are_answered_without_a_fault(desk: Desk) -> None:
    """On both databases: nothing of this reaches them as it is."""
    hostile = [
        (
            HOURS,
            {"hours-²-opens": "9", f"hours-{'9' * 5000}-opens": "9", "hours-0-remove": ["y"], "hours": "x"},
        ),
        (PRACTICE, {"version": "9" * 5000}),
        (PRACTICE, {"version": "²"}),
        (THERAPIST, {"qualifications-0-key": "9" * 30}),
        (THERAPIST, {"about": "\u202e" * 100 + "<script>alert(1)</script>"}),
        (VARIANTS, {"variants-0-key": "999999999"}),
        (GUIDANCE, {"steps-0-key": "x" * 50_000}),
        (TIME_OFF, {"starts_on": "2026-12-24", "confirmed": "9" * 60_000}),
        (TIME_OFF, {"starts_on": "2026-12-25", "label": "é" * 80}),
    ]
    for path, changes in hostile:
        answer = save(desk, path, changes)  # type: ignore[arg-type]
        assert answer.status_code in (303, 409, 422), (path, answer.status_code)
        assert desk.member("owner").get(path).status_code == 200
    assert "<script>alert(1)" not in desk.member("owner").get(THERAPIST).text


@pytest.mark.parametrize(
    "path",
    ["locations/x", "locations/x/hours", "rooms/x", "services/x", "services/x/durations", "therapists/x", "therapists/x/hours",
     "therapists/x/time-off", "guidance/x", "rooms/" + "x" * 5000],
)  # fmt: skip
@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_is_not_there_is_a_page_of_its_own(desk: Desk, path: str) -> None:
    assert desk.member("owner").get(f"/staff/settings/{path}").status_code == 404


def test_the_second_person_sees_both_versions_and_may_then_decide(desk: Desk) -> None:
    mine = desk.member("owner").get(THERAPIST)
    assert save(desk, THERAPIST, {"role_title": "By the desk"}, role="desk").status_code == 303
    answer = save(desk, THERAPIST, {"role_title": "By the owner"}, page=mine)
    assert answer.status_code == 409
    assert "desk@example.com saved this page while you were editing it" in answer.text
    assert "By the desk" in answer.text
    assert fields_of(answer)["role_title"] == "By the owner"
    with desk.app.app_context():
        assert load_practice().therapists[0].role_title == "By the desk"
    assert save(desk, THERAPIST, {}, page=answer).status_code == 303
    with desk.app.app_context():
        assert load_practice().therapists[0].role_title == "By the owner"


def test_a_warning_names_the_appointments_and_save_anyway_saves(desk: Desk) -> None:
    reference = desk.booked("18:00")
    answer = save(desk, HOURS, {"hours-0-closes": "5 pm"})
    assert answer.status_code == 409
    assert "One appointment would be hit. Nothing has been saved yet." in answer.text
    for words in (reference, "Jo Park", "Psoas release, 60 minutes", "Therapist 1", "the location would be closed then",
                  "Monday 23 November 2026, 6:00 pm"):  # fmt: skip
        assert words in answer.text
    confirmed = re.search(r'name="confirmed" value="([^"]+)"', answer.text)
    assert confirmed
    assert save(desk, HOURS, {"confirmed": confirmed[1]}, page=answer).status_code == 303
    assert desk.facts(reference)["state"] == "booked"
    with desk.app.app_context():
        assert load_practice().locations[0].opening_hours[0].closes.hour == 17


def test_save_again_without_the_confirmation_warns_again(desk: Desk) -> None:
    desk.booked("18:00")
    answer = save(desk, HOURS, {"hours-0-closes": "5 pm"})
    assert save(desk, HOURS, {}, page=answer).status_code == 409
    assert save(desk, HOURS, {"confirmed": "1000,2000"}, page=answer).status_code == 409


def test_a_room_in_use_asks_before_it_goes_and_comes_back(desk: Desk) -> None:
    desk.booked("10:00")
    seen = re.search(r'name="version" value="(\d+)"', desk.member("owner").get(ROOM).text)
    assert seen
    path = "/staff/settings/room/room-1/retire"
    answer = desk.post("owner", path, version=seen[1])
    assert answer.status_code == 409
    assert "the room would be out of use" in answer.text
    confirmed = re.search(r'name="confirmed" value="([^"]+)"', answer.text)
    assert confirmed
    assert desk.post("owner", path, version=seen[1], confirmed=confirmed[1]).status_code == 303
    page = desk.member("owner").get(ROOM)
    assert "Out of use" in page.text
    again = re.search(r'bring-back".*?name="version" value="(\d+)"', page.text, re.DOTALL)
    assert again
    assert desk.post("owner", "/staff/settings/room/room-1/bring-back", version=again[1]).status_code == 303
    assert desk.post("owner", path, version=seen[1]).status_code == 303  # an old page: told so, nothing done
    assert "Out of use" not in desk.member("owner").get(ROOM).text


def test_a_move_is_announced_and_gets_its_date_later(desk: Desk) -> None:
    announced = {"addresses-1-announced": "y", "addresses-1-note": "early in the year"}
    assert save(desk, ADDRESSES, announced).status_code == 303
    dated = {"addresses-1-lines": "9 New Street\r\nHalifax", "addresses-1-valid_from": "2027-02-01"}
    assert save(desk, ADDRESSES, dated).status_code == 303
    with desk.app.app_context():
        location = load_practice().locations[0]
    assert address_on(location, MONDAY.replace(year=2027, month=2, day=1)).lines == "9 New Street\nHalifax"
    assert address_on(location, MONDAY).lines == "1 Example Street\nHalifax, NS"


def test_durations_are_edited_as_rows(desk: Desk) -> None:
    added = {
        "variants-0-price": "99.50",
        "variants-2-minutes": "90",
        "variants-2-visit": "returning",
        "variants-2-price": "$135",
    }
    assert save(desk, VARIANTS, added).status_code == 303
    with desk.app.app_context():
        service = load_practice().service("psoas-release")
    assert service is not None
    assert [(each.minutes, each.visit, each.price_minor) for each in service.variants] == [
        (60, "returning", 9950),
        (75, "first", 11500),
        (90, "returning", 13500),
    ]


def test_guidance_is_saved_as_a_new_version(desk: Desk) -> None:
    added = {"steps-2-label": "Afterwards", "steps-2-moment": "after", "steps-2-amount": "2", "steps-2-unit": "hours",
             "steps-2-text": "Drink some water."}  # fmt: skip
    assert save(desk, GUIDANCE, added).status_code == 303
    page = desk.member("owner").get(GUIDANCE).text
    assert "Version 2." in page
    assert "Drink some water." in page
    assert (
        save(
            desk, GUIDANCE, {"steps-0-remove": "y", "steps-1-remove": "y", "steps-2-remove": "y"}
        ).status_code
        == 422
    )


def test_a_new_service_goes_on_offer_when_it_is_whole(desk: Desk) -> None:
    answer = save(desk, "/staff/settings/services/new", {"name": "Foot massage"})
    assert answer.location == "/staff/settings/services/foot-massage/durations"
    added = {"variants-0-minutes": "30", "variants-0-price": "50"}
    assert save(desk, answer.location, added).status_code == 303
    page = desk.member("owner").get("/staff/settings/services/foot-massage")
    version = re.search(r'bring-back".*?name="version" value="(\d+)"', page.text, re.DOTALL)
    assert version
    assert (
        desk.post("owner", "/staff/settings/service/foot-massage/bring-back", version=version[1]).status_code
        == 303
    )
    with desk.app.app_context():
        assert load_practice().service("foot-massage") is not None


def test_a_new_room_and_technique_are_added(desk: Desk) -> None:
    assert (
        save(
            desk, "/staff/settings/rooms/new", {"name": "Garden", "features": "Heated, Wide  table"}
        ).status_code
        == 303
    )
    assert save(desk, "/staff/settings/techniques", {"techniques-1-name": "Cupping"}).status_code == 303
    with desk.app.app_context():
        practice = load_practice()
    assert practice.locations[0].rooms[-1].features == {"heated", "wide-table"}
    assert [technique.name["en"] for technique in practice.techniques] == ["Psoas release", "Cupping"]


def test_a_qualification_gets_its_last_day(desk: Desk) -> None:
    assert save(desk, THERAPIST, {"qualifications-0-valid_until": "2027-06-30"}).status_code == 303
    with desk.app.app_context():
        held = load_practice().therapists[0].qualifications
    assert [(each.technique_id, str(each.valid_until)) for each in held] == [
        (held[0].technique_id, "2027-06-30")
    ]
    assert save(desk, THERAPIST, {"qualifications-0-held": None}).status_code == 303
    with desk.app.app_context():
        assert load_practice().therapists[0].qualifications == ()
