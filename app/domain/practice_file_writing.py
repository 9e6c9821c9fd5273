"""From a practice file back to a document, and from a document to TOML text."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.guidance import Condition, GuidanceStep
from app.domain.policy import Policy
from app.domain.policy_numbers import LIMITS, policy_numbers
from app.domain.practice import AddressPeriod, Closure, WeeklyWindow
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
    ServiceEntry,
    TechniqueEntry,
    TherapistEntry,
    TimeOffEntry,
)
from app.domain.practice_file_parsing import zones_of
from app.domain.practice_file_safety_writing import consent_text_document, screening_set_document
from app.domain.practice_file_shapes import Document
from app.domain.practice_file_shapes import kept as _kept
from app.domain.practice_file_shapes import texts_written as _texts
from app.domain.practice_file_words import named_clock, named_offset, named_price, named_weekdays
from app.domain.site_questions import FrequentQuestion
from app.domain.wallclock import day_span, local_date


def document_of(file: PracticeFile) -> Document:
    """The document that parses to these values; what is none or usual is left out."""
    language, zones = file.practice.language, zones_of(file.locations)
    home = file.locations[0].slug if file.locations else ""
    return _kept(
        {
            "practice": _practice(file.practice),
            "location": [_location(entry, language) for entry in file.locations],
            "technique": [_technique(entry, language) for entry in file.techniques],
            "guidance_plan": [_plan(entry, language) for entry in file.plans],
            "service": [_service(entry, language, file.practice.currency) for entry in file.services],
            "therapist": [_therapist(entry, language, zones, home) for entry in file.therapists],
            "guide": [_guide(entry, language) for entry in file.guides],
            "screening_set": [screening_set_document(entry, language) for entry in file.screening_sets],
            "consent_text": [consent_text_document(entry, language) for entry in file.consent_texts],
        }
    )


def _practice(entry: PracticeEntry) -> Document:
    language = entry.language
    return _kept(
        {
            "slug": entry.slug,
            "name": entry.name,
            "short_code": entry.short_code,
            "demonstration": entry.demonstration or None,
            "language": language,
            "currency": entry.currency,
            "email": entry.email,
            "emergency_number": entry.emergency_number,
            "tagline": _texts(entry.tagline, language),
            "about": _texts(entry.about, language),
            "reasons": [_texts(reason, language) for reason in entry.reasons],
            "channels": [dict(channel) for channel in entry.channels],
            "accent": entry.accent,
            "embed_origins": list(entry.embed_origins),
            "questions": [_asked(one, language) for one in entry.questions],
            "policy": _policy(entry.policy),
        }
    )


def _asked(one: FrequentQuestion, language: str) -> Document:
    return {"question": _texts(one.question, language), "answer": _texts(one.answer, language)}


def _policy(policy: Policy) -> Document:
    return {
        name: named_clock(number) if isinstance(number, time) else number
        for name, number in policy_numbers(policy).items()
    }


def _location(entry: LocationEntry, language: str) -> Document:
    return _kept(
        {
            "slug": entry.slug,
            "name": entry.name,
            "retired": entry.retired or None,
            "zone": entry.zone,
            "country": entry.country,
            "phone": entry.phone,
            "arrival": _texts(entry.arrival, language),
            "address": [_address(period, language) for period in entry.address],
            "opening_hours": _weeks(entry.opening_hours, "opens", "closes"),
            "closures": [_closure(closure) for closure in entry.closures],
            "rooms": [
                _kept(
                    {
                        "slug": room.slug,
                        "name": room.name,
                        "features": list(room.features),
                        "retired": room.retired or None,
                    }
                )
                for room in entry.rooms
            ],
        }
    )


def _address(period: AddressPeriod, language: str) -> Document:
    return _kept(
        {
            "from": period.valid_from,
            "lines": period.lines,
            "announced": period.announced or None,
            "note": _texts(period.note, language),
        }
    )


def _closure(closure: Closure) -> Document:
    last = closure.ends_on if closure.ends_on != closure.starts_on else None
    return _kept({"from": closure.starts_on, "until": last, "label": closure.label})


def _weeks(windows: Iterable[WeeklyWindow], opens: str, closes: str) -> list[Document]:
    """Windows of one kind on several days as one line."""
    days: dict[tuple[time, time, date | None, date | None], list[int]] = {}
    for window in windows:
        kind = (window.opens, window.closes, window.valid_from, window.valid_until)
        days.setdefault(kind, []).append(window.weekday)
    return [
        _kept(
            {
                "days": named_weekdays(weekdays),
                opens: named_clock(kind[0]),
                closes: named_clock(kind[1], closing=True),
                "from": kind[2],
                "until": kind[3],
            }
        )
        for kind, weekdays in days.items()
    ]


def _technique(entry: TechniqueEntry, language: str) -> Document:
    return _kept({"slug": entry.slug, "name": _texts(entry.name, language), "retired": entry.retired or None})


def _plan(entry: PlanEntry, language: str) -> Document:
    return _kept(
        {"slug": entry.slug, "name": entry.name, "step": [_step(step, language) for step in entry.steps]}
    )


def _step(step: GuidanceStep, language: str) -> Document:
    return _kept(
        {
            "key": step.key,
            step.moment: named_offset(step.offset),
            "visit": step.visit if step.visit != "any" else None,
            "minutes": list(step.minutes),
            "condition": step.condition.value if step.condition is not Condition.ALWAYS else None,
            "check_in": step.check_in or None,
            "guides": list(step.guides),
            "label": _texts(step.label, language),
            "text": _texts(step.text, language),
        }
    )


def _service(entry: ServiceEntry, language: str, currency: str | None) -> Document:
    return _kept(
        {
            "slug": entry.slug,
            "name": _texts(entry.name, language),
            "retired": entry.retired or None,
            "summary": _texts(entry.summary, language),
            "what_happens": _texts(entry.what_happens, language),
            "who_it_suits": _texts(entry.who_it_suits, language),
            "depth": entry.depth,
            "region": entry.region,
            "needs_screening": entry.needs_screening,
            "techniques": list(entry.techniques),
            "room_features": list(entry.room_features),
            "guidance_plan": entry.guidance_plan,
            "screening_set": entry.screening_set,
            "consent_text": entry.consent_text,
            "needs_prior_visit": entry.needs_prior_visit or None,
            "coaches_tools": entry.coaches_tools or None,
            "duration": [_duration(duration, currency) for duration in entry.durations],
        }
    )


def _duration(entry: DurationEntry, currency: str | None) -> Document:
    priced = entry.price_minor is not None and currency is not None
    return _kept(
        {
            "minutes": entry.minutes,
            "visit": entry.visit,
            "price": named_price(entry.price_minor or 0, currency or "") if priced else None,
            "buffer_before": entry.buffer_before,
            "buffer_after": entry.buffer_after,
        }
    )


def _therapist(entry: TherapistEntry, language: str, zones: Mapping[str, ZoneInfo], home: str) -> Document:
    at_home = entry.availability[0].location if entry.availability else home
    return _kept(
        {
            "slug": entry.slug,
            "name": entry.name,
            "retired": entry.retired or None,
            "role_title": _texts(entry.role_title, language),
            "about": _texts(entry.about, language),
            "email": entry.email,
            "gender": entry.gender,
            "may_chaperone": entry.may_chaperone or None,
            "limits": {name: entry.limits[name] for name in LIMITS if name in entry.limits},
            "qualifications": [_qualification(held) for held in entry.qualifications],
            "availability": _availability(entry.availability),
            "time_off": [_time_off(span, zones.get(at_home)) for span in entry.time_off],
        }
    )


def _qualification(entry: QualificationEntry) -> Document:
    return _kept({"technique": entry.technique, "until": entry.until})


def _availability(entries: Sequence[AvailabilityEntry]) -> list[Document]:
    return [
        {"location": location} | week
        for location in dict.fromkeys(entry.location for entry in entries)
        for week in _weeks(
            [entry.window for entry in entries if entry.location == location], "starts", "ends"
        )
    ]


def _time_off(entry: TimeOffEntry, zone: ZoneInfo | None) -> Document:
    days = _whole_days(entry, zone) if zone else None
    first, last = days or (entry.starts_at.astimezone(zone or UTC), entry.ends_at.astimezone(zone or UTC))
    return _kept({"from": first, "until": last, "label": entry.label})


def _whole_days(entry: TimeOffEntry, zone: ZoneInfo) -> tuple[date, date] | None:
    first, last = local_date(entry.starts_at, zone), local_date(entry.ends_at - timedelta(seconds=1), zone)
    whole = (
        day_span(first, zone).starts_at == entry.starts_at and day_span(last, zone).ends_at == entry.ends_at
    )
    return (first, last) if whole else None


def _guide(entry: GuideEntry, language: str) -> Document:
    return _kept(
        {
            "slug": entry.slug,
            "title": _texts(entry.title, language),
            "retired": entry.retired or None,
            "source": entry.source,
            "equipment": _texts(entry.equipment, language),
            "allowed_after": None if entry.wait is None else named_offset(entry.wait),
            "steps": [_guide_step(step, language) for step in entry.steps],
            "stop_rules": [_texts(rule, language) for rule in entry.stop_rules],
            "gate": list(entry.gate),
            "approved_by": entry.approved_by,
            "approved_at": entry.approved_at.astimezone(UTC)
            if isinstance(entry.approved_at, datetime)
            else None,
        }
    )


def _guide_step(step: GuideStep, language: str) -> Document:
    return _kept(
        {
            "text": _texts(step.text, language),
            "seconds": step.seconds,
            "up_to_seconds": step.up_to_seconds,
            "per_side": step.per_side or None,
            "reps": step.reps,
            "sets": step.sets,
        }
    )
