"""What the pages about a move say: from what to what, what the rule says, who is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app import clock
from app.actions.managing import Target
from app.actions.previewing import Preview, preview_move
from app.blueprints.admin.fields import time_typed
from app.blueprints.schedule import words
from app.blueprints.schedule.act_forms import MoveForm, refusals_of
from app.blueprints.schedule.refusals import refusal_words
from app.blueprints.schedule.undoing import kept_way_back, way_back
from app.domain.practice import Location, Practice
from app.domain.slots import Refusal, Slot
from app.domain.wallclock import NoSuchLocalTime, instant_of, local_time, zone_named
from app.store.appointment_facts import AppointmentFacts
from app.store.practice import load_practice
from app.web.access import signed_in
from app.web.language import _, lazy
from app.web.local_words import short_when_words, when_words
from app.web.rule_names import rule_name
from app.web.typed import date_typed, instant_typed

_NOT_A_TIME = lazy("That is not a time of day. Type it like 9:00, 5:30 pm or 17:30.")
_LONGEST_TYPED = 40
#: With whom alone a day was looked at, in the forms of a move: there "therapist" is with whom it is to be.
_ONLY = "only"
Values = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Way:
    """A free time near one that can't be had, and the address that looks at it."""

    label: str
    href: str


def target_of(seen: AppointmentFacts, values: Values) -> Target | str:
    """Where it is to go: one of the times shown, or a day with a time typed; else what is wrong with them."""
    starts_at = instant_typed(values.get("start")) or _typed(seen, values)
    if isinstance(starts_at, str):
        return starts_at
    return Target(starts_at, values.get("therapist") or seen.therapist_slug, values.get("room") or None)


def _typed(seen: AppointmentFacts, values: Values) -> datetime | str:
    day, typed = date_typed(values.get("on")), (values.get("at") or "").strip()
    if day is None or not typed:
        return _("Choose one of the times, or type a day and a time.")
    at = time_typed(typed) if len(typed) <= _LONGEST_TYPED else None
    if at is None:
        return str(_NOT_A_TIME)
    try:
        return instant_of(day, at, zone_named(seen.zone))
    except NoSuchLocalTime:
        return refusal_words(Refusal.NO_SUCH_TIME)


def way_kept(values: Values) -> dict[str, str]:
    """The day, as it was looked at, that the move began on, for its next form."""
    back = kept_way_back(values.to_dict() | {"therapist": values.get(_ONLY, "")})
    only = back.pop("therapist", None)
    return back | ({_ONLY: only} if only else {})


def way_back_from(reference: str, back: Mapping[str, str]) -> Response:
    """To that day, else to the appointment's own page."""
    return way_back(reference, {**back, "therapist": back.get(_ONLY, "")})


def looked_at(seen: AppointmentFacts, target: Target) -> Preview:
    """What the rule says of it, for whoever asks."""
    return preview_move(seen.id, target, clock.now(), signed_in().roles)


def check(
    template: str,
    seen: AppointmentFacts,
    target: Target,
    form: MoveForm,
    back: dict[str, str],
    *,
    faster: str | None = None,
    problem: str | None = None,
) -> tuple[str, int]:
    """The page (or the part of one) that asks whether it is meant; 409 where it can't be, and where somebody was faster."""
    preview = looked_at(seen, target)
    form.aside.data = refusals_of(preview.to_set_aside)
    page = render_template(
        template,
        section="schedule",
        a=seen,
        zone=zone_named(seen.zone),
        form=form,
        preview=preview,
        said=said_of(preview, seen, target),
        changes=changes(seen, target, preview),
        ways=_ways(seen, target, preview.alternatives),
        again=url_for("schedule.choose_move", reference=seen.reference, **_chosen(seen, target)),
        back=back,
        faster=faster,
        problem=problem,
    )
    return page, 409 if preview.refusal or faster or problem else 200


def filled(seen: AppointmentFacts, target: Target) -> MoveForm:
    """The form of the check page before anybody typed in it."""
    zone = zone_named(seen.zone)
    told = {
        "start": local_time(target.starts_at, zone).isoformat(timespec="minutes"),
        "therapist": target.therapist_slug or "",
        "room": target.room_slug or "",
        "row_version": str(seen.row_version),
    }
    return MoveForm(formdata=None, data=told)


def changes(seen: AppointmentFacts, target: Target, preview: Preview) -> list[tuple[str, str, str]]:
    """What would be another: its name, what it is now, what it would be."""
    zone, practice = zone_named(seen.zone), load_practice()
    therapist = practice.therapist(target.therapist_slug or "")
    found = [
        (_("When"), when_words(seen.starts_at, zone), when_words(target.starts_at, zone)),
        (_("With"), seen.therapist, therapist.name if therapist else seen.therapist),
        (_("Room"), seen.room or _("none"), _room(seen, target, preview, practice)),
        (_("Second person"), seen.chaperone or _("none"), _second(seen, preview)),
    ]
    return [one for one in found if one[1] != one[2]]


def _second(seen: AppointmentFacts, preview: Preview) -> str:
    if preview.seat is None:
        return seen.chaperone or _("none")
    return preview.seat.chaperone.name if preview.seat.chaperone else _("none")


def _room(seen: AppointmentFacts, target: Target, preview: Preview, practice: Practice) -> str:
    if preview.seat is not None:
        return preview.seat.room.name if preview.seat.room else _("none")
    return room_called(practice, seen, target.room_slug) or seen.room or _("none")


def room_called(practice: Practice, seen: AppointmentFacts, slug: str | None) -> str | None:
    """The name of a room of the appointment's place."""
    place = place_of(practice, seen)
    return next((room.name for room in place.rooms if room.slug == slug), None) if place else None


def place_of(practice: Practice, seen: AppointmentFacts) -> Location | None:
    """The appointment's place, while it is in use."""
    return next((one for one in practice.locations if one.slug == seen.location_slug), None)


def said_of(preview: Preview, seen: AppointmentFacts, target: Target) -> list[tuple[str, str]]:
    """Each rule that stands against it, by name and as a sentence."""
    practice = load_practice()
    therapist = practice.therapist(target.therapist_slug or "")
    where = room_called(practice, seen, target.room_slug)
    who = therapist.name if therapist else None
    against = [preview.refusal] if preview.refusal else list(preview.to_set_aside)
    return [(rule_name(one), refusal_words(one, who, where)) for one in against if one]


def _ways(seen: AppointmentFacts, target: Target, slots: tuple[Slot, ...]) -> list[Way]:
    zone = zone_named(seen.zone)
    return [
        Way(
            short_when_words(slot.starts_at, zone),
            url_for(
                "schedule.check_move",
                reference=seen.reference,
                start=local_time(slot.starts_at, zone).isoformat(timespec="minutes"),
                **_where(target),
            ),
        )
        for slot in slots
    ]


def _where(target: Target) -> dict[str, Any]:
    return {"therapist": target.therapist_slug, "room": target.room_slug}


def _chosen(seen: AppointmentFacts, target: Target) -> dict[str, Any]:
    day: date = local_time(target.starts_at, zone_named(seen.zone)).date()
    return {**_where(target), "day": day.isoformat()}


def now_words(seen: AppointmentFacts, zone: ZoneInfo) -> str:
    """How it stands, for who comes second."""
    how = {
        "when": when_words(seen.starts_at, zone),
        "therapist": seen.therapist,
        "state": words.STATES[seen.state],
    }
    if seen.room:
        return _("%(when)s, with %(therapist)s in %(room)s, %(state)s", **how, room=seen.room)
    return _("%(when)s, with %(therapist)s, %(state)s", **how)
