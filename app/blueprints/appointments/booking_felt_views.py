"""How booking was: one click on the page after it, by whoever has just booked. It can be changed there."""

from flask import flash, redirect, request, url_for

from app.actions.booking_felt import say_how_booking_felt
from app.blueprints.appointments.blueprint import Answer, blueprint
from app.blueprints.appointments.linked import just_booked
from app.domain.booking_felt import felt_of
from app.web.language import _


@blueprint.post("/book/done/<token>/felt")
def done_felt(token: str) -> Answer:
    """Keep the answer."""
    shown, felt = just_booked(token), felt_of(request.form.get("felt"))
    if felt is not None:
        say_how_booking_felt(shown.id, felt)
        flash(_("Thank you. That helps us to make booking easier."), "success")
    return redirect(url_for("appointments.done", token=token), 303)
