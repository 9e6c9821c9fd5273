"""Settings as rows: found by kind and slug, written column by column, compared as facts."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, inspect, or_, select

from app.domain.guidance import GuidanceStep
from app.domain.practice_file_guidance import steps_in_order
from app.domain.slugs import slug_for
from app.extensions import Row, db
from app.models import (
    AddressPeriod,
    AuditLine,
    AvailabilityRule,
    Closure,
    ConsentText,
    ConsentTextVersion,
    GuidancePlan,
    GuidancePlanVersion,
    Location,
    OpeningHours,
    Practice,
    Qualification,
    Resource,
    Room,
    ScreeningSet,
    ScreeningSetVersion,
    SelfCareGuide,
    Service,
    ServiceVariant,
    Technique,
    Therapist,
)
from app.store.practice import guidance_step

Values = Mapping[str, Any]
_KINDS: Mapping[str, type[Any]] = {
    "practice": Practice,
    "location": Location,
    "room": Room,
    "technique": Technique,
    "service": Service,
    "therapist": Therapist,
    "guidance_plan": GuidancePlan,
    "guide": SelfCareGuide,
    "screening_set": ScreeningSet,
    "consent_text": ConsentText,
}
#: Kinds whose rows count their versions; the others are compared as a sum over their facts.
VERSIONED = tuple(kind for kind, model in _KINDS.items() if hasattr(model, "row_version"))
#: The lists that belong to a row, what one of them is, and the column that points back.
_LISTS: Mapping[str, Mapping[str, tuple[type[Any], str]]] = {
    "location": {
        "address_periods": (AddressPeriod, "location_id"),
        "opening_hours": (OpeningHours, "location_id"),
        "closures": (Closure, "location_id"),
    },
    "service": {"variants": (ServiceVariant, "service_id")},
    "therapist": {
        "qualifications": (Qualification, "therapist_id"),
        "availability_rules": (AvailabilityRule, "therapist_id"),
    },
    "guidance_plan": {"versions": (GuidancePlanVersion, "plan_id")},
    "screening_set": {"versions": (ScreeningSetVersion, "set_id")},
    "consent_text": {"versions": (ConsentTextVersion, "text_id")},
}
#: What the audit log calls the loading of a practice file, which may change everything.
PRACTICE_LOADED = "practice loaded"
_NO_FACTS = frozenset(
    {"id", "row_version", "revision", "settings_source", "outbox_held_at", "resource_id", "created_at"}
)
#: Columns that hold a text in several languages; the pages edit the practice's own language.
TEXTS = frozenset({"tagline", "about", "arrival", "summary", "what_happens", "who_it_suits", "role_title"})
_NAMED_IN_LANGUAGES = frozenset({"technique", "service"})


def kind_of(row: Row) -> str:
    """What a row is called in the audit log and in addresses."""
    return next(kind for kind, model in _KINDS.items() if isinstance(row, model))


def list_things(kind: str) -> list[Any]:
    """All rows of a kind, those in use first, in the practice's order."""
    model = _KINDS[kind]
    order = [
        column
        for name in ("retired_at", "position", "id")
        if (column := getattr(model, name, None)) is not None
    ]
    if hasattr(model, "retired_at"):
        order[0] = model.retired_at.is_not(None)
    return list(db.session.execute(select(model).order_by(*order)).scalars())


def find_thing(kind: str, slug: str) -> Any | None:
    """The row of that kind with that slug, retired or not; the practice has only one and needs none."""
    model = _KINDS[kind]
    wanted = select(model) if kind == "practice" else select(model).where(model.slug == slug)
    return db.session.execute(wanted).scalar_one_or_none()


def find_by_name(kind: str, name: str, location_id: int | None = None) -> Any | None:
    """A row of that kind, retired or not, that people would call the same; a room only among those of its location."""
    rows = list_things(kind)
    if kind == "room":
        rows = [row for row in rows if row.location_id == location_id]
    return next((row for row in rows if name.casefold() in _names(row)), None)


def technique_ids() -> set[int]:
    """The techniques there are."""
    return set(db.session.execute(select(Technique.id)).scalars())


def add_thing(kind: str, name: str, values: Values, language: str) -> Any:
    """A new row with a slug made of its name, behind the others of its kind."""
    model = _KINDS[kind]
    taken = set(db.session.execute(select(model.slug)).scalars())
    row = model(slug=slug_for(name, taken, kind.replace("_", "-")))
    if hasattr(model, "position"):
        row.position = (db.session.execute(select(func.max(model.position))).scalar() or 0) + 1
    if hasattr(model, "resource_id"):
        row.resource = Resource(kind="room" if kind == "room" else "person")
    write_columns(row, values, language)
    db.session.add(row)
    db.session.flush()
    return row


def write_columns(row: Any, values: Values, language: str) -> None:
    """Columns by name. A text replaces the one in ``language`` and leaves the others; empty ones are left out."""
    for name, value in values.items():
        if name in TEXTS or (name == "name" and kind_of(row) in _NAMED_IN_LANGUAGES):
            value = _with_text(getattr(row, name) or {}, language, value)
        if getattr(row, name) != value:
            setattr(row, name, value)


def replace_list(row: Any, name: str, wanted: Sequence[Values], language: str) -> None:
    """Give a row other children, unless they are what it has already. A note replaces the one in ``language`` of the same move."""
    model, back = _LISTS[kind_of(row)][name]
    columns = [column for column in _columns(model) if column not in ("id", back)]
    blank = dict.fromkeys(columns)
    complete = [blank | dict(values) for values in wanted]
    if name == "address_periods":
        _keep_notes(row.address_periods, complete, language)
    if sorted(map(_key, complete)) != sorted(_key(_plain(child, columns)) for child in getattr(row, name)):
        setattr(row, name, [model(**values) for values in complete])


def write_qualifications(therapist: Any, held: Mapping[int, date | None]) -> None:
    """Which techniques a therapist holds, and until when."""
    there = {qualification.technique_id: qualification for qualification in therapist.qualifications}
    for technique_id in there.keys() - held.keys():
        therapist.qualifications.remove(there[technique_id])
    for technique_id, until in held.items():
        if technique_id in there:
            there[technique_id].valid_until = until
        else:
            therapist.qualifications.append(Qualification(technique_id=technique_id, valid_until=until))


def write_techniques_of(service: Any, wanted: Iterable[str]) -> None:
    """Which techniques a service needs, by slug."""
    slugs = set(wanted)
    if slugs != {technique.slug for technique in service.techniques}:
        service.techniques = [technique for technique in list_things("technique") if technique.slug in slugs]


def write_variants(service: Any, wanted: Sequence[Values], now: datetime) -> None:
    """A service's variants. One whose time changes is retired and a new one takes its place: holds point to the old one."""
    there = {variant.id: variant for variant in service.variants if variant.retired_at is None}
    for values in wanted:
        known = there.pop(values["id"], None) if values["id"] else None
        columns = {name: value for name, value in values.items() if name != "id"}
        if known is not None and _same_time(known, values):
            known.price_minor = values["price_minor"]
            continue
        if known is not None:
            known.retired_at = now
        service.variants.append(ServiceVariant(**columns))
    for gone in there.values():
        gone.retired_at = now


def newest_steps(plan: Any) -> tuple[GuidanceStep, ...]:
    """The steps of a guidance plan's version in force; none before there is one."""
    return tuple(guidance_step(step) for step in plan.versions[-1].steps) if plan.versions else ()


def add_plan_version(plan: Any, steps: Sequence[GuidanceStep], now: datetime) -> bool:
    """A new version of a guidance plan, unless its newest one says the same; whether there is one."""
    if plan.versions and steps_in_order(newest_steps(plan)) == steps_in_order(steps):
        return False
    number = plan.versions[-1].version + 1 if plan.versions else 1
    stored = [_stored_step(step) for step in steps_in_order(steps)]
    plan.versions.append(GuidancePlanVersion(version=number, steps=stored, created_at=now))
    return True


def facts(row: Any) -> dict[str, Any]:
    """What a row and its lists say, as plain values: compared before and after, written into the audit log."""
    kind = kind_of(row)
    found = _plain(row, [column for column in _columns(type(row)) if column not in _NO_FACTS])
    for name, (model, back) in _LISTS.get(kind, {}).items():
        columns = [column for column in _columns(model) if column not in _NO_FACTS | {back}]
        found[name] = sorted((_plain(child, columns) for child in getattr(row, name)), key=_key)
    if kind == "service":
        found["techniques"] = sorted(technique.slug for technique in row.techniques)
    return found


def version_of(row: Any) -> int:
    """What a form remembers, to notice that somebody else has saved since: the row's counter, else a sum over its facts."""
    counter = getattr(row, "row_version", None)
    return counter if counter is not None else zlib.crc32(_key(facts(row)).encode())


def version_of_all(rows: Iterable[Any]) -> int:
    """The same for a page that edits all rows of a kind."""
    return zlib.crc32(_key([(row.id, facts(row)) for row in rows]).encode())


def last_change(kind: str, row_id: int) -> tuple[str | None, datetime] | None:
    """Who saved a thing last, and when; nobody by name where a practice file was loaded since."""
    its_own = and_(AuditLine.subject == kind, AuditLine.subject_id == str(row_id))
    wanted = select(AuditLine.actor, AuditLine.actor_type, AuditLine.at).where(
        or_(its_own, AuditLine.act == PRACTICE_LOADED)
    )
    found = db.session.execute(wanted.order_by(AuditLine.id.desc()).limit(1)).first()
    return (found.actor if found.actor_type == "staff" else None, found.at) if found else None


def settings_changed_at() -> datetime | None:
    """When anything that is set was changed last, on the pages or by a file; none before the first time."""
    wanted = select(func.max(AuditLine.at)).where(AuditLine.subject.in_(_KINDS))
    return db.session.execute(wanted).scalar()


def settle() -> None:
    """Write what is pending and forget what was loaded, so that the next reading sees it."""
    db.session.flush()
    db.session.expire_all()


def _names(row: Any) -> set[str]:
    said = row.name.values() if isinstance(row.name, dict) else [row.name]
    return {text.casefold() for text in said}


def _with_text(texts: Mapping[str, str], language: str, text: str) -> dict[str, str]:
    others = {code: said for code, said in texts.items() if code != language}
    return {language: text, **others} if text else others


def _keep_notes(there: Sequence[AddressPeriod], wanted: Sequence[dict[str, Any]], language: str) -> None:
    """Give each period its note in the other languages: of the same date, else in the same words, else of the one move announced."""
    left = {_when(period.valid_from, period.announced): period for period in there}
    new = []
    for values in wanted:
        same = left.pop(_when(values["valid_from"], values["announced"]), None)
        if same is None:
            new.append(values)
        else:
            values["note"] = _with_text(same.note or {}, language, values["note"] or "")
    for values in new:
        said = values["note"] or ""
        moves = [period for period in left.values() if period.announced and values["announced"]]
        alike = [period for period in left.values() if said and (period.note or {}).get(language) == said]
        before = alike[:1] or (moves if len(moves) == 1 else [])
        for period in before:
            del left[_when(period.valid_from, period.announced)]
        values["note"] = _with_text(before[0].note or {} if before else {}, language, said)


def _when(valid_from: date | None, announced: bool | None) -> tuple[date | None, bool]:
    """What no two periods of a place share: one may have been announced before its date is known."""
    return valid_from, bool(announced) and valid_from is None


def _same_time(variant: ServiceVariant, values: Values) -> bool:
    return all(
        getattr(variant, name) == values[name]
        for name in ("minutes", "visit", "buffer_before", "buffer_after")
    )


def _columns(model: type[Any]) -> list[str]:
    return [attribute.key for attribute in inspect(model).column_attrs]


def _plain(row: Any, columns: Iterable[str]) -> dict[str, Any]:
    return {name: _said(getattr(row, name)) for name in columns}


def _said(value: Any) -> Any:
    """A picture is told by its size and the beginning of its digest."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes, {hashlib.sha256(value).hexdigest()[:12]}"
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _stored_step(step: GuidanceStep) -> dict[str, Any]:
    """What ``guidance_step`` reads."""
    return {
        "key": step.key,
        "moment": step.moment,
        "offset_minutes": step.offset // timedelta(minutes=1),
        "label": dict(step.label),
        "text": dict(step.text),
        "visit": step.visit,
        "minutes": list(step.minutes),
        "condition": step.condition.value,
        "check_in": step.check_in,
        "guides": list(step.guides),
    }


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=_said)
