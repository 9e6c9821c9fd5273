"""Moving an appointment: the free times, a check of what the rule says, the move itself; dragging asks the same check."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions.managing import Change, Target, choice_to_move, move
from app.actions.outcomes import Moved, Refused
from app.blueprints.schedule import words
from app.blueprints.schedule.act_forms import MoveForm
from app.blueprints.schedule.asked import NoSuchAppointment, seen_appointment
from app.blueprints.schedule.moving import (
    check,
    filled,
    now_words,
    place_of,
    target_of,
    way_back_from,
    way_kept,
)
from app.blueprints.schedule.refusals import refusal_words
from app.blueprints.schedule.telling import second_words, somebody_was_faster, told_words
from app.blueprints.schedule.undoing import offer_undo
from app.domain.appointments import may_be_moved
from app.domain.choices import Choice
from app.domain.practice import Room, Therapist
from app.domain.slots import Refusal
from app.domain.wallclock import local_date, local_time, zone_named
from app.store.appointment_facts import AppointmentFacts
from app.store.openings import look
from app.store.planned import lacks_second
from app.store.practice import load_practice
from app.store.transactions import Stale
from app.web.access import actor, signed_in
from app.web.language import _
from app.web.local_words import short_when_words
from app.web.times import groups_of_day
from app.web.typed import date_typed, number_typed, version_typed

_CHECK, _FRAGMENT = "pages/schedule/move_check.html", "pages/schedule/_move_check.html"
Answer = str | Response | tuple[str, int]


def choose_move(reference: str) -> str | Response:
    """The free times of a day for another start, with whom and in which room."""
    seen = seen_appointment(reference)
    return _choosing(seen) if may_be_moved(seen.state) else _not_any_more(seen)


def check_move(reference: str) -> Answer:
    """Is it meant? Says what the rule says, what changes and who is told."""
    seen = seen_appointment(reference)
    if not may_be_moved(seen.state):
        return _not_any_more(seen)
    target = target_of(seen, request.args)
    if isinstance(target, str):
        return _choosing(seen, target), 422
    _only_to_whom_they_see(target.therapist_slug)
    return check(_CHECK, seen, target, filled(seen, target), way_kept(request.args))


def move_preview(reference: str) -> Answer:
    """The same without a page around it, for a card that was dropped."""
    seen = seen_appointment(reference)
    target = target_of(seen, request.args)
    if not may_be_moved(seen.state) or isinstance(target, str):
        problem = target if isinstance(target, str) else _state_words(seen)
        return render_template("pages/schedule/_move_not.html", a=seen, problem=problem), 409
    _only_to_whom_they_see(target.therapist_slug)
    version = number_typed(request.args.get("row_version"))
    faster = now_words(seen, zone_named(seen.zone)) if version not in (None, seen.row_version) else None
    return check(_FRAGMENT, seen, target, filled(seen, target), way_kept(request.args), faster=faster)


def save_move(reference: str) -> Answer:
    """Move it, or say why not with all that was chosen still there."""
    seen, form = seen_appointment(reference), MoveForm()
    target = target_of(seen, request.form)
    if isinstance(target, str):
        return _choosing(seen, target), 422
    _only_to_whom_they_see(target.therapist_slug)
    back = way_kept(request.form)
    if not form.validate() or not form.says_why():
        page, _ = check(_CHECK, seen, target, form, back)
        return page, 422
    return _moved(seen, target, form, back)


def _moved(seen: AppointmentFacts, target: Target, form: MoveForm, back: dict[str, str]) -> Answer:
    version = version_typed(form.row_version.data)
    change = Change(seen.id, actor(), version, by_staff=True, tells_client=form.tells_client)
    try:
        answer = move(
            change,
            target.starts_at,
            clock.now(),
            target.therapist_slug,
            room_slug=target.room_slug,
            override=form.override,
        )
    except Stale:
        return _second(seen.reference, target, form, back)
    if isinstance(answer, Moved):
        return _done(seen, form, back)
    if isinstance(answer, Refused):
        return _refused(seen, target, form, back, answer.refusal)
    return _not_any_more(seen)


def _refused(
    seen: AppointmentFacts, target: Target, form: MoveForm, back: dict[str, str], refusal: Refusal
) -> Answer:
    """What stands against it is said by the check; what it no longer finds is said all the same."""
    page, _ = check(_CHECK, seen, target, form, back, problem=_sentence(target, refusal))
    return page, 409


def _sentence(target: Target, refusal: Refusal) -> str:
    therapist = load_practice().therapist(target.therapist_slug or "")
    return refusal_words(refusal, therapist.name if therapist else None)


def _second(reference: str, target: Target, form: MoveForm, back: dict[str, str]) -> Answer:
    """Somebody was faster: how it stands now, and below it what was chosen, to be sent again knowingly."""
    seen = seen_appointment(reference)
    if not may_be_moved(seen.state):
        return somebody_was_faster(seen)
    form.row_version.data = str(seen.row_version)
    return check(_CHECK, seen, target, form, back, faster=now_words(seen, zone_named(seen.zone)))


def _done(before: AppointmentFacts, form: MoveForm, back: dict[str, str]) -> Response:
    seen = seen_appointment(before.reference)
    zone = zone_named(seen.zone)
    is_news = (seen.starts_at, seen.therapist_id) != (before.starts_at, before.therapist_id)
    told = told_words(seen, tells_client=form.tells_client) if is_news else ""
    if seen.row_version == before.row_version:
        flash(_("Nothing was changed: it was so already."), "info")
        return way_back_from(seen.reference, back)
    if not is_news and seen.room == before.room:
        flash(second_words(seen), "success")
        return way_back_from(seen.reference, back)
    fields = {
        "start": local_time(before.starts_at, zone).isoformat(timespec="minutes"),
        "therapist": before.therapist_slug,
        "room": _slug_of_room(before),
        "row_version": seen.row_version,
        "tell": form.tell.data,
        **back,
    }
    where = (
        f"{short_when_words(seen.starts_at, zone)}, {seen.therapist}{f', {seen.room}' if seen.room else ''}"
    )
    text = _("Moved %(client)s: %(where)s. %(told)s", client=seen.client, where=where, told=told).strip()
    offer_undo(text, url_for("schedule.move", reference=seen.reference), fields)
    return way_back_from(seen.reference, back)


def _slug_of_room(seen: AppointmentFacts) -> str | None:
    place = place_of(load_practice(), seen)
    return next((room.slug for room in place.rooms if room.name == seen.room), None) if place else None


def _choosing(seen: AppointmentFacts, problem: str | None = None) -> str:
    """The page with the free times of a day."""
    asked, zone, now = request.values, zone_named(seen.zone), clock.now()
    therapist = asked.get("therapist") or seen.therapist_slug
    _only_to_whom_they_see(therapist)
    today = local_date(now, zone)
    day = date_typed(asked.get("day")) or max(local_date(seen.starts_at, zone), today)
    choice = choice_to_move(seen.id, therapist)
    groups = _free(seen, choice, day) if isinstance(choice, Choice) else []
    refused = refusal_words(choice) if isinstance(choice, Refusal) else None
    return render_template(
        "pages/schedule/move.html",
        section="schedule",
        a=seen,
        zone=zone,
        problem=problem or refused,
        day_title=words.day_title(day, today),
        iso=day.isoformat(),
        before=_other_day(seen, therapist, day, -1),
        after=_other_day(seen, therapist, day, 1),
        therapist=therapist,
        therapists=_therapists(),
        room=asked.get("room") or "",
        rooms=_rooms(seen),
        typed=asked.get("at") or "",
        stay=_stay(seen, therapist, asked.get("room")),
        may_swap=signed_in().sees_everyone,
        groups=groups,
    )


def _stay(seen: AppointmentFacts, therapist: str, room: str | None) -> str | None:
    """The address that looks at the same time with that therapist and room; none where they are the same."""
    if (therapist, room or "") in ((seen.therapist_slug, ""), (seen.therapist_slug, _slug_of_room(seen))):
        return None
    start = local_time(seen.starts_at, zone_named(seen.zone)).isoformat(timespec="minutes")
    return url_for(
        "schedule.check_move", reference=seen.reference, start=start, therapist=therapist, room=room or None
    )


def _free(seen: AppointmentFacts, choice: Choice, day: date) -> list[dict[str, Any]]:
    free = look(choice, day, day, clock.now(), by_staff=True, moving=seen.id).slots()
    stays = lacks_second(seen.id, clock.now())  # then somebody else can be found for the time that it has
    others = [slot for slot in free if stays or slot.starts_at != seen.starts_at]
    return groups_of_day(others, choice, by_staff=True)


def _therapists() -> Sequence[Therapist]:
    return [one for one in load_practice().therapists if signed_in().may_see(one.id)]


def _rooms(seen: AppointmentFacts) -> Sequence[Room]:
    place = place_of(load_practice(), seen)
    return place.rooms if place else ()


def _other_day(seen: AppointmentFacts, therapist: str, day: date, step: int) -> str:
    other = (day + timedelta(days=step)).isoformat()
    room = request.values.get("room") or None
    return url_for(
        "schedule.choose_move", reference=seen.reference, therapist=therapist, day=other, room=room
    )


def _only_to_whom_they_see(therapist_slug: str | None) -> None:
    """A therapist can't move appointments into somebody else's diary, nor see its free times: it is not there for them."""
    therapist = load_practice().therapist(therapist_slug or "")
    if therapist is not None and not signed_in().may_see(therapist.id):
        raise NoSuchAppointment


def _state_words(seen: AppointmentFacts) -> str:
    return _("It is %(state)s: only what is booked can be moved.", state=words.STATES[seen.state])


def _not_any_more(seen: AppointmentFacts) -> Response:
    flash(_state_words(seen), "error")
    return redirect(url_for("schedule.appointment", reference=seen.reference))
