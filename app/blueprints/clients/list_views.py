"""Finding clients: the page, and the few lines that the booking form shows while somebody types."""

from flask import render_template, request

from app import clock
from app.domain.names import asked
from app.web.found_clients import lines_for

_LONGEST, _SHOWN, _SUGGESTED = 120, 20, 8


def index() -> str:
    """Who fits what was typed; without that who was here last."""
    said = typed()
    return render_template(
        "pages/clients/index.html",
        section="clients",
        said=said,
        find_text=said,
        too_short=bool(said) and asked(said).is_too_short,
        lines=lines_for(said, clock.now(), _SHOWN),
        most=_SHOWN,
    )


def suggest() -> str:
    """The first few as a choice for a form: which of them is meant, or none of them."""
    said = typed()
    lines = lines_for(said, clock.now(), _SUGGESTED) if said else []
    return render_template("pages/clients/_suggestions.html", said=said, lines=lines)


def typed() -> str:
    """What is looked for."""
    return " ".join(request.args.get("q", "")[:_LONGEST].split())
