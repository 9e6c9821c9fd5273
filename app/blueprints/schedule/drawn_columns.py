"""Columns and cards as they were drawn: the desk looks at the same day every minute, and of its 120 cards one or two have changed."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import get_template_attribute
from markupsafe import Markup

from app.blueprints.schedule.cards import Card
from app.blueprints.schedule.columns import Column

#: Some days of a large practice: a card is about half a kilobyte.
_MOST_CARDS, _MOST_COLUMNS = 2_000, 400
_Macro = Callable[..., Markup]


def column_drawer(appointment_url: str, placeholder: str, language: str) -> Callable[[Column, int], Markup]:
    """Answers the markup of a column of so many rows, in that language.

    ``appointment_url`` is the address of a session's page, in which ``placeholder`` stands for its reference.
    """
    macro: _Macro = get_template_attribute("components/column.html", "day_column")
    before, _, after = appointment_url.partition(placeholder)

    def draw(column: Column, rows: int) -> Markup:
        return drawn_column(macro, column, rows, (before, after), language)

    return draw


@lru_cache(maxsize=_MOST_COLUMNS)
def drawn_column(macro: _Macro, column: Column, rows: int, address: tuple[str, str], language: str) -> Markup:
    """By all that it shows, and by its macro, which is another one after the template was edited."""
    session_card: _Macro = get_template_attribute("components/card.html", "session_card")

    def draw_card(card: Card) -> Any:
        return drawn_card(session_card, card, card.reference.join(address), language)

    return macro(column, rows, draw_card)


@lru_cache(maxsize=_MOST_CARDS)
def drawn_card(macro: _Macro, card: Card, href: str, language: str) -> Markup:  # noqa: ARG001 - it is read in that language
    return macro(card, href)
