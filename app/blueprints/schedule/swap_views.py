"""Two sessions of a day exchange their therapists, each at its own time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from app import clock
from app.actions.managing import Change
from app.actions.outcomes import Moved, Refused
from app.actions.swapping import swap
from app.blueprints.schedule import words
from app.blueprints.schedule.act_forms import TellForm
from app.blueprints.schedule.asked import seen_appointment
from app.blueprints.schedule.refusals import refusal_words, rule_name
from app.blueprints.schedule.telling import somebody_was_faster
from app.blueprints.schedule.undoing import offer_undo
from app.domain.appointments import may_be_moved
from app.domain.spans import Span
from app.domain.wallclock import day_span, local_date, zone_named
from app.store.appointment_facts import AppointmentFacts
from app.store.schedule import DayAppointment, list_appointments
from app.store.transactions import Stale
from app.web.access import actor
from app.web.language import _, lazy
from app.web.local_words import clock_words
from app.web.typed import number_typed, version_typed

Answer = str | Response | tuple[str, int]


class SwapForm(TellForm):
    """With which session, both as they were seen."""

    other = RadioField(lazy("With which session?"), choices=[], validate_choice=False)
    row_version = HiddenField()


@dataclass(frozen=True, slots=True)
class _Picked:
    reference: str
    version: int


def ask_swap(reference: str) -> Answer:
    """The other sessions of that day."""
    seen = seen_appointment(reference)
    if not may_be_moved(seen.state):
        flash(
            _("It is %(state)s: only what is booked can be swapped.", state=words.STATES[seen.state]), "error"
        )
        return redirect(url_for("schedule.appointment", reference=reference))
    return _page(seen, SwapForm(formdata=None, data={"row_version": seen.row_version, "tell": "yes"}))


def save_swap(reference: str) -> Answer:
    """Swap them, or say why not."""
    seen, form = seen_appointment(reference), SwapForm()
    picked = _picked(form)
    if picked is None or not form.validate():
        form.other.errors = [_("Choose the session to swap with.")]
        return _page(seen, form), 422
    other = seen_appointment(picked.reference)
    first = Change(
        seen.id, actor(), version_typed(form.row_version.data), by_staff=True, tells_client=form.tells_client
    )
    second = Change(other.id, actor(), picked.version, by_staff=True, tells_client=form.tells_client)
    try:
        answer = swap(first, second, clock.now())
    except Stale:
        return _second(reference, form)
    if isinstance(answer, Moved):
        return _done(seen, other, form)
    if isinstance(answer, Refused):
        said = f"{rule_name(answer.refusal)}: {refusal_words(answer.refusal, _('One of the two therapists'))}"
        return _page(seen, form, problem=said), 409
    return somebody_was_faster(seen)


def _picked(form: SwapForm) -> _Picked | None:
    reference, _, said = str(form.other.data or "").partition(" ")
    version = number_typed(said)
    return _Picked(reference, version) if reference and version is not None else None


def _done(seen: AppointmentFacts, other: AppointmentFacts, form: SwapForm) -> Response:
    """The way back is the same swap once more."""
    now, then = seen_appointment(seen.reference), seen_appointment(other.reference)
    text = _(
        "Swapped: %(client)s is with %(therapist)s, %(other_client)s with %(other_therapist)s.",
        client=now.client,
        therapist=now.therapist,
        other_client=then.client,
        other_therapist=then.therapist,
    )
    fields = {
        "other": f"{then.reference} {then.row_version}",
        "row_version": now.row_version,
        "tell": form.tell.data,
    }
    offer_undo(text, url_for("schedule.swap", reference=seen.reference), fields)
    return redirect(url_for("schedule.appointment", reference=seen.reference))


def _second(reference: str, form: SwapForm) -> Answer:
    seen = seen_appointment(reference)
    if not may_be_moved(seen.state):
        return somebody_was_faster(seen)
    form.row_version.data = str(seen.row_version)
    problem = _("Somebody else has just changed one of them. Look at both as they stand now, and swap again.")
    return _page(seen, form, problem=problem), 409


def _page(seen: AppointmentFacts, form: SwapForm, problem: str | None = None) -> str:
    zone = zone_named(seen.zone)
    others = _others(seen, day_span(local_date(seen.starts_at, zone), zone), clock.now())
    form.other.choices = [
        SelectChoice(f"{one.reference} {one.row_version}", f"{clock_words(one.starts_at, zone)} {one.client}")
        for one in others
    ]
    chosen = str(form.other.data or "").partition(" ")[0]
    form.other.data = next(
        (str(one.value) for one in form.other.choices if str(one.value).partition(" ")[0] == chosen), None
    )
    notes = {
        f"{one.reference} {one.row_version}": _(
            "with %(therapist)s%(f)s", therapist=one.therapist, f=f", {one.room}" if one.room else ""
        )
        for one in others
    }
    return render_template(
        "pages/schedule/swap.html",
        section="schedule",
        a=seen,
        zone=zone,
        form=form,
        notes=notes,
        problem=problem,
    )


def _others(seen: AppointmentFacts, day: Span, now: datetime) -> Sequence[DayAppointment]:
    """Those of that day, of other therapists, that may still be moved."""
    return [
        one
        for one in list_appointments(day, None, None)
        if one.therapist_id != seen.therapist_id and may_be_moved(one.state) and one.starts_at > now
    ]
