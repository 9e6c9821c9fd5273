"""Whom to call in an emergency, by country: whoever reads a warning is told a number that works where they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.practice import Location, Practice

#: By ISO 3166 country code the number for an ambulance. Where 112 works beside an older number, 112 is named.
_NUMBERS = {
    "112": (
        "AD AL AT BA BE BG CH CY CZ DE DK EE ES FI FO FR GR HR HU IE IN IS IT LI LT LU LV MC MD ME MK MT "
        "NL NO PL PT RO RS SE SI SK SM TR UA VA"
    ),
    "911": "AR BM CA CR DO EC GU JM MX PA PE PH PR PY SV US UY VI",
    "999": "GB GG HK IM JE KE MY",
    "000": "AU",
    "111": "NZ",
    "119": "JP KR TW",
    "120": "CN",
    "123": "CO EG",
    "131": "CL",
    "192": "BR",
    "995": "SG",
    "998": "AE",
    "10177": "ZA",
    "101": "IL",
}
_BY_COUNTRY = {country: number for number, countries in _NUMBERS.items() for country in countries.split()}


def number_in(country: str | None) -> str | None:
    """The emergency number of a country; None where we don't know it, so that no wrong one is shown."""
    return _BY_COUNTRY.get((country or "").strip().upper())


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A number to call. ``place``: the location where it is right; none: wherever somebody is meant to come."""

    number: str
    place: str | None = None


def emergency_numbers(practice: Practice, location: Location | None = None) -> tuple[EmergencyNumber, ...]:
    """Whom to call where the location is; where none is meant and they differ, each location with its own.

    Nothing where no number is known.
    """
    meant = (location,) if location else practice.locations
    if not meant:
        return only(practice.emergency_number)
    found = [(place.name, number_at(practice, place.country)) for place in meant]
    if len({number for _, number in found}) == 1:
        return only(found[0][1])
    return tuple(EmergencyNumber(number, place) for place, number in found if number)


def number_at(practice: Practice, country: str | None) -> str | None:
    """The one to call at a place in that country, also where the place is no longer in use.

    The number that the practice itself names counts, unless its places lie in countries with different ones: there each has its own.
    """
    known = number_in(country)
    theirs = {known, *(number_in(place.country) for place in practice.locations)} - {None}
    if known and len(theirs) > 1:
        return known
    return practice.emergency_number or known


def only(number: str | None) -> tuple[EmergencyNumber, ...]:
    """That number and no other; nothing where it isn't known."""
    return (EmergencyNumber(number),) if number else ()


def emergency_number(practice: Practice, location: Location | None = None) -> str | None:
    """The one number to call; None where it isn't known, and where no location is meant and they differ."""
    found = emergency_numbers(practice, location)
    return found[0].number if len(found) == 1 and found[0].place is None else None


def emergency_words(numbers: Iterable[EmergencyNumber]) -> str:
    """All of them on one line: 911 (Main Street), 999 (Example Lane)."""
    return ", ".join(f"{one.number} ({one.place})" if one.place else one.number for one in numbers)
