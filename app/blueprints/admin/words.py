"""What the settings pages say about a change: what it would hit, who was faster."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.actions.settings import OutOfDate, Struck, WouldForget, WouldHit
from app.blueprints.admin.onboarding import form_of
from app.domain.impact import Trouble
from app.domain.practice import text_in
from app.domain.readiness import is_published
from app.store import settings
from app.store.practice import load_practice
from app.web import local_words
from app.web.access import signed_in
from app.web.language import Lazy, _, lazy, ngettext

_WHY: Mapping[Trouble, Lazy] = {
    Trouble.LOCATION_RETIRED: lazy("the location would be out of use"),
    Trouble.THERAPIST_RETIRED: lazy("the therapist would be out of use"),
    Trouble.SERVICE_RETIRED: lazy("the service would no longer be on offer"),
    Trouble.ROOM_RETIRED: lazy("the room would be out of use"),
    Trouble.CLOCK_CHANGED: lazy("the clock there would show another time"),
    Trouble.ADDRESS_CHANGED: lazy("the address on that day would be another"),
    Trouble.CLOSED: lazy("the location would be closed then"),
    Trouble.NOT_QUALIFIED: lazy("the therapist would not be qualified for it"),
    Trouble.NOT_WORKING: lazy("the therapist would not work then"),
    Trouble.TIME_OFF: lazy("the therapist would be off then"),
    Trouble.NO_ROOM: lazy("the room would not have what the service needs"),
    Trouble.NO_CHAPERONE: lazy("the second person could not be there"),
}


#: What is let go of while there is none of it yet.
_NONE_GOING: Mapping[str, Lazy] = {
    "keep_answers_hours": lazy(
        "No answers of bookings that were given up now; sooner than before as their time comes"
    ),
    "keep_health_years": lazy(
        "No clients, erased with all that is sealed about them, now; sooner than before as their time comes"
    ),
    "keep_messages_days": lazy("No mails as they were sent now; sooner than before as their time comes"),
    "keep_imports_days": lazy("No files from another system now; sooner than before as their time comes"),
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
class Lack:
    """What would be missing, and the form in which it is told; none where no single form has it."""

    sentence: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Impact:
    """The warning: the appointments, what would be missing, and what the confirmation sends."""

    lines: tuple[HitLine, ...]
    missing: tuple[Lack, ...]
    confirmed: str


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What would be let go of for good, a line for each setting that is shortened, and what the confirmation sends."""

    lines: tuple[str, ...]
    confirmed: str


def impact_words(outcome: WouldHit) -> Impact:
    """The warning in words."""
    lines = tuple(_line(struck) for struck in outcome.struck)
    lacks = tuple(Lack(local_words.in_words(one.sentence), form_of(one.key)) for one in outcome.missing)
    return Impact(lines, lacks, ",".join(map(str, outcome.ids)))


def forget_words(outcome: WouldForget) -> Forgetting:
    """The same for what would be let go of."""
    lines = tuple(_going(name, count) for name, count in outcome.going.items())
    return Forgetting(lines, ",".join(f"{name}={count}" for name, count in outcome.going.items()))


def stale_words(outcome: OutOfDate) -> str:
    """Who was faster, as far as the log knows."""
    return _("%(by)s saved this page", by=outcome.by) if outcome.by else _("Somebody else saved this page")


def in_use_words(kind: str, slug: str) -> str:
    """What can be booked now that wasn't, or what still stands in the way of it."""
    row, practice = settings.find_thing(kind, slug), load_practice()
    name = (
        text_in(row.name, practice.language)
        if row and isinstance(row.name, dict)
        else row.name
        if row
        else slug
    )
    if kind == "room":
        return _("Sessions can take place in %(name)s now.", name=name)
    service = practice.service(slug) if kind == "service" else None
    if service and service.is_screened and not service.asks_before and not practice.demonstration:
        return _(
            "%(name)s is on the list. Clients can book it once its questions and texts are approved.",
            name=name,
        )
    if not is_published(practice):
        return _("%(name)s is in use. Clients can book once nothing is missing on the overview.", name=name)
    if kind == "location":
        return _("Clients can book at %(name)s now.", name=name)
    return _("Clients can book %(name)s now.", name=name)


def trouble_words(trouble: Trouble) -> str:
    """Why an appointment would be hit, as half a sentence."""
    return str(_WHY[trouble])


def instant_words(at: datetime, zone: str) -> str:
    """A time on a location's clock."""
    return local_words.when_words(at, ZoneInfo(zone))


def _going(name: str, count: int) -> str:
    return _of_several(name, count, local_words.number_words(count)) if count else str(_NONE_GOING[name])


def _of_several(name: str, number: int, count: str) -> str:
    if name == "keep_answers_hours":
        return ngettext(
            "%(count)s answer of a booking that was given up",
            "%(count)s answers of bookings that were given up",
            number,
            count=count,
        )
    if name == "keep_health_years":
        return ngettext(
            "%(count)s client, erased with all that is sealed about them",
            "%(count)s clients, erased with all that is sealed about them",
            number,
            count=count,
        )
    if name == "keep_messages_days":
        return ngettext(
            "%(count)s mail as it was sent", "%(count)s mails as they were sent", number, count=count
        )
    return ngettext(
        "%(count)s file from another system", "%(count)s files from another system", number, count=count
    )


def _line(struck: Struck) -> HitLine:
    """A therapist who is the second person of a colleague's session reads whose it is, not with which client or what for."""
    planned = struck.planned
    may_know = signed_in().may_see(planned.booked.therapist_id)
    minutes = _("%(minutes)s minutes", minutes=planned.booked.variant.minutes)
    second = struck.hit.trouble is Trouble.NO_CHAPERONE
    return HitLine(
        when=instant_words(planned.booked.starts_at, planned.zone),
        client=planned.client if may_know else _("a colleague's client"),
        service=f"{text_in(planned.service, '')}, {minutes}" if may_know else minutes,
        therapist=planned.therapist,
        why=f"{_WHY[struck.hit.trouble]}: {planned.chaperone}" if second else str(_WHY[struck.hit.trouble]),
        reference=planned.reference if may_know else "",
        public_id=planned.public_id if may_know else "",
    )
