"""Services as pages show them: prices, durations, who gives them, and when the next time is free."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.choices import choose
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Practice, Service, Therapist
from app.domain.slots import Refusal, Slot
from app.store.openings import find_next_slot


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
    return [offer_of(practice, service, now) for service in practice.services]


def offer_of(practice: Practice, service: Service, now: datetime) -> Offer:
    """One service as an offer."""
    prices = [variant.price_minor for variant in service.variants if variant.price_minor is not None]
    minutes = tuple(sorted({variant.minutes for variant in service.variants if variant.visit != FIRST_VISIT}))
    choice = choose(
        practice, service_slug=service.slug, minutes=minutes[0] if minutes else 0, visit=RETURNING_VISIT
    )
    next_slot = None if isinstance(choice, Refusal) else find_next_slot(choice, now)
    bookable = not isinstance(choice, Refusal)
    therapists = practice.therapists_for(service)
    return Offer(service, therapists, min(prices, default=None), minutes, next_slot, bookable)
