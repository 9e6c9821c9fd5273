"""Pages when something is wrong: with the database, with the practice, with the moment."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.extensions import db
from app.models import Location, OpeningHours
from app.store.practice import raise_revision
from app.store.transactions import Stale, transaction
from tests.support.databases import BACKENDS
from tests.support.rows import make_practice

pytestmark = pytest.mark.parametrize("backend", BACKENDS)


@pytest.mark.own_app
def test_a_fault_of_ours_gets_a_page_with_a_reference_even_after_a_failed_read(
    app: Flask, client: FlaskClient
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False

    @app.get("/broken")
    def broken() -> str:
        db.session.execute(text("select * from nowhere_at_all"))
        return "never"

    with app.app_context():
        make_practice()
    answer = client.get("/broken")
    # SQLite calls a missing table trouble of its own (503), PostgreSQL a mistake in the question (500).
    assert answer.status_code in (500, 503)
    assert "<h1" in answer.text
    if answer.status_code == 500:
        assert "Example Bodywork" in answer.text
    assert "nowhere_at_all" not in answer.text


@pytest.mark.own_app
def test_who_was_too_late_is_told_so(app: Flask, client: FlaskClient) -> None:
    @app.get("/late")
    def late() -> str:
        raise Stale

    answer = client.get("/late")
    assert answer.status_code == 409
    assert "Somebody else changed this" in answer.text


def test_without_a_practice_pages_say_so(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 503
    assert "has not been set up yet" in answer.text


def test_readiness_is_told_in_sentences(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "no worker has been seen in the last minutes" in answer.get_json()["problems"]


def test_a_place_without_a_time_zone_is_left_out(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_practice()
        with transaction() as rows:
            rows.add(Location(slug="second", name="Second Street"))
            raise_revision()
    assert client.get("/").status_code == 200


def test_hours_that_are_over_are_not_shown(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        make_practice()
        with transaction() as rows:
            place = rows.execute(select(Location)).scalar_one()
            old = place.opening_hours[0]
            place.opening_hours.append(
                OpeningHours(
                    weekday=0,
                    opens=old.closes,
                    closes=old.closes.replace(hour=21, minute=35),
                    valid_until=date(2020, 1, 1),
                )
            )
            raise_revision()
    assert "9:35" not in client.get("/").text
