"""Cancelling an appointment: for whom, why, who is told."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions.managing import Change, cancel
from app.actions.outcomes import Cancelled
from app.blueprints.schedule import words
from app.blueprints.schedule.act_forms import CancelForm
from app.blueprints.schedule.asked import seen_appointment
from app.blueprints.schedule.telling import somebody_was_faster, told_words
from app.domain.appointments import State, change_until, may_become
from app.domain.wallclock import zone_named
from app.store.appointment_facts import AppointmentFacts
from app.store.practice import load_practice
from app.store.transactions import Stale
from app.web.access import actor
from app.web.language import _
from app.web.typed import version_typed

Answer = str | Response | tuple[str, int]


def ask_cancel(reference: str) -> Answer:
    """Is it meant? Says whether it is late, and who will be told."""
    seen = seen_appointment(reference)
    if not may_become(seen.state, State.CANCELLED):
        flash(_("It is %(state)s: it can't be cancelled any more.", state=words.STATES[seen.state]), "error")
        return redirect(url_for("schedule.appointment", reference=reference))
    return _asking(seen, CancelForm(formdata=None, data={"row_version": seen.row_version}))


def save_cancel(reference: str) -> Answer:
    """Cancel it for whoever asked for it: the client, who is then not told that the clinic did, or the clinic."""
    seen, form = seen_appointment(reference), CancelForm()
    if not form.validate():
        return _asking(seen, form), 422
    change = Change(
        seen.id,
        actor(),
        version_typed(form.row_version.data),
        by_staff=True,
        for_client=form.by.data == "client",
        tells_client=form.tells_client,
    )
    try:
        answer = cancel(change, clock.now(), form.reason.data or None)
    except Stale:
        return _second(reference, form)
    if isinstance(answer, Cancelled):
        told = told_words(seen, tells_client=form.tells_client)
        flash(_("Cancelled; the time is free again. %(told)s", told=told), "success")
    else:
        flash(_("It can't be cancelled any more."), "error")
    return redirect(url_for("schedule.appointment", reference=reference))


def is_late(seen: AppointmentFacts) -> bool:
    """Whether a cancellation for the client would count as late just now."""
    until = change_until(seen.starts_at, load_practice().policy, seen.change_is_free)
    return clock.now() >= until


def _second(reference: str, form: CancelForm) -> Answer:
    """Somebody was faster: what was said stays, below how it stands now."""
    seen = seen_appointment(reference)
    if not may_become(seen.state, State.CANCELLED):
        return somebody_was_faster(seen)
    form.row_version.data = str(seen.row_version)
    return _asking(seen, form, faster=True), 409


def _asking(seen: AppointmentFacts, form: CancelForm, *, faster: bool = False) -> str:
    hours = load_practice().policy.free_change.total_seconds() / 3600
    return render_template(
        "pages/schedule/cancel.html",
        section="schedule",
        a=seen,
        zone=zone_named(seen.zone),
        form=form,
        late=is_late(seen),
        hours=f"{hours:g}",
        faster=faster,
    )
