"""Dates, times, money and places as people write them, in the reader's language; for pages and e-mails alike."""

from copy import copy
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import nh3
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_name
from babel.numbers import format_currency
from markdown_it import MarkdownIt
from markupsafe import Markup

from app.domain.money import decimals_of

_FALLBACK = Locale.parse("en")
#: Where English-speaking people pay with it: there it is written without saying whose dollar it is.
_HOMES = {"AUD": "AU", "CAD": "CA", "GBP": "GB", "NZD": "NZ", "USD": "US"}
_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_TAGS = {"p", "ul", "ol", "li", "strong", "em", "a", "br"}
#: 12:00 am and 12:00 pm are too easily taken for each other.
_PLAIN_HOURS = {time(0): "midnight", time(12): "noon"}
#: In English the day comes before the month; other languages bring their own order.
_DAY, _DAY_AND_YEAR, _SHORT_DAY, _MONTH = "EEEE d MMMM", "EEEE d MMMM y", "EEE d MMM", "LLLL y"


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
    return format_date(day, _DAY_AND_YEAR if locale.language == "en" else "full", locale)


@_REMEMBERED
def day_words(day: date, language: str = "en") -> str:
    """Tuesday 24 November."""
    return format_date(day, _DAY, locale_for(language))


@_REMEMBERED
def short_day_words(day: date, language: str = "en") -> str:
    """Tue 24 Nov."""
    return format_date(day, _SHORT_DAY, locale_for(language))


@_REMEMBERED
def month_words(day: date, language: str = "en") -> str:
    """November 2026."""
    return format_date(day, _MONTH, locale_for(language))


def clock_words(instant: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """2:30 pm; 14:30 where people write it so."""
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
    shown = format_time(moment, "short", locale=locale).replace("\u202f", " ")
    return shown.lower() if locale.language == "en" else shown


def when_words(instant: datetime, zone: ZoneInfo, language: str = "en") -> str:
    """Tuesday 24 November 2026, 2:30 pm."""
    return (
        f"{full_day_words(instant.astimezone(zone).date(), language)}, {clock_words(instant, zone, language)}"
    )


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
    home = f"{language}_{_HOMES[currency]}" if language == "en" and currency in _HOMES else language
    locale = locale_for(home)
    pattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)  # Babel's own table drops decimals that people no longer use
    amount = Decimal(minor).scaleb(-decimals)
    shown = format_currency(amount, currency, pattern, locale, currency_digits=False)
    return shown.removesuffix("." + "0" * decimals)


def address_line(lines: str | None) -> str:
    """An address of several lines on one."""
    return ", ".join(line.strip().rstrip(",") for line in (lines or "").splitlines() if line.strip())


def markdown_html(text: str) -> Markup:
    """Markdown as HTML with few, harmless tags."""
    html: str = _MARKDOWN.render(text)
    clean = nh3.clean(
        html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"https", "http", "mailto", "tel"}
    )
    return Markup(clean.strip())  # noqa: S704 - nh3 has just cleaned it
