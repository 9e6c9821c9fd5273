"""The practice's home page."""

from flask import Blueprint, render_template

from app import clock
from app.blueprints.services.offers import offers
from app.domain.addresses import address_on
from app.domain.practice import Location
from app.domain.wallclock import local_date
from app.store.practice import is_published, load_practice

blueprint = Blueprint("site", __name__)

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@blueprint.get("/")
def home() -> str:
    """Who we are, what we do, the next free times, where and when."""
    practice, now = load_practice(), clock.now()
    if not is_published(practice):
        return render_template("pages/site/not_open.html", whole=practice)
    places = [_place(location) for location in practice.locations]
    return render_template(
        "pages/site/home.html", whole=practice, offers=offers(practice, now), places=places
    )


def _place(location: Location) -> dict[str, object]:
    assert location.zone is not None  # noqa: S101 - published practices have zones
    today = local_date(clock.now(), location.zone)
    return {"location": location, "address": address_on(location, today), "hours": _hours(location)}


def _hours(location: Location) -> list[tuple[str, list[tuple[object, object]]]]:
    """Runs of weekdays with the same windows: Monday to Friday, Saturday to Sunday."""
    per_day = [
        [(window.opens, window.closes) for window in location.opening_hours if window.weekday == day]
        for day in range(7)
    ]
    lines: list[tuple[str, list[tuple[object, object]]]] = []
    first = 0
    for day in range(1, 8):
        if day == 7 or per_day[day] != per_day[first]:
            name = _WEEKDAYS[first] if day - first == 1 else f"{_WEEKDAYS[first]} to {_WEEKDAYS[day - 1]}"
            lines.append((name, list(per_day[first])))
            first = day
    return lines
