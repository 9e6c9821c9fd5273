"""The settings pages: what is typed is kept, looked at, told about, saved once."""

import re

from sqlalchemy import update
from werkzeug.test import TestResponse

from app.domain.addresses import address_on
from app.models import Service
from app.store.practice import load_practice
from app.store.transactions import transaction
from tests.support.desk import Desk, text_of
from tests.support.filled_form import Changes, fields_of, send
from tests.support.rows import MONDAY

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
PRACTICE, POLICY, GUIDANCE = (
    "/staff/settings/practice",
    "/staff/settings/policy",
    "/staff/settings/guidance/deep",
)
PAGES = (
    "/staff/settings/", PRACTICE, POLICY, "/staff/settings/locations", "/staff/settings/locations/new", "/staff/settings/locations/main",
    HOURS, ADDRESSES, "/staff/settings/locations/main/closures", "/staff/settings/rooms/new", ROOM, "/staff/settings/techniques",
    "/staff/settings/services", "/staff/settings/services/new", SERVICE, VARIANTS, "/staff/settings/therapists",
    "/staff/settings/therapists/new", THERAPIST, WEEK, TIME_OFF, "/staff/settings/guidance", "/staff/settings/guidance/new",
    GUIDANCE, "/staff/settings/guides",
)  # fmt: skip


def save(
    desk: Desk, path: str, changes: Changes, role: str = "owner", page: TestResponse | None = None
) -> TestResponse:
    return send(desk.member(role), path, changes, page)


def test_every_page_opens_and_changes_nothing(desk: Desk) -> None:
    with desk.app.app_context():
        before = load_practice()
    for role in ("owner", "desk"):
        assert {path: desk.member(role).get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)
    with desk.app.app_context():
        assert load_practice() == before


def test_sending_a_page_as_it_stands_changes_nothing(desk: Desk) -> None:
    owner, told = desk.member("owner"), {}
    forms = [
        path
        for path in PAGES
        if path != TIME_OFF and "/new" not in path and "settings-form" in owner.get(path).text
    ]
    for path in forms:
        answer = send(owner, path, {})
        told[path] = answer.status_code == 303 and "Nothing was changed" in owner.get(answer.location).text
    assert told == dict.fromkeys(forms, True)
    assert {PRACTICE, POLICY, HOURS, WEEK, ADDRESSES, VARIANTS, GUIDANCE} <= told.keys()


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
    assert "error-summary" not in answer.text


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


def test_what_is_not_there_is_a_page_of_its_own(desk: Desk) -> None:
    gone = ["locations/x", "locations/x/hours", "rooms/x", "services/x", "services/x/durations", "therapists/x",
            "therapists/x/hours", "therapists/x/time-off", "guidance/x", "rooms/" + "x" * 5000]  # fmt: skip
    answers = [desk.member("owner").get(f"/staff/settings/{path}").status_code for path in gone]
    assert answers == [404] * len(gone)


def test_the_second_person_sees_both_versions_and_may_then_decide(desk: Desk) -> None:
    mine = desk.member("owner").get(THERAPIST)
    assert save(desk, THERAPIST, {"role_title": "By the desk"}, role="desk").status_code == 303
    answer = save(desk, THERAPIST, {"role_title": "By the owner"}, page=mine)
    assert answer.status_code == 409
    assert "desk@example.com saved this page while you were editing it" in answer.text
    assert "By the desk" in answer.text
    assert fields_of(answer)["role_title"] == "By the owner"
    with desk.app.app_context():
        assert load_practice().therapists[0].role_title == {"en": "By the desk"}
    assert save(desk, THERAPIST, {}, page=answer).status_code == 303
    with desk.app.app_context():
        assert load_practice().therapists[0].role_title == {"en": "By the owner"}


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
    assert "Bring into use" not in desk.member("owner").get(ROOM).text


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


def test_a_new_service_goes_on_offer_when_it_is_whole(desk: Desk) -> None:
    answer = save(desk, "/staff/settings/services/new", {"name": "Foot massage", "depth": "light"})
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


def test_a_new_location_comes_into_use_when_its_time_zone_is_known(desk: Desk) -> None:
    owner, path = desk.member("owner"), "/staff/settings/locations/second-street"
    save(desk, "/staff/settings/locations/new", {"name": "Second Street", "zone": ""})
    told = owner.post("/staff/settings/location/second-street/bring-back", data=fields_of(owner.get(path)))
    assert told.status_code == 303
    assert "It has no time zone yet." in owner.get(told.location).text
    assert owner.get("/").status_code == 200
    save(desk, path, {"zone": "America/Halifax"})
    told = owner.post("/staff/settings/location/second-street/bring-back", data=fields_of(owner.get(path)))
    assert "Clients can book at Second Street now." in owner.get(told.location).text


def test_a_page_says_which_texts_in_other_languages_it_leaves_as_they_are(desk: Desk) -> None:
    assert "other languages" not in text_of(desk.member("owner").get(SERVICE))
    with desk.app.app_context(), transaction() as rows:
        rows.execute(update(Service).values(summary={"en": "Deep, slow.", "fr": "Profond & lent."}))
    page = desk.member("owner").get(SERVICE)
    assert "in the practice's own language only" in text_of(page)
    assert "In one sentence · Français" in text_of(page)
    assert '<p lang="fr">Profond &amp; lent.</p>' in page.text
    assert "other languages" not in text_of(desk.member("owner").get(VARIANTS))
