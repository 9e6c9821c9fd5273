"""Services as pages show them: prices, durations, who gives them, and when the next time is free."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Practice, Service, Therapist
from app.domain.qualified import therapists_giving
from app.domain.wallclock import local_date
from app.web.next_times import NextTime, next_of_services, next_of_therapists, shortest_choices, soonest


@dataclass(frozen=True, slots=True)
class ServiceOffer:
    """One service on offer. ``lowest`` is the lowest price in the smallest unit; ``next_with`` is told by therapist id."""

    service: Service
    therapists: tuple[Therapist, ...]
    lowest: int | None
    minutes: tuple[int, ...]
    bookable: bool
    next_time: NextTime | None
    next_with: Mapping[int, NextTime] = field(default_factory=dict)


def offers(practice: Practice, now: datetime) -> list[ServiceOffer]:
    """Every service, in the practice's order, with the next time that anyone is free."""
    choices = {one.id: shortest_choices(practice, one, RETURNING_VISIT) for one in practice.services}
    found = next_of_services([choice for each in choices.values() for choice in each], now)
    return [_offer(practice, one, now, bool(choices[one.id]), found.get(one.id)) for one in practice.services]


def offer_of(practice: Practice, service: Service, now: datetime) -> ServiceOffer:
    """One service as an offer, with the next time of each therapist."""
    choices = shortest_choices(practice, service, RETURNING_VISIT)
    found = next_of_therapists(choices, now)
    return _offer(practice, service, now, bool(choices), soonest(found), found)


def _offer(
    practice: Practice,
    service: Service,
    now: datetime,
    bookable: bool,
    next_time: NextTime | None,
    next_with: Mapping[int, NextTime] | None = None,
) -> ServiceOffer:
    prices = [variant.price_minor for variant in service.variants if variant.price_minor is not None]
    return ServiceOffer(
        service=service,
        therapists=therapists_giving(practice, service, local_date(now, practice.first_zone)),
        lowest=min(prices, default=None),
        minutes=tuple(
            sorted({variant.minutes for variant in service.variants if variant.visit != FIRST_VISIT})
        ),
        bookable=bookable,
        next_time=next_time,
        next_with=next_with or {},
    )
