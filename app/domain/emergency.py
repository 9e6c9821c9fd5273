"""Whom to call in an emergency, by country: whoever reads a warning is told a number that works where they are."""

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


def emergency_number(practice: Practice, location: Location | None = None) -> str | None:
    """The number that the practice itself names, else that of the location's country (of the first, where none is meant)."""
    place = location or next(iter(practice.locations), None)
    return practice.emergency_number or (number_in(place.country) if place else None)
