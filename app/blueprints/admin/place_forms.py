"""Forms for locations and rooms."""

from typing import Any

from wtforms import BooleanField

from app.blueprints.admin.fields import Block, Day, Line, OneOf, phone_line
from app.blueprints.admin.forms import (
    RowForm,
    SettingsForm,
    WindowRow,
    blame,
    counting,
    rows_of,
    without_overlap,
)
from app.blueprints.admin.place_fields import CountryField, ZoneField
from app.web.language import _, lazy
from app.web.spoken_form import SpokenForm
from app.wording import country_of, zones_of


class LocationForm(SettingsForm):
    """A location."""

    name = Line(lazy("Name"), 120, needed=lazy("The location needs a name."))
    zone = ZoneField(lazy("Time zone"))
    country = CountryField(lazy("Country"))
    phone = phone_line(lazy("Telephone"))
    arrival = Block(lazy("Arriving"), 600)

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {
            "name": self.name.data,
            "zone": self.zone.value,
            "country": self.country.value,
            "phone": self.phone.data or None,
            "arrival": self.arrival.data,
        }


class NewLocationForm(LocationForm):
    """A location that is to be, with its first address; of zone and country one often tells the other."""

    address = Block(lazy("Address"), 400)

    def values(self) -> dict[str, Any]:
        """As columns, and the address."""
        zone, country = self.zone.value, self.country.value
        zones = zones_of(country) if country else ()
        return super().values() | {
            "zone": zone or (zones[0] if len(zones) == 1 else None),
            "country": country or (country_of(zone) if zone else None),
            "address": self.address.data or None,
        }


class AddressRow(RowForm):
    """An address and from when it holds."""

    tells = ("lines", "valid_from", "note", "announced")
    lines = Block(lazy("Address"), 400)
    valid_from = Day(lazy("Holds from"))
    announced = BooleanField(lazy("This is a move that has been announced"))
    note = Line(lazy("What clients are told about the move"), 200)

    def fits_together(self) -> bool:
        """A move may lack its date and its address, but then says so; everything else has an address."""
        if not self.lines.data and not self.announced.data:
            blame(self.lines, _("Type the address. Only a move that has been announced may do without."))
        elif not self.lines.data and not self.valid_from.value and not self.note.data:
            blame(self.note, _("Say what is known of the move, such as: early in the year."))
        return not self.errors

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {
            "lines": self.lines.data or None,
            "valid_from": self.valid_from.value,
            "announced": self.announced.data,
            "note": self.note.data,
        }


class AddressesForm(SettingsForm):
    """Which address holds from when."""

    addresses = rows_of(AddressRow)

    def fits_together(self) -> bool:
        """No two addresses from the same day, and only one move without a date."""
        seen: dict[tuple[Any, bool], Any] = {}
        for row in counting(self.addresses):
            key = (row.valid_from.value, row.announced.data and not row.valid_from.value)
            if key in seen and not row.errors:
                blame(
                    row.valid_from,
                    _("Another address holds from the same day. Give one of them another date."),
                )
                self.addresses.errors = [entry.errors for entry in self.addresses.entries]
            seen[key] = row
        return not any(row.errors for row in counting(self.addresses))

    def values(self) -> list[dict[str, Any]]:
        """As columns."""
        return [row.values() for row in counting(self.addresses)]


class HoursForm(SettingsForm):
    """When a location is open."""

    hours = rows_of(WindowRow)

    def fits_together(self) -> bool:
        """No overlapping windows."""
        return without_overlap(self.hours)


class ClosureRow(RowForm):
    """Dates on which a location is shut."""

    tells = ("starts_on", "ends_on", "label")
    starts_on = Day(lazy("First day"), needed=lazy("Type the first day, such as 2026-12-24."))
    ends_on = Day(lazy("Last day"))
    label = Line(lazy("Why"), 80)

    def fits_together(self) -> bool:
        """Forwards."""
        if self.starts_on.value and self.ends_on.value and self.ends_on.value < self.starts_on.value:
            blame(self.ends_on, _("The last day lies before the first."))
        return not self.errors

    def values(self) -> dict[str, Any]:
        """As columns."""
        first = self.starts_on.value
        return {"starts_on": first, "ends_on": self.ends_on.value or first, "label": self.label.data or None}


class ClosuresForm(SettingsForm):
    """When a location is shut all the same."""

    closures = rows_of(ClosureRow)

    def values(self) -> list[dict[str, Any]]:
        """As columns."""
        return [row.values() for row in counting(self.closures)]


class RoomForm(SettingsForm):
    """A room."""

    name = Line(lazy("Name"), 80, needed=lazy("The room needs a name."))
    features = Line(lazy("Features"), 300)

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {"name": self.name.data, "features": features_typed(self.features.data)}


class NewRoomForm(RoomForm):
    """A room that is to be, and where."""

    location = OneOf(lazy("Location"))


class EmptyForm(SpokenForm):
    """Nothing but the token: for buttons."""


def features_typed(typed: str) -> list[str]:
    """Features out of a line: small letters, separated by commas, each once."""
    return sorted({"-".join(part.lower().split()) for part in typed.split(",") if part.strip()})
