"""How late a client is, in words, and what is left of the session then."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.domain import lateness
from app.domain.spans import Span
from app.domain.wallclock import day_span, local_date, zone_named
from app.store.appointment_facts import AppointmentFacts
from app.store.schedule import DayAppointment, is_gone, list_appointments
from app.web.language import _, ngettext
from app.web.local_words import clock_words

#: What one click says.
QUICK = (5, 10, 15, 20)


def may_be_late(seen: AppointmentFacts, now: datetime) -> bool:
    """Whether the page asks about it, as the act itself does."""
    return lateness.may_be_late(seen.state, seen.starts_at, seen.ends_at, now)


def lateness_words(seen: AppointmentFacts) -> str | None:
    """What the lateness means for the session and the one after it; none where nobody is late."""
    if not seen.minutes_late:
        return None
    zone = zone_named(seen.zone)
    following = _next_of_therapist(seen)
    left = lateness.left_of(
        seen.starts_at,
        seen.ends_at,
        seen.buffer_after,
        seen.minutes_late,
        following.starts_at - timedelta(minutes=following.buffer_before) if following else None,
    )
    ends = ngettext(
        "%(num)d of %(planned)s minutes is left until %(time)s.",
        "%(num)d of %(planned)s minutes are left until %(time)s.",
        left.minutes,
        planned=seen.minutes,
        time=clock_words(seen.ends_at, zone),
    )
    if following is None:
        nobody = _("Nobody follows with %(therapist)s on that day.", therapist=seen.therapist)
        return f"{ends} {nobody}"
    who = {"therapist": seen.therapist, "client": following.client}
    return f"{ends} {_room_words(left.more, **who, time=clock_words(following.starts_at, zone))}"


def _room_words(more: int, **who: str) -> str:
    if not more:
        return _("%(therapist)s has %(client)s at %(time)s: nothing can be added.", **who)
    return ngettext(
        "%(therapist)s has %(client)s at %(time)s: up to %(num)d minute can be added.",
        "%(therapist)s has %(client)s at %(time)s: up to %(num)d minutes can be added.",
        more,
        **who,
    )


def _next_of_therapist(seen: AppointmentFacts) -> DayAppointment | None:
    zone = zone_named(seen.zone)
    rest = Span(seen.ends_at, max(seen.ends_at, day_span(local_date(seen.ends_at, zone), zone).ends_at))
    return _first_kept(list_appointments(rest, None, seen.therapist_id))


def _first_kept(found: Sequence[DayAppointment]) -> DayAppointment | None:
    return next((one for one in found if not is_gone(one)), None)
