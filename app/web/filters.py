"""Template filters: wall-clock times, money, Markdown, texts in the page's language."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from markupsafe import Markup

from app import wording
from app.domain.practice import Texts, text_in
from app.web.sentences import refusal_sentence


def register_filters(app: Flask) -> None:
    """Make them known to all templates."""
    app.jinja_env.filters.update(
        when=_when,
        full_day=_full_day,
        day=_day,
        short_day=_short_day,
        short_when=wording.short_when_words,
        wall_clock=wording.wall_clock_words,
        month=wording.month_words,
        clock=_clock,
        zone_name=wording.zone_words,
        money=_money,
        markdown=_markdown,
        one_line=wording.address_line,
        text=_text,
    )
    app.jinja_env.globals.update(refusal_sentence=refusal_sentence)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _when(instant: datetime, zone: ZoneInfo) -> str:
    return wording.when_words(instant, zone)


def _full_day(moment: date | datetime, zone: ZoneInfo | None = None) -> str:
    return wording.full_day_words(_date(moment, zone))


def _day(moment: date | datetime, zone: ZoneInfo | None = None) -> str:
    return wording.day_words(_date(moment, zone))


def _short_day(moment: date | datetime, zone: ZoneInfo | None = None) -> str:
    return wording.short_day_words(_date(moment, zone))


def _date(moment: date | datetime, zone: ZoneInfo | None) -> date:
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def _clock(instant: datetime, zone: ZoneInfo) -> str:
    return wording.clock_words(instant, zone)


def _money(minor: int | None, currency: str | None) -> str:
    return wording.money_words(minor, currency) if minor is not None and currency else ""


def _markdown(text: str) -> Markup:
    return wording.markdown_html(text)


def _text(texts: Texts | None, language: str = "en") -> str:
    return text_in(texts or {}, language)
