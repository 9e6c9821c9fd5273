"""One browser, several people: whoever begins a booking finds nothing of who sat there before, and nobody agrees for another."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.extensions import db
from app.links import again_token
from app.models import Appointment, Hold
from app.store.transactions import transaction
from tests.blueprints.test_book_again import go_on, opened, pick
from tests.blueprints.test_booking_steps import TYPED, address, filled_in, sealed
from tests.support.filled_form import fields_of
from tests.support.questioned import AGREED, BOOK, WHO, Walk, fields_of_any
from tests.support.rows import MONDAY, at, make_practice
from tests.support.safety import ask_before

LIGHT = "/book/back-massage"
CHOSEN = {"visit": "returning", "minutes": "30", "therapist": "therapist-1"}
QUERY = "&".join(f"{name}={value}" for name, value in CHOSEN.items())
BEFORE = ("Jo Park", "jo@example.com", "An old knee injury.", "the scar")
BEA = {"name": "Bea Low", "email": "bea@example.com"}


@pytest.fixture
def walk(app: Flask, clock: time_machine.Traveller) -> Walk:
    """A browser at a practice that asks before psoas release and wants consent; all is answered."""
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_before()
    walk = Walk(app.test_client())
    walk.answer()
    return walk


def take(client: FlaskClient, clock: str, path: str) -> TestResponse:
    """That time of the session without questions, from the page at that address; what follows."""
    sent = CHOSEN | fields_of_any(client.get(path)) | {"start": at(clock).isoformat()}
    return client.post(f"{LIGHT}/hold", data=sent, follow_redirects=True)


def picked(clock: str) -> str:
    """The address to which the frame on the practice's own site leads."""
    return f"{LIGHT}/picked?{QUERY}&start={quote(at(clock).isoformat())}"


def type_in(client: FlaskClient, details: TestResponse, **typed: str) -> TestResponse:
    """The details of the session without questions; the check follows."""
    sent = fields_of(details, "details").to_dict() | typed
    return client.post(details.request.path.replace("details", "check"), data=sent, follow_redirects=True)


def again_link(app: Flask) -> str:
    """The token of the link in the mail after the one session that there was."""
    with app.app_context(), transaction() as rows:
        made = rows.execute(select(Appointment)).scalar_one()
        rows.execute(update(Appointment).values(state="completed"))
        return again_token(made.public_id, made.token_version)


def found(page: TestResponse) -> list[str]:
    """What it says of who sat there before."""
    return [word for word in BEFORE if word in page.text]


def test_a_book_again_link_shows_nothing_of_who_typed_there_before(
    walk: Walk, app: Flask, clock: time_machine.Traveller
) -> None:
    walk.book(**BEA)
    token = again_link(app)
    clock.shift(timedelta(days=30))
    shared = Walk(app.test_client())
    shared.answer()
    details = pick(shared, shared.client.get(f"{BOOK}/time?{shared.query}"))
    shared.press(details, "details", "check", **TYPED)
    clock.shift(timedelta(minutes=1))
    times = go_on(shared, token, opened(shared, token), changed="no")
    assert "What you typed" not in times.text
    assert found(pick(shared, times)) == []


def test_out_of_the_frame_comes_somebody_else(walk: Walk, clock: time_machine.Traveller) -> None:
    details = take(walk.client, "10:00", f"{LIGHT}/time?{QUERY}&date={MONDAY}")
    check = type_in(walk.client, details, **TYPED)
    assert found(check) == list(BEFORE)
    clock.shift(timedelta(minutes=1))
    assert found(take(walk.client, "15:00", picked("15:00"))) == []


def test_out_of_the_frame_nobody_books_as_who_opened_a_link_before(
    walk: Walk, app: Flask, clock: time_machine.Traveller
) -> None:
    details = take(walk.client, "10:00", f"{LIGHT}/time?{QUERY}&date={MONDAY}")
    check = type_in(walk.client, details, **WHO)
    confirm = check.request.path.replace("check", "confirm")
    assert walk.client.post(confirm, data=fields_of(check, "check")).status_code == 303
    shared, link = app.test_client(), f"/book/again/{again_link(app)}"
    sent = shared.post(link, data=fields_of(shared.get(link), "again"))
    assert sent.status_code == 303
    assert "Jo Park" in take(shared, "15:00", f"{LIGHT}/time?{QUERY}&date={MONDAY}").text
    assert found(take(shared, "16:00", picked("16:00"))) == []


def test_who_answers_for_somebody_else_begins_anew(walk: Walk, clock: time_machine.Traveller) -> None:
    filled_in(walk)
    clock.shift(timedelta(minutes=1))
    asked = walk.client.get(f"{BOOK}/questions?{walk.query}&again=1")
    times = walk.client.post(f"{BOOK}/questions", data=walk.answers(asked), follow_redirects=True)
    assert "kept for you" not in times.text
    assert found(walk.pick("15:00")) == []


def test_who_is_led_back_to_the_questions_keeps_what_they_typed(
    walk: Walk, clock: time_machine.Traveller
) -> None:
    filled_in(walk)
    clock.shift(timedelta(minutes=1))
    walk.client.get(f"{BOOK}/questions?{walk.query}&again=same")
    assert found(walk.pick("15:00")) == list(BEFORE)


@pytest.mark.parametrize("who", [BEA, WHO | {"name": "Bea Low"}, WHO | {"email": "bea@example.com"}])
def test_another_name_or_address_is_asked_for_consent_anew(walk: Walk, who: dict[str, str]) -> None:
    details = walk.client.get(address(filled_in(walk), "details"))
    consent = walk.press(details, "details", "check", **who)
    assert consent.request.path == address(details, "consent")
    assert "Red" not in consent.text
    assert walk.client.get(address(details, "check")).location == address(details, "consent")


def test_the_same_person_spelled_otherwise_has_agreed(walk: Walk) -> None:
    details = walk.client.get(address(filled_in(walk), "details"))
    check = walk.press(details, "details", "check", name="jo  PARK", email="Jo@Example.com")
    assert check.request.path == address(details, "check")


@pytest.mark.parametrize("changed", [{"note": "Something else."}, BEA])
def test_what_the_check_did_not_show_is_not_booked(walk: Walk, app: Flask, changed: dict[str, str]) -> None:
    old = filled_in(walk)
    other = walk.press(walk.client.get(address(old, "details")), "details", "check", **changed)
    if other.request.path == address(old, "consent"):
        walk.press(other, "consent", "check", **AGREED)
    shown = walk.press(old, "check", "confirm")
    assert shown.request.path == address(old, "check")
    assert next(iter(changed.values())) in shown.text
    with app.app_context():
        assert db.session.scalars(select(Appointment)).all() == []
    assert "Your appointment is booked" in walk.press(shown, "check", "confirm").text


def test_no_copy_of_it_outlives_the_booking(walk: Walk, app: Flask, clock: time_machine.Traveller) -> None:
    filled_in(walk)
    clock.shift(timedelta(minutes=1))
    check = walk.client.get(address(walk.pick("15:00"), "check"))
    assert sealed(app) == [True, True]
    walk.press(check, "check", "confirm")
    assert sealed(app) == [False, False]


@pytest.mark.parametrize(("hours", "begins"), [(25, False), (1, True)])
def test_the_steps_lead_to_the_last_page_for_a_day_and_for_one_person(
    walk: Walk, clock: time_machine.Traveller, hours: int, begins: bool
) -> None:
    check = filled_in(walk)
    done = walk.press(check, "check", "confirm")
    assert walk.client.get(address(check, "check")).location == done.request.path
    for language in ("fr", "en"):  # what is chosen renews the cookie: the browser is still known then
        clock.shift(timedelta(hours=hours / 2))
        walk.client.get(f"/?lang={language}")
    if begins:
        walk.choose()
    for step in ("details", "consent", "check"):
        assert walk.client.get(address(check, step)).location.startswith(f"{BOOK}/time?")


def test_no_more_is_kept_than_a_field_could_take(walk: Walk, app: Flask) -> None:
    long = walk.press(walk.pick(), "details", "check", **TYPED | {"note": "n" * 100_000})
    assert long.status_code == 422
    with app.app_context():
        kept = db.session.scalars(select(Hold)).one()
        assert len(kept.sealed_typed or b"") < 6000
    again = walk.client.get(address(long, "check"))
    assert again.location == address(long, "details")  # too long it stays
