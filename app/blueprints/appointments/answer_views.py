"""What a client answers by link: I'll be there, I can't come, how I feel, how to write to me. GET shows, only a button acts.

Nothing about anybody's health stands in an address, in a redirect or in what is flashed: those are written down elsewhere.
"""

from flask import abort, flash, redirect, render_template, request, url_for

from app import clock
from app.actions.answering import Choices, check_in, choose_messages, confirm, report_illness, stop_aftercare
from app.actions.outcomes import CheckedIn, Reported, TooLate
from app.blueprints.appointments.blueprint import Answer, blueprint
from app.blueprints.appointments.forms import MessagesForm
from app.blueprints.appointments.linked import change_of, client_of, linked, manage_page
from app.domain.appointments import State
from app.domain.care import CheckInAnswer
from app.domain.contacts import Detail
from app.links import check_in_code, is_check_in_code, read_stop_token
from app.store.appointments import find_appointment
from app.store.shown import Shown
from app.web.language import _, lazy, suggest
from app.web.limits import limit
from app.web.one_click import without_form_token

_BEGUN = lazy(
    "It is too late for that here: the session has begun, or does not take place. Nothing was changed."
)


@blueprint.get("/appointment/<token>/confirm")
def confirm_coming(token: str) -> Answer:
    """Asks for the one click."""
    shown = linked(token)
    if not shown.may_confirm:
        return manage_page(shown, token)
    return render_template("pages/appointments/confirm_coming.html", shown=shown, token=token)


@blueprint.post("/appointment/<token>/confirm")
def confirm_coming_now(token: str) -> Answer:
    """The client will be there."""
    if isinstance(confirm(change_of(linked(token)), clock.now()), TooLate):
        return manage_page(linked(token), token, problem=_BEGUN), 409
    flash(_("Thank you. We expect you."), "success")
    return redirect(url_for("appointments.manage", token=token), 303)


@blueprint.get("/appointment/<token>/cannot-come")
def cannot_come(token: str) -> Answer:
    """Ill, or something else: what can be done now."""
    shown = linked(token)
    if not shown.may_call_off:
        return manage_page(shown, token)
    return render_template("pages/appointments/cannot_come.html", shown=shown, token=token)


@blueprint.post("/appointment/<token>/cannot-come")
@limit("60 per hour")
def cannot_come_now(token: str) -> Answer:
    """The client is ill, and either looks for another time or cancels."""
    shown, wants = linked(token), request.form.get("wants")
    if wants not in ("move", "cancel"):
        abort(400)
    if shown.state is State.CANCELLED and wants == "cancel":
        # Perhaps not cancelled for this reason: nothing to promise.
        return redirect(url_for("appointments.manage", token=token), 303)
    answer = report_illness(change_of(shown), "move" if wants == "move" else "cancel", clock.now())
    if isinstance(answer, TooLate):
        return manage_page(linked(token), token, problem=_BEGUN), 409
    if isinstance(answer, Reported):
        flash(_("Thank you for telling us. Choose another time: it costs you nothing."), "success")
        return redirect(url_for("appointments.manage_move", token=token), 303)
    flash(_("Your appointment is cancelled. It costs you nothing, and an e-mail confirms it."), "success")
    return redirect(url_for("appointments.manage", token=token), 303)


@blueprint.get("/appointment/<token>/check-in")
def how_are_you(token: str) -> Answer:
    """Asks how the client feels since the session."""
    return _asking(linked(token), token, None)


@blueprint.get("/appointment/<token>/check-in/<code>")
def how_are_you_answered(token: str, code: str) -> Answer:
    """The same with the answer ready that was tapped in the mail; nothing is kept before its button is pressed."""
    shown = linked(token)
    return _asking(shown, token, _answer_of(shown, code))


@blueprint.post("/appointment/<token>/check-in/<code>")
@limit("60 per hour")
def how_are_you_now(token: str, code: str) -> Answer:
    """Keep the answer; say at once what to do where it is alarming. No redirect: its address would have to say what was answered."""
    shown = linked(token)
    answer = check_in(shown.id, _answer_of(shown, code), client_of(shown), clock.now())
    if not isinstance(answer, CheckedIn):
        return _asking(shown, token, None)
    return render_template(
        "pages/appointments/checked_in.html", shown=shown, token=token, is_alarming=answer.is_alarming
    )


@blueprint.get("/appointment/<token>/messages")
def messages(token: str) -> Answer:
    """How this client is written to."""
    shown = linked(token)
    form = MessagesForm(formdata=None, data=_chosen(shown))
    return render_template("pages/appointments/messages.html", shown=shown, token=token, form=form)


@blueprint.post("/appointment/<token>/messages")
@limit("60 per hour")
def messages_now(token: str) -> Answer:
    """Keep what was chosen."""
    shown, form = linked(token), MessagesForm(data=_chosen(linked(token)))
    if not form.validate_on_submit():
        return render_template("pages/appointments/messages.html", shown=shown, token=token, form=form), 422
    choices = Choices(Detail(form.detail.data), form.language.data, form.aftercare.data)
    choose_messages(shown.id, choices, client_of(shown), clock.now())
    flash(_("Saved. From now on we write to you like that."), "success")
    return redirect(url_for("appointments.manage", token=token), 303)


@blueprint.get("/messages/stop/<token>")
@limit("60 per minute")
def stop_messages(token: str) -> Answer:
    """Asks for the one click: mail programs and scanners look at links, too."""
    public_id = read_stop_token(token)
    appointment = find_appointment(public_id) if public_id else None
    if appointment is None:
        abort(404)
    suggest(appointment.language)
    return render_template("pages/appointments/stop_messages.html", token=token)


@blueprint.post("/messages/stop/<token>")
@without_form_token
@limit("60 per minute")
def stop_messages_now(token: str) -> Answer:
    """The button of a mail program, or of our page: done at once, without cookie and without redirect (RFC 8058)."""
    public_id = read_stop_token(token)
    if public_id is None or not stop_aftercare(public_id, clock.now()):
        abort(404)
    appointment = find_appointment(public_id)
    suggest(appointment.language if appointment else "")
    return render_template("pages/appointments/messages_stopped.html")


def _asking(shown: Shown, token: str, chosen: CheckInAnswer | None) -> str:
    return render_template(
        "pages/appointments/how_are_you.html",
        shown=shown,
        token=token,
        may_answer=shown.state is State.COMPLETED,
        chosen=chosen,
        answers=[(answer, check_in_code(shown.public_id, answer)) for answer in CheckInAnswer],
    )


def _answer_of(shown: Shown, code: str) -> CheckInAnswer:
    """The answer that a code in an address stands for; 404 for any other. All four are compared, so that time tells nothing."""
    same = [answer for answer in CheckInAnswer if is_check_in_code(code, shown.public_id, answer)]
    if not same:
        abort(404)
    return same[0]


def _chosen(shown: Shown) -> dict[str, object]:
    """How it is now."""
    return {
        "detail": shown.detail.value,
        "language": shown.language,
        "aftercare": not shown.aftercare_stopped,
    }
