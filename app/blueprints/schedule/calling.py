"""The list of calls: a client stands there once for each appointment, however many messages have not arrived."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from app.blueprints.schedule import words
from app.domain.notifications import Fate
from app.domain.said import said
from app.domain.wallclock import local_date, zone_named
from app.store.calls import Call, list_calls
from app.web.language import _
from app.web.local_words import clock_words, in_words, short_when_words


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call to make: the newest of the messages that it stands for, and what the others are."""

    newest: Call
    what: str
    also: tuple[tuple[int, str], ...]
    begins: str
    why: str
    until: str
    is_soon: bool


def call_list(now: datetime, therapist_id: int | None) -> list[CallLine]:
    """Whom to call, the next session first."""
    calls = list_calls(now, therapist_id)
    together = groupby(calls, key=lambda call: call.appointment_id)
    return [_line(list(of_one), now) for _, of_one in together]


def _line(calls: list[Call], now: datetime) -> CallLine:
    newest, zone = calls[-1], zone_named(calls[-1].zone)
    failed = [call for call in calls if call.state == Fate.FAILED]
    why = (
        _(
            "the mail failed: %(failed)s",
            failed=in_words(failed[-1].why or said("no reason given")).rstrip("."),
        )
        if failed
        else _("no e-mail address")
    )
    return CallLine(
        newest=newest,
        what=words.message_words(newest.kind, newest.step),
        also=tuple((call.id, words.message_words(call.kind, call.step)) for call in calls[:-1]),
        begins=short_when_words(newest.starts_at, zone),
        why=why,
        until=_until(newest, now, zone),
        is_soon=local_date(newest.starts_at, zone) == local_date(now, zone),
    )


def _until(call: Call, now: datetime, zone: ZoneInfo) -> str:
    """When the call helps most: while the message itself would have been worth sending, else at once."""
    ends = min(call.expires_at, call.starts_at)
    if ends <= now:
        return _("at once")
    if local_date(ends, zone) == local_date(now, zone):
        return _("today before %(time)s", time=clock_words(ends, zone))
    return _("today; at the latest %(when)s", when=short_when_words(ends, zone))
