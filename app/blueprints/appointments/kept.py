"""The time that a visitor has picked, as the pages after it show it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, redirect, request, url_for

from app import clock
from app.actions.answered import wants_chaperone
from app.actions.filling_in import Typed, typed_for
from app.actions.holding import EXTENSIONS
from app.blueprints.appointments.again import wishes_before
from app.blueprints.appointments.begun import begun_at
from app.blueprints.appointments.booking_query import BookingQuery, gender_typed
from app.domain.addresses import Address, address_on
from app.domain.appointments import free_change_until
from app.domain.practice import Service, Variant
from app.domain.wallclock import local_date
from app.domain.wishes import Gender
from app.links import DONE_SECONDS, done_token
from app.store.appointments import get_appointment
from app.store.holds import HeldTime, find_hold, list_holds_of
from app.store.practice import load_practice, variant_value
from app.web.visitor import known_visitor


@dataclass(frozen=True, slots=True)
class Kept:
    """A held time (or one that was held until a moment ago) and the choices that led to it."""

    token: str
    query: BookingQuery
    service: Service
    variant: Variant
    therapist_name: str
    was_chosen_for_them: bool  # the client had no preference, and there was somebody to choose between
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    address: Address
    location_name: str
    until: datetime
    seconds: int  # how long it is still kept; 0: no longer
    may_extend: bool
    currency: str | None
    free_until: datetime | None  # until when it could be changed by its link; none: it is too soon for that
    typed: Typed  # so far

    def address_of(self, endpoint: str) -> str:
        """The address of a page about it."""
        also: dict[str, Any] = {"with": self.query.fields["with"]} if "with" in self.query.fields else {}
        return url_for(endpoint, slug=self.service.slug, token=self.token, **also)

    @property
    def local_day(self) -> date:
        """The date on the wall clock."""
        return local_date(self.starts_at, self.zone)


def kept_or_404(slug: str, token: str) -> Kept:
    """The time that this browser picked. Once it is booked, all its pages lead to the last, for a day and until somebody begins anew there;
    those of another browser's, to the times.
    """
    hold, now = find_hold(token), clock.now()
    kept = _kept(slug, hold, gender_typed(request.values.get("with")), now) if hold else None
    if hold is None or kept is None:
        abort(404)
    booked = get_appointment(hold.appointment_id) if hold.appointment_id is not None else None
    if hold.visitor != known_visitor() or (booked and not _is_just_booked(hold, booked.created_at, now)):
        abort(redirect(kept.query.address("appointments.time", kept.local_day), 303))
    if booked:
        abort(redirect(url_for("appointments.done", token=done_token(booked.public_id)), 303))
    return kept


def kept_meanwhile(query: BookingQuery, now: datetime) -> list[Kept]:
    """The times of that session which this browser keeps, since it began the booking."""
    who, since = known_visitor(), begun_at()
    if who is None:
        return []
    own = [hold for hold in list_holds_of(who, now) if since is None or hold.created_at >= since]
    found = [_kept(query.service.slug, hold, query.gender, now) for hold in own]
    return [kept for kept in found if kept]


def _is_just_booked(hold: HeldTime, booked_at: datetime, now: datetime) -> bool:
    """As long as the page after the booking would open by its own link, and for whoever sat there then."""
    since = begun_at()
    return now - booked_at < timedelta(seconds=DONE_SECONDS) and (since is None or hold.created_at >= since)


def _kept(slug: str, hold: HeldTime, gender: Gender, now: datetime) -> Kept | None:
    """As the pages show it, if it is about that service; ``gender`` of whom the client would like, as the pages say it on."""
    practice = load_practice()
    service = practice.service(slug)
    if service is None or hold.variant.service_id != service.id:
        return None
    location = practice.location_with_id(hold.location_id)
    if location is None or location.zone is None:
        return None
    variant = variant_value(hold.variant)
    free_until = free_change_until(hold.starts_at, practice.policy)
    return Kept(
        token=hold.token,
        query=BookingQuery(
            service=service,
            visit=hold.visit,
            minutes=hold.variant.minutes,
            therapist=None if hold.any_therapist else hold.therapist.slug,
            location=location.slug,
            source=hold.source,
            gender=gender,
            with_chaperone=wants_chaperone(service, known_visitor(), now, wishes_before(service)),
        ),
        service=service,
        variant=variant,
        therapist_name=hold.therapist.name,
        was_chosen_for_them=hold.any_therapist and len(practice.therapists_at(location, service)) > 1,
        starts_at=hold.starts_at,
        ends_at=hold.starts_at + variant.length,
        zone=location.zone,
        address=address_on(location, local_date(hold.starts_at, location.zone)),
        location_name=location.name,
        until=hold.expires_at,
        seconds=0 if hold.appointment_id else max(0, int((hold.expires_at - now).total_seconds())),
        may_extend=hold.extended < EXTENSIONS,
        currency=practice.currency,
        free_until=free_until if now < free_until else None,
        typed=typed_for(hold, now),
    )
