"""Dates, times, numbers, lists and the domain's sentences as the reader of this request writes them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from app import wording
from app.domain.clients import Pressure
from app.domain.day_sheets import PRESSURES
from app.domain.practice import Texts, text_in
from app.domain.said import Said
from app.languages import WRITTEN, known_languages, translations_for
from app.web.language import _, ngettext, say, speaking

#: A cause, and what somebody else said of it: "the address was refused: 550 unknown", "the connection broke (OSError)".
_WITH_DETAIL = re.compile(r"([^:(]+)(: | \()(.+)", re.DOTALL)


def full_day_words(day: date) -> str:
    """Tuesday 24 November 2026."""
    return wording.full_day_words(day, speaking())


def day_words(day: date) -> str:
    """Tuesday 24 November."""
    return wording.day_words(day, speaking())


def short_day_words(day: date) -> str:
    """Tue 24 Nov."""
    return wording.short_day_words(day, speaking())


def month_words(day: date) -> str:
    """November 2026."""
    return wording.month_words(day, speaking())


def pattern_words(day: date, pattern: str) -> str:
    """A day by a pattern of Unicode's: "MMM" makes Nov."""
    return wording.pattern_words(day, pattern, speaking())


def weekday_words(weekday: int) -> str:
    """Monday, which is 0."""
    return wording.weekday_words(weekday, speaking())


def clock_words(instant: datetime, zone: ZoneInfo) -> str:
    """2:30 pm."""
    return wording.clock_words(instant, zone, speaking())


def wall_clock_words(moment: time) -> str:
    """An opening hour: 9:00 am, noon, midnight."""
    return wording.wall_clock_words(moment, speaking())


def when_words(instant: datetime, zone: ZoneInfo) -> str:
    """Tuesday 24 November 2026, 2:30 pm."""
    return wording.when_words(instant, zone, speaking())


def short_when_words(instant: datetime, zone: ZoneInfo) -> str:
    """Tue 24 Nov, 2:30 pm."""
    return wording.short_when_words(instant, zone, speaking())


def zone_words(zone: ZoneInfo) -> str:
    """Atlantic Time."""
    return wording.zone_words(zone, speaking())


def list_words(words: Sequence[str]) -> str:
    """One, two and three."""
    return wording.list_words(words, speaking())


def either_words(words: Sequence[str]) -> str:
    """One, two or three."""
    return wording.either_words(words, speaking())


def number_words(number: float) -> str:
    """1,234.5."""
    return wording.number_words(number, speaking())


def days_words(days: float) -> str:
    """1.5 days."""
    return wording.days_words(days, speaking())


def decimal_words(number: float) -> str:
    """7.0: with one decimal always."""
    return wording.decimal_words(number, speaking())


def percent_words(part: float, decimals: int) -> str:
    """45%, from a part of one."""
    return wording.percent_words(part, decimals, speaking())


def language_words(code: str) -> str:
    """What the reader calls a language: French, anglais."""
    return wording.language_words(code, speaking())


def languages_with(own: str) -> dict[str, str]:
    """The languages in which a practice may write its texts, code to name: its own first, also where no catalogue knows it."""
    return {code: language_words(code) for code in (own, *known_languages())}


def text_words(texts: Texts, language: str | None = None) -> str:
    """What was written in that language (the page's); else the catalogue's translation of the English, else any that there is."""
    code, written = language or speaking(), texts.get(WRITTEN)
    if written and not texts.get(code):
        return translations_for(code).gettext(written)
    return text_in(texts, code)


def in_words(sentence: str) -> str:
    """A sentence of the domain in the reader's language; one that no catalogue has stays as it is."""
    told = say(sentence)
    return _before_its_detail(sentence) if told == sentence and not isinstance(sentence, Said) else told


def _before_its_detail(sentence: str) -> str:
    """What was stored with words of others behind it, such as a mail server's own: ours are told in the reader's language."""
    found = _WITH_DETAIL.fullmatch(sentence)
    if found is None:
        return sentence
    what, mark, detail = found.groups()
    told = say(what)
    return _("%(what)s: %(detail)s", what=told, detail=detail) if mark == ": " else f"{told}{mark}{detail}"


def pressure_words(pressure: Pressure) -> str:
    """How firmly, in a word; nothing where nobody said."""
    return in_words(PRESSURES[pressure]) if pressure in PRESSURES else ""


def offset_words(number: int, unit: str, *, is_after: bool) -> str:
    """3 days before; unit: d, h or m."""
    if is_after:
        return _after(number, unit)
    if unit == "d":
        return ngettext("%(num)d day before", "%(num)d days before", number)
    if unit == "h":
        return ngettext("%(num)d hour before", "%(num)d hours before", number)
    return ngettext("%(num)d minute before", "%(num)d minutes before", number)


def _after(number: int, unit: str) -> str:
    if unit == "d":
        return ngettext("%(num)d day after", "%(num)d days after", number)
    if unit == "h":
        return ngettext("%(num)d hour after", "%(num)d hours after", number)
    return ngettext("%(num)d minute after", "%(num)d minutes after", number)
