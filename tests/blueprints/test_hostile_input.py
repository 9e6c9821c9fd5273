"""Whatever is sent, the answer is a page and a sentence: never a fault of ours, never a change that nobody asked for."""

from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.extensions import db
from app.models import Appointment
from tests.support.databases import BACKENDS
from tests.support.filled_form import fields_of
from tests.support.hostile import BYTES, DATES, EVERYTHING, INSTANTS, NUMBERS, TEXTS
from tests.support.rows import make_practice

pytestmark = pytest.mark.parametrize("backend", BACKENDS)


@pytest.fixture(autouse=True)
def a_practice(app: Flask) -> None:
    """Every test has one to attack; its forms need no token, so that the attack gets past that door."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        make_practice()


def is_plain(status: int) -> bool:
    """Whether the answer is no fault of ours."""
    return status < 500


@pytest.mark.parametrize(
    "path",
    [
        "/services/{}",
        "/book/{}",
        "/book/{}/time",
        "/book/psoas-release/details/{}",
        "/book/done/{}",
        "/book/done/{}/calendar.ics",
        "/appointment/{}",
        "/appointment/{}/move",
        "/appointment/{}/calendar.ics",
        "/appointment/{}/confirm",
        "/appointment/{}/cannot-come",
        "/appointment/none/check-in/{}",
        "/messages/stop/{}",
        "/staff/schedule/{}",
        "/staff/appointments/{}",
        "/{}",
    ],
)
def test_no_address_is_a_fault_of_ours(client: FlaskClient, path: str) -> None:
    for text in (part for part in EVERYTHING if len(part) < 8000):
        assert is_plain(client.get(path.format(quote(text, safe=""))).status_code), (path, text[:60])


@pytest.mark.parametrize("name", ["visit", "minutes", "therapist", "location", "date", "src", "surprise"])
def test_no_query_is_a_fault_of_ours(client: FlaskClient, name: str) -> None:
    known = {"visit": "returning", "minutes": "60"}
    for text in EVERYTHING:
        query = urlencode(known | {name: text[:5000]})
        assert is_plain(client.get(f"/book/psoas-release/time?{query}").status_code), (name, text[:60])


@pytest.mark.parametrize("raw", BYTES)
def test_broken_bytes_are_refused_or_ignored(client: FlaskClient, raw: bytes) -> None:
    assert is_plain(client.get("/book/psoas-release/time?date=" + raw.decode("latin-1")).status_code)
    kind = "application/x-www-form-urlencoded"
    for body in (b"start=" + raw, raw):
        answer = client.post("/book/psoas-release/hold", data=body, content_type=kind)
        assert 400 <= answer.status_code < 500


def test_a_forged_start_is_never_obeyed(client: FlaskClient, app: Flask) -> None:
    chosen = {"visit": "returning", "minutes": "60", "therapist": "therapist-1"}
    for start in (*INSTANTS, *NUMBERS):
        answer = client.post("/book/psoas-release/hold", data=chosen | {"start": start})
        assert answer.status_code in (409, 413, 422), start[:60]


@pytest.mark.parametrize(
    "forged",
    [
        {"therapist": "therapist-new"},
        {"minutes": "75"},
        {"minutes": "600"},
        {"visit": "first"},
    ],
)
def test_what_is_not_on_offer_is_never_held(client: FlaskClient, forged: dict[str, str]) -> None:
    chosen = {
        "visit": "returning",
        "minutes": "60",
        "therapist": "therapist-1",
        "start": "2027-01-11T10:00:00-04:00",
    }
    assert client.post("/book/psoas-release/hold", data=chosen | forged).status_code == 422


def held(client: FlaskClient) -> str:
    """A time that is kept; its token."""
    chosen = {
        "visit": "returning",
        "minutes": "60",
        "therapist": "therapist-1",
        "start": "2027-01-11T10:00:00-04:00",
    }
    answer = client.post("/book/psoas-release/hold", data=chosen)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rpartition("/")[2]


@pytest.mark.parametrize("name", ["name", "email", "phone", "note", "key"])
def test_no_typed_detail_is_a_fault_of_ours(client: FlaskClient, name: str) -> None:
    token = held(client)
    details = {
        "name": "Ada Moss",
        "email": "ada@example.com",
        "phone": "902-555-0100",
        "note": "",
        "key": "k" * 22,
    }
    for text in TEXTS + NUMBERS:
        answer = client.post(f"/book/psoas-release/check/{token}", data=details | {name: text})
        assert answer.status_code in (303, 400, 413, 422), (name, text[:60])
        shown = client.get(f"/book/psoas-release/check/{token}", follow_redirects=True)
        for page in (answer, shown):
            assert is_plain(page.status_code)
            assert "<script>alert(1)" not in page.text
            assert "<img src=x" not in page.text


@pytest.mark.parametrize("typed", [{"name": "   "}, {"email": "   "}, {"name": "\u200b"}, {"email": ""}])
def test_blanks_are_no_name_and_no_address(client: FlaskClient, typed: dict[str, str]) -> None:
    token = held(client)
    details = {"name": "Ada Moss", "email": "ada@example.com"}
    answer = client.post(f"/book/psoas-release/check/{token}", data=details | typed)
    assert answer.status_code == 422
    assert "Enter your" in answer.text
    refused = client.post(f"/book/psoas-release/confirm/{token}", data={"key": "a-key-of-this-form-only"})
    assert "/details/" in refused.headers["Location"]


def test_end_price_duration_and_state_are_the_servers(client: FlaskClient, app: Flask) -> None:
    token = held(client)
    details = {"name": "Ada Moss", "email": "ada@example.com", "key": "a-key-of-this-form-only"}
    forged = {
        "ends_at": "2030-01-01T00:00:00Z",
        "price_minor": "0",
        "minutes": "5",
        "state": "completed",
        "id": "1",
    }
    client.post(f"/book/psoas-release/check/{token}", data=details | forged)
    seen = fields_of(client.get(f"/book/psoas-release/check/{token}"), "check")["seen"]
    answer = client.post(f"/book/psoas-release/confirm/{token}", data=details | forged | {"seen": seen})
    assert "/book/done/" in answer.headers["Location"]
    with app.app_context():
        appointment = db.session.execute(select(Appointment)).scalar_one()
        assert (appointment.minutes, appointment.price_minor, appointment.state) == (60, 9500, "booked")


def test_dates_out_of_reach_show_a_page(client: FlaskClient) -> None:
    for day in DATES:
        answer = client.get(f"/book/psoas-release/time?visit=returning&minutes=60&date={quote(day[:200])}")
        assert answer.status_code == 200


def test_too_much_is_refused(client: FlaskClient) -> None:
    assert client.post("/book/psoas-release/hold", data={"start": "x" * 300_000}).status_code == 413


def test_get_changes_nothing(client: FlaskClient, app: Flask) -> None:
    token = held(client)
    for path in ("/", "/services/", "/book/psoas-release", f"/book/psoas-release/details/{token}", "/staff/"):
        client.get(path)
        client.head(path)
    assert client.get(f"/book/psoas-release/confirm/{token}").status_code == 405
    with app.app_context():
        assert db.session.execute(select(func.count(Appointment.id))).scalar_one() == 0


def test_every_answer_carries_the_strict_headers(client: FlaskClient) -> None:
    for path in ("/", "/nowhere", "/static/css/stillpoint.css"):
        with client.get(path) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_form_from_elsewhere_is_refused(client: FlaskClient) -> None:
    answer = client.post(
        "/book/psoas-release/hold", data={"start": "x"}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "null", "", "]", "http://a:b:c"])
def test_an_origin_that_is_none_is_refused(client: FlaskClient, origin: str) -> None:
    answer = client.post("/book/psoas-release/hold", data={"start": "x"}, headers={"Origin": origin})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/staff/login", "/staff/reset"])
def test_a_password_of_5000_digits_is_a_sentence(client: FlaskClient, path: str) -> None:
    for typed in ({"email": "a@example.com", "password": "9" * 5000}, {"email": "9" * 5000, "password": "x"}):
        answer = client.post(path, data=typed)
        assert answer.status_code == 400
        assert "longer than anything" in answer.text


def test_without_its_token_no_form_is_obeyed(client: FlaskClient, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/book/psoas-release/hold", data={"start": "2027-01-11T10:00:00-04:00"})
    assert answer.status_code == 400
    assert "reload the page" in answer.text
