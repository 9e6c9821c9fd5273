"""Guides for at home behind the manage link: those that a therapist has approved, and that this client may see now."""

from flask import abort, render_template

from app import clock
from app.blueprints.appointments.linked import linked
from app.blueprints.care.blueprint import Answer, blueprint
from app.blueprints.care.timing import timed
from app.store.selfcare import guides_for

_LONGEST_SLUG = 60


@blueprint.get("/appointment/<token>/guides")
def guides(token: str) -> Answer:
    """All that this client may see."""
    shown = linked(token)
    return render_template(
        "pages/care/guides.html",
        shown=shown,
        token=token,
        guides=[timed(one) for one in guides_for(shown.client_id, clock.now())],
    )


@blueprint.get("/appointment/<token>/guides/<slug>")
def guide(token: str, slug: str) -> Answer:
    """One of them with its timer; whatever else there may be does not exist for this client."""
    shown = linked(token)
    found = guides_for(shown.client_id, clock.now(), [slug[:_LONGEST_SLUG]]) or abort(404)
    return render_template("pages/care/guide.html", shown=shown, token=token, guide=timed(found[0]))
