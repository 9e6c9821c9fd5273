"""Reading the audit log by the page, newest first, and how the things in it are called now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, literal, select, union_all

from app.extensions import db
from app.models import (
    Appointment,
    AuditLine,
    CalendarFeed,
    Client,
    GuidancePlan,
    Location,
    Room,
    SelfCareGuide,
    Service,
    StaffMember,
    Therapist,
)

_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: by whom (a staff member's address, or a kind of actor), of what, what was done, between which instants."""

    actor_type: str | None = None
    actor: str | None = None
    subject: str | None = None
    subject_id: str | None = None
    act: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log."""

    id: int
    at: datetime
    actor_type: str
    actor: str | None
    act: str
    subject: str
    subject_id: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Thing:
    """What a thing is called now, and what its page's address needs."""

    name: str
    key: str


def list_lines(wanted: Wanted, before: int | None, after: int | None, at_most: int) -> list[Line]:
    """Lines, newest first: those before a number, or the oldest ones after it, or the newest of all."""
    found = select(
        *(AuditLine.id, AuditLine.at, AuditLine.actor_type, AuditLine.actor),
        *(AuditLine.act, AuditLine.subject, AuditLine.subject_id, AuditLine.detail),
    )
    found = _narrowed(found, wanted)
    if after is not None:
        rows = db.session.execute(
            found.where(AuditLine.id > after).order_by(AuditLine.id).limit(at_most)
        ).all()
        return [Line(*row) for row in reversed(rows)]
    if before is not None:
        found = found.where(AuditLine.id < before)
    return [Line(*row) for row in db.session.execute(found.order_by(AuditLine.id.desc()).limit(at_most))]


def _narrowed(found: Select[*tuple[Any, ...]], wanted: Wanted) -> Select[*tuple[Any, ...]]:
    same = {
        AuditLine.actor_type: wanted.actor_type,
        AuditLine.actor: wanted.actor,
        AuditLine.subject: wanted.subject,
        AuditLine.subject_id: wanted.subject_id,
        AuditLine.act: wanted.act,
    }
    for column, value in same.items():
        if value is not None:
            found = found.where(column == value)
    if wanted.since is not None:
        found = found.where(AuditLine.at >= wanted.since)
    if wanted.until is not None:
        found = found.where(AuditLine.at < wanted.until)
    return found


#: What is shown of a thing: its name, and what its page's address needs.
_THINGS: Mapping[str, tuple[Any, Any, Any]] = {
    "appointment": (Appointment, Appointment.reference, Appointment.reference),
    "client": (Client, Client.name, cast(Client.id, String)),
    "therapist": (Therapist, Therapist.name, Therapist.slug),
    "location": (Location, Location.name, Location.slug),
    "room": (Room, Room.name, Room.slug),
    "service": (Service, Service.slug, Service.slug),
    "guidance_plan": (GuidancePlan, GuidancePlan.name, GuidancePlan.slug),
    "guide": (SelfCareGuide, SelfCareGuide.slug, SelfCareGuide.slug),
    "staff_member": (StaffMember, StaffMember.email, cast(StaffMember.id, String)),
    "calendar_feed": (CalendarFeed, CalendarFeed.name, CalendarFeed.name),
}


def find_things(asked: Iterable[tuple[str, str | None]]) -> dict[tuple[str, str], Thing]:
    """How these things (kind and number) are called now; in one statement. What is unknown is left out."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for kind, number in asked:
        if kind in _THINGS and number and number.isascii() and number.isdigit() and int(number) <= _LARGEST:
            numbers[kind].add(int(number))
    questions: Sequence[Select[*tuple[Any, ...]]] = [
        select(literal(kind), model.id, cast(name, String), cast(key, String)).where(model.id.in_(wanted))
        for kind, wanted in numbers.items()
        for model, name, key in [_THINGS[kind]]
    ]
    if not questions:
        return {}
    rows = db.session.execute(union_all(*questions))
    return {(kind, str(number)): Thing(name, key) for kind, number, name, key in rows}


def list_staff_addresses() -> list[tuple[str, str]]:
    """The addresses of all who ever had an account, with their names."""
    rows = db.session.execute(select(StaffMember.email, StaffMember.name).order_by(StaffMember.email))
    return [(email, name or email) for email, name in rows]
