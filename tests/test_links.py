"""Signed links: one opens one appointment, and nothing else opens anything."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.actions.booking import book
from app.actions.outcomes import Booked
from app.extensions import db
from app.links import (
    again_token,
    done_token,
    manage_token,
    read_again_token,
    read_done_token,
    read_manage_token,
)
from app.models import Appointment
from app.store.transactions import transaction
from tests.support.rows import NOW, at, make_practice, order, wish

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


def test_a_token_says_what_was_signed(context: None) -> None:
    key = read_manage_token(manage_token("abc-DEF_123", 2))
    assert key is not None
    assert (key.public_id, key.token_version) == ("abc-DEF_123", 2)


def test_no_changed_letter_is_accepted(context: None) -> None:
    token = manage_token("abc-DEF_123", 1)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    for place, letter in enumerate(token):
        for other in letters:
            if other != letter:
                assert read_manage_token(token[:place] + other + token[place + 1 :]) is None


@pytest.mark.parametrize("token", ["", ".", "..", "a.b", "x" * 8000, "é", "\ud800", "null", "W10.x"])
def test_nonsense_is_no_token(context: None, token: str) -> None:
    assert read_manage_token(token) is None
    assert read_done_token(token) is None
    assert read_again_token(token) is None


def test_a_link_to_book_again_opens_nothing_else(context: None) -> None:
    key = read_again_token(again_token("abc-DEF_123", 2))
    assert key is not None
    assert (key.public_id, key.token_version) == ("abc-DEF_123", 2)
    assert read_manage_token(again_token("abc-DEF_123", 2)) is None
    assert read_again_token(manage_token("abc-DEF_123", 2)) is None


def test_a_token_for_one_purpose_is_none_for_another(context: None) -> None:
    assert read_manage_token(done_token("abc")) is None
    assert read_done_token(manage_token("abc", 1)) is None


def test_an_older_key_still_opens_and_a_foreign_one_does_not(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    with app.app_context():
        token = manage_token("abc", 1)
        newer = "a-newer-signing-key-that-is-long-enough-too"
        app.config["SETTINGS"] = replace(settings, secret_keys=(newer, *settings.secret_keys))
        assert read_manage_token(token) is not None
        app.config["SETTINGS"] = replace(settings, secret_keys=(newer,))
        assert read_manage_token(token) is None


def test_a_link_opens_its_appointment_until_its_links_are_ended(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_practice()
        mine, other = _booked("10:00", "Jo Park"), _booked("14:00", "Ada Moss")
        token = manage_token(mine.public_id, 1)
    page = client.get(f"/appointment/{token}")
    assert mine.reference in page.text
    assert other.reference not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    with app.app_context(), transaction():
        row = db.session.get(Appointment, mine.appointment_id)
        assert row is not None
        row.token_version = 2
    assert client.get(f"/appointment/{token}").status_code == 404


def test_looking_at_a_link_however_often_changes_nothing(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_practice()
        token = manage_token(_booked("10:00", "Jo Park").public_id, 1)
    answers = ("/confirm", "/cannot-come", "/check-in", "/messages")
    for path in ("", "/move", "/cancel", "/calendar.ics", *answers):
        for _ in range(3):
            client.get(f"/appointment/{token}{path}")
            client.head(f"/appointment/{token}{path}")
    with app.app_context():
        assert db.session.query(Appointment).one().state == "booked"


def _booked(clock: str, name: str) -> Booked:
    answer = book(order(wish(at(clock)), name=name, key=clock), NOW)
    assert isinstance(answer, Booked)
    return answer
