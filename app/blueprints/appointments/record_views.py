"""What is stored about a client, told behind their link, and two things they may ask for: a copy, and to be forgotten."""

from flask import abort, flash, redirect, render_template, request, url_for

from app import clock
from app.actions.erasing import ask_for_copy, ask_to_be_forgotten
from app.blueprints.appointments.blueprint import Answer, blueprint
from app.blueprints.appointments.linked import client_of, linked
from app.store.practice import load_practice
from app.web.language import lazy
from app.web.limits import limit

_ASKED = {
    "copy": lazy("Thank you. We make the copy and get in touch with you about how to hand it over."),
    "erasure": lazy("Thank you. We look at it and answer you within a month."),
}


@blueprint.get("/appointment/<token>/record")
def own_record(token: str) -> Answer:
    """Explains; shows nothing of what is stored."""
    shown = linked(token)
    return render_template(
        "pages/appointments/record.html", shown=shown, token=token, policy=load_practice().policy
    )


@blueprint.post("/appointment/<token>/record")
@limit("20 per hour")
def own_record_now(token: str) -> Answer:
    """Keep what is asked for; staff see it the same day."""
    shown, wants = linked(token), request.form.get("wants", "")
    if wants not in _ASKED:
        abort(400)
    ask = ask_for_copy if wants == "copy" else ask_to_be_forgotten
    ask(shown.id, client_of(shown), clock.now())
    flash(str(_ASKED[wants]), "success")
    return redirect(url_for("appointments.own_record", token=token), 303)
