"""What a practice must still tell before its booking pages may be published, and what is good to know."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.domain.practice import Location, Practice, Service, text_in
from app.domain.said import said


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
        yield Missing("practice.name", said("The practice has no name yet."))
    if not practice.locations:
        yield from _no_location()
    for location in practice.locations:
        yield from _missing_at(location)
    yield from _missing_of_services(practice)
    yield from _missing_of_therapists(practice)


def _no_location() -> Iterator[Missing]:
    yield Missing("location.address", said("The address is not known yet."))
    yield Missing("location.zone", said("The time zone is not known yet."))
    yield Missing("location.phone", said("The telephone number is not known yet."))
    yield Missing("location.opening_hours", said("The opening hours are not known yet."))


def _missing_at(location: Location) -> Iterator[Missing]:
    key, name = f"location[{location.slug}]", location.name
    if not any(period.lines for period in location.address_periods):
        yield Missing(f"{key}.address", said("The address of %(name)s is not known yet.", name=name))
    if location.zone is None:
        yield Missing(f"{key}.zone", said("The time zone of %(name)s is not known yet.", name=name))
    if not location.phone:
        yield Missing(f"{key}.phone", said("The telephone number of %(name)s is not known yet.", name=name))
    if not location.opening_hours:
        yield Missing(
            f"{key}.opening_hours", said("The opening hours of %(name)s are not known yet.", name=name)
        )


def _missing_of_services(practice: Practice) -> Iterator[Missing]:
    if not practice.services:
        yield Missing("service", said("No service is on offer yet."))
    elif not practice.currency:
        yield Missing("practice.currency", said("The currency of the prices is not known yet."))
    for service in practice.services:
        key, name = f"service[{service.slug}]", _name(service, practice)
        if not service.variants:
            yield Missing(f"{key}.duration", said("%(name)s has no duration and no price yet.", name=name))
        elif any(variant.price_minor is None for variant in service.variants):
            yield Missing(
                f"{key}.duration.price", said("%(name)s has a duration without a price.", name=name)
            )
        if practice.therapists and not practice.therapists_for(service):
            yield Missing(
                f"{key}.techniques",
                said("No therapist holds every technique that %(name)s needs.", name=name),
            )
        if service.room_features and not _has_room(service, practice):
            yield Missing(
                f"{key}.room_features",
                said(
                    "No room has what %(name)s needs: %(features)s.",
                    name=name,
                    features=", ".join(sorted(service.room_features)),
                ),
            )


def _missing_of_therapists(practice: Practice) -> Iterator[Missing]:
    if not practice.therapists:
        yield Missing("therapist", said("No therapist is known yet."))
    for therapist in practice.therapists:
        if not therapist.availability_rules:
            yield Missing(
                f"therapist[{therapist.slug}].availability",
                said("%(name)s has no working hours yet.", name=therapist.name),
            )


def _remarks(practice: Practice) -> Iterator[Missing]:
    for service in practice.services:
        yield from _remarks_on_questions(service, _name(service, practice))
    for location in practice.locations:
        for period in location.address_periods:
            if period.announced and (period.valid_from is None or period.lines is None):
                sentence = _unknown_of_move(location.name, period.valid_from is None, period.lines is None)
                yield Missing(f"location[{location.slug}].address", sentence)


def _remarks_on_questions(service: Service, name: str) -> Iterator[Missing]:
    """What keeps the public from booking work that needs questions first, and what is asked without being approved."""
    key = f"service[{service.slug}]"
    if service.is_screened and service.screening is None:
        sentence = said(
            "%(name)s asks no questions about health yet: until it does, it can be booked on a demonstration only.",
            name=name,
        )
        yield Missing(f"{key}.screening_set", sentence)
    if service.screening is not None and not service.screening.approved:
        sentence = said(
            "The questions before %(name)s wait for the owner's approval: until then it can be booked on a demonstration only.",
            name=name,
        )
        yield Missing(f"{key}.screening_set", sentence)
    if service.is_screened and service.consent is None:
        yield Missing(
            f"{key}.consent_text",
            said("%(name)s has no consent text, so clients agree to nothing in detail.", name=name),
        )
    if service.consent is not None and not service.consent.approved:
        sentence = said(
            "The consent text of %(name)s waits for the owner's approval: until then it can be booked on a demonstration only.",
            name=name,
        )
        yield Missing(f"{key}.consent_text", sentence)


def _unknown_of_move(name: str, date_is: bool, address_is: bool) -> str:
    if date_is and address_is:
        return said(
            "%(name)s has announced a move; its date and the new address are still to be told.", name=name
        )
    if date_is:
        return said("%(name)s has announced a move; its date is still to be told.", name=name)
    return said("%(name)s has announced a move; the new address is still to be told.", name=name)


def _has_room(service: Service, practice: Practice) -> bool:
    return any(
        service.room_features <= room.features for location in practice.locations for room in location.rooms
    )


def _name(service: Service, practice: Practice) -> str:
    return text_in(service.name, practice.language) or service.slug
