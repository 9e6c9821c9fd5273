"""Whom to call in an emergency, on pages that are about no session yet: the number of the place that is meant, else each place's own."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.actions.letter_facts import practice_facts
from app.models import GuidancePlanVersion, Location
from app.store.practice import load_practice, raise_revision
from app.store.transactions import transaction
from tests.support.desk import text_of
from tests.support.questioned import Walk
from tests.support.rows import NOW, make_practice
from tests.support.safety import ask_before, open_in_london

SERVICE = "/services/psoas-release"


@pytest.fixture
def two_countries(app: Flask) -> None:
    """Halifax and London, and a preparation that names the emergency number."""
    with app.app_context():
        make_practice()
        ask_before()
        open_in_london()
        with transaction() as rows:
            version = rows.execute(select(GuidancePlanVersion)).scalar_one()
            steps = [dict(step) for step in version.steps]
            steps[1]["text"] = {"en": "In an emergency call {emergency_number}, not us on {phone}."}
            version.steps = steps
            raise_revision()


@pytest.mark.usefixtures("two_countries")
def test_the_page_of_a_service_names_each_place_with_its_number_until_one_is_chosen(
    client: FlaskClient,
) -> None:
    said = text_of(client.get(SERVICE))
    assert "In an emergency call 911 (Main Street), 999 (Example Lane), not us" in said
    for place, number, phone in (("main", "911", "902-555-0100"), ("london", "999", "020-5550-0101")):
        said = text_of(client.get(f"{SERVICE}?location={place}"))
        assert f"In an emergency call {number}, not us on {phone}." in said
    assert "911 (Main Street), 999" in text_of(client.get(f"{SERVICE}?location=nowhere"))


@pytest.mark.usefixtures("two_countries")
def test_who_needs_help_before_choosing_a_place_reads_every_number_with_its_place(
    client: FlaskClient,
) -> None:
    walk = Walk(client)
    walk.choose()
    told = text_of(walk.answer(pulse="yes"))
    assert walk.pages[-1] == "Please get help now"
    assert "Emergency, Main Street: 911" in told
    assert "Emergency, Example Lane: 999" in told


@pytest.mark.usefixtures("two_countries")
def test_a_mail_names_the_number_of_its_own_place_also_of_one_that_is_no_longer_in_use(app: Flask) -> None:
    with app.app_context():
        with transaction() as rows:
            place = rows.execute(select(Location).where(Location.slug == "london")).scalar_one()
            place.retired_at = NOW
            raise_revision()
        with app.test_request_context():
            assert practice_facts(load_practice(), place).emergency_number == "999"
            assert practice_facts(load_practice(), place).phone == "020-5550-0101"


@pytest.mark.usefixtures("two_countries")
def test_a_mail_about_no_place_names_no_number_that_is_wrong_at_one_of_them(app: Flask) -> None:
    with app.app_context(), app.test_request_context():
        assert practice_facts(load_practice()).emergency_number is None
