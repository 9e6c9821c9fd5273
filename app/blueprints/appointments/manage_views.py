"""After the booking: the done page, and the manage link that opens exactly one appointment. GET shows, POST acts."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from app import clock
from app.actions.letters import calendar_of
from app.actions.managing import cancel, choice_to_move, move
from app.actions.outcomes import Cancelled, Moved, Refused
from app.blueprints.appointments.again import forget
from app.blueprints.appointments.blueprint import Answer, blueprint
from app.blueprints.appointments.linked import change_of, just_booked, linked, manage_page
from app.blueprints.appointments.times import Moving, times_page
from app.domain.appointments import ACTIVE_STATES
from app.domain.slots import Refusal
from app.domain.wallclock import local_date
from app.links import manage_token
from app.store.shown import Shown
from app.web.intake_standing import intake_asked
from app.web.language import _, lazy
from app.web.sentences import refusal_sentence
from app.web.times import groups_by_day
from app.web.typed import date_typed, instant_typed

TOO_LATE = lazy("It is too late to change this appointment here. Nothing was changed.")


@blueprint.get("/book/done/<token>")
def done(token: str) -> str:
    """It is booked: reference, calendar file, how to prepare."""
    shown = just_booked(token)
    forget()
    if shown.state not in ACTIVE_STATES:  # cancelled since: nothing here may look like a promise
        return manage_page(shown, token)
    return render_template(
        "pages/appointments/done.html",
        shown=shown,
        token=token,
        now=clock.now(),
        asks_intake=intake_asked([shown.client_id], clock.now()),
        link=_link(shown),
    )


def _link(shown: Shown) -> str | None:
    """The token of the mail, for who has just become a client: nobody reaches a stored client's by typing their name and address."""
    return manage_token(shown.public_id, shown.token_version) if shown.began_client else None


@blueprint.get("/book/done/<token>/calendar.ics")
def done_calendar(token: str) -> Response:
    """The calendar file of the appointment that was just booked."""
    return _calendar(just_booked(token))


@blueprint.get("/appointment/<token>")
def manage(token: str) -> str:
    """The appointment, and what its client may do with it."""
    return manage_page(linked(token), token)


@blueprint.get("/appointment/<token>/calendar.ics")
def manage_calendar(token: str) -> Response:
    """The calendar file as it stands now."""
    return _calendar(linked(token))


@blueprint.get("/appointment/<token>/move")
def manage_move(token: str) -> Answer:
    """Other days and times for it; one that was picked is shown beside the old one before anything changes."""
    appointment, starts_at = linked(token), instant_typed(request.args.get("start"))
    if not appointment.may_change:
        return redirect(url_for("appointments.manage", token=token))
    if starts_at is not None:
        return render_template(
            "pages/appointments/move_check.html", shown=appointment, token=token, starts_at=starts_at
        )
    return _moving(appointment, token)


@blueprint.post("/appointment/<token>/move")
def manage_move_to(token: str) -> Answer:
    """Move it."""
    appointment, starts_at = linked(token), instant_typed(request.form.get("start"))
    if starts_at is None:
        return _moving(appointment, token, problem=refusal_sentence(Refusal.NO_SUCH_TIME)), 422
    answer = move(change_of(appointment), starts_at, clock.now())
    if isinstance(answer, Moved):
        flash(_("Your appointment is moved. An e-mail with the new time is on its way."), "success")
        return redirect(url_for("appointments.manage", token=token), 303)
    if isinstance(answer, Refused):
        return _refused(linked(token), token, answer), 409
    return _too_late(token)


@blueprint.get("/appointment/<token>/cancel")
def manage_cancel(token: str) -> Answer:
    """Asks once."""
    facts = linked(token)
    if not facts.may_change:
        return redirect(url_for("appointments.manage", token=token))
    return render_template("pages/appointments/cancel.html", shown=facts, token=token)


@blueprint.post("/appointment/<token>/cancel")
def manage_cancel_now(token: str) -> Answer:
    """Cancel it."""
    if isinstance(cancel(change_of(linked(token)), clock.now()), Cancelled):
        flash(_("Your appointment is cancelled. An e-mail confirms it."), "success")
        return redirect(url_for("appointments.manage", token=token), 303)
    return _too_late(token)


def _moving(appointment: Shown, token: str, **more: Any) -> str:
    choice = choice_to_move(appointment.id)
    if isinstance(choice, Refusal):
        return manage_page(appointment, token, problem=refusal_sentence(choice))
    page = times_page(
        choice,
        date_typed(request.values.get("date")) or local_date(appointment.starts_at, appointment.zone),
        lambda day: url_for("appointments.manage_move", token=token, date=day.isoformat()),
        clock.now(),
        moving=Moving(appointment.id, appointment.starts_at),
    )
    return render_template("pages/appointments/move.html", shown=appointment, token=token, page=page, **more)


def _refused(appointment: Shown, token: str, refused: Refused) -> str:
    choice = choice_to_move(appointment.id)
    nearest = [] if isinstance(choice, Refusal) else groups_by_day(refused.alternatives, choice)
    return _moving(appointment, token, problem=refusal_sentence(refused.refusal), nearest=nearest)


def _too_late(token: str) -> tuple[str, int]:
    return manage_page(linked(token), token, problem=TOO_LATE), 409


def _calendar(appointment: Shown) -> Response:
    return Response(
        calendar_of(appointment.id, clock.now()),
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={"Content-Disposition": "attachment; filename=appointment.ics"},
    )
