"""The choices that travel in the booking pages' addresses: visit, minutes, with whom, place, where the visitor came from.

Nothing about health is among them: whether a second person is wanted is looked up, sealed as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import abort, url_for

from app import clock
from app.actions.answered import wants_chaperone
from app.actions.holding import Wish
from app.blueprints.appointments.again import wishes_before
from app.domain.choices import Choice, choose
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Practice, Service
from app.domain.slots import Refusal
from app.domain.sources import source_of
from app.domain.wishes import Gender
from app.store.practice import load_practice
from app.web.sources import kept_source
from app.web.typed import number_typed
from app.web.visitor import known_visitor


@dataclass(frozen=True, slots=True)
class BookingQuery:
    """What has been chosen so far; anything unknown in an address counts as not chosen."""

    service: Service
    visit: str | None
    minutes: int | None
    therapist: str | None
    location: str | None
    source: str | None
    gender: Gender = Gender.ANY
    with_chaperone: bool = False

    @property
    def choice(self) -> Choice | Refusal:
        """What the slot rule would be asked about."""
        return choose(
            load_practice(),
            service_slug=self.service.slug,
            minutes=self.minutes or 0,
            visit=self.visit or RETURNING_VISIT,
            location_slug=self.location,
            therapist_slug=self.therapist,
            gender=self.gender,
            with_chaperone=self.with_chaperone,
        )

    @property
    def fields(self) -> dict[str, str]:
        """As hidden fields or query arguments."""
        known = {
            "visit": self.visit,
            "minutes": str(self.minutes) if self.minutes else None,
            "therapist": self.therapist,
            "location": self.location,
            "with": None if self.gender is Gender.ANY else self.gender.value,
            "src": self.source,
        }
        return {name: value for name, value in known.items() if value}

    def address(self, endpoint: str, day: date | None = None) -> str:
        """The address of a page with these choices."""
        more: dict[str, Any] = {"date": day.isoformat()} if day else {}
        return url_for(endpoint, **more | self.fields | {"slug": self.service.slug})

    def day_link(self, endpoint: str) -> Callable[[date], str]:
        """From a date to the address of the page for it; made once for a whole month of them."""
        address = self.address(endpoint)
        beginning = f"{address}{'&' if '?' in address else '?'}date="
        return lambda day: f"{beginning}{day.isoformat()}"

    def wish(self, starts_at: datetime) -> Wish:
        """These choices with a time."""
        return Wish(
            service_slug=self.service.slug,
            minutes=self.minutes or 0,
            visit=self.visit or RETURNING_VISIT,
            starts_at=starts_at,
            location_slug=self.location,
            therapist_slug=self.therapist,
            source=self.source,
            gender=self.gender,
            with_chaperone=self.with_chaperone,
        )


def read_query(slug: str, said: Mapping[str, str]) -> BookingQuery:
    """The choices in an address or a form. 404 for an unknown service."""
    practice = load_practice()
    service = practice.service(slug)
    if service is None:
        abort(404)
    visit, minutes = _session(said)
    return BookingQuery(
        service=service,
        visit=visit if visit in (FIRST_VISIT, RETURNING_VISIT) else None,
        minutes=number_typed(minutes),
        therapist=_known_therapist(practice, said.get("therapist")),
        location=_known_location(practice, said.get("location")),
        source=source_of(said.get("src")) or kept_source(),
        gender=gender_typed(said.get("with")),
        with_chaperone=wants_chaperone(service, known_visitor(), clock.now(), wishes_before(service)),
    )


def _session(said: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Which visit and how long: apart, or together as one answer ("first.75")."""
    together = said.get("session")
    if together is None:
        return said.get("visit"), said.get("minutes")
    visit, _, minutes = together.partition(".")
    return visit, minutes


def gender_typed(said: str | None) -> Gender:
    """Whom somebody would like to be treated by; anything else is no preference."""
    return Gender(said) if said in (Gender.FEMALE, Gender.MALE) else Gender.ANY


def _known_therapist(practice: Practice, slug: str | None) -> str | None:
    return slug if slug and practice.therapist(slug) else None


def _known_location(practice: Practice, slug: str | None) -> str | None:
    return slug if slug and any(location.slug == slug for location in practice.locations) else None
