"""Behind the manage link: something has changed, or nothing has; answers are written there, and never shown."""

from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.extensions import db
from app.links import manage_token
from app.models import Appointment, AuditLine, Review, Screening, Task
from app.store.screenings import open_answers
from app.store.transactions import transaction
from tests.support.filled_form import fields_of
from tests.support.questioned import Walk, fields_of_any
from tests.support.rows import make_practice
from tests.support.safety import WELL, ask_before, open_in_london


@pytest.fixture
def link(app: Flask, clock: time_machine.Traveller) -> str:
    """The manage link of a session that lies three days ahead."""
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_before()
    walk = Walk(app.test_client())
    walk.answer()
    walk.book("15:00")
    with app.app_context():
        made = rows_of(Appointment)[0]
        return f"/appointment/{manage_token(made.public_id, made.token_version)}"


def rows_of(kind: type[Any]) -> list[Any]:
    """All of their kind, oldest first."""
    return list(db.session.execute(select(kind).order_by(kind.id)).scalars())


def answer(app: Flask, link: str, **said: str) -> TestResponse:
    """Answer the questions behind the link."""
    client = app.test_client()
    page = client.get(f"{link}/changed/questions")
    told = {
        ("on-" + key[3:] if key.startswith("on_") else f"q-{key}"): one for key, one in (WELL | said).items()
    }
    return client.post(f"{link}/changed/questions", data=fields_of(page, "questions").to_dict() | told)


def test_the_page_asks_and_the_manage_page_leads_to_it(app: Flask, link: str) -> None:
    client = app.test_client()
    assert f"{link}/changed" in client.get(link).text
    page = client.get(f"{link}/changed")
    assert "Nothing has changed" in page.text
    assert "Something has changed" in page.text


def test_nothing_has_changed_is_written_down(app: Flask, link: str) -> None:
    client = app.test_client()
    page = client.get(f"{link}/changed")
    said = client.post(f"{link}/changed", data=fields_of_any(page), follow_redirects=True)
    assert "Thank you for telling us" in said.text
    with app.app_context():
        assert "nothing has changed" in [line.act for line in rows_of(AuditLine)]


def test_nothing_that_was_answered_is_shown(app: Flask, link: str) -> None:
    answer(app, link, thinners="aspirin")
    for path in ("", "/changed", "/changed/questions"):
        page = app.test_client().get(link + path)
        assert page.status_code == 200
        assert "checked" not in page.text
        assert "aspirin" not in page.text.replace("Low-dose aspirin", "").replace('value="aspirin"', "")


def test_an_answer_that_is_well_changes_nothing_but_is_kept(app: Flask, link: str) -> None:
    said = answer(app, link)
    assert "Nothing stands against your session" in said.text
    with app.app_context():
        first, second = rows_of(Screening)
        assert first.appointment_id == second.appointment_id
        assert open_answers(second)["pulse"] == "no"
        assert rows_of(Task) == []


def test_a_review_is_opened(app: Flask, link: str) -> None:
    said = answer(app, link, thinners="aspirin")
    assert "Your therapist looks at it" in said.text
    with app.app_context():
        review = rows_of(Review)[0]
        assert review.screening_id == rows_of(Screening)[1].id
        assert [task.kind for task in rows_of(Task)] == ["health_changed"]


@pytest.mark.parametrize(
    ("said", "words"), [({"pregnant": "yes"}, "Let us talk first"), ({"pulse": "yes"}, "Please get help now")]
)
def test_a_call_and_help_now_make_a_task_and_say_what_to_do(
    app: Flask, link: str, said: dict[str, str], words: str
) -> None:
    page = answer(app, link, **said)
    assert page.status_code == 200
    assert words in page.text
    assert "asked to call you" in page.text
    answer(app, link, **said)
    with app.app_context():
        assert [task.kind for task in rows_of(Task)] == ["health_changed"]
        assert rows_of(Appointment)[0].state == "booked"


def test_who_takes_it_back_within_the_day_gets_a_review_at_best(app: Flask, link: str) -> None:
    answer(app, link, pregnant="yes")
    assert "Your therapist looks at it" in answer(app, link).text


def test_missing_answers_are_named_and_a_made_up_link_opens_nothing(app: Flask, link: str) -> None:
    again = answer(app, link, pulse="")
    assert again.status_code == 422
    assert "Please answer this question." in again.text
    assert app.test_client().get("/appointment/made-up/changed/questions").status_code == 404


def test_after_the_session_nothing_is_asked(app: Flask, link: str, clock: time_machine.Traveller) -> None:
    client = app.test_client()
    clock.shift(4 * 24 * 3600)
    assert client.get(f"{link}/changed").status_code == 302
    fresh = fields_of_any(client.get(f"{link}/messages"))
    sent = fresh | {f"q-{key}": one for key, one in WELL.items()}
    assert client.post(f"{link}/changed/questions", data=sent).status_code == 409


def test_the_emergency_number_behind_the_link_is_that_of_the_sessions_place(app: Flask, link: str) -> None:
    with app.app_context():
        place = open_in_london()
        with transaction() as rows:
            rows.execute(update(Appointment).values(location_id=place))
    for page in (app.test_client().get(link), answer(app, link, pulse="yes")):
        assert "tel:999" in page.text
        assert "911" not in page.text
