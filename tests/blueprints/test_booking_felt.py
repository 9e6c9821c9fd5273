"""How booking was: one click on the page after it, changeable, by that page's link only, counted in the numbers."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.extensions import db
from app.links import done_token
from app.models import Appointment, Client
from app.store.appointments import find_by_reference
from app.store.transactions import transaction
from tests.support.desk import Desk, token
from tests.support.rows import NOW


def page_of(desk: Desk, reference: str) -> str:
    with desk.app.app_context():
        row = find_by_reference(reference)
        assert row is not None
        return f"/book/done/{done_token(row.public_id)}"


def say(browser: FlaskClient, page: str, felt: str) -> TestResponse:
    return browser.post(f"{page}/felt", data={"csrf_token": token(browser.get(page)), "felt": felt})


def kept(desk: Desk) -> list[tuple[int | None, int]]:
    with desk.app.app_context():
        wanted = select(Appointment.booking_felt, Appointment.row_version)
        return [(felt, version) for felt, version in db.session.execute(wanted)]


@pytest.mark.parametrize("closing", ["erased_at", "restricted_at"])
def test_the_page_of_a_closed_record_is_gone(desk: Desk, reference: str, closing: str) -> None:
    """The mail's link ends by itself; this page's has nothing that ends it."""
    browser, page = desk.app.test_client(), page_of(desk, reference)
    sent = {"csrf_token": token(browser.get(page)), "felt": "1"}
    with desk.app.app_context(), transaction() as rows:
        rows.execute(update(Client).values({closing: NOW}))
    assert browser.get(page).status_code == 404
    assert browser.post(f"{page}/felt", data=sent).status_code == 404
    assert [felt for felt, _ in kept(desk)] == [None]


def test_one_click_is_kept_and_another_changes_it(desk: Desk, reference: str) -> None:
    browser, page = desk.app.test_client(), page_of(desk, reference)
    assert re.findall(r'name="felt" value="(\d)"', browser.get(page).text) == ["1", "2", "3", "4", "5"]
    version = kept(desk)[0][1]
    answer = say(browser, page, "2")
    assert (answer.status_code, answer.location, kept(desk)) == (303, page, [(2, version)])
    assert re.search(r'value="2" aria-pressed="true"', browser.get(page).text)
    say(browser, page, "5")
    assert kept(desk) == [(5, version)]


@pytest.mark.parametrize("felt", ["", "0", "6", "easy", "5\u0663", "1' or 1"])
def test_anything_else_is_no_answer(desk: Desk, reference: str, felt: str) -> None:
    answer = say(desk.app.test_client(), page_of(desk, reference), felt)
    assert (answer.status_code, kept(desk)[0][0]) == (303, None)


def test_nobody_without_the_link_answers(desk: Desk, reference: str) -> None:
    browser, page = desk.app.test_client(), page_of(desk, reference)
    csrf = token(browser.get(page))
    made_up = browser.post(f"{page[:-5]}aaaaa/felt", data={"csrf_token": csrf, "felt": "1"})
    unsigned = browser.post(f"{page}/felt", data={"felt": "1"})
    assert (made_up.status_code, unsigned.status_code, kept(desk)[0][0]) == (404, 400, None)


def test_the_numbers_tell_answers_mean_and_sources(desk: Desk, reference: str) -> None:
    say(desk.app.test_client(), page_of(desk, reference), "4")
    other = desk.booked("12:00", name="Lee Moss")
    say(desk.app.test_client(), page_of(desk, other), "5")
    owner = desk.member("owner")
    span = "from=2026-11-23&until=2026-11-29"
    page = owner.get(f"/staff/numbers?{span}").text
    assert "How booking was" in page
    assert "Where bookings came from" in page
    assert (
        owner.get(f"/staff/numbers/felt.csv?{span}").text.splitlines()[1] == "2026-11-23,2026-11-29,2,4.5,0,1"
    )
    assert owner.get(f"/staff/numbers/sources.csv?{span}").text.splitlines()[1:] == ["The desk,2,100.0"]
