"""Who hears of a change, in words."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from app.store.appointment_facts import AppointmentFacts
from app.web.language import _


def told_words(seen: AppointmentFacts, *, tells_client: bool = True) -> str:
    """Who hears of a change, so that the desk knows whether to call."""
    if not tells_client and seen.phone:
        return _("You tell %(client)s yourself: %(phone)s.", client=seen.client, phone=seen.phone)
    if not tells_client:
        return _("You tell %(client)s yourself.", client=seen.client)
    if seen.email:
        return _("%(client)s is told by e-mail.", client=seen.client)
    if seen.phone:
        return _(
            "There is no e-mail address: please call %(client)s on %(phone)s.",
            client=seen.client,
            phone=seen.phone,
        )
    return _("There is no e-mail address: please call %(client)s.", client=seen.client)


def second_words(seen: AppointmentFacts) -> str:
    """That only the second person of a session is another now."""
    return _(
        "%(client)s: %(chaperone)s is the second person now. %(client)s is not told: the rest stays.",
        client=seen.client,
        chaperone=seen.chaperone or _("nobody"),
    )


def somebody_was_faster(seen: AppointmentFacts) -> Response:
    """To the appointment as it stands now."""
    flash(
        _(
            "Somebody else has just changed this appointment. Here is how it stands now; nothing of yours was saved."
        ),
        "error",
    )
    return redirect(url_for("schedule.appointment", reference=seen.reference))
