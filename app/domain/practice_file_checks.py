"""What must hold between the parts of a practice file: names are unique, references resolve, windows don't overlap."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Protocol

from app.domain.guidance import AFTER
from app.domain.practice import WeeklyWindow
from app.domain.practice_file import (
    ConsentTextEntry,
    GuideEntry,
    LocationEntry,
    PlanEntry,
    ScreeningSetEntry,
    ServiceEntry,
    TechniqueEntry,
    TherapistEntry,
)
from app.domain.practice_file_document import shown
from app.domain.practice_file_reader import Table
from app.domain.practice_file_words import DAYS
from app.domain.screening import must_be_screened
from app.domain.wallclock import MIDNIGHT


class Named(Protocol):
    """An entry that is known by its slug."""

    @property
    def slug(self) -> str:
        """Its name in addresses and references."""


def check_slugs(read: Sequence[tuple[Table, Named]]) -> None:
    """No two of a kind share a slug."""
    seen: set[str] = set()
    for table, entry in read:
        if entry.slug and entry.slug in seen:
            table.refuse("slug", f"{shown(entry.slug)} is there twice")
        seen.add(entry.slug)


def check_rooms(read: Sequence[tuple[Table, LocationEntry]]) -> None:
    """No two rooms of the practice share a slug, whatever the location."""
    seen: set[str] = set()
    for table, location in read:
        for room in location.rooms:
            if room.slug and room.slug in seen:
                table.refuse("rooms", f"{shown(room.slug)} is there twice")
            seen.add(room.slug)


def check_location(table: Table, location: LocationEntry) -> None:
    """Windows don't overlap; no two addresses begin on one day."""
    _check_overlaps(table, "opening_hours", location.opening_hours)
    begun = [period.valid_from for period in location.address if period.valid_from or not period.announced]
    if len(set(begun)) < len(begun):
        table.refuse("address", "has two addresses that hold from the same day on")


def check_service(
    table: Table,
    service: ServiceEntry,
    techniques: Sequence[TechniqueEntry],
    plans: Sequence[PlanEntry],
    locations: Sequence[LocationEntry],
) -> None:
    """Techniques, plan and room features exist; no two durations are the same; what must be screened says so."""
    _check_known(table, "techniques", service.techniques, techniques)
    _check_known(table, "guidance_plan", [service.guidance_plan] if service.guidance_plan else [], plans)
    rooms = [room for location in locations for room in location.rooms]
    if rooms and not any(set(service.room_features) <= set(room.features) for room in rooms):
        table.refuse("room_features", f"no room has {', '.join(service.room_features)}")
    kinds = [(duration.minutes, duration.visit) for duration in service.durations]
    if len(set(kinds)) < len(kinds):
        table.refuse("duration", "has two durations with the same minutes for the same visit")
    if must_be_screened(service.depth, service.region) and not service.needs_screening:
        table.refuse("needs_screening", f"must be true for deep work on the region {shown(service.region)}")


def check_plan(table: Table, plan: PlanEntry, guides: Sequence[GuideEntry]) -> None:
    """The self-care guides that go with its steps exist."""
    wanted = sorted({slug for step in plan.steps for slug in step.guides})
    _check_known(table, "guides", wanted, guides)


def check_guide(table: Table, guide: GuideEntry, plans: Sequence[PlanEntry]) -> None:
    """The steps that it goes with exist, and come after a session."""
    after = {f"{plan.slug}/{step.key}" for plan in plans for step in plan.steps if step.moment == AFTER}
    for wanted in guide.goes_with:
        if wanted not in after:
            table.refuse("goes_with", f"names {shown(wanted)}, which is no plan/step after a session")


def check_asked(
    table: Table,
    service: ServiceEntry,
    sets: Sequence[ScreeningSetEntry],
    texts: Sequence[ConsentTextEntry],
) -> None:
    """What is asked and agreed to before a service exists."""
    _check_known(table, "screening_set", [service.screening_set or ""], sets)
    _check_known(table, "consent_text", [service.consent_text or ""], texts)


def check_therapist(
    table: Table,
    therapist: TherapistEntry,
    techniques: Sequence[TechniqueEntry],
    locations: Sequence[LocationEntry],
) -> None:
    """Techniques and locations exist; nobody works in two windows at once or holds a technique twice."""
    held = [qualification.technique for qualification in therapist.qualifications]
    _check_known(table, "qualifications", held, techniques)
    if len(set(held)) < len(held):
        table.refuse("qualifications", "names a technique twice")
    _check_known(table, "availability", [entry.location for entry in therapist.availability], locations)
    _check_overlaps(table, "availability", [entry.window for entry in therapist.availability])


def _check_known(table: Table, key: str, names: Iterable[str], known: Sequence[Named]) -> None:
    there = {entry.slug for entry in known}
    for name in dict.fromkeys(names):
        if name and name not in there:
            table.refuse(key, f"{shown(name)} is not in the file")


def _check_overlaps(table: Table, key: str, windows: Sequence[WeeklyWindow]) -> None:
    for index, window in enumerate(windows):
        for other in windows[index + 1 :]:
            if _overlap(window, other):
                day = DAYS[window.weekday]
                table.refuse(key, f"{day} {window.opens:%H:%M} and {day} {other.opens:%H:%M} overlap")


def _overlap(one: WeeklyWindow, other: WeeklyWindow) -> bool:
    if one.weekday != other.weekday or not (one.opens < _end(other) and other.opens < _end(one)):
        return False
    return (one.valid_from or date.min) <= (other.valid_until or date.max) and (
        other.valid_from or date.min
    ) <= (one.valid_until or date.max)


def _end(window: WeeklyWindow) -> time:
    return time.max if window.closes == MIDNIGHT else window.closes
