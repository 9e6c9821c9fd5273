"""Notifications: who is told what and when, until when it is worth telling, and what may leave the building."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.domain.appointments import GONE, State
from app.domain.policy import QuietHours
from app.domain.quiet_hours import moved_later
from app.domain.said import said


class Kind(StrEnum):
    """What a notification is about; also the name of its template folder."""

    APPOINTMENT_REQUESTED = "appointment_requested"
    APPOINTMENT_DECLINED = "appointment_declined"
    APPOINTMENT_LAPSED = "appointment_lapsed"
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
    SECOND_BOOKED = "second_booked"
    SECOND_MOVED = "second_moved"
    SECOND_RELEASED = "second_released"
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


class Notice(StrEnum):
    """What a member of the staff may choose to be told of."""

    NEW = "new"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    AGENDA = "agenda"
    CALL_BACK = "call_back"


#: What members without sessions of their own may choose: news of everybody's.
_OF_EVERYBODY = (Notice.NEW, Notice.CHANGED, Notice.CANCELLED)


def notices_on_offer(treats: bool) -> tuple[Notice, ...]:
    """What a member may choose to be told of: therapists of their own sessions, others of everybody's."""
    return tuple(Notice) if treats else _OF_EVERYBODY


def notices_in_force(chosen: Iterable[str] | None, treats: bool) -> frozenset[Notice]:
    """What a member is told of: the choice, or, while there is none, all for a therapist and nothing for others."""
    offered = notices_on_offer(treats)
    if chosen is None:
        return frozenset(offered if treats else ())
    return frozenset(notice for notice in offered if notice in set(chosen))


#: States in which a notification may still be sent.
OPEN_FATES = (Fate.PLANNED, Fate.LEASED)
#: Client messages that go by plan, not because something has just happened.
AHEAD_KINDS = (Kind.APPOINTMENT_REMINDER, Kind.APPOINTMENT_PREPARATION)
PLANNED_KINDS = (*AHEAD_KINDS, Kind.APPOINTMENT_AFTERCARE)
#: Notices of what has happened to an appointment; a further change takes the place of one that is not sent yet.
NEWS_KINDS = (
    Kind.APPOINTMENT_REQUESTED,
    Kind.APPOINTMENT_DECLINED,
    Kind.APPOINTMENT_LAPSED,
    Kind.APPOINTMENT_BOOKED,
    Kind.APPOINTMENT_MOVED,
    Kind.APPOINTMENT_CANCELLED,
    Kind.THERAPIST_BOOKED,
    Kind.THERAPIST_MOVED,
    Kind.THERAPIST_CANCELLED,
    Kind.SECOND_BOOKED,
    Kind.SECOND_MOVED,
    Kind.SECOND_RELEASED,
)
#: To the second person in the room, not to who gives the session.
SECOND_KINDS = (Kind.SECOND_BOOKED, Kind.SECOND_MOVED, Kind.SECOND_RELEASED)

NOTICE_LIFE = timedelta(hours=72)
ACCOUNT_LIFE = timedelta(hours=1)  # as long as the links in account messages work
LEASE = timedelta(seconds=120)

NO_CLIENT_ADDRESS = said("no e-mail address: call instead")
NO_STAFF_ADDRESS = said("there is no e-mail address")
BOOKED_TOO_LATE = said("booked after the time for it; the confirmation says the same")
MOVED_TOO_LATE = said("moved after the time for it; the notice of the move says the same")
BEGUN = said("the appointment had begun")
WAS_MOVED = said("the appointment was moved")
CHANGED_AGAIN = said("it was changed again before this was sent")
OTHER_THERAPIST = said("another therapist has taken over")
TAKES_PLACE = said("the appointment takes place after all")
WAS_CANCELLED = said("the appointment was cancelled")
NO_AFTERCARE = said("the client did not come")
NOT_COMPLETED = said("the session is not marked as done")
STOPPED = said("the client wants no after-care messages")
OWN_DOING = said("it was their own doing")
NOT_CHOSEN = said("they chose not to be told of this")
EXPIRED = said("it could not be sent in time")
SETTLED = said("somebody has seen to it already")
TOLD_OTHERWISE = said("the desk tells the client itself")
WAS_DECIDED = said("the request was decided before this was sent")
SAID_LATER = said("it was late; the next message says it too")
NOTHING_LEFT = said("the guidance plan says nothing here any more")
RECORD_CLOSED = said("the client's record was erased or closed")

_WAITS = tuple(timedelta(minutes=minutes) for minutes in (0, 1, 2, 5, 10, 20, 30, 60))
_JITTER = 0.25


@dataclass(frozen=True, slots=True)
class Standing:
    """An appointment when its notification is about to go; whether revision and therapist are still those told about.

    Of a notice to a second person ``same_therapist`` is whether that person still is the second.
    """

    state: State
    starts_at: datetime
    same_revision: bool = True
    same_therapist: bool = True
    aftercare_stopped: bool = False
    record_closed: bool = False


def no_longer_fits(kind: str, standing: Standing, now: datetime) -> str | None:
    """Why a notification must not go out any more, given how its appointment stands at the moment of sending."""
    if standing.record_closed:
        return RECORD_CLOSED
    if kind in _ALWAYS_TRUE:
        return None
    if kind in (Kind.THERAPIST_CANCELLED, Kind.SECOND_RELEASED):
        takes_place = standing.state not in GONE
        return TAKES_PLACE if takes_place and standing.same_therapist else None
    if standing.state in GONE:
        return WAS_CANCELLED
    if kind == Kind.APPOINTMENT_AFTERCARE:
        return first_reason(
            NOT_COMPLETED if standing.state is not State.COMPLETED else None,
            STOPPED if standing.aftercare_stopped else None,
        )
    return _no_longer_ahead(kind, standing, now)


def _no_longer_ahead(kind: str, standing: Standing, now: datetime) -> str | None:
    """The same for what tells of a session to come."""
    if kind == Kind.APPOINTMENT_REQUESTED and standing.state is not State.REQUESTED:
        return WAS_DECIDED
    if standing.starts_at <= now or standing.state in (State.ARRIVED, State.COMPLETED, State.NO_SHOW):
        return BEGUN
    if not standing.same_therapist:
        return OTHER_THERAPIST
    if kind in AHEAD_KINDS and not standing.same_revision:
        return WAS_MOVED
    return None


def not_before(kind: str, now: datetime, expires_at: datetime, quiet: QuietHours, zone: ZoneInfo) -> datetime:
    """When a message that is due at ``now`` may go: by plan not in the night, unless the morning would be too late."""
    if kind not in PLANNED_KINDS:
        return now
    morning = moved_later(now, quiet, zone)
    return morning if morning < expires_at else now


def worth_again_until(kind: str, starts_at: datetime | None, now: datetime) -> datetime:
    """Until when a message that is sent once more by hand is worth sending: what is ahead of a session, until it begins."""
    ends = now + NOTICE_LIFE
    if starts_at is None or kind in _ALSO_AFTERWARDS:
        return ends
    return min(ends, starts_at)


def wait_before_retry(attempts: int, chance: float = 0.5) -> timedelta:
    """How long to wait after that many attempts: not at all, 1, 2, 5, 10, 20, 30, then 60 minutes.

    ``chance`` (0 to 1) spreads it by a quarter to either side, so that not all come back at once.
    """
    return _WAITS[min(max(attempts, 1), len(_WAITS)) - 1] * (1 - _JITTER + 2 * _JITTER * chance)


def why_not_this_server(server: str, demonstration: bool) -> str | None:
    """Example data holds addresses that may be real people's: its mail goes to this computer only."""
    if not demonstration or is_loopback(server):
        return None
    return said("example data is loaded, so mail goes to a server on this computer only")


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


_ALSO_AFTERWARDS = (
    Kind.APPOINTMENT_DECLINED,
    Kind.APPOINTMENT_LAPSED,
    Kind.APPOINTMENT_CANCELLED,
    Kind.APPOINTMENT_AFTERCARE,
    Kind.THERAPIST_CANCELLED,
    Kind.SECOND_RELEASED,
    Kind.THERAPIST_CALL_BACK,
)
_ALWAYS_TRUE = (
    Kind.APPOINTMENT_DECLINED,
    Kind.APPOINTMENT_LAPSED,
    Kind.APPOINTMENT_CANCELLED,
    Kind.THERAPIST_CALL_BACK,
    Kind.THERAPIST_AGENDA,
    Kind.ACCOUNT_MESSAGE,
)


def first_reason(*reasons: str | None) -> str | None:
    """The first of the reasons that holds."""
    return next((reason for reason in reasons if reason), None)
