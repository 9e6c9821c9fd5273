"""After an answer that can't wait nothing is booked online for a day, whatever it is: the advice stands in its place."""

import html
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.actions.booking import book
from app.actions.changed_health import report_change
from app.actions.managing import Change
from app.actions.outcomes import Booked
from app.clock import now as clock_now
from app.domain.appointments import Actor
from app.domain.overriding import Override
from app.domain.slots import Refusal
from app.domain.staff import StaffRole
from app.extensions import db
from app.links import again_token, manage_token
from app.models import Appointment, Screening
from app.store.appointments import get_appointment
from app.store.screenings import latest_of_appointment
from tests.support.integrator import a_booking, other_program
from tests.support.other_questions import OTHER, RESTED, ask_something_else_before
from tests.support.questioned import BOOK, Walk, fields_of_any
from tests.support.rows import MONDAY, active_claims, at, make_practice, order, wish
from tests.support.safety import WELL, ask_before

LIGHT = f"/book/{OTHER}"
QUERY = "session=returning.30"
HELP = "Please get help now"


@pytest.fixture
def walk(app: Flask, clock: time_machine.Traveller) -> Walk:
    """A browser that has answered that it can't wait."""
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_before()
    walk = Walk(app.test_client())
    walk.answer(pulse="yes")
    return walk


def hold(walk: Walk, slug: str = OTHER) -> TestResponse:
    """Pick a time of the light session without looking at its pages."""
    fields = fields_of_any(walk.questions()) | {"start": at("10:00").isoformat(), "session": "returning.30"}
    return walk.client.post(f"/book/{slug}/hold", data=fields)


def test_the_advice_stands_in_place_of_every_page_that_books(walk: Walk, app: Flask) -> None:
    for page in (walk.client.get(LIGHT), walk.client.get(f"{LIGHT}/time?{QUERY}"), hold(walk)):
        assert HELP in page.text
        assert "tel:911" in page.text
        assert "/book/psoas-release" in page.text
    with app.app_context():
        assert active_claims() == []


def test_a_time_that_was_kept_before_is_not_booked_after(app: Flask, clock: time_machine.Traveller) -> None:
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_before()
    walk = Walk(app.test_client())
    held = hold(walk)
    details = walk.client.get(held.headers["Location"])
    walk.answer(pulse="yes")
    sent = fields_of_any(details) | {"name": "Jo Park", "email": "jo@example.com", "key": "key-of-a-form"}
    token = held.headers["Location"].partition("?")[0].rsplit("/", 1)[1]
    walk.client.post(f"{LIGHT}/check/{token}", data=sent | {"tools": "tools", "detail": "full"})
    said = walk.client.post(f"{LIGHT}/confirm/{token}", data=sent)
    assert (said.status_code, HELP in said.text) == (409, True), said.text
    with app.app_context():
        assert db.session.execute(select(Appointment)).first() is None


def test_a_day_later_it_can_be_booked(walk: Walk, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(hours=24, minutes=1))
    assert HELP not in walk.client.get(LIGHT).text
    assert hold(walk).status_code == 303


def test_somebody_elses_browser_is_told_nothing(walk: Walk, app: Flask) -> None:
    assert HELP not in app.test_client().get(LIGHT).text


def test_who_chose_it_by_mistake_answers_again_and_is_looked_at_first(walk: Walk) -> None:
    assert "Before we start" in walk.questions().text
    assert "A therapist looks at your answers first" in walk.answer().text
    assert HELP not in walk.client.get(LIGHT).text


def test_other_questions_take_nothing_back(walk: Walk, app: Flask) -> None:
    with app.app_context():
        ask_something_else_before()
    page = walk.client.get(f"{LIGHT}/questions?{QUERY}")
    sent = (
        fields_of_any(page) | {"session": "returning.30"} | {f"q-{key}": one for key, one in RESTED.items()}
    )
    answer = walk.client.post(f"{LIGHT}/questions", data=sent, follow_redirects=True)
    assert HELP in answer.text


def test_a_client_who_said_so_behind_their_link_books_nothing_again(
    app: Flask, clock: time_machine.Traveller
) -> None:
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_before()
    first = Walk(app.test_client())
    first.answer()
    first.book()
    with app.app_context():
        made = db.session.execute(select(Appointment)).scalar_one()
        number, token = made.id, again_token(made.public_id, made.token_version)
        report_change(
            Change(number, Actor("client")), WELL | {"pulse": "yes"}, at("10:00", MONDAY - timedelta(days=1))
        )
    clock.move_to(at("11:00", MONDAY - timedelta(days=1)))
    walk = Walk(app.test_client())
    page = walk.client.get(f"/book/again/{token}")
    assert "Has anything about your health changed" not in page.text  # all is asked anew
    typed = fields_of_any(page) | {"minutes": "60", "therapist": ""}
    walk.client.post(f"/book/again/{token}", data=typed)
    assert "Before we start" in walk.questions().text


def again_link(app: Flask) -> str:
    """Jo Park, who was well, has a session; where its "book again" link leads."""
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_before()
    first = Walk(app.test_client())
    first.answer()
    first.book()
    with app.app_context():
        made = db.session.execute(select(Appointment)).scalar_one()
        return f"/book/again/{again_token(made.public_id, made.token_version)}"


def say_unchanged(walk: Walk, link: str) -> TestResponse:
    """Open the link, and send it with "No, nothing"."""
    typed = {"minutes": "60", "therapist": "", "changed": "no"}
    return walk.client.post(link, data=fields_of_any(walk.client.get(link)) | typed, follow_redirects=True)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(("key", "words"), [("pulse", HELP), ("pregnant", "Before we start")])
def test_nothing_has_changed_takes_back_nothing_that_this_browser_has_told_without_a_name(
    app: Flask, clock: time_machine.Traveller, key: str, words: str
) -> None:
    link = again_link(app)
    walk = Walk(app.test_client())
    walk.answer(**{key: "yes"})
    assert words in say_unchanged(walk, link).text
    assert words in walk.client.get(f"{BOOK}/time?{walk.query}", follow_redirects=True).text or key == "pulse"
    held = walk.client.post(
        f"{BOOK}/hold", data=fields_of_any(walk.questions()) | {"start": at("14:00").isoformat()}
    )
    assert "/details/" not in held.headers.get("Location", "")
    with app.app_context():
        assert len(db.session.execute(select(Screening)).all()) == 2


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_visit_takes_nothing_over_by_the_manage_link_in_a_browser_that_cried_for_help(
    app: Flask, clock: time_machine.Traveller
) -> None:
    again_link(app)
    walk = Walk(app.test_client())
    walk.answer(pulse="yes")
    with app.app_context():
        why = Override(frozenset({Refusal.NOT_ANSWERED}), "Asked later", frozenset({StaffRole.DESK}))
        later = wish(at("10:00") + timedelta(days=7))
        client = db.session.execute(select(Appointment.client_id)).scalar_one()
        visit = book(order(later, by_staff=True, override=why, client_id=client), clock_now())
        assert isinstance(visit, Booked)
        made = get_appointment(visit.appointment_id)
        manage = f"/appointment/{manage_token(made.public_id, made.token_version)}/changed"
    for browser, taken_over in ((walk.client, False), (app.test_client(), True)):
        said = browser.post(manage, data=fields_of_any(browser.get(manage)), follow_redirects=True)
        assert "Thank you for telling us" in said.text
        with app.app_context():
            assert (latest_of_appointment(visit.appointment_id) is not None) is taken_over


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_client_behind_their_link_takes_a_mistake_back_by_answering_again(
    app: Flask, clock: time_machine.Traveller
) -> None:
    link = again_link(app)
    walk = Walk(app.test_client())
    walk.answer(pulse="yes")
    advice = say_unchanged(walk, link)
    back = html.unescape(advice.text.partition('Was an answer a mistake? <a href="')[2].partition('"')[0])
    page = walk.client.get(back)
    assert "Before we start" in page.text
    times = walk.client.post(f"{BOOK}/questions", data=walk.answers(page), follow_redirects=True)
    assert "A therapist looks at your answers first" in times.text
    with app.app_context():
        made = db.session.execute(select(Appointment)).scalar_one()
        newest = db.session.execute(select(Screening).order_by(Screening.id.desc())).scalars().first()
        assert newest is not None
        assert newest.client_id == made.client_id


def test_a_program_is_told_that_its_client_needs_help(app: Flask, clock: time_machine.Traveller) -> None:
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_before(consent=False)
    program = other_program(app)
    later = at("10:00") + timedelta(days=7)
    assert program.book(a_booking(starts_at=later, screening=WELL | {"pulse": "yes"})).status_code == 409
    light: dict[str, Any] = {"service": OTHER, "duration": 30, "starts_at": later}
    said = program.book(a_booking(**light))
    assert (said.status_code, said.get_json()["type"]) == (409, "/problems/get-help")
    assert said.get_json()["emergency_number"] == "911"
    other = {"name": "Al Moss", "email": "al.moss@example.com"}
    assert program.book(a_booking(**light, client=other)).status_code == 201
