"""Questions about health and consent through the JSON API: what is asked, each row of the table, what forbids a booking."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.domain.screening import Outcome
from app.extensions import db
from app.models import (
    Appointment,
    Client,
    Consent,
    ConsentTextVersion,
    Practice,
    Review,
    Screening,
    ScreeningSetVersion,
)
from app.store.practice import raise_revision
from app.store.screenings import open_answers
from app.store.transactions import transaction
from tests.support.integrator import OtherProgram, a_booking, other_program
from tests.support.rows import NOW, at, make_practice
from tests.support.safety import WELL, ask_before, change_consent_text
from tests.support.screening_table import ROWS, Row, ask_default_questions, row_name, said_in, well

LATER = at("10:00") + timedelta(days=7)  # far enough away for a therapist to look first
TODAY = date(2026, 11, 20)
TERMS: dict[str, Any] = {
    "version": 1,
    "areas": {"belly": True, "groin": False},
    "draping": "Sheet",
    "stop_word": "Red",
    "clothing": "Shorts",
}


@pytest.fixture
def program(app: Flask, clock: time_machine.Traveller) -> OtherProgram:
    """A program at a practice whose deep work asks four questions and has a consent text, on the tests' Friday."""
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_before()
    return other_program(app)


def wanted(**more: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {"starts_at": LATER, "screening": WELL, "consent": TERMS}
    return a_booking(**usual | more)


def told(answer: Any) -> tuple[int, list[str]]:
    return answer.status_code, sorted(answer.get_json().get("errors", {}))


def count(app: Flask, model: Any = Appointment) -> int:
    with app.app_context():
        return db.session.scalars(select(func.count(model.id))).one()


def test_a_service_says_what_it_asks_and_not_what_follows(program: OtherProgram) -> None:
    services = {one["slug"]: one for one in program.get("/services").get_json()["services"]}
    asked = services["psoas-release"]
    assert [question["key"] for question in asked["screening"]] == [
        "pregnant",
        "thinners",
        "pulse",
        "surgery",
    ]
    assert asked["screening"][3] == {
        "key": "surgery",
        "question": "About surgery?",
        "why": "Because of surgery.",
        "answers": [
            {"key": "no", "label": "No", "date": False},
            {"key": "yes", "label": "Yes", "date": True},
            {"key": "not_sure", "label": "I'm not sure", "date": False},
        ],
        "optional": False,
    }
    assert asked["consent"] == {
        "version": 1,
        "text": "You may stop at any time. Version 1.",
        "areas": [{"key": "belly", "label": "Belly"}, {"key": "groin", "label": "Front of the hip"}],
    }
    assert asked["needs_consent"] is True
    assert (services["back-massage"]["screening"], services["back-massage"]["consent"]) == ([], None)


def test_who_is_well_and_agrees_is_booked(app: Flask, program: OtherProgram) -> None:
    answer = program.book(wanted())
    assert (answer.status_code, answer.get_json()["status"]) == (201, "booked")
    with app.app_context():
        kept = db.session.scalars(select(Screening)).one()
        assert (kept.outcome, kept.appointment_id) == ("ok", 1)
        assert dict(open_answers(kept)) == WELL
        assert db.session.scalars(select(Consent.given_by)).one() != ""


def test_review_is_requested_until_a_therapist_has_looked(app: Flask, program: OtherProgram) -> None:
    answer = program.book(wanted(screening=WELL | {"thinners": "aspirin"}))
    assert (answer.status_code, answer.get_json()["status"]) == (201, "requested")
    assert count(app, Review) == 1


def test_review_without_time_to_look_is_a_call(app: Flask, program: OtherProgram) -> None:
    answer = program.book(
        wanted(starts_at=at("10:00") - timedelta(days=2), screening=WELL | {"thinners": "aspirin"})
    )
    assert answer.status_code == 409
    assert count(app) == 0


def test_call_tells_whom_to_call_what_to_say_and_what_is_lighter(app: Flask, program: OtherProgram) -> None:
    answer = program.book(wanted(screening=WELL | {"pregnant": "yes"}))
    said = answer.get_json()
    assert (answer.status_code, said["type"]) == (409, "/problems/not-online")
    assert said["phone"] == "902-555-0100"
    assert said["lighter"] == ["back-massage"]
    assert said["advice"] == []
    assert count(app) == 0


def test_urgent_tells_the_emergency_number_of_the_country(app: Flask, program: OtherProgram) -> None:
    answer = program.book(wanted(screening=WELL | {"pulse": "yes"}))
    said = answer.get_json()
    assert (answer.status_code, said["type"], said["emergency_number"]) == (409, "/problems/get-help", "911")
    assert "lighter" not in said
    assert count(app) == 0


def test_whoever_changes_such_an_answer_gets_review_at_best(program: OtherProgram) -> None:
    assert program.book(wanted(screening=WELL | {"pulse": "yes"})).status_code == 409
    assert program.book(wanted()).get_json()["status"] == "requested"
    other = {"name": "Al Moss", "email": "al.moss@example.com"}
    assert (
        program.book(wanted(client=other, starts_at=LATER + timedelta(hours=3))).get_json()["status"]
        == "booked"
    )


@pytest.mark.parametrize(
    ("screening", "fields"),
    [
        ({}, ["screening.pregnant", "screening.pulse", "screening.surgery", "screening.thinners"]),
        (WELL | {"pulse": "perhaps"}, ["screening.pulse"]),
        (WELL | {"surgery": "yes"}, ["screening.surgery"]),
        (WELL | {"surgery": "yes", "surgery.on": "2027-01-01"}, ["screening.surgery"]),
        (WELL | {"surprise": "no"}, ["screening.surprise"]),
        (WELL | {"pulse.on": "2026-01-01"}, ["screening.pulse.on"]),
        (WELL | {"pulse": True}, ["screening.pulse.value"]),
        ([], ["screening"]),
    ],
)
def test_answers_that_are_missing_or_none_are_named(
    app: Flask, program: OtherProgram, screening: Any, fields: list[str]
) -> None:
    assert told(program.book(wanted(screening=screening))) == (422, fields)
    assert (count(app), count(app, Screening)) == (0, 0)


@pytest.mark.parametrize(
    ("consent", "fields"),
    [
        (True, ["consent"]),
        (False, ["consent"]),
        ("yes", ["consent"]),
        ({}, ["consent.areas", "consent.version"]),
        (TERMS | {"version": 2}, ["consent.version"]),
        (TERMS | {"version": "1"}, ["consent.version"]),
        (TERMS | {"areas": {"belly": True}}, ["consent.areas.groin"]),
        (TERMS | {"areas": {"belly": True, "groin": True, "neck": True}}, ["consent.areas.neck"]),
        (TERMS | {"areas": {"belly": "yes", "groin": False}}, ["consent.areas.belly.value"]),
        (TERMS | {"surprise": 1}, ["consent.surprise"]),
    ],
)
def test_an_agreement_that_is_none_is_named(
    app: Flask, program: OtherProgram, consent: Any, fields: list[str]
) -> None:
    assert told(program.book(wanted(consent=consent))) == (422, fields)
    assert (count(app), count(app, Screening)) == (0, 0)


def test_consent_is_asked_for_once_and_again_when_the_text_changes(app: Flask, program: OtherProgram) -> None:
    without = {key: value for key, value in wanted().items() if key != "consent"}
    answer = program.book(without)
    assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/needs-consent")
    assert program.book(wanted()).status_code == 201
    assert program.book(without | {"starts_at": (LATER + timedelta(days=4)).isoformat()}).status_code == 201
    with app.app_context():
        change_consent_text()
    third = without | {"starts_at": (LATER + timedelta(days=8)).isoformat()}
    assert program.book(third).get_json()["type"] == "/problems/needs-consent"
    assert told(program.book(third | {"consent": TERMS})) == (422, ["consent.version"])
    assert program.book(third | {"consent": TERMS | {"version": 2}}).status_code == 201


def test_a_service_without_a_text_takes_no_terms(program: OtherProgram) -> None:
    assert told(program.book(wanted(service="back-massage", screening={}))) == (422, ["consent"])
    assert told(program.book(wanted(service="back-massage", consent=True))) == (
        422,
        [f"screening.{key}" for key in sorted(WELL)],
    )


def test_the_same_request_again_answers_the_same_and_keeps_nothing_twice(
    app: Flask, program: OtherProgram
) -> None:
    body = wanted()
    first, again = (program.book(body, key="one-key-of-mine") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert count(app, Screening) == 1
    answer = program.book(wanted(screening=WELL | {"thinners": "aspirin"}), key="one-key-of-mine")
    assert answer.get_json()["type"] == "/problems/key-reused"


def test_a_real_practice_asks_only_what_its_owner_has_approved(app: Flask, program: OtherProgram) -> None:
    with app.app_context(), transaction() as rows:
        rows.scalars(select(Practice)).one().demonstration = False
        raise_revision()
    assert program.book(wanted()).status_code == 201
    with app.app_context(), transaction() as rows:
        rows.scalars(select(ScreeningSetVersion)).one().approved_at = None
        raise_revision()
    other = {"name": "Al Moss", "email": "al.moss@example.com"}
    assert told(program.book(wanted(client=other))) == (422, ["service"])
    with app.app_context(), transaction() as rows:
        rows.scalars(select(ScreeningSetVersion)).one().approved_at = NOW
        rows.scalars(select(ConsentTextVersion)).one().approved_at = None
        raise_revision()
    assert told(program.book(wanted(client=other))) == (422, ["service"])
    assert count(app, Screening) == 1


STATUS = {Outcome.OK: "booked", Outcome.REVIEW: "requested"}
KINDS = {Outcome.CALL: "/problems/not-online", Outcome.URGENT: "/problems/get-help"}


def test_each_row_of_the_table_through_the_api(app: Flask, program: OtherProgram) -> None:
    with app.app_context():
        ask_default_questions("psoas-release")
    wrong = [
        row_name(row) for number, row in enumerate(ROWS) if _given(app, program, number, row) is not True
    ]
    assert wrong == []


def _given(app: Flask, program: OtherProgram, number: int, row: Row) -> bool:
    """One client after the other; whoever was booked gives the time back, so that all ask for the same."""
    client = {"name": f"Client {number}", "email": f"client-{number}@example.com"}
    body = wanted(client=client, screening=well() | said_in(row, TODAY), consent=True)
    answer = program.book(body)
    said = answer.get_json()
    if row[3] in KINDS:
        return bool(
            answer.status_code == 409 and said["type"] == KINDS[row[3]] and count_of(app, number) == 0
        )
    cancelled = program.post(f"/appointments/{said['id']}/cancel").status_code == 200
    return bool(answer.status_code == 201 and said["status"] == STATUS[row[3]] and cancelled)


def count_of(app: Flask, number: int) -> int:
    """How many appointments that client has."""
    with app.app_context():
        mine = select(func.count(Appointment.id)).join(Client).where(Client.name == f"Client {number}")
        return db.session.scalars(mine).one()
