"""The practice that a file would make, as the domain value: what can be judged before anything is stored."""

from zoneinfo import ZoneInfo

from app.domain.guidance import GuidancePlan
from app.domain.practice import (
    AvailabilityRule,
    Location,
    Practice,
    Qualification,
    Room,
    Service,
    Technique,
    Therapist,
    Variant,
)
from app.domain.practice_file import LocationEntry, PracticeFile, ServiceEntry, TherapistEntry


def preview(file: PracticeFile) -> Practice:
    """The practice with made-up numbers, less what is retired."""
    head = file.practice
    techniques = {
        entry.slug: Technique(number, entry.slug, entry.name)
        for number, entry in enumerate(file.techniques, 1)
    }
    plans = {entry.slug: GuidancePlan(entry.slug, 1, entry.steps) for entry in file.plans}
    locations = {entry.slug: _location(number, entry) for number, entry in enumerate(file.locations, 1)}
    return Practice(
        slug=head.slug,
        name=head.name or "",
        short_code=head.short_code,
        language=head.language,
        currency=head.currency,
        demonstration=head.demonstration,
        revision=0,
        policy=head.policy,
        locations=tuple(locations[entry.slug] for entry in file.locations if not entry.retired),
        services=tuple(
            _service(number, entry, techniques, plans)
            for number, entry in enumerate(file.services, 1)
            if not entry.retired
        ),
        therapists=tuple(
            _therapist(number, entry, techniques, locations)
            for number, entry in enumerate(file.therapists, 1)
            if not entry.retired
        ),
        techniques=tuple(techniques[entry.slug] for entry in file.techniques if not entry.retired),
        tagline=head.tagline,
        about=head.about,
        email=head.email,
        emergency_number=head.emergency_number,
        channels=head.channels,
        reasons=head.reasons,
    )


def _location(number: int, entry: LocationEntry) -> Location:
    return Location(
        id=number,
        slug=entry.slug,
        name=entry.name,
        zone=ZoneInfo(entry.zone) if entry.zone else None,
        country=entry.country,
        phone=entry.phone,
        arrival=entry.arrival,
        address_periods=entry.address,
        opening_hours=entry.opening_hours,
        closures=entry.closures,
        rooms=tuple(
            Room(number * 1000 + index, number * 1000 + index, room.slug, room.name, frozenset(room.features))
            for index, room in enumerate(entry.rooms)
            if not room.retired
        ),
    )


def _service(
    number: int, entry: ServiceEntry, techniques: dict[str, Technique], plans: dict[str, GuidancePlan]
) -> Service:
    return Service(
        id=number,
        slug=entry.slug,
        name=entry.name,
        summary=entry.summary,
        what_happens=entry.what_happens,
        who_it_suits=entry.who_it_suits,
        depth=entry.depth,
        region=entry.region,
        needs_screening=entry.needs_screening,
        techniques=tuple(techniques[slug] for slug in entry.techniques),
        room_features=frozenset(entry.room_features),
        variants=tuple(
            Variant(
                index,
                length.minutes,
                length.visit,
                length.price_minor,
                length.buffer_before,
                length.buffer_after,
            )
            for index, length in enumerate(entry.durations)
        ),
        guidance=plans[entry.guidance_plan] if entry.guidance_plan else None,
    )


def _therapist(
    number: int, entry: TherapistEntry, techniques: dict[str, Technique], locations: dict[str, Location]
) -> Therapist:
    return Therapist(
        id=number,
        resource_id=number,
        slug=entry.slug,
        name=entry.name,
        role_title=entry.role_title,
        about=entry.about,
        email=entry.email,
        qualifications=tuple(
            Qualification(techniques[held.technique].id, held.until) for held in entry.qualifications
        ),
        availability_rules=tuple(
            AvailabilityRule(locations[rule.location].id, rule.window) for rule in entry.availability
        ),
    )
