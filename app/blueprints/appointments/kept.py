"""The time that a visitor has picked, as the pages after it show it."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.actions.answered import wants_chaperone
from app.actions.holding import EXTENSIONS
from app.blueprints.appointments.again import wishes_before
from app.blueprints.appointments.booking_query import BookingQuery
from app.domain.addresses import Address, address_on
from app.domain.appointments import free_change_until
from app.domain.practice import Service, Variant
from app.domain.wallclock import local_date
from app.domain.wishes import Gender
from app.store.holds import find_hold
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

    @property
    def local_day(self) -> date:
        """The date on the wall clock."""
        return local_date(self.starts_at, self.zone)


def find_kept(slug: str, token: str, gender: Gender, now: datetime) -> Kept | None:
    """The time of that token, if it is about that service; ``gender`` of whom the client would like, as the pages say it on."""
    hold = find_hold(token)
    practice = load_practice()
    service = practice.service(slug)
    if hold is None or service is None or hold.variant.service_id != service.id:
        return None
    location = practice.location_with_id(hold.location_id)
    if location is None or location.zone is None:
        return None
    variant = variant_value(hold.variant)
    free_until = free_change_until(hold.starts_at, practice.policy)
    return Kept(
        token=token,
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
    )
