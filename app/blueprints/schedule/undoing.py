"""The way back after an act: offered once, on the page that one returns to."""

from collections.abc import Mapping
from dataclasses import replace

from flask import redirect, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from app.blueprints.schedule.day_asked import read_asked
from app.blueprints.schedule.day_views import UNDO
from app.web.typed import date_typed


def offer_undo(text: str, url: str, fields: Mapping[str, object]) -> None:
    """Say what was done, with a button that posts these fields there."""
    cookie[UNDO] = {
        "text": text,
        "url": url,
        "fields": {name: str(value) for name, value in fields.items() if value},
    }


def way_back(reference: str, back: Mapping[str, str]) -> Response:
    """To the day on which an act began, as it was looked at, else to the appointment's own page."""
    day = date_typed(back.get("day"))
    if day is None:
        return redirect(url_for("schedule.appointment", reference=reference))
    asked = replace(read_asked(back), therapist=None)
    return redirect(url_for("schedule.day", day=day.isoformat(), **asked.query()))
