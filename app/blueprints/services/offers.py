"""Services as pages show them: prices, durations, who gives them, and when the next time is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.choices import Choice, choose
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Practice, Service, Therapist
from app.domain.slots import Refusal, Slot
from app.store.openings import next_slots


@dataclass(frozen=True, slots=True)
class Offer:
    """One service on offer. ``lowest`` is the lowest price in the smallest unit; ``next_slot`` the next free time."""

    service: Service
    therapists: tuple[Therapist, ...]
    lowest: int | None
    minutes: tuple[int, ...]
    next_slot: Slot | None
    bookable: bool


def offers(practice: Practice, now: datetime) -> list[Offer]:
    """Every service, in the practice's order."""
    return _offers(practice, practice.services, now)


def offer_of(practice: Practice, service: Service, now: datetime) -> Offer:
    """One service as an offer."""
    return _offers(practice, (service,), now)[0]


def _offers(practice: Practice, services: Sequence[Service], now: datetime) -> list[Offer]:
    chosen = [_shortest(practice, service) for service in services]
    bookable = [choice for choice in chosen if isinstance(choice, Choice)]
    next_of = dict(zip((choice.service.id for choice in bookable), next_slots(bookable, now), strict=True))
    return [_offer(practice, service, next_of) for service in services]


def _shortest(practice: Practice, service: Service) -> Choice | Refusal:
    """The shortest returning visit: where that fits, something is free."""
    shortest = min((variant.minutes for variant in service.variants_for(RETURNING_VISIT)), default=0)
    return choose(practice, service_slug=service.slug, minutes=shortest, visit=RETURNING_VISIT)


def _offer(practice: Practice, service: Service, next_of: dict[int, Slot | None]) -> Offer:
    prices = [variant.price_minor for variant in service.variants if variant.price_minor is not None]
    return Offer(
        service=service,
        therapists=practice.therapists_for(service),
        lowest=min(prices, default=None),
        minutes=tuple(
            sorted({variant.minutes for variant in service.variants if variant.visit != FIRST_VISIT})
        ),
        next_slot=next_of.get(service.id),
        bookable=service.id in next_of,
    )
