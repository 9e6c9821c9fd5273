"""Fields for where something is: people type a city or a country's name, and the program keeps zone and code."""

from wtforms.validators import StopValidation

from app.blueprints.admin.fields import Typed
from app.web import local_places
from app.web.language import _

_LONGEST = 120


class _Place(Typed):
    def understand(self) -> None:
        """As its parent, with room for the longest names."""
        typed = " ".join((self.data or "")[: _LONGEST + 1].split())
        self.value = self.understood(typed) if typed else None


class ZoneField(_Place):
    """A time zone, by its city or its own name."""

    def written(self, value: str) -> str:
        """Toronto (America/Toronto)."""
        return local_places.zone_and_city(value)

    def understood(self, typed: str) -> str:
        """The zone."""
        zone = local_places.zone_typed(typed) if len(typed) <= _LONGEST else None
        if zone is None:
            raise StopValidation(
                _(
                    "We know no time zone by that name. Type the nearest big city on the same clock, such as Toronto."
                )
            )
        return zone


class CountryField(_Place):
    """A country, by its name or its two letters."""

    def written(self, value: str) -> str:
        """Canada."""
        return local_places.country_words(value)

    def understood(self, typed: str) -> str:
        """The two letters."""
        country = local_places.country_typed(typed) if len(typed) <= _LONGEST else None
        if country is None:
            raise StopValidation(
                _("We know no country by that name. Type it as the list has it, such as Canada.")
            )
        return country
