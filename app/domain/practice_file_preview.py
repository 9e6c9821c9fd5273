"""The practice that a file would make, as the domain value: what can be judged before anything is stored."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from app.domain.asked_age import asked_with_age
from app.domain.consent import ConsentText
from app.domain.guidance import GuidancePlan
from app.domain.look import Look
from app.domain.policy import Limits
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
from app.domain.practice_file import (
    ConsentTextEntry,
    LocationEntry,
    PracticeFile,
    ScreeningSetEntry,
    ServiceEntry,
    TherapistEntry,
)
from app.domain.screening import ScreeningSet


def preview(file: PracticeFile) -> Practice:
    """The practice with made-up numbers, less what is retired."""
    head = file.practice
    techniques = {
        entry.slug: Technique(number, entry.slug, entry.name)
        for number, entry in enumerate(file.techniques, 1)
    }
    plans = {entry.slug: GuidancePlan(entry.slug, 1, entry.steps) for entry in file.plans}
    asked = _Asked(
        {entry.slug: screening_preview(entry, head.policy.minor_until) for entry in file.screening_sets},
        {entry.slug: consent_preview(entry) for entry in file.consent_texts},
    )
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
            _service(number, entry, techniques, plans, asked)
            for number, entry in enumerate(file.services, 1)
            if not entry.retired
        ),
        therapists=tuple(
            _therapist(number, entry, techniques, locations, head.policy.limits)
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
        look=Look(head.accent),
        embed_origins=head.embed_origins,
        questions=head.questions,
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """What services ask before they are booked, by slug."""

    sets: dict[str, ScreeningSet]
    texts: dict[str, ConsentText]


def screening_preview(entry: ScreeningSetEntry, minor_until: int) -> ScreeningSet:
    """A set as it would be asked."""
    asked = tuple(question for question in entry.questions if not question.retired)
    found = ScreeningSet(0, entry.slug, 1, asked, entry.approved_at is not None)
    return asked_with_age(found, minor_until)


def consent_preview(entry: ConsentTextEntry) -> ConsentText:
    """A consent text as it would be asked."""
    return ConsentText(0, entry.slug, 1, entry.body, entry.areas, entry.approved_at is not None)


def _service(
    number: int,
    entry: ServiceEntry,
    techniques: dict[str, Technique],
    plans: dict[str, GuidancePlan],
    asked: _Asked,
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
        screening=asked.sets[entry.screening_set] if entry.screening_set else None,
        consent=asked.texts[entry.consent_text] if entry.consent_text else None,
        needs_prior_visit=entry.needs_prior_visit,
        coaches_tools=entry.coaches_tools,
    )


def _therapist(
    number: int,
    entry: TherapistEntry,
    techniques: dict[str, Technique],
    locations: dict[str, Location],
    usual: Limits,
) -> Therapist:
    return Therapist(
        id=number,
        resource_id=number,
        slug=entry.slug,
        name=entry.name,
        role_title=entry.role_title,
        about=entry.about,
        email=entry.email,
        gender=entry.gender,
        may_chaperone=entry.may_chaperone,
        limits=replace(usual, **entry.limits) if entry.limits else None,
        qualifications=tuple(
            Qualification(techniques[held.technique].id, held.until) for held in entry.qualifications
        ),
        availability_rules=tuple(
            AvailabilityRule(locations[rule.location].id, rule.window) for rule in entry.availability
        ),
    )
