"""Booking through the JSON API: one transaction, the server's end and price, a key that books once."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.actions.tokens import end_token
from app.extensions import db
from app.models import Appointment, AuditLine, Client, Notification, Practice, Service, ServiceVariant
from app.store.practice import raise_revision
from app.store.transactions import transaction
from tests.support.databases import BACKENDS
from tests.support.integrator import OtherProgram, a_booking, other_program
from tests.support.rows import MONDAY, NOW, active_claims, at

pytestmark = pytest.mark.parametrize("backend", BACKENDS)

DAY = MONDAY.isoformat()


def how_many(app: Flask) -> int:
    """How many appointments there are."""
    with app.app_context():
        return db.session.execute(select(func.count(Appointment.id))).scalar_one()


def test_a_booking_answers_201_with_where_it_is(program: OtherProgram) -> None:
    answer = program.book()
    assert answer.status_code == 201
    said = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/appointments/{said['id']}"
    assert {name: said[name] for name in ("status", "starts_at", "ends_at", "therapist", "price")} == {
        "status": "booked",
        "starts_at": f"{DAY}T10:00:00-04:00",
        "ends_at": f"{DAY}T11:00:00-04:00",
        "therapist": "therapist-1",
        "price": "95.00",
    }
    assert program.client.get(said["manage_url"].removeprefix("http://localhost")).status_code == 200
    assert program.client.get(answer.headers["Location"]).status_code == 401
    assert program.get(f"/appointments/{said['id']}").get_json() == said


def test_a_booking_has_claims_client_messages_and_an_audit_line(app: Flask, program: OtherProgram) -> None:
    assert program.book().status_code == 201
    with app.app_context():
        appointment = db.session.execute(select(Appointment)).scalar_one()
        assert (appointment.source, appointment.typed_phone) == ("api", "902-555-0123")
        assert appointment.any_therapist
        assert len(active_claims()) == 2
        assert db.session.execute(select(Client.name)).scalar_one() == "Jo Park"
        assert db.session.execute(select(func.count(Notification.id))).scalar_one() > 0
        line = db.session.execute(select(AuditLine).where(AuditLine.act == "booked")).scalar_one()
        assert (line.actor_type, line.actor) == ("program", "front window")


def test_the_same_key_and_body_again_is_200_with_the_same(app: Flask, program: OtherProgram) -> None:
    first = program.book(key="one-key-of-mine")
    again = program.book(key="one-key-of-mine")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json() == first.get_json()
    assert again.headers["Location"] == first.headers["Location"]
    assert how_many(app) == 1


ANOTHER_BODY: list[dict[str, Any]] = [
    {"starts_at": at("12:00").isoformat()},
    {"therapist": "therapist-2"},
    {"client": {"name": "Al Park", "email": "jo.park@example.com", "phone": "902-555-0123"}},
    {"client": {"name": "Jo Park", "email": "al.park@example.com", "phone": "902-555-0123"}},
    {"client": {"name": "Jo Park", "email": "jo.park@example.com"}},
    {"service": "back-massage"},
    {"visit": "first"},
]


def test_the_same_key_with_another_body_is_422(app: Flask, program: OtherProgram) -> None:
    program.book(key="one-key-of-mine")
    for other in ANOTHER_BODY:
        answer = program.book(a_booking(**other), key="one-key-of-mine")
        assert (answer.status_code, answer.get_json()["type"]) == (422, "/problems/key-reused"), other
    assert how_many(app) == 1


def test_the_same_body_again_is_the_same_request_whatever_the_settings_say_by_now(
    app: Flask, program: OtherProgram
) -> None:
    body = a_booking()
    body.pop("duration", None)
    first = program.book(body, key="one-key-of-mine")
    with app.app_context(), transaction() as rows:
        service = rows.execute(select(Service).where(Service.slug == body["service"])).scalar_one()
        rows.add(
            ServiceVariant(service_id=service.id, minutes=30, visit="any", buffer_before=0, buffer_after=0)
        )
        raise_revision()
    again = program.book(body, key="one-key-of-mine")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json()["id"] == first.get_json()["id"]


def test_a_key_belongs_to_its_token(app: Flask, program: OtherProgram) -> None:
    other = other_program(app, "another window")
    assert program.book(key="one-key-of-mine").status_code == 201
    answer = other.book(a_booking("12:00"), key="one-key-of-mine")
    assert answer.status_code == 201
    assert how_many(app) == 2


def test_without_a_proper_key_nothing_is_booked(app: Flask, program: OtherProgram) -> None:
    for key in (None, "", "short", "x" * 65, "with blank 1234", "ünïcode-key", '"quoted-key"'):
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = program.post("/appointments", a_booking(), **headers)
        assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/idempotency-key"), key
        assert list(answer.get_json()["errors"]) == ["Idempotency-Key"]
    assert how_many(app) == 0


def test_a_lost_time_answers_409_with_alternatives(program: OtherProgram) -> None:
    wanted = a_booking(therapist="therapist-1")
    assert program.book(wanted).status_code == 201
    answer = program.book(wanted)
    said = answer.get_json()
    assert (answer.status_code, said["type"], said["reason"]) == (409, "/problems/slot-gone", "taken")
    assert [slot["starts_at"] for slot in said["alternatives"]] != []
    assert all(slot["therapists"] == ["therapist-1"] for slot in said["alternatives"])
    near = said["alternatives"][0]["starts_at"]
    assert program.book(a_booking(therapist="therapist-1", starts_at=near)).status_code == 201


def test_without_preference_each_therapist_is_booked_once(program: OtherProgram) -> None:
    answers = [program.book() for _ in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 409]
    assert {one.get_json()["therapist"] for one in answers[:2]} == {"therapist-1", "therapist-2"}


NEVER_FREE = [
    ("2026-11-20T13:55:00Z", "past"),
    ("2026-11-20T14:15:00+00:00", "too_soon"),
    ("2029-11-20T14:00:00+00:00", "too_far"),
    (f"{DAY}T10:07:00-04:00", "off_step"),
    (f"{DAY}T10:00:30-04:00", "off_step"),
    (f"{DAY}T03:00:00-04:00", "closed"),
    ("2200-12-31T23:00:00Z", "too_far"),
    ("1970-01-01T00:00:00Z", "past"),
]


def test_a_time_that_was_never_free_says_why(app: Flask, program: OtherProgram) -> None:
    for starts_at, reason in NEVER_FREE:
        answer = program.book(a_booking(starts_at=starts_at))
        assert (answer.status_code, answer.get_json()["reason"]) == (409, reason), starts_at
    assert how_many(app) == 0


def test_end_price_duration_and_status_are_the_servers(app: Flask, program: OtherProgram) -> None:
    forged: dict[str, Any] = {
        "ends_at": "2030-01-01T00:00:00Z",
        "price": "0.00",
        "currency": "USD",
        "minutes": 5,
        "status": "completed",
        "id": "1",
    }
    said = program.book(a_booking(**forged)).get_json()
    assert said["ends_at"] == f"{DAY}T11:00:00-04:00"
    assert (said["price"], said["currency"], said["status"]) == ("95.00", "CAD", "booked")
    assert said["id"] != "1"


def test_a_first_visit_takes_its_own_length(program: OtherProgram) -> None:
    said = program.book(a_booking(visit="first")).get_json()
    assert (said["duration"], said["ends_at"]) == (75, f"{DAY}T11:15:00-04:00")


NOT_ON_OFFER: list[tuple[dict[str, Any], str]] = [
    ({"service": "nothing"}, "service"),
    ({"service": "nothing", "starts_at": f"{DAY}T10:07:00-04:00"}, "service"),
    ({"duration": 61}, "duration"),
    ({"duration": 75}, "duration"),
    ({"therapist": "nobody"}, "therapist"),
    ({"therapist": "therapist-new"}, "therapist"),
    ({"location": "nowhere"}, "location"),
    ({"visit": "any"}, "visit"),
    ({"screening": {"pregnant": "no"}}, "screening.pregnant"),
    ({"consent": False}, "consent"),
    ({"surprise": 1}, "surprise"),
]


def test_what_is_not_on_offer_is_named(app: Flask, program: OtherProgram) -> None:
    for more, field in NOT_ON_OFFER:
        answer = program.book(a_booking(**more))
        assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field]), more
    assert how_many(app) == 0


def test_a_service_that_asks_about_health_needs_consent(program: OtherProgram) -> None:
    said = a_booking()
    del said["consent"]
    answer = program.book(said)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["consent"])
    assert program.book(said | {"service": "back-massage"}).status_code == 201


def test_what_must_be_asked_about_first_is_not_booked_outside_a_demonstration(
    app: Flask, program: OtherProgram
) -> None:
    with app.app_context(), transaction() as rows:
        rows.execute(select(Practice)).scalar_one().demonstration = False
        raise_revision()
    answer = program.book()
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["service"])
    assert program.book(a_booking(service="back-massage")).status_code == 201


def test_a_practice_that_is_not_open_takes_no_bookings(app: Flask, program: OtherProgram) -> None:
    with app.app_context(), transaction() as rows:
        row = rows.execute(select(Practice)).scalar_one()
        row.demonstration, row.currency = False, None
        raise_revision()
    answer = program.book()
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/not-open")


def test_nobodys_mailbox_is_filled(program: OtherProgram) -> None:
    clocks = ("08:00", "09:15", "10:30", "11:45", "13:00", "14:15")
    answers = [program.book(a_booking(clock)) for clock in clocks]
    assert [one.status_code for one in answers] == [201] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "3600"


def test_only_a_token_in_use_lets_in(app: Flask, program: OtherProgram) -> None:
    token = program.token
    wrong = [
        "",
        "x",
        "sp_",
        token[:-1],
        token + "A",
        token.upper(),
        f"sp_{'A' * 43}",
        "sp_" + "é" * 43,
        "x" * 8000,
    ]
    for one in wrong:
        program.token = one
        answer = program.book()
        assert (answer.status_code, answer.get_json()["type"]) == (401, "/problems/unauthorized"), one[:60]
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    program.token = token
    with app.app_context():
        end_token("front window", NOW)
    assert program.book().status_code == 401
    assert program.get(f"/appointments?from={DAY}&to={DAY}").status_code == 401
    assert how_many(app) == 0


def test_no_other_way_of_saying_who_one_is_counts(app: Flask, program: OtherProgram) -> None:
    token, headers = program.token, {"Idempotency-Key": "a-key-of-a-test"}
    for said in ({}, {"Authorization": f"Basic {token}"}, {"Authorization": token}, {"X-Api-Key": token}):
        sent = program.client.post("/api/v1/appointments", json=a_booking(), headers=headers | said)
        assert sent.status_code == 401
    path = f"/api/v1/appointments?token={token}&access_token={token}"
    assert program.client.post(path, json=a_booking(), headers=headers).status_code == 401
    program.client.set_cookie("token", token)
    assert program.client.post("/api/v1/appointments", json=a_booking(), headers=headers).status_code == 401
    assert how_many(app) == 0


def test_a_client_who_books_by_telephone_is_given_the_number(app: Flask, program: OtherProgram) -> None:
    program.book()
    with app.app_context(), transaction():
        db.session.execute(update(Client).values(blocked_at=NOW, blocked_by="desk@example.com"))
    answer = program.book(a_booking(starts_at=at("15:00").isoformat()))
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/not-online")
    assert answer.get_json()["phone"] == "902-555-0100"


def test_who_missed_too_many_sessions_only_asks(app: Flask, program: OtherProgram) -> None:
    program.book()
    with app.app_context(), transaction():
        db.session.execute(update(Practice).values(approval_after_no_shows=1))
        db.session.execute(update(Appointment).values(state="no_show"))
        raise_revision()
    answer = program.book(a_booking(starts_at=at("15:00").isoformat()))
    assert (answer.status_code, answer.get_json()["status"]) == (201, "requested")
