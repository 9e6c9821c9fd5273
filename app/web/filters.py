"""Template filters: wall-clock times, money, Markdown, texts in the page's language."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import Flask
from markupsafe import Markup

from app import wording
from app.domain.practice import Texts
from app.web import local_words
from app.web.language import ngettext, speaking
from app.web.local_words import text_words
from app.web.sentences import refusal_sentence
from app.web.standing import APPOINTMENTS, MESSAGES, role_words


def register_filters(app: Flask) -> None:
    """Make them known to all templates."""
    app.jinja_env.filters.update(
        when=_when,
        full_day=_full_day,
        day=_day,
        short_day=_short_day,
        short_when=_short_when,
        wall_clock=_wall_clock,
        month=_month,
        clock=_clock,
        zone_name=_zone_name,
        money=_money,
        minutes=minutes_words,
        markdown=_markdown,
        one_line=wording.address_line,
        text=_text,
    )
    app.jinja_env.filters.update(
        number=local_words.number_words,
        language_name=local_words.language_words,
        role=role_words,
        in_words=local_words.in_words,
        pressure=local_words.pressure_words,
    )
    app.jinja_env.globals.update(
        refusal_sentence=refusal_sentence, appointment_states=APPOINTMENTS, message_states=MESSAGES
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def minutes_words(count: int) -> str:
    """60 minutes."""
    return ngettext("%(num)d minute", "%(num)d minutes", count)


def _when(instant: datetime, zone: ZoneInfo) -> str:
    return wording.when_words(instant, zone, speaking())


def _full_day(moment: date | datetime, zone: ZoneInfo | None = None) -> str:
    return wording.full_day_words(_date(moment, zone), speaking())


def _day(moment: date | datetime, zone: ZoneInfo | None = None) -> str:
    return wording.day_words(_date(moment, zone), speaking())


def _short_day(moment: date | datetime, zone: ZoneInfo | None = None) -> str:
    return wording.short_day_words(_date(moment, zone), speaking())


def _short_when(instant: datetime, zone: ZoneInfo) -> str:
    return wording.short_when_words(instant, zone, speaking())


def _wall_clock(moment: time) -> str:
    return wording.wall_clock_words(moment, speaking())


def _month(day: date) -> str:
    return wording.month_words(day, speaking())


def _date(moment: date | datetime, zone: ZoneInfo | None) -> date:
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def _clock(instant: datetime, zone: ZoneInfo) -> str:
    return wording.clock_words(instant, zone, speaking())


def _zone_name(zone: ZoneInfo) -> str:
    return wording.zone_words(zone, speaking())


def _money(minor: int | None, currency: str | None) -> str:
    return wording.money_words(minor, currency, speaking()) if minor is not None and currency else ""


def _markdown(text: str) -> Markup:
    return wording.markdown_html(text)


def _text(texts: Texts | None, language: str | None = None) -> str:
    return text_words(texts or {}, language)
