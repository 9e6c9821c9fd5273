"""Writes the values of a practice file into the tables, inside the caller's transaction. Nothing is deleted by its absence."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from app.domain.policy_numbers import LIMITS, policy_numbers
from app.domain.practice_file import (
    DurationEntry,
    GuideEntry,
    LocationEntry,
    PlanEntry,
    PracticeEntry,
    PracticeFile,
    RoomEntry,
    ServiceEntry,
    TechniqueEntry,
    TherapistEntry,
)
from app.extensions import db
from app.models import (
    AddressPeriod,
    AvailabilityRule,
    Closure,
    ConsentText,
    GuidancePlan,
    Location,
    OpeningHours,
    Practice,
    Qualification,
    Resource,
    Room,
    ScreeningSet,
    SelfCareGuide,
    Service,
    ServiceVariant,
    Technique,
    Therapist,
    TimeOff,
)
from app.store import settings
from app.store.practice_file_safety import save_consent_text, save_screening_set

RowType = TypeVar("RowType")


def save_practice_file(file: PracticeFile, now: datetime) -> None:
    """Make the tables say what the file says."""
    before = _versioned()
    _save_practice(file.practice)
    locations = _by_slug(Location)
    for position, location in enumerate(file.locations):
        _save_location(_known(locations, location.slug, Location), location, position, now)
    techniques = _by_slug(Technique)
    for technique in file.techniques:
        _save_technique(_known(techniques, technique.slug, Technique), technique, now)
    plans = _by_slug(GuidancePlan)
    for plan in file.plans:
        _save_plan(_known(plans, plan.slug, GuidancePlan), plan, now)
    sets, texts = _save_asked(file, now)
    _save_services(file, techniques, plans, (sets, texts), now)
    therapists = _by_slug(Therapist)
    for position, therapist in enumerate(file.therapists):
        _save_therapist(
            _known(therapists, therapist.slug, Therapist, "person"),
            therapist,
            position,
            techniques,
            locations,
            now,
        )
    guides = _by_slug(SelfCareGuide)
    for guide in file.guides:
        _save_guide(_known(guides, guide.slug, SelfCareGuide), guide, now)
    db.session.flush()
    _raise_versions(before)
    db.session.flush()


def _save_services(
    file: PracticeFile,
    techniques: Mapping[str, Technique],
    plans: Mapping[str, GuidancePlan],
    asked: tuple[Mapping[str, ScreeningSet], Mapping[str, ConsentText]],
    now: datetime,
) -> None:
    """With what belongs to them: all of that is saved by now."""
    (sets, texts), services = asked, _by_slug(Service)
    for position, service in enumerate(file.services):
        row = _known(services, service.slug, Service)
        _save_service(row, service, position, now)
        row.techniques = sorted((techniques[slug] for slug in service.techniques), key=lambda one: one.id)
        row.guidance_plan = plans[service.guidance_plan] if service.guidance_plan else None
        row.screening_set = sets[service.screening_set] if service.screening_set else None
        row.consent_text = texts[service.consent_text] if service.consent_text else None
        _save_variants(row, service.durations, now)
        _kept(row)


def _save_asked(file: PracticeFile, now: datetime) -> tuple[dict[str, ScreeningSet], dict[str, ConsentText]]:
    """What is asked and agreed to before services, by slug."""
    sets, texts = _by_slug(ScreeningSet), _by_slug(ConsentText)
    for entry in file.screening_sets:
        row = _known(sets, entry.slug, ScreeningSet)
        save_screening_set(row, entry, now)
        _kept(row)
    for told in file.consent_texts:
        text = _known(texts, told.slug, ConsentText)
        save_consent_text(text, told, now)
        _kept(text)
    return sets, texts


def _by_slug(model: Any) -> dict[str, Any]:
    return {row.slug: row for row in db.session.execute(select(model)).scalars()}


def _known(
    rows: dict[str, RowType], slug: str, make: Callable[..., RowType], kind: str | None = None
) -> RowType:
    """The row of that slug, or a new one (with a resource of that kind), which is then known too."""
    if slug not in rows:
        rows[slug] = make(slug=slug, resource=Resource(kind=kind)) if kind else make(slug=slug)
    return rows[slug]


def _set(row: object, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _since(row: Any, retired: bool, now: datetime) -> datetime | None:
    return (row.retired_at or now) if retired else None


def _kept(row: Any) -> None:
    """Give a new row its number."""
    db.session.add(row)
    db.session.flush()


def _versioned() -> dict[Any, dict[str, Any]]:
    """What all rows that count their versions say now."""
    rows = (row for kind in settings.VERSIONED for row in settings.list_things(kind))
    return {row: settings.facts(row) for row in rows}


def _raise_versions(before: Mapping[Any, Mapping[str, Any]]) -> None:
    """A row that says something else than before rises in version, so that a page that shows it is stale."""
    for row, said in before.items():
        if settings.facts(row) != said:
            row.row_version += 1


def _listed(row: object, name: str, wanted: Iterable[Mapping[str, Any]], model: Any) -> None:
    """Make the list of rows that belong to ``row`` equal to what is wanted; untouched when it is so already."""
    fields = sorted(wanted, key=repr)
    keys = fields[0] if fields else {}
    present = sorted(({key: getattr(one, key) for key in keys} for one in getattr(row, name)), key=repr)
    if present != fields:
        setattr(row, name, [])
        db.session.flush()
        setattr(row, name, [model(**values) for values in fields])


def _save_practice(entry: PracticeEntry) -> None:
    stored = db.session.execute(select(Practice)).scalar_one_or_none()
    row = stored or Practice(id=1)
    _set(
        row,
        slug=entry.slug,
        name=entry.name,
        short_code=entry.short_code,
        language=entry.language,
        currency=entry.currency,
        email=entry.email,
        emergency_number=entry.emergency_number,
        demonstration=entry.demonstration,
        tagline=dict(entry.tagline),
        about=dict(entry.about),
        reasons=[dict(reason) for reason in entry.reasons],
        channels=[dict(channel) for channel in entry.channels],
        accent=entry.accent,
        embed_origins=list(entry.embed_origins),
        questions=[{"question": dict(one.question), "answer": dict(one.answer)} for one in entry.questions],
        **policy_numbers(entry.policy),
    )
    row.settings_source = "file"
    _kept(row)


def _save_location(row: Location, entry: LocationEntry, position: int, now: datetime) -> None:
    _set(
        row,
        name=entry.name,
        zone=entry.zone,
        country=entry.country,
        phone=entry.phone,
        arrival=dict(entry.arrival),
        position=position,
        retired_at=_since(row, entry.retired, now),
    )
    _listed(row, "address_periods", (asdict(period) for period in entry.address), AddressPeriod)
    _listed(row, "opening_hours", (asdict(window) for window in entry.opening_hours), OpeningHours)
    _listed(row, "closures", (asdict(closure) for closure in entry.closures), Closure)
    _kept(row)
    rooms = _by_slug(Room)
    for index, room in enumerate(entry.rooms):
        _save_room(_known(rooms, room.slug, Room, "room"), room, index, row, now)


def _save_room(row: Room, entry: RoomEntry, position: int, location: Location, now: datetime) -> None:
    _set(
        row, name=entry.name, position=position, retired_at=_since(row, entry.retired, now), location=location
    )
    if sorted(row.features or []) != list(entry.features):
        row.features = list(entry.features)
    _kept(row)


def _save_technique(row: Technique, entry: TechniqueEntry, now: datetime) -> None:
    _set(row, name=dict(entry.name), retired_at=_since(row, entry.retired, now))
    _kept(row)


def _save_plan(row: GuidancePlan, entry: PlanEntry, now: datetime) -> None:
    row.name = entry.name
    settings.add_plan_version(row, entry.steps, now)
    _kept(row)


def _save_service(row: Service, entry: ServiceEntry, position: int, now: datetime) -> None:
    _set(
        row,
        name=dict(entry.name),
        summary=dict(entry.summary),
        what_happens=dict(entry.what_happens),
        who_it_suits=dict(entry.who_it_suits),
        depth=entry.depth,
        region=entry.region,
        needs_screening=entry.needs_screening,
        needs_prior_visit=entry.needs_prior_visit,
        coaches_tools=entry.coaches_tools,
        position=position,
        retired_at=_since(row, entry.retired, now),
    )
    if sorted(row.room_features or []) != list(entry.room_features):
        row.room_features = list(entry.room_features)
    db.session.add(row)


def _save_variants(service: Service, entries: Sequence[DurationEntry], now: datetime) -> None:
    """A duration's price and buffers may change; one that is no longer listed is retired, since appointments point to it."""
    rows: dict[tuple[int, str], ServiceVariant] = {}
    for row in sorted(service.variants, key=lambda one: one.retired_at is None):
        rows[row.minutes, row.visit] = row
    wanted = {(entry.minutes, entry.visit): entry for entry in entries}
    for kind, row in rows.items():
        if kind not in wanted and row.retired_at is None:
            row.retired_at = now
    for kind, entry in wanted.items():
        if kind not in rows:
            service.variants.append(ServiceVariant(**asdict(entry)))
        else:
            _set(rows[kind], **asdict(entry), retired_at=None)


def _save_therapist(
    row: Therapist,
    entry: TherapistEntry,
    position: int,
    techniques: Mapping[str, Technique],
    locations: Mapping[str, Location],
    now: datetime,
) -> None:
    _set(
        row,
        name=entry.name,
        role_title=dict(entry.role_title),
        about=dict(entry.about),
        email=entry.email,
        gender=entry.gender,
        may_chaperone=entry.may_chaperone,
        position=position,
        retired_at=_since(row, entry.retired, now),
        **{name: entry.limits.get(name) for name in LIMITS},
    )
    held = (
        {"technique_id": techniques[one.technique].id, "valid_until": one.until}
        for one in entry.qualifications
    )
    _listed(row, "qualifications", held, Qualification)
    rules = (
        {
            "location_id": locations[one.location].id,
            "weekday": one.window.weekday,
            "starts": one.window.opens,
            "ends": one.window.closes,
            "valid_from": one.window.valid_from,
            "valid_until": one.window.valid_until,
        }
        for one in entry.availability
    )
    _listed(row, "availability_rules", rules, AvailabilityRule)
    _listed(row, "time_off", (asdict(one) for one in entry.time_off), TimeOff)
    _kept(row)


def _save_guide(row: SelfCareGuide, entry: GuideEntry, now: datetime) -> None:
    _set(
        row,
        title=dict(entry.title),
        source=entry.source,
        steps=[{key: value for key, value in asdict(step).items() if value} for step in entry.steps],
        stop_rules=[dict(rule) for rule in entry.stop_rules],
        gate=list(entry.gate),
        equipment=dict(entry.equipment),
        wait_minutes=None if entry.wait is None else entry.wait // timedelta(minutes=1),
        approved_by=entry.approved_by,
        approved_at=entry.approved_at,
        retired_at=_since(row, entry.retired, now),
    )
    _kept(row)
