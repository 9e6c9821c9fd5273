"""A page of the list: at most fifty messages, with the way to those before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for

from app.blueprints.messages.asked import Asked, place_typed, place_words
from app.blueprints.schedule import words
from app.domain.notifications import Kind
from app.domain.wallclock import zone_named
from app.store.ledger import MessageLine, Place, Wanted, list_earlier, list_later
from app.web.language import _
from app.web.local_words import in_words, short_when_words

PAGE = 50
#: So many of what is ahead stand above the present on the first page.
_AHEAD = 10
_LAST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """The messages of a page in the order shown; ``now_at``: how many of them are ahead, where the present is among them."""

    lines: Sequence[MessageLine]
    later: Place | None = None
    earlier: Place | None = None
    soonest_first: bool = False
    now_at: int | None = None


def page_of(asked: Asked, now: datetime, zone: ZoneInfo) -> Page:
    """The page that the address asks for. What is planned comes soonest first, all else latest first."""
    wanted, soonest_first = asked.wanted(now, zone), asked.state == "planned"
    before, after = place_typed(request.args.get("before")), place_typed(request.args.get("after"))
    if before is not None:
        return _turned(_before(wanted, before), soonest_first)
    if after is not None:
        return _turned(_after(wanted, after), soonest_first)
    if soonest_first:
        return _turned(_after(wanted, Place(wanted.since, 0), begins=True), soonest_first)
    if asked.state in ("sent", "failed") or asked.is_narrow:
        return _before(wanted, None)
    return _around(wanted, now)


def _before(wanted: Wanted, place: Place | None) -> Page:
    found = list_earlier(wanted, place, PAGE + 1)
    lines = found[:PAGE]
    later = lines[0].place if place is not None and lines else None
    return Page(lines, later=later, earlier=_more(found, PAGE))


def _after(wanted: Wanted, place: Place, *, begins: bool = False) -> Page:
    found = list_later(wanted, place, PAGE + 1)
    lines = found[:PAGE]
    earlier = lines[0].place if lines and not begins else None
    return Page(lines[::-1], later=_more(found, PAGE), earlier=earlier)


def _around(wanted: Wanted, now: datetime) -> Page:
    """The present: what comes next, and under it what has just been."""
    here = Place(now, _LAST)
    ahead = list_later(wanted, here, _AHEAD + 1)
    above = ahead[:_AHEAD][::-1]
    found = list_earlier(wanted, here, PAGE - len(above) + 1)
    below = found[: PAGE - len(above)]
    lines = [*above, *below]
    return Page(lines, _more(ahead, _AHEAD), _more(found, PAGE - len(above)), now_at=len(above))


def _more(found: Sequence[MessageLine], shown: int) -> Place | None:
    """The place from which it goes on, if there is more than is shown."""
    return found[shown - 1].place if len(found) > shown else None


def _turned(page: Page, soonest_first: bool) -> Page:
    if not soonest_first:
        return page
    return Page(page.lines[::-1], page.later, page.earlier, soonest_first=True)


def turns(page: Page, asked: Asked) -> dict[str, str | None]:
    """The addresses of the pages beside it."""
    return {
        "later": asked.href(after=place_words(page.later)) if page.later else None,
        "earlier": asked.href(before=place_words(page.earlier)) if page.earlier else None,
    }


def shown(line: MessageLine, zone: ZoneInfo) -> dict[str, Any]:
    """A message as the list, and its own page, show it."""
    own_zone = zone_named(line.zone) if line.zone else zone
    about = url_for("schedule.appointment", reference=line.reference) if line.reference else None
    return {
        "id": line.id,
        "href": url_for("messages.show", message_id=line.id),
        "when": short_when_words(line.sent_at or line.due_at, own_zone),
        "what": words.message_words(line.kind, line.step),
        "whom": line.whom
        or (_("Somebody of the staff") if line.kind == Kind.ACCOUNT_MESSAGE else _("Nobody")),
        "audience": words.AUDIENCES.get(line.audience, line.audience),
        "address": line.address,
        "client": line.client if line.audience != "client" else None,
        "reference": line.reference,
        "about": about,
        "state": words.message_state(
            line.state, line.attempts, line.why, settled=line.settled_at is not None
        ),
        "why": in_words(line.why) if line.why else None,
    }
