"""Review, consent and wishes of one appointment: opened by who treats or may, decided, noted; each opening is written down."""

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions import approving, reading_health
from app.actions.consenting import untick_verbal
from app.actions.day import Click, NotPossible
from app.actions.managing import Change
from app.actions.outcomes import Accepted, Declined, Refused
from app.actions.reviewing import open_words
from app.blueprints.schedule import words
from app.blueprints.schedule.act_forms import WHY_LIMIT
from app.blueprints.schedule.appointment_views import appointment_page
from app.blueprints.schedule.asked import readable_appointment, seen_appointment
from app.blueprints.schedule.day_views import back_to_where_it_was, ticked
from app.blueprints.schedule.refusals import refusal_words
from app.blueprints.schedule.safety_facts import Opened
from app.blueprints.schedule.telling import somebody_was_faster, told_words
from app.domain.appointments import State
from app.store.appointment_facts import AppointmentFacts
from app.store.reviews import latest_review
from app.store.transactions import Stale
from app.web.access import DESK, OWNER, actor, signed_in
from app.web.language import _, lazy
from app.web.typed import number_typed, version_typed

Answer = str | Response | tuple[str, int]
_TOO_LONG = lazy("Please use at most %(why_limit)s characters.", why_limit=WHY_LIMIT)


def screening(reference: str) -> str:
    """What the client answered before it."""
    seen = readable_appointment(reference)
    found = reading_health.open_screening(seen.id, actor(), clock.now())
    return appointment_page(seen, Opened(answers=found, asked=frozenset({"answers"})))


def wishes(reference: str) -> str:
    """What the client wishes for it."""
    seen = readable_appointment(reference)
    found = reading_health.open_wishes(seen.id, actor(), clock.now())
    return appointment_page(seen, Opened(wishes=found, asked=frozenset({"wishes"})))


def review_reason(reference: str) -> str:
    """Why a request was declined."""
    seen = readable_appointment(reference)
    found = open_words(seen.id, actor(), clock.now())
    return appointment_page(seen, Opened(words=found or _("There is none any more.")))


def verbal(reference: str) -> Response:
    """The client was asked in the room: agreed, or it was noted by mistake."""
    seen, version = seen_appointment(reference), number_typed(request.form.get("row_version"))
    said = request.form.get("agreed")
    if version is None or said not in ("yes", "no"):
        abort(400)
    return ticked(seen, version) if said == "yes" else _unticked(seen, version)


def accept(reference: str) -> Response:
    """Promise what was requested, or let stand what was promised."""
    seen = decided(reference)
    version = version_typed(request.form.get("row_version"))
    change = Change(seen.id, actor(), version, by_staff=True)
    try:
        if seen.state is State.BOOKED:
            return _kept(seen, approving.keep_as_booked(change, clock.now()))
        answer = approving.accept(change, clock.now())
    except Stale:
        return somebody_was_faster(seen)
    if isinstance(answer, Accepted):
        flash(
            _("Accepted: %(client)s has the session. %(told)s", client=seen.client, told=told_words(seen)),
            "success",
        )
    elif isinstance(answer, Refused):
        flash(_("Not accepted. %(refusal)s", refusal=refusal_words(answer.refusal)), "error")
    else:
        _say_too_late(seen)
    return back_to_where_it_was(reference)


def decline(reference: str) -> Answer:
    """Give the requested time back; the client is asked to call. Why stays sealed."""
    seen = decided(reference)
    version = version_typed(request.form.get("row_version"))
    reason = " ".join(request.form.get("reason", "").split())
    if len(reason) > WHY_LIMIT:
        return appointment_page(seen, Opened(problem=str(_TOO_LONG), typed=reason)), 422
    try:
        answer = approving.decline(
            Change(seen.id, actor(), version, by_staff=True), clock.now(), reason or None
        )
    except Stale:
        return somebody_was_faster(seen)
    if isinstance(answer, Declined):
        flash(_("Declined; the time is free again. %(told)s", told=told_words(seen)), "success")
    else:
        _say_too_late(seen)
    return back_to_where_it_was(reference)


def _say_too_late(seen: AppointmentFacts) -> None:
    flash(
        _("It is %(state)s, or has begun: it can't be answered any more.", state=words.STATES[seen.state]),
        "error",
    )


def decided(reference: str) -> AppointmentFacts:
    """The request, for who may answer it, or might have; what is no request any more is said so by the action."""
    seen = seen_appointment(reference)
    review, member = latest_review(seen.id), signed_in()
    reads, runs = member.may_read_note(seen.therapist_id), member.has_any((OWNER, DESK))
    allowed = reads if review and review.is_open else runs or (reads and review is not None)
    if not allowed:
        abort(403)
    return seen


def _kept(seen: AppointmentFacts, kept: bool | Refused) -> Response:
    if isinstance(kept, Refused):
        flash(_("Not noted. %(refusal)s", refusal=refusal_words(kept.refusal)), "error")
    elif kept:
        flash(_("Noted: %(client)s keeps the session as it is booked.", client=seen.client), "success")
    else:
        _say_too_late(seen)
    return redirect(url_for("schedule.appointment", reference=seen.reference))


def _unticked(seen: AppointmentFacts, version: int) -> Response:
    try:
        answer = untick_verbal(Click(seen.id, version, actor()), clock.now())
    except Stale:
        return somebody_was_faster(seen)
    if isinstance(answer, NotPossible):
        flash(
            _(
                "%(client)s is %(state)s: that can't be changed now.",
                client=seen.client,
                state=words.STATES[answer.state],
            ),
            "error",
        )
    else:
        flash(_("Taken back: it is no longer noted that the client agreed."), "success")
    return back_to_where_it_was(seen.reference)
