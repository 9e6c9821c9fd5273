"""The next free times of services, with anyone and with each therapist, wherever the practice has a place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.choices import Choice, choose
from app.domain.practice import Practice, Service
from app.domain.slots import Slot
from app.store.openings import next_by_therapist, next_slots
from app.web.times import zone_of


@dataclass(frozen=True, slots=True)
class NextTime:
    """When, in which zone that is said, and at which place (none where there is only one)."""

    starts_at: datetime
    zone: ZoneInfo
    location: str | None


def shortest_choices(practice: Practice, service: Service, visit: str) -> list[Choice]:
    """The shortest session of such a visit, at each place where it can be booked: where that fits, something is free."""
    minutes = min((variant.minutes for variant in service.variants_for(visit)), default=0)
    found = (
        choose(practice, service_slug=service.slug, minutes=minutes, visit=visit, location_slug=place.slug)
        for place in practice.locations
    )
    return [choice for choice in found if isinstance(choice, Choice)]


def next_of_services(choices: Sequence[Choice], now: datetime) -> dict[int, NextTime]:
    """By service id the next free time with anyone, for those that have one. One look at the diaries serves all."""
    found: dict[int, NextTime] = {}
    for choice, slot in zip(choices, next_slots(choices, now), strict=True):
        _keep_earlier(found, choice.service.id, slot, choice)
    return found


def next_of_therapists(choices: Iterable[Choice], now: datetime) -> dict[int, NextTime]:
    """By therapist id the next free time with each who has one; one look for all of a place."""
    found: dict[int, NextTime] = {}
    for choice in choices:
        for therapist_id, slot in next_by_therapist(choice, now).items():
            _keep_earlier(found, therapist_id, slot, choice)
    return found


def soonest(times: Mapping[int, NextTime]) -> NextTime | None:
    """The first of them."""
    return min(times.values(), key=lambda one: one.starts_at, default=None)


def _keep_earlier(found: dict[int, NextTime], key: int, slot: Slot | None, choice: Choice) -> None:
    if slot is not None and (key not in found or slot.starts_at < found[key].starts_at):
        several = len(choice.practice.locations) > 1
        found[key] = NextTime(slot.starts_at, zone_of(choice), choice.location.slug if several else None)
