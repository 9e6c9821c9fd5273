"""Settings pages of locations (addresses, hours, closures) and rooms."""

from typing import Any

from flask import abort, render_template, url_for

from app.actions import settings_places as actions
from app.blueprints.admin.beginnings import beginning_of
from app.blueprints.admin.blueprint import blueprint
from app.blueprints.admin.editing import Answer, Page, Shown, answer
from app.blueprints.admin.fields import options
from app.blueprints.admin.forms import counting, spare, window_columns, window_rows
from app.blueprints.admin.other_languages import left_in_others
from app.blueprints.admin.place_forms import (
    AddressesForm,
    ClosuresForm,
    HoursForm,
    LocationForm,
    NewLocationForm,
    NewRoomForm,
    RoomForm,
)
from app.blueprints.admin.week import week_picture, windows_of, windows_of_rows
from app.domain.practice import text_in
from app.store import settings
from app.store.practice import load_practice
from app.web.access import DESK, OWNER, staff_only
from app.web.language import _
from app.web.local_places import country_choices, zone_and_city, zone_choices


@blueprint.get("/locations")
@staff_only(OWNER, DESK)
def locations() -> str:
    """All locations with their rooms."""
    return render_template("pages/admin/locations.html", locations=settings.list_things("location"))


@blueprint.route("/locations/new", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def new_location() -> Answer:
    """A location that is to be."""
    return answer(
        Page(
            template="pages/admin/location_new.html",
            form_class=NewLocationForm,
            read=lambda: Shown(_proposed(), None, _places_to_choose()),
            save=lambda form, edit: actions.add_location(form.values(), edit),
            done=lambda saved: url_for("admin.opening_hours", slug=saved.slug),
            said=_("Added. Clients don't see it until you bring it into use."),
        )
    )


@blueprint.route("/locations/<slug>", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def location(slug: str) -> Answer:
    """Name, zone, telephone."""
    return answer(
        Page(
            template="pages/admin/location.html",
            form_class=LocationForm,
            read=lambda: _shown(slug, _location_values, lambda _row: _places_to_choose()),
            save=lambda form, edit: actions.save_location(slug, form.values(), edit),
            done=lambda _saved: url_for("admin.location", slug=slug),
        )
    )


@blueprint.route("/locations/<slug>/addresses", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def addresses(slug: str) -> Answer:
    """Which address holds from when."""
    return answer(
        Page(
            template="pages/admin/addresses.html",
            form_class=AddressesForm,
            read=lambda: _shown(
                slug, lambda row: {"addresses": [_address_row(each) for each in row.address_periods]}
            ),
            save=lambda form, edit: actions.save_addresses(slug, form.values(), edit),
            done=lambda _saved: url_for("admin.addresses", slug=slug),
            spare=lambda form: spare(form.addresses),
        )
    )


@blueprint.route("/locations/<slug>/hours", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def opening_hours(slug: str) -> Answer:
    """When a location is open."""
    return answer(
        Page(
            template="pages/admin/opening_hours.html",
            form_class=HoursForm,
            read=lambda: _shown(slug, lambda row: {"hours": window_rows(windows_of(row))}, _week_of),
            save=lambda form, edit: actions.save_opening_hours(slug, _hours_columns(form), edit),
            done=lambda _saved: url_for("admin.opening_hours", slug=slug),
            spare=lambda form: spare(form.hours),
        )
    )


@blueprint.route("/locations/<slug>/closures", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def closures(slug: str) -> Answer:
    """When a location is shut all the same."""
    return answer(
        Page(
            template="pages/admin/closures.html",
            form_class=ClosuresForm,
            read=lambda: _shown(
                slug, lambda row: {"closures": [_closure_row(each) for each in row.closures]}
            ),
            save=lambda form, edit: actions.save_closures(slug, form.values(), edit),
            done=lambda _saved: url_for("admin.closures", slug=slug),
            spare=lambda form: spare(form.closures),
        )
    )


@blueprint.route("/rooms/new", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def new_room() -> Answer:
    """A room that is to be."""
    return answer(
        Page(
            template="pages/admin/room_new.html",
            form_class=NewRoomForm,
            read=lambda: Shown({}, None),
            save=lambda form, edit: actions.add_room(form.location.data, form.values(), edit),
            done=lambda _saved: url_for("admin.locations"),
            prepare=lambda form, _shown: _offer_locations(form),
            said=_("Added."),
        )
    )


@blueprint.route("/rooms/<slug>", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def room(slug: str) -> Answer:
    """Name and features of a room."""
    return answer(
        Page(
            template="pages/admin/room.html",
            form_class=RoomForm,
            read=lambda: _room_shown(slug),
            save=lambda form, edit: actions.save_room(slug, form.values(), edit),
            done=lambda _saved: url_for("admin.room", slug=slug),
        )
    )


def _shown(slug: str, values: Any, more: Any = lambda _row: {}) -> Shown:
    row = settings.find_thing("location", slug) or abort(404)
    context = {
        "name": row.name,
        "kind": "location",
        "slug": slug,
        "retired": row.retired_at is not None,
        "current_version": row.row_version,
        "zone": zone_and_city(row.zone) if row.zone else None,
        "beginning": beginning_of("location", row),
        **left_in_others(row),
        **more(row),
    }
    return Shown(values(row), settings.version_of(row), context)


def _proposed() -> dict[str, Any]:
    """A second place is mostly near the first."""
    first = next(iter(load_practice().locations), None)
    return {"zone": str(first.zone), "country": first.country} if first and first.zone else {}


def _places_to_choose() -> dict[str, Any]:
    return {"zones": zone_choices(), "countries": country_choices()}


def _location_values(row: Any) -> dict[str, Any]:
    plain = {column: getattr(row, column) for column in ("name", "zone", "country", "phone")}
    return plain | {"arrival": text_in(row.arrival, load_practice().language)}


def _address_row(period: Any) -> dict[str, Any]:
    plain = {column: getattr(period, column) for column in ("lines", "valid_from", "announced")}
    return plain | {"note": text_in(period.note, load_practice().language)}


def _closure_row(closure: Any) -> dict[str, Any]:
    last = closure.ends_on if closure.ends_on != closure.starts_on else None
    return {"starts_on": closure.starts_on, "ends_on": last, "label": closure.label}


def _week_of(row: Any) -> dict[str, Any]:
    stored = windows_of(row)
    return {"week": lambda form: week_picture(windows_of_rows(form.hours) if form.is_submitted() else stored)}


def _hours_columns(form: HoursForm) -> list[dict[str, Any]]:
    return [columns for row in counting(form.hours) for columns in window_columns(row, "opens", "closes")]


def _offer_locations(form: NewRoomForm) -> None:
    """Those in use; where there is none yet, the one that is being set up."""
    places = settings.list_things("location")
    living = [row for row in places if row.retired_at is None]
    form.location.choices = options([(row.slug, row.name) for row in living or places])


def _room_shown(slug: str) -> Shown:
    row = settings.find_thing("room", slug) or abort(404)
    context = {
        "name": row.name,
        "kind": "room",
        "slug": slug,
        "retired": row.retired_at is not None,
        "current_version": row.row_version,
        "location_name": row.location.name,
    }
    return Shown({"name": row.name, "features": ", ".join(row.features)}, row.row_version, context)
