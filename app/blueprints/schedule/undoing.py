"""The way back after an act: to the page where it began, which offers once to take it back."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from app.blueprints.schedule.day_asked import WAY_BACK, endpoint_of, read_asked
from app.web.typed import date_typed

#: Stands for a day on the list of what is unresolved.
UNRESOLVED = "unresolved"
#: Where the cookie keeps what the last act did, and how it is taken back (pages/schedule/_undo.html).
_OFFER = "undo_offer"
_LONGEST = 60


def offer_undo(text: str, url: str, fields: Mapping[str, object]) -> None:
    """Say what was done, with a button that posts these fields there."""
    cookie[_OFFER] = {
        "text": text,
        "url": url,
        "fields": {name: str(value) for name, value in fields.items() if value},
    }


def offered_undo() -> dict[str, Any] | None:
    """What the last act did and how to take it back; offered once."""
    offer: dict[str, Any] | None = cookie.pop(_OFFER, None)
    return offer


def kept_way_back(values: Mapping[str, str]) -> dict[str, str]:
    """What a form says of where it was sent from, for the next form."""
    found = {name: (values.get(name) or "")[:_LONGEST] for name in WAY_BACK}
    return {name: value for name, value in found.items() if value}


def way_back(reference: str, back: Mapping[str, str]) -> Response:
    """To where an act began: a day or a week as it was looked at, the list of what is unresolved, else the appointment's own page."""
    chosen = back.get("day")
    if chosen == UNRESOLVED:
        return redirect(url_for("schedule.unresolved"))
    day = date_typed(chosen)
    if day is None:
        return redirect(url_for("schedule.appointment", reference=reference))
    return redirect(url_for(endpoint_of(back), day=day.isoformat(), **read_asked(back).query()))
