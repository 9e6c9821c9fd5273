"""What a practice must still tell before it may be published."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.domain.consent import ConsentText
from app.domain.practice import AddressPeriod, Practice
from app.domain.practice_file_document import read_toml
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_preview import preview
from app.domain.readiness import missing, remarks
from app.domain.screening import ScreeningSet

READY = b"""
[practice]
slug = "a-practice"
name = "A Practice"
currency = "USD"
[[location]]
slug = "main"
name = "Main"
zone = "America/New_York"
phone = "412-555-0100"
address = [{lines = "1 Example Street"}]
opening_hours = [{days = "Mon-Fri", opens = "09:00", closes = "17:00"}]
rooms = [{slug = "one", name = "Room 1", features = ["warm"]}]
[[technique]]
slug = "deep"
name = "Deep"
[[service]]
slug = "massage"
name = "Massage"
techniques = ["deep"]
duration = [{minutes = 60, price = "95.00"}]
[[therapist]]
slug = "ana"
name = "Ana Example"
qualifications = [{technique = "deep"}]
availability = [{days = "Mon-Fri", starts = "09:00", ends = "17:00"}]
"""


@pytest.fixture
def ready() -> Practice:
    return preview(parse_practice_file(read_toml(READY)))


def keys(practice: Practice) -> list[str]:
    return [lack.key for lack in missing(practice)]


def test_a_practice_that_has_told_everything_lacks_nothing(ready: Practice) -> None:
    assert keys(ready) == []


def test_without_a_location_all_that_one_needs_is_missing(ready: Practice) -> None:
    assert keys(replace(ready, locations=())) == [
        "location.address",
        "location.zone",
        "location.phone",
        "location.opening_hours",
    ]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"zone": None}, "location[main].zone"),
        ({"phone": None}, "location[main].phone"),
        ({"opening_hours": ()}, "location[main].opening_hours"),
        ({"address_periods": (AddressPeriod(None, None, announced=True),)}, "location[main].address"),
    ],
)
def test_each_location_needs_its_facts(ready: Practice, change: dict[str, object], key: str) -> None:
    location = replace(ready.locations[0], **change)  # type: ignore[arg-type]
    assert keys(replace(ready, locations=(location,))) == [key]


def test_a_name_a_service_and_a_therapist_are_needed(ready: Practice) -> None:
    assert keys(replace(ready, name="", services=(), therapists=())) == [
        "practice.name",
        "service",
        "therapist",
    ]


def test_a_service_needs_durations_prices_hands_and_a_room(ready: Practice) -> None:
    service, therapist = ready.services[0], ready.therapists[0]
    unpriced = replace(service, variants=(replace(service.variants[0], price_minor=None),))
    assert keys(replace(ready, services=(replace(service, variants=()),))) == ["service[massage].duration"]
    assert keys(replace(ready, services=(unpriced,))) == ["service[massage].duration.price"]
    assert keys(replace(ready, therapists=(replace(therapist, qualifications=()),))) == [
        "service[massage].techniques"
    ]
    pool = replace(service, room_features=frozenset({"pool"}))
    assert keys(replace(ready, services=(pool,))) == ["service[massage].room_features"]


def test_a_therapist_needs_working_hours_and_prices_a_currency(ready: Practice) -> None:
    resting = replace(ready.therapists[0], availability_rules=())
    assert keys(replace(ready, therapists=(resting,))) == ["therapist[ana].availability"]
    assert keys(replace(ready, currency=None)) == ["practice.currency"]


@pytest.mark.parametrize("screened", [{"needs_screening": True}, {"depth": "deep", "region": "iliopsoas"}])
def test_screening_is_a_remark_and_stands_in_nobodys_way(ready: Practice, screened: dict[str, Any]) -> None:
    service = replace(ready.services[0], **screened)
    practice = replace(ready, services=(service,))
    assert keys(practice) == []
    assert [remark.sentence for remark in remarks(practice)] == [
        "Massage asks no questions about health yet: until it does, it can be booked on a demonstration only.",
        "Massage has no consent text, so clients agree to nothing in detail.",
    ]


def test_questions_and_consent_that_nobody_approved_are_remarks(ready: Practice) -> None:
    asked = ScreeningSet(1, "set", 2, (), approved=False)
    text = ConsentText(1, "text", 1, {"en": "You may stop at any time."}, (), approved=False)
    service = replace(ready.services[0], needs_screening=True, screening=asked, consent=text)
    practice = replace(ready, services=(service,))
    assert keys(practice) == []
    assert [remark.sentence for remark in remarks(practice)] == [
        "The questions before Massage wait for the owner's approval: until then it can be booked on a demonstration only.",
        "The consent text of Massage waits for the owner's approval: until then it can be booked on a demonstration only.",
    ]
    approved = replace(service, screening=replace(asked, approved=True), consent=replace(text, approved=True))
    assert remarks(replace(ready, services=(approved,))) == ()


@pytest.mark.parametrize(
    ("period", "sentence"),
    [
        (AddressPeriod(None, None, announced=True), "its date and the new address are still to be told."),
        (AddressPeriod(date(2027, 2, 1), None, announced=True), "the new address is still to be told."),
        (AddressPeriod(None, "2 Example Street", announced=True), "its date is still to be told."),
    ],
)
def test_an_announced_move_is_a_remark(ready: Practice, period: AddressPeriod, sentence: str) -> None:
    location = replace(ready.locations[0], address_periods=(*ready.locations[0].address_periods, period))
    practice = replace(ready, locations=(location,))
    assert keys(practice) == []
    assert [remark.sentence for remark in remarks(practice)] == [f"Main has announced a move; {sentence}"]
