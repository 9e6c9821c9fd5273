"""Pages that say no to staff lead them back to their work, and say what became of what they typed."""

import pytest
from flask import Flask

from tests.support.desk import Desk, form_of, make_desk, text_of, token


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("desk", "/staff/nothing-here", 404),
        ("therapist", "/staff/settings/practice", 403),
        ("desk", "/staff/tasks/1/done", 405),
    ],
)
def test_who_is_refused_is_led_to_the_schedule(desk: Desk, role: str, path: str, status: int) -> None:
    page = desk.member(role).get(path)
    assert page.status_code == status
    assert 'href="/staff/"' in page.text
    said = text_of(page)
    assert "To the schedule" in said
    assert "See our services" not in said
    assert "Your appointments are untouched" not in said
    assert "Or call us" not in said


def test_a_client_is_still_led_to_the_services(desk: Desk) -> None:
    said = text_of(desk.app.test_client().get("/nothing-here"))
    assert "See our services" in said
    assert "To the schedule" not in said


def test_who_signed_out_elsewhere_learns_that_and_what_to_do(desk: Desk) -> None:
    client = desk.member("desk")
    page = client.get("/staff/book")
    form = form_of(page, "") | {"name": "Mina Cole", "book": "1"}
    assert client.post("/staff/logout", data={"csrf_token": token(page)}).status_code == 302
    answer = client.post("/staff/book", data=form)
    assert answer.status_code == 400
    assert "You were signed out after this page was loaded" in text_of(answer)
    assert "Mina Cole" not in answer.text
