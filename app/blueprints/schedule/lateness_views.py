"""Noting that a client is late, in minutes."""

from datetime import timedelta

from flask import abort, flash, request
from werkzeug.wrappers import Response

from app import clock
from app.actions.day import Click, NotPossible
from app.actions.lateness import note_lateness
from app.blueprints.schedule import words
from app.blueprints.schedule.appointment_views import appointment_page
from app.blueprints.schedule.asked import seen_appointment
from app.blueprints.schedule.day_views import back_to_where_it_was
from app.blueprints.schedule.lateness import lateness_words
from app.blueprints.schedule.safety_facts import Opened
from app.blueprints.schedule.telling import somebody_was_faster
from app.domain.appointments import State
from app.domain.lateness import AWAITED
from app.domain.workday import EARLY, LATEST_MINUTES
from app.store.appointment_facts import AppointmentFacts
from app.store.transactions import Stale
from app.web.access import actor
from app.web.language import _, ngettext
from app.web.typed import number_typed


def lateness(reference: str) -> Response | tuple[str, int]:
    """Note so many minutes; none, or 0, says that they are in time after all."""
    seen, version = seen_appointment(reference), number_typed(request.form.get("row_version"))
    typed = (request.form.get("minutes") or "").strip()
    minutes = number_typed(typed)
    if version is None:
        abort(400)
    if typed and (minutes is None or minutes > LATEST_MINUTES):
        problem = _(
            "Type the minutes as a number from 0 to %(latest_minutes)s.", latest_minutes=LATEST_MINUTES
        )
        return appointment_page(seen, Opened(late_typed=typed, late_problem=problem)), 422
    try:
        answer = note_lateness(Click(seen.id, version, actor()), minutes, clock.now())
    except Stale:
        return somebody_was_faster(seen)
    if isinstance(answer, NotPossible):
        flash(_why_not(seen, answer.state), "error")
    else:
        flash(_noted(seen_appointment(reference)), "success")
    return back_to_where_it_was(reference)


def _why_not(seen: AppointmentFacts, state: State) -> str:
    """Its state, or the hour, is not one for it."""
    if state in AWAITED:
        return _(
            "Lateness is noted from %(hours)s hours before a session until it ends.",
            hours=EARLY // timedelta(hours=1),
        )
    return _(
        "%(client)s is %(state)s: lateness can't be noted any more.",
        client=seen.client,
        state=words.STATES[state],
    )


def _noted(seen: AppointmentFacts) -> str:
    means = lateness_words(seen)
    if means is None:
        return _("Noted: %(client)s is in time.", client=seen.client)
    return _(
        "Noted: %(client)s is %(count)s late. %(means)s",
        client=seen.client,
        count=ngettext("%(num)d minute", "%(num)d minutes", seen.minutes_late or 0),
        means=means,
    )
