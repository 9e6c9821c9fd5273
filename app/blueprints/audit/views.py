"""The audit log, newest first, for the owner and the desk; whether it is whole, for the owner."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.blueprints.audit.asked import Asked, asked, line_typed
from app.blueprints.audit.words import (
    ACTORS,
    ACTS,
    SUBJECTS,
    act_words,
    actor_words,
    detail_words,
    subject_words,
)
from app.domain.wallclock import local_date
from app.store.audit import first_broken_line
from app.store.audit_page import Line, Thing, find_things, list_lines, list_staff_addresses
from app.store.practice import load_practice
from app.web.access import DESK, OWNER, signed_in, staff_only
from app.web.language import _
from app.web.local_words import clock_words, full_day_words

blueprint = Blueprint("audit", __name__, url_prefix="/staff/audit")
PAGE = 50
Things = Mapping[tuple[str, str], Thing]
#: Where the page of a thing is, and what its address calls the key.
_PAGES: Mapping[str, tuple[str, str | None]] = {
    "appointment": ("schedule.appointment", "reference"),
    "client": ("clients.show", "client_id"),
    "therapist": ("admin.therapist", "slug"),
    "location": ("admin.location", "slug"),
    "room": ("admin.room", "slug"),
    "service": ("admin.service", "slug"),
    "guidance_plan": ("admin.guidance", "slug"),
    "practice": ("admin.practice", None),
    "technique": ("admin.techniques", None),
    "staff_member": ("people.show", "member_id"),
    "staff_invitation": ("people.index", None),
    "calendar_feed": ("feeds.index", None),
}
#: Numbers in what a line says that stand for things.
_NUMBERED = ("therapist", "room", "location", "service", "client")


@blueprint.get("")
@staff_only(OWNER, DESK)
def index() -> str:
    """A page of the log."""
    wanted, zone = asked(), load_practice().first_zone
    before, after = line_typed("before"), line_typed("after")
    found = list_lines(wanted.wanted(zone), before, after, PAGE + 1)
    lines = found[-PAGE:] if after is not None else found[:PAGE]
    more = len(found) > PAGE
    things = find_things(_mentioned(lines))
    return render_template(
        "pages/audit/index.html",
        section="settings",
        asked=wanted,
        days=_by_day([_shown(line, things, zone) for line in lines]),
        **_turns(wanted, lines, more, before, after),
        people=list_staff_addresses(),
        actors=ACTORS,
        acts=sorted(ACTS.items(), key=lambda one: one[1]),
        subjects=sorted(SUBJECTS.items(), key=lambda one: one[1]),
        one_thing=_one_thing(wanted, things),
        zone=zone,
        may_check=signed_in().has_any((OWNER,)),
    )


@blueprint.post("/check")
@staff_only(OWNER)
def check() -> Response:
    """Look through the whole log: each line vouches for the one before it."""
    broken = first_broken_line()
    at = clock_words(clock.now(), load_practice().first_zone)
    if broken is None:
        flash(_("Checked at %(at)s: the log is whole. No line was changed or taken out.", at=at), "success")
    else:
        flash(
            _(
                "Line %(broken)s does not follow from the one before it: the log was changed there.",
                broken=broken,
            ),
            "error",
        )
    return redirect(url_for("audit.index"))


def _mentioned(lines: Sequence[Line]) -> list[tuple[str, str | None]]:
    """All things that the lines are about or name by number."""
    found: list[tuple[str, str | None]] = [(line.subject, line.subject_id) for line in lines]
    for line in lines:
        for name, value in line.detail.items():
            kind = name.removesuffix("_id")
            if kind in _NUMBERED:
                values = value.values() if isinstance(value, Mapping) else [value]
                found += [(kind, str(one)) for one in values if isinstance(one, int)]
    return found


def _shown(line: Line, things: Things, zone: ZoneInfo) -> dict[str, Any]:
    thing = things.get((line.subject, line.subject_id or ""))
    names = {key: one.name for key, one in things.items()}
    own = Asked(kind=line.subject, thing=line.subject_id or "")
    return {
        "id": line.id,
        "day": local_date(line.at, zone),
        "time": clock_words(line.at, zone),
        "who": actor_words(line.actor_type, line.actor),
        "what": act_words(line.act),
        "kind": subject_words(line.subject),
        "name": thing.name if thing else "",
        "href": _href(line.subject, thing),
        "only": own.href() if line.subject_id and line.subject_id.isdigit() else None,
        "detail": detail_words(line.detail, zone, names),
    }


def _href(subject: str, thing: Thing | None) -> str | None:
    """The page of the thing, if there is one."""
    endpoint, key = _PAGES.get(subject, (None, None))
    if endpoint is None or (key and thing is None):
        return None
    values: dict[str, Any] = {key: thing.key} if key and thing else {}
    return url_for(endpoint, **values)


def _by_day(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    days: list[dict[str, Any]] = []
    for line in lines:
        if not days or days[-1]["day"] != line["day"]:
            days.append({"day": line["day"], "title": full_day_words(line["day"]), "lines": []})
        days[-1]["lines"].append(line)
    return days


def _turns(
    wanted: Asked, lines: Sequence[Line], more: bool, before: int | None, after: int | None
) -> dict[str, str | None]:
    """The addresses of the pages beside it."""
    if not lines:
        return {"later": None, "earlier": wanted.href() if before or after else None}
    has_later = more if after is not None else before is not None
    has_earlier = more if after is None else True
    return {
        "later": wanted.href(after=lines[0].id) if has_later else None,
        "earlier": wanted.href(before=lines[-1].id) if has_earlier else None,
    }


def _one_thing(wanted: Asked, things: Things) -> str | None:
    """What the page is about, where it is about one thing."""
    if not wanted.thing:
        return None
    thing = things.get((wanted.kind, wanted.thing))
    return f"{subject_words(wanted.kind)} {thing.name if thing else wanted.thing}"
