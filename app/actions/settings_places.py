"""Changing the practice itself, its locations and rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.actions.keeping import SHORTENED, would_forget
from app.actions.settings import Edit, NotPossible, Outcome, Stop, WouldForget, WouldHit, add, change
from app.domain.practice import text_in
from app.domain.readiness import Missing
from app.domain.said import said
from app.store import settings
from app.store.audit import add_audit_line

_CHANGED = "settings changed"
Values = Mapping[str, Any]


def save_practice(values: Values, edit: Edit) -> Outcome:
    """Name, texts and policy of the practice. What is kept for less long is told first, by number, and stands in the log."""
    going = would_forget(values, edit.now)
    if any(count > edit.forgets.get(name, -1) for name, count in going.items()):
        return WouldForget(going)

    def write(row: Any, language: str) -> None:
        told = {name: {"from": getattr(row, name), "to": values[name], "gone": going[name]} for name in going}
        settings.write_columns(row, values, language)
        if told:
            add_audit_line(edit.actor, SHORTENED, "practice", row.id, told, edit.now)

    return change("practice", "", _CHANGED, edit, write)


def save_location(slug: str, values: Values, edit: Edit) -> Outcome:
    """Name, zone, country, telephone and arrival text of a location. One that is in use keeps a time zone."""

    def write(row: Any, language: str) -> None:
        had_zone = row.zone is not None
        settings.write_columns(row, values, language)
        if had_zone and row.zone is None and row.retired_at is None:
            raise Stop(NotPossible(said("A location that is in use needs a time zone."), "zone"))

    return change("location", slug, _CHANGED, edit, write)


def add_location(values: Values, edit: Edit) -> Outcome:
    """A new location, perhaps with its address from now on; out of use until it is brought into use."""
    columns = {name: value for name, value in values.items() if name != "address"}
    lines = values.get("address")
    lists = {"address_periods": [{"lines": lines, "announced": False}]} if lines else {}
    return add("location", values["name"], columns, edit, lists)


def save_addresses(slug: str, periods: Sequence[Values], edit: Edit) -> Outcome:
    """Which address holds from when."""
    return change("location", slug, _CHANGED, edit, _list_writer("address_periods", periods))


def save_opening_hours(slug: str, windows: Sequence[Values], edit: Edit) -> Outcome:
    """The weekly windows in which a location is open."""
    return change("location", slug, _CHANGED, edit, _list_writer("opening_hours", windows))


def save_closures(slug: str, closures: Sequence[Values], edit: Edit) -> Outcome:
    """The dates on which a location is shut all the same."""
    return change("location", slug, _CHANGED, edit, _list_writer("closures", closures))


def save_room(slug: str, values: Values, edit: Edit) -> Outcome:
    """Name and features of a room."""
    return change(
        "room", slug, _CHANGED, edit, lambda row, language: settings.write_columns(row, values, language)
    )


def add_room(location_slug: str, values: Values, edit: Edit) -> Outcome:
    """A new room at a location."""
    location = settings.find_thing("location", location_slug)
    if location is None:
        return NotPossible(said("That location is not there any more."))
    return add("room", values["name"], {**values, "location_id": location.id}, edit)


def retire(kind: str, slug: str, edit: Edit) -> Outcome:
    """Take a location, room, service or therapist out of use. What is booked stays booked, and is told before."""
    return change(
        kind,
        slug,
        "settings retired",
        edit,
        lambda row, language: _set_retired(row, edit, language, retired=True),
    )


def bring_back(kind: str, slug: str, edit: Edit) -> Outcome:
    """Bring it into use (again), as long as the public's pages stay open with it: no confirmation gets past that.

    A location not before its time zone is known, since nothing can happen there before; a service not without a price.
    """

    def write(row: Any, language: str) -> None:
        if kind == "location" and row.zone is None:
            raise Stop(NotPossible(said("It has no time zone yet. Give it one, then bring it into use.")))
        lacking = _unpriced(row, language) if kind == "service" else None
        if lacking:
            raise Stop(WouldHit((), (lacking,)))
        _set_retired(row, edit, language, retired=False)

    open_stays = replace(edit, confirmed=edit.confirmed - {0})
    return change(kind, slug, "settings brought into use", open_stays, write)


def _unpriced(row: Any, language: str) -> Missing | None:
    living = [variant for variant in row.variants if variant.retired_at is None]
    name = text_in(row.name, language) or row.slug
    key = f"service[{row.slug}].duration"
    if not living:
        return Missing(key, said("%(name)s has no duration and no price yet.", name=name))
    if any(variant.price_minor is None for variant in living):
        return Missing(key, said("%(name)s has a duration without a price.", name=name))
    return None


def _set_retired(row: Any, edit: Edit, language: str, *, retired: bool) -> None:
    if (row.retired_at is not None) != retired:
        settings.write_columns(row, {"retired_at": edit.now if retired else None}, language)


def _list_writer(name: str, wanted: Sequence[Values]) -> Any:
    return lambda row, language: settings.replace_list(row, name, wanted, language)
