"""Notifications: who is told what and when, until when it is worth telling, and what may leave the building."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.domain.appointments import State
from app.domain.wallclock import same_wall_time_days_before


class Kind(StrEnum):
    """What a notification is about; also the name of its template folder."""

    APPOINTMENT_BOOKED = "appointment_booked"
    APPOINTMENT_MOVED = "appointment_moved"
    APPOINTMENT_ADDRESS = "appointment_address"
    APPOINTMENT_CANCELLED = "appointment_cancelled"
    APPOINTMENT_REMINDER = "appointment_reminder"
    APPOINTMENT_PREPARATION = "appointment_preparation"
    APPOINTMENT_AFTERCARE = "appointment_aftercare"
    THERAPIST_BOOKED = "therapist_booked"
    THERAPIST_MOVED = "therapist_moved"
    THERAPIST_CANCELLED = "therapist_cancelled"
    THERAPIST_CALL_BACK = "therapist_call_back"
    THERAPIST_AGENDA = "therapist_agenda"
    ACCOUNT_MESSAGE = "account_message"


class Audience(StrEnum):
    """Who is told."""

    CLIENT = "client"
    THERAPIST = "therapist"
    STAFF = "staff"


class Fate(StrEnum):
    """The states of a notification."""

    PLANNED = "planned"
    LEASED = "leased"
    SENT = "sent"
    SKIPPED = "skipped"
    FAILED = "failed"


#: States in which a notification may still be sent.
OPEN_FATES = (Fate.PLANNED, Fate.LEASED)

REMINDER_LEAD = timedelta(hours=2)  # a reminder that comes later than this before the start helps nobody
NOTICE_LIFE = timedelta(hours=72)
ACCOUNT_LIFE = timedelta(hours=1)  # as long as the links in account messages work
LEASE = timedelta(seconds=120)

NO_CLIENT_ADDRESS = "no e-mail address: call instead"
NO_THERAPIST_ADDRESS = "the therapist has no e-mail address"
BOOKED_TOO_LATE = "booked after the time for this reminder; the confirmation says the same"
MOVED_TOO_LATE = "moved after the time for this reminder; the notice of the move says the same"
BEGUN = "the appointment had begun"
WAS_MOVED = "the appointment was moved"
OTHER_THERAPIST = "another therapist has taken over"
WAS_CANCELLED = "the appointment was cancelled"
EXPIRED = "it could not be sent in time"

_WAITS = tuple(timedelta(minutes=minutes) for minutes in (0, 1, 2, 5, 10, 20, 30, 60))


@dataclass(frozen=True, slots=True)
class Told:
    """What must be known of an appointment to decide who is told what."""

    starts_at: datetime
    zone: ZoneInfo
    therapist_id: int
    client_has_address: bool
    therapist_has_address: bool
    reminder_days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Previous:
    """The therapist who had the appointment before it was moved."""

    therapist_id: int
    has_address: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """One notification that is decided. ``why_not`` is set where it is known already that it will not be sent."""

    step: str
    kind: Kind
    audience: Audience
    due_at: datetime
    expires_at: datetime
    therapist_id: int | None = None
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An appointment when its notification is about to go; whether revision and therapist are still those told about."""

    state: State
    starts_at: datetime
    same_revision: bool = True
    same_therapist: bool = True


def plans_for_booking(told: Told, now: datetime) -> list[Plan]:
    """Confirmation and therapist's notice at once, a reminder for each of the practice's days."""
    confirmation = _to_client(told, "booked", Kind.APPOINTMENT_BOOKED, now, told.starts_at, now)
    return [confirmation, _therapist_booked(told, now), *_reminders(told, now, BOOKED_TOO_LATE)]


def plans_for_move(told: Told, previous: Previous | None, now: datetime) -> list[Plan]:
    """The news to the client; to the therapist, or to both if another one takes over; the reminders of the new time."""
    ends = min(now + NOTICE_LIFE, told.starts_at)
    news = _to_client(told, "moved", Kind.APPOINTMENT_MOVED, now, ends, now)
    if previous is None or previous.therapist_id == told.therapist_id:
        therapists = [_to_therapist(told, Kind.THERAPIST_MOVED, now, ends)]
    else:
        therapists = [_therapist_left(previous, now), _therapist_booked(told, now)]
    return [news, *therapists, *_reminders(told, now, MOVED_TOO_LATE)]


def plans_for_cancelling(told: Told, now: datetime) -> list[Plan]:
    """The news to client and therapist; worth telling for three days, also when it came after the start."""
    ends = now + NOTICE_LIFE
    return [
        _to_client(told, "cancelled", Kind.APPOINTMENT_CANCELLED, now, ends, now),
        _to_therapist(told, Kind.THERAPIST_CANCELLED, now, ends),
    ]


def no_longer_fits(kind: str, standing: Standing, now: datetime) -> str | None:
    """Why a notification must not go out any more, given how its appointment stands at the moment of sending."""
    if kind in (Kind.APPOINTMENT_CANCELLED, Kind.THERAPIST_CANCELLED, Kind.ACCOUNT_MESSAGE):
        return None
    if standing.state in (State.CANCELLED, State.DECLINED, State.LAPSED):
        return WAS_CANCELLED
    if standing.starts_at <= now or standing.state in (State.ARRIVED, State.COMPLETED, State.NO_SHOW):
        return BEGUN
    if not standing.same_therapist:
        return OTHER_THERAPIST
    if kind == Kind.APPOINTMENT_REMINDER and not standing.same_revision:
        return WAS_MOVED
    return None


def wait_before_retry(attempts: int) -> timedelta:
    """How long to wait after that many attempts: not at all, 1, 2, 5, 10, 20, 30, then 60 minutes."""
    return _WAITS[min(max(attempts, 1), len(_WAITS)) - 1]


def reminder_step(days: int) -> str:
    """How the reminder of that many days before is called."""
    return f"reminder_{days}d"


def reminder_days_of(step: str) -> int | None:
    """The days of a reminder's step; none for other steps."""
    days = step.removeprefix("reminder_").removesuffix("d")
    return int(days) if step == f"reminder_{days}d" and days.isascii() and days.isdigit() else None


def why_not_this_server(server: str, demonstration: bool) -> str | None:
    """Example data holds addresses that may be real people's: its mail goes to this computer only."""
    if not demonstration or is_loopback(server):
        return None
    return "example data is loaded, so mail goes to a server on this computer only"


def is_loopback(host: str) -> bool:
    """Whether the host is this computer by its very name."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def message_domain(public_url: str, mail_from: str | None) -> str:
    """The right side of message ids: the public host, or the sender's domain where the host is no real name."""
    host = urlsplit(public_url).hostname or ""
    _, _, sender_domain = (mail_from or "").rpartition("@")
    if "." in host and not host.replace(".", "").isdigit():
        return host
    return sender_domain or host or "localhost"


def message_id(random_part: str, domain: str) -> str:
    """A Message-ID; made once for a notification and sent with every attempt."""
    return f"<{random_part}@{domain}>"


def _reminders(told: Told, now: datetime, late: str) -> Iterator[Plan]:
    for days in sorted(set(told.reminder_days), reverse=True):
        due_at = same_wall_time_days_before(told.starts_at, days, told.zone)
        ends = told.starts_at - REMINDER_LEAD
        why_not = late if due_at <= now or due_at >= ends else None
        yield _to_client(told, reminder_step(days), Kind.APPOINTMENT_REMINDER, due_at, ends, now, why_not)


def _to_client(
    told: Told,
    step: str,
    kind: Kind,
    due_at: datetime,
    ends: datetime,
    now: datetime,
    why_not: str | None = None,
) -> Plan:
    no_address = None if told.client_has_address else NO_CLIENT_ADDRESS
    reason = _first(no_address, why_not, BEGUN if ends <= now else None)
    return Plan(step, kind, Audience.CLIENT, due_at, ends, why_not=reason)


def _therapist_booked(told: Told, now: datetime) -> Plan:
    return _to_therapist(told, Kind.THERAPIST_BOOKED, now, told.starts_at)


def _therapist_left(previous: Previous, now: datetime) -> Plan:
    why_not = None if previous.has_address else NO_THERAPIST_ADDRESS
    return _therapist_plan(Kind.THERAPIST_CANCELLED, previous.therapist_id, now, now + NOTICE_LIFE, why_not)


def _to_therapist(told: Told, kind: Kind, now: datetime, ends: datetime) -> Plan:
    why_not = _first(
        None if told.therapist_has_address else NO_THERAPIST_ADDRESS, BEGUN if ends <= now else None
    )
    return _therapist_plan(kind, told.therapist_id, now, ends, why_not)


def _therapist_plan(
    kind: Kind, therapist_id: int, now: datetime, ends: datetime, why_not: str | None
) -> Plan:
    step = f"{kind}:{therapist_id}"
    return Plan(step, kind, Audience.THERAPIST, now, ends, therapist_id, why_not)


def _first(*reasons: str | None) -> str | None:
    return next((reason for reason in reasons if reason), None)
