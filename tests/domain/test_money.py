"""Every currency has the same decimals in practice files, on forms and where people read it."""

import re
from decimal import Decimal

import pytest
from babel.numbers import get_currency_precision
from werkzeug.datastructures import MultiDict
from wtforms import Form

from app.blueprints.admin.fields import Price
from app.domain.money import CURRENCIES, decimals_of
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_words import named_price
from app.wording import money_words

#: Where ISO 4217 has decimals that people no longer use and Babel therefore drops.
WITHOUT_SMALL_COINS = frozenset("AFN ALL IQD IRR KPW LAK LBP MGA MMK RSD SOS SYP YER".split())


class _Form(Form):  # type: ignore[misc]
    price = Price("Price")


def in_file(typed: str, currency: str) -> int | None:
    service = {"slug": "a", "name": "A", "duration": [{"minutes": 60, "price": typed}]}
    document = {"practice": {"slug": "a", "currency": currency}, "service": [service]}
    return parse_practice_file(document).services[0].durations[0].price_minor


def on_form(typed: str, currency: str) -> int | None:
    form = _Form(MultiDict({"price": typed}))
    form.price.currency = currency
    assert form.validate(), form.errors
    minor: int | None = form.price.value
    return minor


def amount_read(words: str) -> Decimal:
    figures = re.search(r"[0-9][0-9,.]*", words)
    assert figures, words
    return Decimal(figures[0].replace(",", ""))


@pytest.mark.parametrize("currency", sorted(CURRENCIES))
def test_what_is_typed_is_what_is_kept_and_shown(currency: str) -> None:
    decimals = decimals_of(currency)
    typed = {0: "1234", 2: "1234.56", 3: "1234.567"}[decimals]
    minor = int(typed.replace(".", ""))
    assert in_file(typed, currency) == on_form(typed, currency) == minor
    assert named_price(minor, currency) == typed
    assert amount_read(money_words(minor, currency)) == Decimal(typed)
    whole = money_words(95 * 10**decimals, currency)
    assert amount_read(whole) == 95
    assert whole.endswith("95")


def test_the_decimals_are_those_of_iso_4217() -> None:
    differing = {
        currency for currency in CURRENCIES if decimals_of(currency) != get_currency_precision(currency)
    }
    assert differing == WITHOUT_SMALL_COINS


def test_amounts_look_as_people_write_them() -> None:
    assert money_words(9500, "CAD") == "$95"
    assert money_words(9550, "CAD") == "$95.50"
    assert money_words(9550, "EUR", "de") == "95,50\N{NO-BREAK SPACE}€"
    assert money_words(9500, "JPY") == "¥9,500"
