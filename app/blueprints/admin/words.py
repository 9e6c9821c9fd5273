"""What the settings pages say about a change: what it would hit, who was faster."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app import wording
from app.actions.settings import OutOfDate, Struck, WouldHit
from app.domain.impact import Trouble
from app.domain.practice import text_in

_WHY: Mapping[Trouble, str] = {
    Trouble.LOCATION_RETIRED: "the location would be out of use",
    Trouble.THERAPIST_RETIRED: "the therapist would be out of use",
    Trouble.SERVICE_RETIRED: "the service would no longer be on offer",
    Trouble.ROOM_RETIRED: "the room would be out of use",
    Trouble.CLOCK_CHANGED: "the clock there would show another time",
    Trouble.ADDRESS_CHANGED: "the address on that day would be another",
    Trouble.CLOSED: "the location would be closed then",
    Trouble.NOT_QUALIFIED: "the therapist would not be qualified for it",
    Trouble.NOT_WORKING: "the therapist would not work then",
    Trouble.TIME_OFF: "the therapist would be off then",
    Trouble.NO_ROOM: "the room would not have what the service needs",
}


@dataclass(frozen=True, slots=True)
class HitLine:
    """One appointment in the warning."""

    when: str
    client: str
    service: str
    therapist: str
    why: str
    reference: str
    public_id: str


@dataclass(frozen=True, slots=True)
class Impact:
    """The warning: the appointments, what would be missing, and what the confirmation sends."""

    lines: tuple[HitLine, ...]
    missing: tuple[str, ...]
    confirmed: str


def impact_words(outcome: WouldHit) -> Impact:
    """The warning in words."""
    lines = tuple(_line(struck) for struck in outcome.struck)
    return Impact(lines, outcome.missing, ",".join(map(str, outcome.ids)))


def stale_words(outcome: OutOfDate) -> str:
    """Who was faster, as far as the log knows."""
    return f"{outcome.by} saved this page" if outcome.by else "Somebody else saved this page"


def trouble_words(trouble: Trouble) -> str:
    """Why an appointment would be hit, as half a sentence."""
    return _WHY[trouble]


def instant_words(at: datetime, zone: str) -> str:
    """A time on a location's clock."""
    return wording.when_words(at, ZoneInfo(zone))


def _line(struck: Struck) -> HitLine:
    planned = struck.planned
    return HitLine(
        when=instant_words(planned.booked.starts_at, planned.zone),
        client=planned.client,
        service=f"{text_in(planned.service, '')}, {planned.booked.variant.minutes} minutes",
        therapist=planned.therapist,
        why=_WHY[struck.hit.trouble],
        reference=planned.reference,
        public_id=planned.public_id,
    )
