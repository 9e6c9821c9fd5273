"""Clients who are found, as lists and choices show them: on their own page, and wherever a form asks who is meant."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.names import asked, marked, marked_number
from app.store.client_search import Found, list_recent, search
from app.store.practice import load_practice
from app.web.access import signed_in
from app.web.language import _
from app.web.local_words import full_day_words, short_day_words, short_when_words


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody in the list: name, address and number in pieces, each with whether it is what was typed."""

    one: Found
    name: list[tuple[str, bool]]
    also: list[tuple[str, bool]]
    email: list[tuple[str, bool]]
    phone: list[tuple[str, bool]]
    last: str
    following: str


def lines_for(said: str, now: datetime, limit: int) -> list[Line]:
    """Who is found, or was here last where nothing was typed; a therapist finds the own clients only."""
    member, zone = signed_in(), practice_zone()
    own = None if member.sees_everyone else (member.therapist_id or 0)
    found = search(said, now, limit, own) if said else list_recent(now, limit, own)
    return [_line(one, said, zone, now) for one in found]


def practice_zone() -> ZoneInfo:
    """The practice's first zone."""
    return load_practice().first_zone


def _line(one: Found, said: str, zone: ZoneInfo, now: datetime) -> Line:
    wanted = asked(said)
    return Line(
        one=one,
        name=marked(one.name, wanted),
        also=marked(one.also, wanted) if one.also else [],
        email=marked(one.email, wanted) if one.email else [],
        phone=marked_number(one.phone, wanted) if one.phone else [],
        last=_day(one.last_visit_at, zone, now),
        following=short_when_words(one.next_visit_at, zone) if one.next_visit_at else "",
    )


def _day(at: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    """A day in few letters; with the year where it is another one."""
    if at is None:
        return ""
    day, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    if day == today:
        return _("today")
    return short_day_words(day) if day.year == today.year else full_day_words(day)
