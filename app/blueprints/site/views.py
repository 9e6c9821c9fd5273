"""The practice's home page."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template

from app import clock
from app.blueprints.services.offers import offers
from app.domain.addresses import address_on
from app.domain.practice import Location
from app.domain.readiness import is_published
from app.domain.wallclock import days_between, local_date
from app.store.practice import load_practice

blueprint = Blueprint("site", __name__)

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@blueprint.get("/")
def home() -> str:
    """Who we are, what we do, the next free times, where and when."""
    practice, now = load_practice(), clock.now()
    if not is_published(practice):
        return render_template("pages/site/not_open.html", whole=practice)
    places = [_place(location, location.zone) for location in practice.locations if location.zone]
    return render_template(
        "pages/site/home.html", whole=practice, offers=offers(practice, now), places=places
    )


def _place(location: Location, zone: ZoneInfo) -> dict[str, object]:
    today = local_date(clock.now(), zone)
    return {"location": location, "address": address_on(location, today), "hours": _hours(location, today)}


def _hours(location: Location, today: date) -> list[tuple[str, list[tuple[object, object]]]]:
    """Runs of weekdays with the same windows in the coming week: Monday to Friday, Saturday to Sunday."""
    coming = sorted(days_between(today, today + timedelta(days=6)), key=date.weekday)
    per_day = [
        [(window.opens, window.closes) for window in location.opening_hours if window.holds_on(day)]
        for day in coming
    ]
    lines: list[tuple[str, list[tuple[object, object]]]] = []
    first = 0
    for day in range(1, 8):
        if day == 7 or per_day[day] != per_day[first]:
            name = _WEEKDAYS[first] if day - first == 1 else f"{_WEEKDAYS[first]} to {_WEEKDAYS[day - 1]}"
            lines.append((name, list(per_day[first])))
            first = day
    return lines
