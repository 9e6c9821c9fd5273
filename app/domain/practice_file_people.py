"""Therapists in a practice file: qualifications, availability, time off."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from app.domain.practice_file import (
    AvailabilityEntry,
    LocationEntry,
    QualificationEntry,
    TherapistEntry,
    TimeOffEntry,
)
from app.domain.practice_file_fields import each, email_of
from app.domain.practice_file_places import window_of, window_order
from app.domain.practice_file_policy import own_limits
from app.domain.practice_file_reader import MISSING, Table, on_grid
from app.domain.wallclock import day_span
from app.domain.wishes import Gender

_GENDERS = (Gender.FEMALE.value, Gender.MALE.value)


def therapist_of(
    first_location: LocationEntry | None, zones: dict[str, ZoneInfo]
) -> Callable[[Table], TherapistEntry]:
    """[[therapist]]; without a location in the file's rules the first one is meant, whose zone also gives days off."""

    def read(table: Table) -> TherapistEntry:
        availability = tuple(sorted(_availability(table, first_location), key=availability_order))
        at_home = (
            availability[0].location if availability else (first_location.slug if first_location else "")
        )
        entry = TherapistEntry(
            slug=table.slug(),
            name=table.line("name", 120, required=True) or "",
            role_title=table.texts("role_title", 80),
            about=table.texts("about", 2000),
            email=email_of(table),
            gender=table.choice("gender", _GENDERS, "") or None,
            may_chaperone=table.flag("may_chaperone", default=False),
            limits=own_limits(table),
            qualifications=tuple(
                sorted(each(table, "qualifications", _qualification), key=lambda entry: entry.technique)
            ),
            availability=availability,
            retired=table.flag("retired", default=False),
            time_off=tuple(
                sorted(
                    _time_off(table, zones.get(at_home)), key=lambda entry: (entry.starts_at, entry.ends_at)
                )
            ),
        )
        table.close()
        return entry

    return read


def _qualification(table: Table) -> QualificationEntry:
    return QualificationEntry(table.slug("technique"), table.day("until"))


def _availability(table: Table, first_location: LocationEntry | None) -> Iterator[AvailabilityEntry]:
    for inner in table.tables("availability"):
        location = inner.slug("location", required=first_location is None) or (
            first_location.slug if first_location else ""
        )
        for window in window_of(inner, "starts", "ends"):
            yield AvailabilityEntry(location, window)
        inner.close()


def availability_order(entry: AvailabilityEntry) -> tuple[tuple[int, time, time, date, date], str]:
    """The order of a therapist's windows in a week."""
    return window_order(entry.window), entry.location


def _time_off(table: Table, zone: ZoneInfo | None) -> Iterator[TimeOffEntry]:
    for inner in table.tables("time_off"):
        first, last, label = inner.moment("from"), inner.moment("until"), inner.line("label", 80)
        inner.close()
        if first is None:
            inner.refuse("from", MISSING) if not inner.has("from") else None
            continue
        entry = _free_span(inner, first, last if last is not None else first, label, zone)
        if entry is not None:
            yield entry


def _free_span(
    table: Table, first: date, last: date, label: str | None, zone: ZoneInfo | None
) -> TimeOffEntry | None:
    """Dates are whole days, both included; moments lie on the five minutes that everything is planned in."""
    for key, moment in (("from", first), ("until", last)):
        if isinstance(moment, datetime) and not on_grid(moment):
            table.refuse(key, f"must be on a step of five minutes, not {moment:%H:%M:%S} UTC")
            return None
    if zone is None and not (isinstance(first, datetime) and isinstance(last, datetime)):
        table.refuse("from", "as a date needs a location with a time zone")
        return None
    starts_at = first if isinstance(first, datetime) else day_span(first, zone or ZoneInfo("UTC")).starts_at
    ends_at = last if isinstance(last, datetime) else day_span(last, zone or ZoneInfo("UTC")).ends_at
    if ends_at <= starts_at:
        table.refuse("until", "must be later than from")
        return None
    return TimeOffEntry(starts_at, ends_at, label)
