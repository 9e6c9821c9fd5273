"""The stored practice as the values of a practice file: what `clinic export` writes and `clinic load` compares with."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select

from app.domain.policy_numbers import LIMITS
from app.domain.practice import AddressPeriod as Period
from app.domain.practice import Closure, WeeklyWindow
from app.domain.practice_file import (
    AvailabilityEntry,
    DurationEntry,
    GuideEntry,
    GuideStep,
    LocationEntry,
    PlanEntry,
    PracticeEntry,
    PracticeFile,
    QualificationEntry,
    RoomEntry,
    ServiceEntry,
    TechniqueEntry,
    TherapistEntry,
    TimeOffEntry,
)
from app.domain.practice_file_guidance import steps_in_order
from app.domain.practice_file_people import availability_order
from app.domain.practice_file_places import in_order, window_order
from app.domain.site_questions import FrequentQuestion
from app.extensions import db
from app.models import (
    Appointment,
    AvailabilityRule,
    GuidancePlan,
    Location,
    Practice,
    SelfCareGuide,
    Service,
    Technique,
    Therapist,
)
from app.store.practice import stored_policy
from app.store.practice_file_safety import consent_text_entries, screening_set_entries
from app.store.settings import newest_steps


def find_practice_file() -> PracticeFile | None:
    """Everything that is stored, retired or not; None when nothing has been loaded yet."""
    row = db.session.execute(select(Practice)).scalar_one_or_none()
    if row is None:
        return None
    return PracticeFile(
        practice=_practice(row),
        locations=tuple(_location(one) for one in _all(Location, Location.position)),
        techniques=tuple(
            TechniqueEntry(one.slug, one.name, one.retired_at is not None) for one in _all(Technique)
        ),
        plans=tuple(
            _plan(plan)
            for plan in db.session.execute(select(GuidancePlan).order_by(GuidancePlan.id)).scalars()
        ),
        services=tuple(_service(one) for one in _all(Service, Service.position)),
        therapists=tuple(_therapist(one) for one in _all(Therapist, Therapist.position)),
        guides=tuple(_guide(one) for one in _all(SelfCareGuide)),
        screening_sets=screening_set_entries(),
        consent_texts=consent_text_entries(),
    )


def settings_are_from_pages() -> bool:
    """Whether staff have changed settings on the pages since the file was loaded."""
    return db.session.execute(select(Practice.settings_source)).scalar() == "pages"


def has_appointments() -> bool:
    """Whether anything has ever been booked."""
    return bool(db.session.execute(select(exists().select_from(Appointment))).scalar())


def _all(model: Any, *order: Any) -> Sequence[Any]:
    wanted = select(model).order_by(*order, model.id)
    return db.session.execute(wanted).scalars().all()


def _practice(row: Practice) -> PracticeEntry:
    return PracticeEntry(
        slug=row.slug,
        name=row.name,
        short_code=row.short_code,
        language=row.language,
        currency=row.currency,
        email=row.email,
        emergency_number=row.emergency_number,
        demonstration=row.demonstration,
        tagline=row.tagline,
        about=row.about,
        reasons=tuple(row.reasons),
        channels=tuple(row.channels),
        accent=row.accent,
        embed_origins=tuple(row.embed_origins),
        questions=tuple(FrequentQuestion(**one) for one in row.questions),
        policy=stored_policy(row),
    )


def _location(row: Location) -> LocationEntry:
    return LocationEntry(
        slug=row.slug,
        name=row.name,
        zone=row.zone,
        retired=row.retired_at is not None,
        country=row.country,
        phone=row.phone,
        arrival=row.arrival,
        address=in_order(
            Period(one.valid_from, one.lines, one.announced, one.note) for one in row.address_periods
        ),
        opening_hours=tuple(
            sorted(
                (
                    WeeklyWindow(one.weekday, one.opens, one.closes, one.valid_from, one.valid_until)
                    for one in row.opening_hours
                ),
                key=window_order,
            )
        ),
        closures=tuple(Closure(one.starts_on, one.ends_on, one.label) for one in row.closures),
        rooms=tuple(
            RoomEntry(room.slug, room.name, tuple(sorted(room.features)), room.retired_at is not None)
            for room in row.rooms
        ),
    )


def _plan(row: GuidancePlan) -> PlanEntry:
    return PlanEntry(row.slug, row.name, steps_in_order(newest_steps(row)))


def _service(row: Service) -> ServiceEntry:
    return ServiceEntry(
        slug=row.slug,
        name=row.name,
        summary=row.summary,
        what_happens=row.what_happens,
        who_it_suits=row.who_it_suits,
        depth=row.depth,
        retired=row.retired_at is not None,
        region=row.region,
        needs_screening=row.needs_screening,
        techniques=tuple(sorted(technique.slug for technique in row.techniques)),
        room_features=tuple(sorted(row.room_features)),
        guidance_plan=row.guidance_plan.slug if row.guidance_plan else None,
        screening_set=row.screening_set.slug if row.screening_set else None,
        consent_text=row.consent_text.slug if row.consent_text else None,
        needs_prior_visit=row.needs_prior_visit,
        coaches_tools=row.coaches_tools,
        durations=tuple(
            DurationEntry(one.minutes, one.visit, one.price_minor, one.buffer_before, one.buffer_after)
            for one in row.variants
            if one.retired_at is None
        ),
    )


def _therapist(row: Therapist) -> TherapistEntry:
    return TherapistEntry(
        slug=row.slug,
        name=row.name,
        role_title=row.role_title,
        retired=row.retired_at is not None,
        about=row.about,
        email=row.email,
        gender=row.gender,
        may_chaperone=row.may_chaperone,
        limits={name: getattr(row, name) for name in LIMITS if getattr(row, name) is not None},
        qualifications=tuple(
            QualificationEntry(held.technique.slug, held.valid_until)
            for held in sorted(row.qualifications, key=lambda held: held.technique.slug)
        ),
        availability=tuple(sorted(map(_availability, row.availability_rules), key=availability_order)),
        time_off=tuple(TimeOffEntry(one.starts_at, one.ends_at, one.label) for one in row.time_off),
    )


def _availability(row: AvailabilityRule) -> AvailabilityEntry:
    window = WeeklyWindow(row.weekday, row.starts, row.ends, row.valid_from, row.valid_until)
    return AvailabilityEntry(row.location.slug, window)


def _guide(row: SelfCareGuide) -> GuideEntry:
    return GuideEntry(
        slug=row.slug,
        title=row.title,
        source=row.source,
        retired=row.retired_at is not None,
        steps=tuple(GuideStep(**step) for step in row.steps),
        stop_rules=tuple(row.stop_rules),
        gate=tuple(row.gate),
        equipment=row.equipment,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        wait=None if row.wait_minutes is None else timedelta(minutes=row.wait_minutes),
    )
