"""Cards as they were drawn: the desk looks at the same day every minute, and of its 120 cards one or two have changed."""

from collections.abc import Callable
from functools import lru_cache

from flask import get_template_attribute
from markupsafe import Markup

from app.blueprints.schedule.cards import Card

#: Some days of a large practice: a card is about half a kilobyte.
_KEPT = 2_000
_Macro = Callable[[Card, str], Markup]


def card_drawer(appointment_url: str, placeholder: str) -> Callable[[Card], Markup]:
    """Answers a card's markup; ``appointment_url`` is the address of its page, in which ``placeholder`` stands for its reference."""
    macro: _Macro = get_template_attribute("components/card.html", "session_card")
    before, _, after = appointment_url.partition(placeholder)

    def draw(card: Card) -> Markup:
        return _drawn(macro, card, f"{before}{card.reference}{after}")

    return draw


@lru_cache(maxsize=_KEPT)
def _drawn(macro: _Macro, card: Card, href: str) -> Markup:
    """By all that it shows, and by its macro, which is another one after the template was edited."""
    return macro(card, href)
