"""Who hears of a change, in words."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from app.store.schedule import AppointmentFacts


def told_words(seen: AppointmentFacts, *, tells_client: bool = True) -> str:
    """Who hears of a change, so that the desk knows whether to call."""
    call = f"please call {seen.client}{f' on {seen.phone}' if seen.phone else ''}."
    if not tells_client:
        return f"You tell {seen.client} yourself{f': {seen.phone}' if seen.phone else ''}."
    if seen.email:
        return f"{seen.client} is told by e-mail."
    return f"There is no e-mail address: {call}"


def second_words(seen: AppointmentFacts) -> str:
    """That only the second person of a session is another now."""
    return f"{seen.client}: {seen.chaperone or 'nobody'} is the second person now. {seen.client} is not told: the rest stays."


def somebody_was_faster(seen: AppointmentFacts) -> Response:
    """To the appointment as it stands now."""
    flash(
        "Somebody else has just changed this appointment. Here is how it stands now; nothing of yours was saved.",
        "error",
    )
    return redirect(url_for("schedule.appointment", reference=seen.reference))
