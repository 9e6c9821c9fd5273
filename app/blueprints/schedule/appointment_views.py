"""One appointment: all that is known of it, moving it, cancelling it, reading the client's note."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions.managing import Change, cancel, choice_of, move
from app.actions.outbox import retry
from app.actions.outcomes import Cancelled, Moved, Refused
from app.blueprints.schedule import words
from app.blueprints.schedule.asked import offered_places, seen_appointment
from app.blueprints.schedule.day_views import back_to_where_it_was, offered_undo
from app.blueprints.schedule.forms import CancelForm
from app.blueprints.schedule.inbox import marks_for, may_send_again
from app.blueprints.schedule.told import ledger_of
from app.domain.appointments import State, may_be_moved, may_become
from app.domain.choices import Choice
from app.domain.slots import Refusal, Slot
from app.domain.wallclock import local_date, zone_named
from app.domain.workday import may_be_undone
from app.store.appointments import get_appointment
from app.store.care import count_check_ins
from app.store.ledger import list_of_appointment
from app.store.openings import look
from app.store.planned import list_troubled
from app.store.practice import load_practice
from app.store.schedule import AppointmentFacts, HistoryLine, list_history
from app.store.transactions import Stale
from app.web.access import actor, signed_in
from app.web.sentences import refusal_sentence
from app.web.times import groups_by_day, groups_of_day
from app.web.typed import date_typed, instant_typed, number_typed
from app.wording import short_when_words

_ACTS = {
    "booked": "Booked",
    "moved": "Moved",
    "cancelled": "Cancelled",
    "arrived": "Marked as arrived",
    "completed": "Marked as done",
    "no_show": "Marked as no-show",
    "mark undone": "Last mark taken back",
    "note opened": "Note to the therapist opened",
    "message sent again": "Message sent again",
    "message opened": "Message opened as it was sent",
    "called instead": "Called instead of a message",
    "confirmed": "Confirmed by the client",
    "can't come": "The client said they can't come",
    "checked in": "The client said how they feel",
    "check-in opened": "What the client answered was opened",
    "reason opened": "The client's reason was opened",
    "messages chosen": "The client chose how to be written to",
    "messages after sessions stopped": "The client stopped messages after sessions",
    "task settled": "Noted as done",
}


def appointment(reference: str) -> str:
    """Everything known about it."""
    return appointment_page(seen_appointment(reference))


def choose_move(reference: str) -> str | Response:
    """The free times of a day for another start of the same appointment."""
    seen = seen_appointment(reference)
    if not may_be_moved(seen.state):
        flash(f"It is {words.STATES[seen.state]}: only what is booked can be moved.", "error")
        return redirect(url_for("schedule.appointment", reference=reference))
    return _moving(
        seen, request.args.get("therapist") or seen.therapist_slug, date_typed(request.args.get("day"))
    )


def save_move(reference: str) -> str | Response | tuple[str, int]:
    """Move it, or say why not and what is free near by."""
    seen, form = seen_appointment(reference), request.form
    starts_at, therapist = instant_typed(form.get("start")), form.get("therapist") or seen.therapist_slug
    _only_to_whom_they_see(therapist)
    if starts_at is None:
        return _moving(seen, therapist, None, problem="Choose one of the times."), 422
    change = Change(seen.id, actor(), number_typed(form.get("row_version")), by_staff=True)
    try:
        answer = move(change, starts_at, clock.now(), therapist)
    except Stale:
        return _somebody_was_faster(seen)
    if isinstance(answer, Moved):
        flash(f"Moved. {_told(seen)}", "success")
        return redirect(url_for("schedule.appointment", reference=reference))
    day = local_date(starts_at, zone_named(seen.zone))
    if isinstance(answer, Refused):
        problem = refusal_sentence(answer.refusal)
        return _moving(seen, therapist, day, problem, answer.alternatives), 409
    return _moving(seen, therapist, day, "It can't be moved any more."), 409


def ask_cancel(reference: str) -> str | Response:
    """Is it meant? Says who will be told."""
    seen = seen_appointment(reference)
    if not may_become(seen.state, State.CANCELLED):
        flash(f"It is {words.STATES[seen.state]}: it can't be cancelled any more.", "error")
        return redirect(url_for("schedule.appointment", reference=reference))
    return _asking(seen, CancelForm(formdata=None, data={"row_version": seen.row_version}))


def save_cancel(reference: str) -> Response | tuple[str, int]:
    """Cancel it for whoever asked for it: the client, who is then not told that the clinic did, or the clinic."""
    seen, form = seen_appointment(reference), CancelForm()
    if not form.validate():
        return _asking(seen, form), 422
    version, for_client = number_typed(form.row_version.data), form.by.data == "client"
    change = Change(seen.id, actor(), version, by_staff=True, for_client=for_client)
    try:
        answer = cancel(change, clock.now())
    except Stale:
        return _somebody_was_faster(seen)
    if isinstance(answer, Cancelled):
        flash(f"Cancelled; the time is free again. {_told(seen)}", "success")
    else:
        flash("It can't be cancelled any more.", "error")
    return redirect(url_for("schedule.appointment", reference=reference))


def send_again(reference: str, message_id: int) -> Response:
    """Give a message of the appointment that failed another chance."""
    seen = seen_appointment(reference)
    if message_id not in {one.id for one in list_of_appointment(seen.id) if one.state == "failed"}:
        flash("That message does not need to be sent again.", "info")
    elif retry(message_id, clock.now(), actor()):
        flash("The message is on its way again.", "success")
    return back_to_where_it_was(reference)


def _asking(seen: AppointmentFacts, form: CancelForm) -> str:
    return render_template(
        "pages/schedule/cancel.html",
        section="schedule",
        a=seen,
        zone=zone_named(seen.zone),
        told=_told(seen),
        form=form,
    )


def appointment_page(
    seen: AppointmentFacts,
    note: str | None = None,
    answers: Sequence[tuple[str, str]] | None = None,
    reason: str | None = None,
) -> str:
    """All that is known of it, and what has just been opened."""
    zone, now = zone_named(seen.zone), clock.now()
    return render_template(
        "pages/schedule/appointment.html",
        section="schedule",
        a=seen,
        zone=zone,
        day=local_date(seen.starts_at, zone),
        at_place=seen.location_slug if len(offered_places(load_practice(), now)) > 1 else None,
        marks=marks_for(seen),
        may_undo=may_be_undone(seen.state, seen.previous_state),
        may_move=may_be_moved(seen.state),
        may_cancel=may_become(seen.state, State.CANCELLED),
        may_read=signed_in().may_read_note(seen.therapist_id),
        may_send_again=may_send_again(),
        check_ins=count_check_ins(seen.id) if seen.state is State.COMPLETED else 0,
        note=note,
        answers=answers,
        reason=reason,
        undo=offered_undo(),
        trouble=_trouble(seen, now),
        ledger=ledger_of(seen, zone, now),
        history=[_history(one, zone) for one in list_history(seen.id)],
    )


def _trouble(seen: AppointmentFacts, now: datetime) -> str | None:
    """Why it no longer fits the settings, if so."""
    troubled = (
        trouble for planned, trouble in list_troubled(now) if planned.booked.appointment_id == seen.id
    )
    trouble = next(troubled, None)
    return words.trouble_words(trouble, seen.therapist) if trouble else None


def _history(one: HistoryLine, zone: ZoneInfo) -> dict[str, str]:
    who = {"client": "the client", "worker": "the program", "command": one.actor or "a command"}
    who["program"] = f"{one.actor} (a program)"
    more = ""
    if one.act == "moved" and "from" in one.detail:
        before, after = (datetime.fromisoformat(one.detail[key]) for key in ("from", "to"))
        more = f"from {short_when_words(before, zone)} to {short_when_words(after, zone)}"
    return {
        "when": short_when_words(one.at, zone),
        "what": _ACTS.get(one.act, one.act.capitalize()),
        "more": more,
        "who": who.get(one.actor_type, one.actor or "staff"),
    }


def _moving(
    seen: AppointmentFacts,
    therapist: str,
    day: date | None,
    problem: str | None = None,
    nearest: Sequence[Slot] = (),
) -> str:
    """The page with the free times of a day, after those near one that can't be had."""
    zone, now = zone_named(seen.zone), clock.now()
    chosen = day or max(local_date(seen.starts_at, zone), local_date(now, zone))
    choice = choice_of(get_appointment(seen.id), therapist)
    shown: dict[str, Any] = {"groups": [], "nearest": []}
    if isinstance(choice, Choice):
        free = look(choice, chosen, chosen, now, by_staff=True, moving=seen.id).slots()
        others = [slot for slot in free if slot.starts_at != seen.starts_at]
        shown = {
            "groups": groups_of_day(others, choice, by_staff=True),
            "nearest": groups_by_day(nearest, choice),
        }
    return render_template(
        "pages/schedule/move.html",
        section="schedule",
        a=seen,
        zone=zone,
        problem=problem or (refusal_sentence(choice) if isinstance(choice, Refusal) else None),
        day_title=words.day_title(chosen, local_date(now, zone)),
        iso=chosen.isoformat(),
        before=_other_day(seen, therapist, chosen, -1),
        after=_other_day(seen, therapist, chosen, 1),
        therapist=therapist,
        therapists=[one for one in load_practice().therapists if signed_in().may_see(one.id)],
        **shown,
    )


def _other_day(seen: AppointmentFacts, therapist: str, day: date, step: int) -> str:
    other = (day + timedelta(days=step)).isoformat()
    return url_for("schedule.choose_move", reference=seen.reference, therapist=therapist, day=other)


def _only_to_whom_they_see(slug: str) -> None:
    """A therapist can't move appointments into somebody else's diary."""
    therapist = load_practice().therapist(slug)
    if therapist is not None and not signed_in().may_see(therapist.id):
        abort(403)


def _told(seen: AppointmentFacts) -> str:
    """Who hears of a change, so that the desk knows whether to call."""
    if seen.email:
        return f"{seen.client} is told by e-mail."
    return (
        f"There is no e-mail address: please call {seen.client}{f' on {seen.phone}' if seen.phone else ''}."
    )


def _somebody_was_faster(seen: AppointmentFacts) -> Response:
    flash(
        "Somebody else has just changed this appointment. Here is how it stands now; nothing of yours was saved.",
        "error",
    )
    return redirect(url_for("schedule.appointment", reference=seen.reference))
