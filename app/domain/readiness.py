"""What a practice must still tell before its booking pages may be published, and what is good to know."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.domain.practice import Location, Practice, Service, text_in


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is not there: the key's place in a practice file, and a sentence for the owner."""

    key: str
    sentence: str


def is_published(practice: Practice) -> bool:
    """Whether the public may see and book: a demonstration always, others when nothing is missing."""
    return practice.demonstration or not missing(practice)


@lru_cache(maxsize=16)  # every question about free times asks it of the practice in force
def missing(practice: Practice) -> tuple[Missing, ...]:
    """Everything that must be told before the pages may be published; empty when nothing is missing."""
    return tuple(_missing(practice))


def remarks(practice: Practice) -> tuple[Missing, ...]:
    """What does not stand in the way of publishing but that the owner should know."""
    return tuple(_remarks(practice))


def _missing(practice: Practice) -> Iterator[Missing]:
    if not practice.name:
        yield Missing("practice.name", "The practice has no name yet.")
    if not practice.locations:
        yield from _no_location()
    for location in practice.locations:
        yield from _missing_at(location)
    yield from _missing_of_services(practice)
    yield from _missing_of_therapists(practice)


def _no_location() -> Iterator[Missing]:
    yield Missing("location.address", "The address is not known yet.")
    yield Missing("location.zone", "The time zone is not known yet.")
    yield Missing("location.phone", "The telephone number is not known yet.")
    yield Missing("location.opening_hours", "The opening hours are not known yet.")


def _missing_at(location: Location) -> Iterator[Missing]:
    key, name = f"location[{location.slug}]", location.name
    if not any(period.lines for period in location.address_periods):
        yield Missing(f"{key}.address", f"The address of {name} is not known yet.")
    if location.zone is None:
        yield Missing(f"{key}.zone", f"The time zone of {name} is not known yet.")
    if not location.phone:
        yield Missing(f"{key}.phone", f"The telephone number of {name} is not known yet.")
    if not location.opening_hours:
        yield Missing(f"{key}.opening_hours", f"The opening hours of {name} are not known yet.")


def _missing_of_services(practice: Practice) -> Iterator[Missing]:
    if not practice.services:
        yield Missing("service", "No service is on offer yet.")
    elif not practice.currency:
        yield Missing("practice.currency", "The currency of the prices is not known yet.")
    for service in practice.services:
        key, name = f"service[{service.slug}]", _name(service, practice)
        if not service.variants:
            yield Missing(f"{key}.duration", f"{name} has no duration and no price yet.")
        elif any(variant.price_minor is None for variant in service.variants):
            yield Missing(f"{key}.duration.price", f"{name} has a duration without a price.")
        if practice.therapists and not practice.therapists_for(service):
            yield Missing(f"{key}.techniques", f"No therapist holds every technique that {name} needs.")
        if service.room_features and not _has_room(service, practice):
            yield Missing(
                f"{key}.room_features",
                f"No room has what {name} needs: {', '.join(sorted(service.room_features))}.",
            )


def _missing_of_therapists(practice: Practice) -> Iterator[Missing]:
    if not practice.therapists:
        yield Missing("therapist", "No therapist is known yet.")
    for therapist in practice.therapists:
        if not therapist.availability_rules:
            yield Missing(
                f"therapist[{therapist.slug}].availability", f"{therapist.name} has no working hours yet."
            )


def _remarks(practice: Practice) -> Iterator[Missing]:
    for service in practice.services:
        yield from _remarks_on_questions(service, _name(service, practice))
    for location in practice.locations:
        for period in location.address_periods:
            if period.announced and (period.valid_from is None or period.lines is None):
                unknown = " and ".join(_unknown_of_move(period.valid_from is None, period.lines is None))
                sentence = f"{location.name} has announced a move; {unknown} still to be told."
                yield Missing(f"location[{location.slug}].address", sentence)


def _remarks_on_questions(service: Service, name: str) -> Iterator[Missing]:
    """What keeps the public from booking work that needs questions first, and what is asked without being approved."""
    key = f"service[{service.slug}]"
    if service.is_screened and service.screening is None:
        sentence = (
            "asks no questions about health yet: until it does, it can be booked on a demonstration only."
        )
        yield Missing(f"{key}.screening_set", f"{name} {sentence}")
    if service.screening is not None and not service.screening.approved:
        sentence = "wait for the owner's approval: until then it can be booked on a demonstration only."
        yield Missing(f"{key}.screening_set", f"The questions before {name} {sentence}")
    if service.is_screened and service.consent is None:
        yield Missing(
            f"{key}.consent_text", f"{name} has no consent text, so clients agree to nothing in detail."
        )
    if service.consent is not None and not service.consent.approved:
        sentence = "waits for the owner's approval: until then it can be booked on a demonstration only."
        yield Missing(f"{key}.consent_text", f"The consent text of {name} {sentence}")


def _unknown_of_move(date_is: bool, address_is: bool) -> Iterator[str]:
    if date_is:
        yield "its date is" if not address_is else "its date"
    if address_is:
        yield "the new address is" if not date_is else "the new address are"


def _has_room(service: Service, practice: Practice) -> bool:
    return any(
        service.room_features <= room.features for location in practice.locations for room in location.rooms
    )


def _name(service: Service, practice: Practice) -> str:
    return text_in(service.name, practice.language) or service.slug
