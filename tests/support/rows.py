"""A small practice in the database: open every day from 8 to 20, psoas release of 60 minutes, as many people and rooms as asked for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from app.actions.booking import Order
from app.actions.holding import Wish
from app.domain.appointments import Actor
from app.domain.wallclock import instant_of
from app.extensions import db
from app.models import (
    AddressPeriod,
    AvailabilityRule,
    Claim,
    GuidancePlan,
    GuidancePlanVersion,
    Location,
    OpeningHours,
    Practice,
    Qualification,
    Resource,
    Room,
    Service,
    ServiceVariant,
    Technique,
    Therapist,
)
from app.store.transactions import transaction
from tests.support.kept import write_once

HALIFAX = ZoneInfo("America/Halifax")
#: A Friday morning in Halifax; tests that pass `now` live here.
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
_WEEK = range(7)


@dataclass(frozen=True, slots=True)
class Names:
    """How the rows are called."""

    service: str = "psoas-release"
    light_service: str = "back-massage"
    unqualified: str = "therapist-new"


def make_practice(*, therapists: int = 1, rooms: int = 1, demonstration: bool = True) -> Names:
    """Write it: therapists `therapist-1`.. hold the psoas technique, `therapist-new` does not; rooms `room-1`.."""
    name = f"practice-{therapists}-{rooms}-{demonstration}"
    write_once(current_app, name, lambda: _write_practice(therapists, rooms, demonstration))
    return Names()


def _write_practice(therapists: int, rooms: int, demonstration: bool) -> None:
    with transaction() as rows:
        rows.add(_practice(demonstration))
        location = _location()
        technique = Technique(slug="psoas", name={"en": "Psoas release"})
        rows.add_all([location, technique])
        rows.flush()
        for number in range(1, rooms + 1):
            rows.add(_room(number, location))
        for number in range(1, therapists + 1):
            rows.add(_therapist(f"therapist-{number}", f"Therapist {number}", location, technique))
        rows.add(_therapist("therapist-new", "Nell New", location, None))
        rows.add_all(_services(technique))


def at(clock: str, day: date = MONDAY) -> datetime:
    """An instant on the Halifax wall clock."""
    return instant_of(day, time.fromisoformat(clock), HALIFAX)


def wish(
    starts_at: datetime,
    *,
    therapist: str | None = "therapist-1",
    service: str = "psoas-release",
    **more: object,
) -> Wish:
    """A wish for an hour."""
    said = {"minutes": 60, "visit": "returning", "location_slug": "main"} | more
    return Wish(service_slug=service, starts_at=starts_at, therapist_slug=therapist, **said)  # type: ignore[arg-type]


def order(a_wish: Wish, *, name: str = "Jo Park", key: str = "key-1", **more: object) -> Order:
    """An order as the web form makes it."""
    email = f"{name.lower().replace(' ', '.')}@example.com"
    said = {"email": email, "phone": None, "actor": Actor("client", email), "principal": "web"} | more
    return Order(wish=a_wish, name=name, key=key, **said)  # type: ignore[arg-type]


def active_claims() -> list[tuple[int, int, int]]:
    """Every active claim: resource, from, to; in order."""
    wanted = select(Claim.resource_id, Claim.from_cell, Claim.to_cell).where(Claim.active)
    return sorted((a, b, c) for a, b, c in db.session.execute(wanted))


def overlapping_claims() -> int:
    """How many pairs of active claims of one resource overlap; the answer must always be 0."""
    claims = active_claims()
    return sum(
        a[0] == b[0] and a[1] < b[2] and b[1] < a[2] for i, a in enumerate(claims) for b in claims[i + 1 :]
    )


def _practice(demonstration: bool) -> Practice:
    return Practice(
        slug="example",
        name="Example Bodywork",
        short_code="EX",
        currency="CAD",
        email="hello@example.com",
        demonstration=demonstration,
        notice_minutes=60,
        horizon_days=365,
        sessions_a_day=0,
        deep_a_day=0,
        deep_in_a_row=0,
        hands_on_minutes=0,
        break_after_minutes=0,
        spacing_days=0,
    )


def _location() -> Location:
    return Location(
        slug="main",
        name="Main Street",
        zone="America/Halifax",
        country="CA",
        phone="902-555-0100",
        address_periods=[AddressPeriod(lines="1 Example Street\nHalifax, NS")],
        opening_hours=[OpeningHours(weekday=day, opens=time(8), closes=time(20)) for day in _WEEK],
    )


def _room(number: int, location: Location) -> Room:
    return Room(
        location_id=location.id,
        resource=Resource(kind="room"),
        slug=f"room-{number}",
        name=f"Room {number}",
        position=number,
    )


def _therapist(slug: str, name: str, location: Location, technique: Technique | None) -> Therapist:
    return Therapist(
        slug=slug,
        name=name,
        email=f"{slug}@example.com",
        resource=Resource(kind="person"),
        qualifications=[Qualification(technique=technique)] if technique else [],
        availability_rules=[
            AvailabilityRule(location_id=location.id, weekday=day, starts=time(8), ends=time(20))
            for day in _WEEK
        ],
    )


def _services(technique: Technique) -> list[Service]:
    steps = [
        _step("rest", timedelta(days=3), "Three days before", "Tell us if anything has changed."),
        _step("eat", timedelta(hours=3), "Three hours before", "Eat lightly, please."),
        _step("help", timedelta(0), "If something feels wrong", "Phone us on {phone}.") | {"moment": "after"},
        _step("evening", timedelta(hours=2), "This evening", "Take a slow walk.") | {"moment": "after"},
        _step("next-day", timedelta(days=1), "The next day", "Soreness is common.")
        | {"moment": "after", "check_in": True},
        _step("week-after", timedelta(days=7), "A week later", "How was the week?")
        | {"moment": "after", "condition": "no_next_session"},
    ]
    plan = GuidancePlan(
        slug="deep", name="Deep work", versions=[GuidancePlanVersion(version=1, steps=steps, created_at=NOW)]
    )
    deep = Service(
        slug="psoas-release",
        name={"en": "Psoas release"},
        depth="deep",
        region="abdomen",
        needs_screening=True,
        techniques=[technique],
        guidance_plan=plan,
        variants=[
            ServiceVariant(minutes=60, visit="returning", price_minor=9500),
            ServiceVariant(minutes=75, visit="first", price_minor=11500),
        ],
    )
    light = Service(
        slug="back-massage",
        name={"en": "Back massage"},
        variants=[ServiceVariant(minutes=30, price_minor=5000, buffer_after=10)],
    )
    return [deep, light]


def _step(key: str, offset: timedelta, label: str, text: str) -> dict[str, object]:
    minutes = offset // timedelta(minutes=1)
    return {
        "key": key,
        "moment": "before",
        "offset_minutes": minutes,
        "label": {"en": label},
        "text": {"en": text},
    }
