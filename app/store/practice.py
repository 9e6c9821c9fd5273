"""The practice as a value, read once per process and read anew when its revision has risen."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from app.domain import practice as values
from app.domain.consent import ConsentText
from app.domain.guidance import Condition, GuidancePlan, GuidanceStep
from app.domain.look import Look, size_of_png
from app.domain.policy import Limits, Policy
from app.domain.policy_numbers import LIMITS, POLICY_NUMBERS, policy_of
from app.domain.screening import ScreeningSet
from app.domain.site_questions import FrequentQuestion
from app.domain.wallclock import zone_named
from app.extensions import db
from app.models import (
    GuidancePlanVersion,
    Location,
    OpeningHours,
    Practice,
    Room,
    Service,
    ServiceVariant,
    Technique,
    Therapist,
    table_of,
)
from app.store.safety_texts import consent_texts, screening_sets
from app.store.transactions import seen_in_transaction

_IN_FORCE = "stillpoint-practice"
_CHANGED = "practice-changed"
_REVISION = select(table_of(Practice).c.revision)


class NoPractice(LookupError):
    """Nothing has been loaded yet: ``flask clinic load`` comes first."""


def load_practice() -> values.Practice:
    """The practice in force. One small query a transaction, unless a setting has changed. Raises NoPractice."""
    if seen_in_transaction().get(_CHANGED):
        return read_practice()  # not yet in force: nothing of it may outlive the transaction
    known: values.Practice | None = seen_in_transaction().get(_IN_FORCE)
    if known is None:
        known = seen_in_transaction()[_IN_FORCE] = _in_force()
    return known


def _in_force() -> values.Practice:
    revision = db.session.execute(_REVISION).scalar()
    if revision is None:
        raise NoPractice("no practice has been loaded")
    kept: values.Practice | None = current_app.extensions.get(_IN_FORCE)
    if kept is None or kept.revision != revision:
        kept = current_app.extensions[_IN_FORCE] = read_practice()
    return kept


def read_practice() -> values.Practice:
    """The practice as the open transaction sees it, read anew (for comparing before a change is committed)."""
    row = get_practice_row()
    techniques = {technique.id: _technique(technique) for technique in _living(Technique)}
    plans, sets, texts = _guidance_plans(), screening_sets(row.minor_until), consent_texts()
    return values.Practice(
        slug=row.slug,
        name=row.name or "",
        short_code=row.short_code,
        language=row.language,
        currency=row.currency,
        demonstration=row.demonstration,
        revision=row.revision,
        policy=stored_policy(row),
        locations=tuple(location_value(location) for location in _locations()),
        services=tuple(_service(service, techniques, plans, sets, texts) for service in _services()),
        therapists=tuple(_therapist(therapist) for therapist in _therapists()),
        techniques=tuple(techniques.values()),
        tagline=row.tagline,
        about=row.about,
        email=row.email,
        emergency_number=row.emergency_number,
        channels=tuple(row.channels),
        reasons=tuple(row.reasons),
        look=_look(row),
        embed_origins=tuple(row.embed_origins),
        questions=tuple(FrequentQuestion(**one) for one in row.questions),
        try_out_email=row.try_out_email,
    )


def _look(row: Practice) -> Look:
    wide, high = size_of_png(row.logo or b"")
    return Look(row.accent, row.logo is not None, wide, high)


def find_logo() -> tuple[bytes, str] | None:
    """The practice's logo and what it is; none where there is none."""
    row = get_practice_row()
    return (row.logo, row.logo_type or "image/png") if row.logo else None


def get_practice_row() -> Practice:
    """The one row. Raises NoPractice."""
    row = db.session.execute(select(Practice)).scalar_one_or_none()
    if row is None:
        raise NoPractice("no practice has been loaded")
    return row


def raise_revision() -> None:
    """Every change of a setting says so, in its own transaction: all processes then read the practice anew."""
    db.session.flush()
    db.session.execute(update(Practice).values(revision=Practice.revision + 1))
    seen_in_transaction()[_CHANGED] = True


def _living(model: Any) -> Sequence[Any]:
    return (
        db.session.execute(select(model).where(model.retired_at.is_(None)).order_by(model.id)).scalars().all()
    )


def _locations() -> Sequence[Location]:
    wanted = select(Location).where(Location.retired_at.is_(None)).order_by(Location.position, Location.id)
    children = (Location.address_periods, Location.opening_hours, Location.closures, Location.rooms)
    return db.session.execute(wanted.options(*(selectinload(child) for child in children))).scalars().all()


def _services() -> Sequence[Service]:
    wanted = select(Service).where(Service.retired_at.is_(None)).order_by(Service.position, Service.id)
    children = (selectinload(Service.variants), selectinload(Service.techniques))
    return db.session.execute(wanted.options(*children)).scalars().all()


def _therapists() -> Sequence[Therapist]:
    wanted = (
        select(Therapist).where(Therapist.retired_at.is_(None)).order_by(Therapist.position, Therapist.id)
    )
    children = (selectinload(Therapist.qualifications), selectinload(Therapist.availability_rules))
    return db.session.execute(wanted.options(*children)).scalars().all()


def _guidance_plans() -> Mapping[int, GuidancePlan]:
    newest: dict[int, GuidancePlan] = {}
    rows = db.session.execute(
        select(GuidancePlanVersion).order_by(GuidancePlanVersion.plan_id, GuidancePlanVersion.version)
    )
    for version in rows.scalars():
        steps = tuple(guidance_step(step) for step in version.steps)
        newest[version.plan_id] = GuidancePlan(str(version.plan_id), version.version, steps)
    return newest


def guidance_step(stored: Mapping[str, Any]) -> GuidanceStep:
    """A step as it stands in a version's list: key, moment, offset_minutes, label, text, and perhaps visit, minutes, condition, check_in, guides."""
    return GuidanceStep(
        key=stored["key"],
        moment=stored["moment"],
        offset=timedelta(minutes=stored["offset_minutes"]),
        label=stored["label"],
        text=stored["text"],
        visit=stored.get("visit", "any"),
        minutes=tuple(stored.get("minutes", ())),
        condition=Condition(stored.get("condition", Condition.ALWAYS)),
        check_in=stored.get("check_in", False),
        guides=tuple(stored.get("guides", ())),
    )


def stored_policy(row: Practice) -> Policy:
    """The policy in the practice's row."""
    return policy_of({name: getattr(row, name) for name in POLICY_NUMBERS})


def location_value(row: Location) -> values.Location:
    """A location's row as a value, also where it has been retired."""
    return values.Location(
        id=row.id,
        slug=row.slug,
        name=row.name,
        zone=zone_named(row.zone) if row.zone else None,
        country=row.country,
        phone=row.phone,
        arrival=row.arrival,
        address_periods=tuple(
            values.AddressPeriod(period.valid_from, period.lines, period.announced, period.note)
            for period in row.address_periods
        ),
        opening_hours=tuple(_opening(hours) for hours in row.opening_hours),
        closures=tuple(values.Closure(shut.starts_on, shut.ends_on, shut.label) for shut in row.closures),
        rooms=tuple(_room(room) for room in row.rooms if room.retired_at is None),
    )


def _opening(row: OpeningHours) -> values.WeeklyWindow:
    return values.WeeklyWindow(row.weekday, row.opens, row.closes, row.valid_from, row.valid_until)


def _room(row: Room) -> values.Room:
    return values.Room(row.id, row.resource_id, row.slug, row.name, frozenset(row.features))


def _technique(row: Technique) -> values.Technique:
    return values.Technique(row.id, row.slug, row.name)


def _service(
    row: Service,
    techniques: Mapping[int, values.Technique],
    plans: Mapping[int, GuidancePlan],
    sets: Mapping[int, ScreeningSet],
    texts: Mapping[int, ConsentText],
) -> values.Service:
    return values.Service(
        id=row.id,
        slug=row.slug,
        name=row.name,
        summary=row.summary,
        what_happens=row.what_happens,
        who_it_suits=row.who_it_suits,
        depth=row.depth,
        region=row.region,
        needs_screening=row.needs_screening,
        techniques=tuple(
            techniques.get(technique.id) or _technique(technique) for technique in row.techniques
        ),
        room_features=frozenset(row.room_features),
        variants=tuple(variant_value(variant) for variant in row.variants if variant.retired_at is None),
        guidance=plans.get(row.guidance_plan_id) if row.guidance_plan_id else None,
        screening=sets.get(row.screening_set_id) if row.screening_set_id else None,
        consent=texts.get(row.consent_text_id) if row.consent_text_id else None,
        needs_prior_visit=row.needs_prior_visit,
        coaches_tools=row.coaches_tools,
    )


def variant_value(row: ServiceVariant) -> values.Variant:
    """A variant's row as a value."""
    return values.Variant(
        row.id, row.minutes, row.visit, row.price_minor, row.buffer_before, row.buffer_after
    )


def _own_limits(row: Therapist) -> Limits | None:
    """None while none of them is set; what is left open among set ones is the practice's."""
    own = {name: getattr(row, name) for name in LIMITS if getattr(row, name) is not None}
    if not own:
        return None
    usual = get_practice_row()
    return Limits(**{name: own.get(name, getattr(usual, name)) for name in LIMITS})


def _therapist(row: Therapist) -> values.Therapist:
    return values.Therapist(
        id=row.id,
        resource_id=row.resource_id,
        slug=row.slug,
        name=row.name,
        role_title=row.role_title,
        about=row.about,
        email=row.email,
        gender=row.gender,
        may_chaperone=row.may_chaperone,
        limits=_own_limits(row),
        qualifications=tuple(
            values.Qualification(held.technique_id, held.valid_until) for held in row.qualifications
        ),
        availability_rules=tuple(
            values.AvailabilityRule(
                rule.location_id,
                values.WeeklyWindow(rule.weekday, rule.starts, rule.ends, rule.valid_from, rule.valid_until),
            )
            for rule in row.availability_rules
        ),
    )
