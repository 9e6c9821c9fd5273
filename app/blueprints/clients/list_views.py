"""Finding clients: the page, and the few lines that the booking form shows while somebody types."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import render_template, request

from app import clock
from app.blueprints.clients.asked import practice_zone
from app.blueprints.clients.words import day_words
from app.blueprints.schedule.asked import own_therapist_id
from app.domain.names import asked, marked, marked_number
from app.store.client_search import Found, list_recent, search

_LONGEST, _SHOWN, _SUGGESTED = 120, 20, 8


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


def index() -> str:
    """Who fits what was typed; without that who was here last."""
    said, now = typed(), clock.now()
    too_short = bool(said) and asked(said).is_too_short
    return render_template(
        "pages/clients/index.html",
        section="clients",
        said=said,
        find_text=said,
        too_short=too_short,
        lines=lines_for(said, now, _SHOWN),
        most=_SHOWN,
    )


def suggest() -> str:
    """The first few as a choice for a form: which of them is meant, or none of them."""
    said = typed()
    lines = lines_for(said, clock.now(), _SUGGESTED) if said else []
    return render_template("pages/clients/_suggestions.html", said=said, lines=lines)


def typed() -> str:
    """What is looked for."""
    return " ".join(request.args.get("q", "")[:_LONGEST].split())


def lines_for(said: str, now: datetime, limit: int) -> list[Line]:
    """Who is found, ready to be shown; of a therapist only the own clients."""
    own, zone = own_therapist_id(), practice_zone()
    found = search(said, now, limit, own) if said else list_recent(now, limit, own)
    return [_line(one, said, zone, now) for one in found]


def _line(one: Found, said: str, zone: ZoneInfo, now: datetime) -> Line:
    wanted = asked(said)
    return Line(
        one=one,
        name=marked(one.name, wanted),
        also=marked(one.also, wanted) if one.also else [],
        email=marked(one.email, wanted) if one.email else [],
        phone=marked_number(one.phone, wanted) if one.phone else [],
        last=day_words(one.last_visit_at, zone, now),
        following=day_words(one.next_visit_at, zone, now),
    )
