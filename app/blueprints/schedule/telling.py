"""Who hears of a change, in words."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from app.store.schedule import AppointmentFacts
from app.web.language import _


def told_words(seen: AppointmentFacts, *, tells_client: bool = True) -> str:
    """Who hears of a change, so that the desk knows whether to call."""
    call = (
        _("please call %(client)s on %(phone)s.", client=seen.client, phone=seen.phone)
        if seen.phone
        else _("please call %(client)s.", client=seen.client)
    )
    if not tells_client:
        return _(
            "You tell %(client)s yourself%(f)s.",
            client=seen.client,
            f=f": {seen.phone}" if seen.phone else "",
        )
    if seen.email:
        return _("%(client)s is told by e-mail.", client=seen.client)
    return _("There is no e-mail address: %(call)s", call=call)


def second_words(seen: AppointmentFacts) -> str:
    """That only the second person of a session is another now."""
    return _(
        "%(client)s: %(chaperone)s is the second person now. %(client)s is not told: the rest stays.",
        client=seen.client,
        chaperone=seen.chaperone or "nobody",
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
