"""Errors under /api are problem documents, whoever makes them; pages keep their pages. Limits say when to come back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.extensions import db, limiter
from app.factory import create_app
from app.store.transactions import Busy, Overlap, Stale
from app.web.problems import KINDS
from config import Settings
from tests.support.integrator import OtherProgram, a_booking, other_program
from tests.support.rows import MONDAY, NOW, make_practice
from tests.support.settings import settings

DAY = MONDAY.isoformat()


@pytest.fixture
def limited(database_url: str, tmp_path: Path) -> Iterator[OtherProgram]:
    """A program that was let in where limits are on."""
    said = settings(database_url, RATE_LIMITS="on", QUEUE_URL=f"sqlite:///{tmp_path / 'queue.db'}")
    app = create_app(replace(Settings.from_environment(said), testing=True))
    with time_machine.travel(NOW, tick=False):
        with app.app_context():
            make_practice()
        yield other_program(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        limiter.enabled = False


@pytest.fixture
def program(app: Flask) -> Iterator[OtherProgram]:
    """A program that was let in."""
    with time_machine.travel(NOW, tick=False):
        with app.app_context():
            make_practice()
        yield other_program(app)


def test_every_error_under_api_is_a_problem_document(client: FlaskClient) -> None:
    for method, path, status in (
        ("GET", "/api", 404),
        ("GET", "/api/", 404),
        ("GET", "/api/v2/services", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("POST", "/api/v1/nowhere", 404),
        ("GET", "/api/v1/services/", 404),
        ("DELETE", "/api/v1/services", 405),
        ("PUT", "/api/v1/appointments", 405),
        ("FOO", "/api/v1/services", 405),
        ("GET", "/api/v1/%00", 400),
        ("GET", "/api/v1/services?a=%ff", 400),
        ("GET", "/api/v1/services", 503),
        ("POST", "/api/v1/appointments", 401),
    ):
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), path
        said = answer.get_json()
        kind = said["type"].removeprefix("/problems/")
        assert (said["status"], said["title"]) == KINDS[kind], path
        assert said["detail"].endswith(".")
    assert "GET" in client.delete("/api/v1/services").headers["Allow"]
    assert client.get("/api/v1/services").headers["Retry-After"] == "2"


def test_pages_keep_their_pages(client: FlaskClient) -> None:
    for path in ("/nowhere", "/apiary", "/api-docs"):
        answer = client.get(path)
        assert (answer.status_code, answer.content_type) == (404, "text/html; charset=utf-8")


@pytest.mark.own_app
@pytest.mark.parametrize(
    ("trouble", "status", "kind"),
    [
        (Busy(), 503, "unavailable"),
        (Stale(), 409, "changed"),
        (Overlap("claim of Jo Park"), 500, "fault"),
        (ValueError("Jo Park"), 500, "fault"),
    ],
)
def test_what_goes_wrong_inside_is_told_without_its_text(
    app: Flask, client: FlaskClient, trouble: Exception, status: int, kind: str
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False

    @app.get("/api/v1/trouble")
    def trouble_here() -> str:
        raise trouble

    answer = client.get("/api/v1/trouble")
    assert (answer.status_code, answer.get_json()["type"]) == (status, f"/problems/{kind}")
    assert "Jo Park" not in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert ("reference" in answer.get_json()) == (status == 500)


@pytest.mark.own_app
def test_a_question_that_the_database_refuses_is_no_page(app: Flask, client: FlaskClient) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False

    @app.get("/api/v1/broken")
    def broken() -> str:
        db.session.execute(text("select * from nowhere_at_all"))
        return "never"

    answer = client.get("/api/v1/broken")
    assert answer.status_code in (500, 503)
    assert answer.content_type == "application/problem+json"
    assert "nowhere_at_all" not in answer.text


def test_public_reads_are_limited_by_address(limited: OtherProgram) -> None:
    for _ in range(60):
        assert limited.get("/services").status_code == 200
        assert limited.get("/availability/next?service=back-massage").status_code == 200
    answer = limited.get("/services")
    assert (answer.status_code, answer.get_json()["type"]) == (429, "/problems/too-many-requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert limited.client.get("/services/").status_code == 200  # pages have limits of their own


def test_writes_are_limited_by_token(limited: OtherProgram) -> None:
    for _ in range(60):
        assert limited.book({}).status_code == 422
    assert limited.book().status_code == 429
    assert limited.get(f"/appointments?from={DAY}&to={DAY}").status_code == 200
    assert other_program(limited.client.application, "another window").book().status_code == 201


def test_without_limits_nobody_is_told_to_wait(program: OtherProgram) -> None:
    assert {program.get("/services").status_code for _ in range(130)} == {200}


def test_a_form_token_is_not_asked_for_and_no_cookie_is_set(app: Flask, program: OtherProgram) -> None:
    assert app.config.get("WTF_CSRF_ENABLED", True)
    answer = program.book(a_booking())
    assert answer.status_code == 201
    assert "Set-Cookie" not in answer.headers


def test_other_origins_get_no_leave_to_write(program: OtherProgram) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    answer = program.client.options("/api/v1/appointments", headers=asked)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert program.post("/appointments", a_booking(), Origin="https://example.org").status_code == 400


def test_reading_needs_no_leave_to_write(program: OtherProgram) -> None:
    one = program.book().get_json()["id"]
    for path in ("/services", f"/appointments/{one}", f"/appointments?from={DAY}&to={DAY}"):
        answer = program.client.head(f"/api/v1{path}", headers={"Authorization": f"Bearer {program.token}"})
        assert (answer.status_code, answer.text) == (200, "")
    assert program.client.get(f"/api/v1/appointments/{one}/cancel").status_code == 405
