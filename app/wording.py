"""Dates, times, money and places as people write them, in the reader's language; for pages and e-mails alike."""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import nh3
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_date, format_time, get_day_names, get_timezone_location, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent, get_territory_currencies
from babel.units import format_unit
from markdown_it import MarkdownIt
from markupsafe import Markup

from app.domain.money import decimals_of

_FALLBACK = Locale.parse("en")
#: Where people of a language pay with it: there it is written without saying whose dollar it is.
_HOMES = {
    "en": {"AUD": "AU", "CAD": "CA", "GBP": "GB", "NZD": "NZ", "USD": "US"},
    "fr": {"CAD": "CA", "CHF": "CH"},
}
_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br"}
#: 12:00 am and 12:00 pm are too easily taken for each other.
_PLAIN_HOURS = {time(0): "midnight", time(12): "noon"}
#: In English the day comes before the month; other languages bring their own order.
_DAY, _DAY_AND_YEAR, _SHORT_DAY, _MONTH = "EEEE d MMMM", "EEEE d MMMM y", "EEE d MMM", "LLLL y"
#: What stands between a day and a time in a sentence.
_BETWEEN = {"fr": " à "}
_NO_BREAK = "\u00a0"

#: Finding the words takes longer than all else that a page of times does, and most are wanted again.
_REMEMBERED = lru_cache(maxsize=4096)


@_REMEMBERED
def locale_for(language: str) -> Locale:
    """The locale of a language code; English where there is none."""
    try:
        return Locale.parse(language, sep="-" if "-" in language else "_")
    except (UnknownLocaleError, ValueError):
        return _FALLBACK


@_REMEMBERED
def full_day_words(day: date, language: str = "en") -> str:
    """Tuesday 24 November 2026."""
    locale = locale_for(language)
    return _dated(day, _DAY_AND_YEAR if locale.language == "en" else "full", locale)


@_REMEMBERED
def day_words(day: date, language: str = "en") -> str:
    """Tuesday 24 November."""
    return _dated(day, _DAY, locale_for(language))


@_REMEMBERED
def short_day_words(day: date, language: str = "en") -> str:
    """Tue 24 Nov."""
    return _dated(day, _SHORT_DAY, locale_for(language))


@_REMEMBERED
def month_words(day: date, language: str = "en") -> str:
    """November 2026."""
    return format_date(day, _MONTH, locale_for(language))


@_REMEMBERED
def pattern_words(day: date, pattern: str, language: str = "en") -> str:
    """A day by a pattern of Unicode's: "MMM" makes Nov."""
    return format_date(day, pattern, locale_for(language))


@_REMEMBERED
def weekday_words(weekday: int, language: str = "en") -> str:
    """Monday, which is 0."""
    return str(get_day_names("wide", locale=locale_for(language))[weekday])


def _dated(day: date, pattern: str, locale: Locale) -> str:
    """In French the first of a month is "1er", not "1"."""
    words = format_date(day, pattern, locale)
    return words.replace(" 1 ", " 1er ", 1) if locale.language == "fr" and day.day == 1 else words


def clock_words(instant: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """2:30 pm; 14 h 30 or 14:30 where people write it so."""
    return _clock(instant.astimezone(zone).time(), language)


def wall_clock_words(moment: time, language: str = "en") -> str:
    """An opening hour: 9:00 am, noon, midnight; 09:00 where people write it so."""
    locale = locale_for(language)
    if locale.language == "en" and moment in _PLAIN_HOURS:
        return _PLAIN_HOURS[moment]
    return _clock(moment, language)


@_REMEMBERED
def _clock(moment: time, language: str) -> str:
    locale = locale_for(language)
    if locale.language == "fr":
        return (
            f"{moment.hour}{_NO_BREAK}h{_NO_BREAK}{moment:%M}"
            if moment.minute
            else f"{moment.hour}{_NO_BREAK}h"
        )
    shown = format_time(moment, "short", locale=locale).replace("\u202f", " ")
    return shown.lower() if locale.language == "en" else shown


def when_words(instant: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """Tuesday 24 November 2026, 2:30 pm."""
    return _joined(full_day_words(instant.astimezone(zone).date(), language), instant, zone, language)


def near_when_words(instant: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """Tuesday 24 November, 2:30 pm: where the year can't be mistaken."""
    return _joined(day_words(instant.astimezone(zone).date(), language), instant, zone, language)


def _joined(day: str, instant: datetime, zone: ZoneInfo, language: str) -> str:
    between = _BETWEEN.get(locale_for(language).language, ", ")
    return f"{day}{between}{clock_words(instant, zone, language)}"


def short_when_words(instant: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """Tue 24 Nov, 2:30 pm."""
    day = short_day_words(instant.astimezone(zone).date(), language)
    return f"{day}, {clock_words(instant, zone, language)}"


@_REMEMBERED
def zone_words(zone: ZoneInfo, language: str = "en") -> str:
    """The name by which people know the zone's time, whatever the season: Atlantic Time."""
    return get_timezone_name(zone, "long", zone_variant="generic", locale=locale_for(language))


def money_words(minor: int, currency: str, language: str = "en") -> str:
    """$95.00, from an amount in the currency's smallest unit; whole amounts without cents: $95."""
    decimals = decimals_of(currency)
    shown_decimals = decimals if minor % 10**decimals else 0
    home = _HOMES.get(language, {}).get(currency)
    locale = locale_for(f"{language}_{home}" if home else language)
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (
        shown_decimals,
        shown_decimals,
    )  # Babel's table drops decimals that people no longer use
    amount = Decimal(minor).scaleb(-decimals)
    return format_currency(amount, currency, pattern, locale, currency_digits=False)


def number_words(number: float, language: str = "en") -> str:
    """1,234.5: with at most one decimal."""
    return str(format_decimal(number, "#,##0.#", locale_for(language)))


def days_words(days: float, language: str = "en") -> str:
    """1.5 days: each language has its own rule of which numbers are several."""
    return str(format_unit(days, "duration-day", "long", "#,##0.#", locale_for(language))).replace(
        "\u00a0", " "
    )


def decimal_words(number: float, language: str = "en") -> str:
    """7.0: with one decimal always."""
    return str(format_decimal(number, "#,##0.0", locale_for(language)))


def percent_words(part: float, decimals: int, language: str = "en") -> str:
    """45%, from a part of one."""
    locale = locale_for(language)
    pattern = copy(locale.percent_formats[None])
    pattern.frac_prec = (decimals, decimals)
    words = str(format_percent(part, pattern, locale))
    return words


def language_words(code: str, language: str = "en") -> str:
    """What the reader calls a language: English, French; its code where nobody knows it."""
    return str(locale_for(language).languages.get(code, code))


def list_words(words: Sequence[str], language: str = "en") -> str:
    """One, two and three."""
    locale = locale_for(language)
    return format_list(words, locale=locale).replace(", and ", " and ")


def either_words(words: Sequence[str], language: str = "en") -> str:
    """One, two or three."""
    return format_list(words, style="or", locale=locale_for(language)).replace(", or ", " or ")


def capital(words: str) -> str:
    """The words as a sentence begins: the first letter large, the others as they are ("the SMTP server" keeps its name)."""
    return words[:1].upper() + words[1:]


def first_name(name: str) -> str:
    """The first word of a name, where it plainly is one: no title with a dot, no address that somebody typed as a name."""
    first = name.split()[0] if name.split() else ""
    return first if first.replace("-", "").replace("\u2019", "").replace("'", "").isalpha() else ""


def placeholder_words(
    *,
    client: str,
    therapist: str,
    practice: str,
    starts_at: datetime,
    zone: ZoneInfo,
    minutes: int,
    address: str | None,
    phone: str | None,
    emergency_number: str | None,
    free_until: datetime,
    language: str,
) -> dict[str, str]:
    """What each placeholder of a guidance text becomes (domain/placeholders.py) for one session, on mails and pages alike."""
    return {
        "first_name": first_name(client),
        "therapist": therapist,
        "practice": practice,
        "day": day_words(starts_at.astimezone(zone).date(), language),
        "time": clock_words(starts_at, zone, language),
        "minutes": str(minutes),
        "address": address_line(address),
        "phone": phone or "",
        "emergency_number": emergency_number or "",
        "free_change_until": when_words(free_until, zone, language),
    }


def address_line(lines: str | None) -> str:
    """An address of several lines on one."""
    return ", ".join(line.strip().rstrip(",") for line in (lines or "").splitlines() if line.strip())


@lru_cache(maxsize=512)
def markdown_html(text: str) -> Markup:
    """Markdown as HTML with few, harmless tags."""
    html: str = _MARKDOWN.render(text)
    clean = nh3.clean(
        html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"https", "http", "mailto", "tel"}
    )
    return Markup(clean.strip())  # noqa: S704 - nh3 has just cleaned it


@lru_cache(maxsize=8)
def country_names(language: str) -> Mapping[str, str]:
    """What each country is called, by its two letters."""
    called = locale_for(language).territories
    return {code: called[code] for code in _zones_by_country() if code in called}


@lru_cache(maxsize=8)
def zone_cities(language: str) -> Mapping[str, str]:
    """The city by which each time zone goes: America/Toronto is Toronto."""
    locale = locale_for(language)
    zones = sorted(zone for found in _zones_by_country().values() for zone in found)
    return {zone: get_timezone_location(zone, locale=locale, return_city=True) for zone in zones}


@lru_cache(maxsize=8)
def currency_names(language: str) -> Mapping[str, str]:
    """What each currency is called, by its three letters."""
    return dict(locale_for(language).currencies)


def zones_of(country: str) -> Sequence[str]:
    """A country's time zones; none where there is no such country."""
    return _zones_by_country().get(country, ())


def country_of(zone: str) -> str | None:
    """In which country a time zone's city lies."""
    return next((country for country, zones in _zones_by_country().items() if zone in zones), None)


def currencies_of(country: str) -> Sequence[str]:
    """What people pay with there, the usual one first."""
    return tuple(get_territory_currencies(country)) if country in _zones_by_country() else ()


@lru_cache(maxsize=1)
def _zones_by_country() -> Mapping[str, Sequence[str]]:
    found: Mapping[str, Sequence[str]] = get_global("territory_zones")
    return {code: tuple(zones) for code, zones in found.items() if len(code) == 2 and code.isalpha()}
