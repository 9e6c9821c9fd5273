"""Locations and rooms: hours, closures, addresses and retiring, told before they hit anybody."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.actions.settings import Edit, NotPossible, Saved, WouldHit
from app.actions.settings_places import (
    add_location,
    add_room,
    bring_back,
    retire,
    save_addresses,
    save_closures,
    save_location,
    save_opening_hours,
    save_room,
)
from app.domain.addresses import address_on
from app.domain.impact import Trouble
from app.extensions import db
from app.models import AddressPeriod, Appointment
from app.store.practice import load_practice
from app.store.transactions import transaction
from tests.support.edits import DANA, booked, edit, hours, revision
from tests.support.rows import MONDAY, NOW, make_practice

pytestmark = pytest.mark.usefixtures("context")


def test_shorter_hours_name_the_appointments_they_hit_and_save_nothing() -> None:
    make_practice()
    struck = booked("18:00")
    booked("09:00")
    before = revision()
    answer = save_opening_hours("main", hours(8, 17), edit("location", "main"))
    assert isinstance(answer, WouldHit)
    assert answer.ids == (struck,)
    assert answer.struck[0].hit.trouble is Trouble.CLOSED
    assert answer.struck[0].planned.client == "Jo Park"
    assert revision() == before
    assert load_practice().locations[0].opening_hours[0].closes == time(20)


def test_a_confirmed_change_is_saved_and_cancels_nothing() -> None:
    make_practice()
    struck = booked("18:00")
    told = replace(edit("location", "main"), confirmed=frozenset({struck}))
    assert isinstance(save_opening_hours("main", hours(8, 17), told), Saved)
    assert load_practice().locations[0].opening_hours[0].closes == time(17)
    assert db.session.get(Appointment, struck).state == "booked"  # type: ignore[union-attr]


def test_a_confirmation_does_not_cover_what_was_booked_since() -> None:
    make_practice()
    told = replace(edit("location", "main"), confirmed=frozenset({booked("18:00")}))
    later = booked("19:30", therapist="therapist-new", service="back-massage", minutes=30)
    answer = save_opening_hours("main", hours(8, 17), told)
    assert isinstance(answer, WouldHit)
    assert later in answer.ids


def test_a_room_in_use_is_retired_only_after_it_was_told() -> None:
    make_practice(rooms=2)
    struck = booked("10:00")
    asked = edit("room", "room-1")
    answer = retire("room", "room-1", asked)
    assert isinstance(answer, WouldHit)
    assert [each.hit.trouble for each in answer.struck] == [Trouble.ROOM_RETIRED]
    assert retire("room", "room-1", replace(asked, confirmed=frozenset({struck}))) == Saved("room", "room-1")
    assert [room.slug for room in load_practice().locations[0].rooms] == ["room-2"]
    assert bring_back("room", "room-1", edit("room", "room-1")) == Saved("room", "room-1")
    assert [room.slug for room in load_practice().locations[0].rooms] == ["room-1", "room-2"]


def test_a_room_that_nobody_uses_is_retired_at_once() -> None:
    make_practice(rooms=2)
    booked("10:00")
    assert isinstance(retire("room", "room-2", edit("room", "room-2")), Saved)


@pytest.mark.parametrize(
    ("kind", "slug", "trouble"),
    [
        ("therapist", "therapist-1", Trouble.THERAPIST_RETIRED),
        ("service", "psoas-release", Trouble.SERVICE_RETIRED),
        ("location", "main", Trouble.LOCATION_RETIRED),
    ],
)
def test_whatever_is_retired_names_its_appointments(kind: str, slug: str, trouble: Trouble) -> None:
    make_practice()
    booked("10:00")
    answer = retire(kind, slug, edit(kind, slug))
    assert isinstance(answer, WouldHit)
    assert [each.hit.trouble for each in answer.struck] == [trouble]


def test_a_closure_hits_its_days_only() -> None:
    make_practice()
    booked("10:00")
    shut = {"starts_on": MONDAY, "ends_on": MONDAY, "label": "Holiday"}
    answer = save_closures("main", [shut], edit("location", "main"))
    assert isinstance(answer, WouldHit)
    day_after = MONDAY + timedelta(days=1)
    after = {"starts_on": day_after, "ends_on": day_after, "label": None}
    assert isinstance(save_closures("main", [after], edit("location", "main")), Saved)


def test_an_announced_move_gets_its_date_and_the_address_follows() -> None:
    make_practice()
    old = {"lines": "1 Example Street\nHalifax, NS", "valid_from": None, "announced": False, "note": None}
    move: dict[str, Any] = {"lines": None, "valid_from": None, "announced": True, "note": "early in the year"}
    assert isinstance(save_addresses("main", [old, move], edit("location", "main")), Saved)
    location = load_practice().locations[0]
    assert address_on(location, MONDAY).note == {"en": "early in the year"}
    struck = booked("10:00")
    dated = move | {"lines": "9 New Street\nHalifax, NS", "valid_from": MONDAY}
    answer = save_addresses("main", [old, dated], edit("location", "main"))
    assert isinstance(answer, WouldHit)
    assert [each.hit.trouble for each in answer.struck] == [Trouble.ADDRESS_CHANGED]
    told = replace(edit("location", "main"), confirmed=frozenset({struck}))
    assert isinstance(save_addresses("main", [old, dated], told), Saved)
    location = load_practice().locations[0]
    assert address_on(location, MONDAY).lines == "9 New Street\nHalifax, NS"
    assert address_on(location, MONDAY - timedelta(days=1)).lines == "1 Example Street\nHalifax, NS"


def test_a_move_keeps_its_note_in_other_languages_when_it_gets_its_date_and_no_other_address_takes_it() -> (
    None
):
    make_practice()
    old: dict[str, Any] = {
        "lines": "1 Example Street\nHalifax, NS", "valid_from": None, "announced": False, "note": None,
    }  # fmt: skip
    move = old | {"lines": None, "announced": True, "note": "early in the year"}
    assert isinstance(save_addresses("main", [old, move], edit("location", "main")), Saved)
    both = {"en": "early in the year", "fr": "en début d'année"}
    with transaction() as rows:
        rows.execute(update(AddressPeriod).where(AddressPeriod.announced).values(note=both))
    dated = move | {"lines": "9 New Street\nHalifax, NS", "valid_from": MONDAY}
    postponed = dated | {"valid_from": MONDAY + timedelta(days=7), "note": "in spring"}
    for said, note in ((move, both), (dated, both), (postponed, both | {"en": "in spring"})):
        assert isinstance(save_addresses("main", [old, said], edit("location", "main")), Saved)
        periods = load_practice().locations[0].address_periods
        assert sorted((one.announced, dict(one.note or {})) for one in periods) == [(False, {}), (True, note)]


def test_another_zone_hits_every_appointment_whose_clock_would_change() -> None:
    make_practice()
    booked("10:00")
    values = {
        "name": "Main Street",
        "zone": "America/Vancouver",
        "country": "CA",
        "phone": "902-555-0100",
        "arrival": "",
    }
    answer = save_location("main", values, edit("location", "main"))
    assert isinstance(answer, WouldHit)
    assert answer.struck[0].hit.trouble is Trouble.CLOCK_CHANGED


def test_a_new_room_can_be_booked_and_changed() -> None:
    make_practice()
    assert add_room("main", {"name": "Garden", "features": []}, Edit(DANA, NOW)) == Saved("room", "garden")
    saved = save_room("garden", {"name": "Garden room", "features": ["heated"]}, edit("room", "garden"))
    assert saved == Saved("room", "garden")
    assert [(room.name, room.features) for room in load_practice().locations[0].rooms][-1] == (
        "Garden room",
        frozenset({"heated"}),
    )
    assert isinstance(
        add_room("no-such-place", {"name": "Attic", "features": []}, Edit(DANA, NOW)), NotPossible
    )


def test_every_location_may_have_a_room_1_but_not_two() -> None:
    make_practice()
    add_location({"name": "Second Street", "zone": "America/Halifax"}, Edit(DANA, NOW))
    first = {"name": "Room 1", "features": []}
    assert add_room("second-street", first, Edit(DANA, NOW)) == Saved("room", "room-1-2")
    again = add_room("second-street", {"name": "ROOM 1", "features": []}, Edit(DANA, NOW))
    assert again == NotPossible("There is one of that name already.", "name")
    assert isinstance(add_room("main", first, Edit(DANA, NOW)), NotPossible)


def test_a_location_without_time_zone_does_not_come_into_use_even_on_a_demonstration() -> None:
    make_practice()
    add_location({"name": "Second Street"}, Edit(DANA, NOW))
    answer = bring_back("location", "second-street", edit("location", "second-street"))
    assert answer == NotPossible("It has no time zone yet. Give it one, then bring it into use.")
    assert [location.slug for location in load_practice().locations] == ["main"]
    zone = {"zone": "America/Halifax"}
    assert isinstance(save_location("second-street", zone, edit("location", "second-street")), Saved)
    assert isinstance(bring_back("location", "second-street", edit("location", "second-street")), Saved)
    taken = save_location("second-street", {"zone": None}, edit("location", "second-street"))
    assert taken == NotPossible("A location that is in use needs a time zone.", "zone")
    assert all(location.zone for location in load_practice().locations)


def test_a_published_practice_is_told_before_its_pages_close() -> None:
    make_practice(demonstration=False)
    asked = edit("location", "main")
    values = {"name": "Main Street", "zone": "America/Halifax", "country": "CA", "phone": None, "arrival": ""}
    answer = save_location("main", values, asked)
    assert isinstance(answer, WouldHit)
    assert [one.sentence for one in answer.missing] == [
        "The telephone number of Main Street is not known yet."
    ]
    assert answer.ids == (0,)
    assert isinstance(save_location("main", values, replace(asked, confirmed=frozenset({0}))), Saved)
