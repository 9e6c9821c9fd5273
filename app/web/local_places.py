"""Countries, time zones and currencies by the names that people use, the likely ones first."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from flask import request

from app import wording
from app.domain.wallclock import is_places_clock, zone_named
from app.languages import WRITTEN
from app.store.practice import load_practice
from app.web.language import speaking

#: What people write for a country beside its name.
_ALSO_CALLED = {
    "america": "US",
    "england": "GB",
    "great britain": "GB",
    "holland": "NL",
    "scotland": "GB",
    "uk": "GB",
    "united states of america": "US",
    "usa": "US",
    "wales": "GB",
}
#: Big cities after which no zone is named, and the zone whose clock they keep.
_BIG_CITIES = {
    city: zone
    for zone, cities in {
        "America/Chicago": "austin, dallas, houston, minneapolis, nashville, new orleans, san antonio",
        "America/Denver": "albuquerque, colorado springs, salt lake city",
        "America/Edmonton": "calgary",
        "America/Los_Angeles": "las vegas, sacramento, san diego, san francisco, seattle",
        "America/New_York": "atlanta, boston, charlotte, miami, philadelphia, pittsburgh, washington",
        "America/Regina": "saskatoon",
        "America/Toronto": "montreal, ottawa, quebec, quebec city",
        "America/Vancouver": "victoria",
        "Europe/Berlin": "cologne, frankfurt, hamburg, munich",
        "Europe/London": "birmingham, bristol, cardiff, edinburgh, glasgow, manchester",
        "Europe/Madrid": "barcelona, seville, valencia",
        "Europe/Paris": "bordeaux, lyon, marseille, nantes, toulouse",
        "Europe/Rome": "florence, milan, naples, turin",
        "Europe/Zurich": "basel, bern, geneva, lausanne",
    }.items()
    for city in cities.split(", ")
}
_LEFT_OUT = str.maketrans({"_": " ", "-": " ", ".": "", "'": "", "\u2019": ""})
_IN_BRACKETS = re.compile(r".*\(([A-Za-z_+/-]{3,50})\)", re.DOTALL)


def country_words(code: str) -> str:
    """Canada; the code itself where nobody has a name for it."""
    return wording.country_names(speaking()).get(code, code)


def country_typed(typed: str) -> str | None:
    """The two letters of the country that somebody means, or None."""
    if typed.upper() in wording.country_names(WRITTEN):
        return typed.upper()
    wanted = _plain(typed)
    for language in _languages():
        names = wording.country_names(language)
        found = next((code for code, name in names.items() if _plain(name) == wanted), None)
        if found:
            return found
    return _ALSO_CALLED.get(wanted)


def zone_and_city(zone: str) -> str:
    """Toronto (America/Toronto)."""
    city = wording.zone_cities(speaking()).get(zone)
    return f"{city} ({zone})" if city else zone


def zone_typed(typed: str) -> str | None:
    """The time zone that somebody means by its name, by its city or by both; None where we know none."""
    bracketed = _IN_BRACKETS.fullmatch(typed)
    if bracketed:
        typed = bracketed[1]
    known = wording.zone_cities(WRITTEN)
    by_name = next((zone for zone in known if zone.casefold() == typed.casefold()), None)
    by_city = _zone_of_city(_plain(typed)) or _zone_of_city(_plain(typed.partition(",")[0]))
    return by_name or by_city or _older_name(typed)


def _zone_of_city(wanted: str) -> str | None:
    for language in _languages():
        for zone, city in _cities(language).items():
            if wanted and wanted in (
                _plain(city),
                _plain(city.partition(",")[0]),
                _plain(zone.rpartition("/")[2]),
            ):
                return zone
    return _BIG_CITIES.get(wanted)


def _cities(language: str) -> dict[str, str]:
    """Without clocks that are nobody's place: Etc/GMT-5 is five hours ahead, and whoever types GMT-5 means behind."""
    known = wording.zone_cities(language)
    return {zone: city for zone, city in known.items() if is_places_clock(zone)}


def _older_name(typed: str) -> str | None:
    """Canada/Eastern, America/Montreal: names that clocks still know. Bare EST or GMT would be a clock without summer time."""
    try:
        return str(zone_named(typed)) if is_places_clock(typed) else None
    except ValueError:
        return None


def likely_countries() -> list[str]:
    """Where a place probably is: where the practice has others, then where the browser's language is at home."""
    known = wording.country_names(WRITTEN)
    others = [place.country for place in load_practice().locations]
    regions = [tag.rpartition("-")[2].upper() for tag, _quality in request.accept_languages if "-" in tag]
    return [code for code in dict.fromkeys([*others, *regions]) if code and code in known]


def country_choices() -> list[str]:
    """All countries by name, the likely ones first."""
    names = wording.country_names(speaking())
    return [names[code] for code in _in_order(names, likely_countries())]


def zone_choices() -> list[str]:
    """All time zones by city, the likely ones first."""
    likely = [str(place.zone) for place in load_practice().locations if place.zone]
    likely += [zone for country in likely_countries() for zone in wording.zones_of(country)]
    return [zone_and_city(zone) for zone in _in_order(_cities(speaking()), likely)]


def currency_choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    """These currencies, each with its name, the likely ones first."""
    called = wording.currency_names(speaking())
    names = {code: f"{called[code]} ({code})" if code in called else code for code in codes}
    likely = [code for country in likely_countries() for code in wording.currencies_of(country)]
    return [(code, names[code]) for code in _in_order(names, likely)]


def _in_order(names: Mapping[str, str], likely: Iterable[str]) -> list[str]:
    first = [code for code in dict.fromkeys(likely) if code in names]
    rest = sorted((code for code in names if code not in first), key=lambda code: _plain(names[code]))
    return [*first, *rest]


def _languages() -> Sequence[str]:
    return tuple(dict.fromkeys((speaking(), load_practice().language, WRITTEN)))


def _plain(text: str) -> str:
    """Without accents, dots, apostrophes and capitals: how names are compared."""
    bare = unicodedata.normalize("NFKD", text.translate(_LEFT_OUT))
    return " ".join("".join(each for each in bare if not unicodedata.combining(each)).casefold().split())
