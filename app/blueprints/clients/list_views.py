"""Finding clients: the page, and the few lines that the booking form shows while somebody types."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.domain.names import asked
from app.store.appointment_facts import find_facts
from app.store.practice import load_practice
from app.web.access import signed_in
from app.web.found_clients import lines_for

_LONGEST, _SHOWN, _SUGGESTED = 120, 20, 8


def index() -> str | Response:
    """Who fits what was typed; without that who was here last. An appointment's reference opens the appointment."""
    said = typed()
    lines = lines_for(said, clock.now(), _SHOWN)
    reference = _reference(said) if len(lines) == 1 else None
    if reference:
        return redirect(url_for("schedule.appointment", reference=reference))
    return render_template(
        "pages/clients/index.html",
        section="clients",
        said=said,
        find_text=said,
        too_short=bool(said) and asked(said).is_too_short,
        lines=lines,
        most=_SHOWN,
    )


def _reference(said: str) -> str | None:
    """What was typed, where an appointment that the member may see is called so."""
    reference = asked(said, load_practice().short_code).reference
    found = find_facts(reference) if reference else None
    return found.reference if found and signed_in().may_see(found.therapist_id) else None


def suggest() -> str:
    """The first few as a choice for a form: which of them is meant, or none of them."""
    said = typed()
    lines = lines_for(said, clock.now(), _SUGGESTED) if said else []
    return render_template("pages/clients/_suggestions.html", said=said, lines=lines)


def typed() -> str:
    """What is looked for."""
    return " ".join(request.args.get("q", "")[:_LONGEST].split())
