"""Whatever is sent to the JSON API, the answer is a problem document in our own words, and nothing is booked."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Appointment
from tests.support.hostile import BYTES, DATES, EVERYTHING, INSTANTS, NUMBERS, TEXTS
from tests.support.integrator import OtherProgram, a_booking
from tests.support.rows import MONDAY

DAY = MONDAY.isoformat()
SURROGATE, NUL = '"\\ud83d"', '"a\\u0000b"'


def how_many(app: Flask) -> int:
    """How many appointments there are."""
    with app.app_context():
        return db.session.execute(select(func.count(Appointment.id))).scalar_one()


def assert_problem(answer: TestResponse, *statuses: int) -> dict[str, Any]:
    """It is a whole problem document with one of the statuses; what it says."""
    assert answer.status_code in statuses, answer.text[:200]
    assert answer.content_type == "application/problem+json"
    said: dict[str, Any] = json.loads(answer.text)
    assert {"type", "title", "status", "detail"} <= said.keys()
    assert said["status"] == answer.status_code
    return said


BROKEN = [
    b"{",
    b"nonsense",
    b"[" * 100_000,
    b"[" * 60_000,
    b'{"a":' * 10_000,
    b'{"service": NaN}',
    b'{"service": Infinity}',
    b'{"service": -Infinity}',
    b'{"service": 1e309}',
    b'{"duration": ' + b"9" * 5000 + b"}",
    b'{"service": "a", "service": "b"}',
    b'{"client": {"name": "a", "name": "b"}}',
    b'{"service": "\xff"}',
    b'\xef\xbb\xbf{"service": "a"}',
    '{"service": "a"}'.encode("utf-16"),
    b'{"service": "a"',
    b'{"service": "a"} {}',
    b"{'service': 'a'}",
    b'{"service": "a",}',
    b"\x00",
    f'{{"service": {SURROGATE}}}'.encode(),
    f'{{{SURROGATE}: "a"}}'.encode(),
    f'{{"service": {NUL}}}'.encode(),
    f'{{"screening": {{"a": [[{NUL}]]}}}}'.encode(),
    *BYTES,
]


def test_what_is_no_json_is_refused_before_anything_is_read(app: Flask, program: OtherProgram) -> None:
    for raw in BROKEN:
        said = assert_problem(program.send("/appointments", raw), 400, 413)
        assert said["type"] in ("/problems/invalid-json", "/problems/too-large"), raw[:40]
    assert how_many(app) == 0


def test_what_is_json_but_no_object_is_refused(program: OtherProgram) -> None:
    for raw in (b"[]", b"null", b"1", b'"text"', b"true"):
        assert assert_problem(program.send("/appointments", raw), 422)["errors"].keys() == {"body"}
    assert set(assert_problem(program.send("/appointments", b""), 422)["errors"]) == {
        "service",
        "starts_at",
        "client",
    }


def test_a_body_of_ten_megabytes_is_not_read(program: OtherProgram) -> None:
    for size in (65_537, 10_000_000):
        raw = b'{"service": "' + b"x" * size + b'"}'
        assert assert_problem(program.send("/appointments", raw), 413)["type"] == "/problems/too-large"
    form = "application/x-www-form-urlencoded"
    assert_problem(program.send("/appointments", b"a=" + b"x" * 10_000_000, form), 413, 415)


def test_only_json_in_utf_8_is_read(app: Flask, program: OtherProgram) -> None:
    raw = json.dumps(a_booking()).encode()
    kinds = [
        None,
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "application/problem+json",
        "application/json; charset=utf-16",
        "application/json; charset=utf-7",
        "nonsense",
    ]
    for kind in kinds:
        assert_problem(program.send("/appointments", raw, kind), 400, 415)
    packed = program.send("/appointments", raw, **{"Content-Encoding": "gzip"})
    assert assert_problem(packed, 415)["type"] == "/problems/unsupported-media-type"
    assert how_many(app) == 0
    assert program.send("/appointments", raw, "application/json; charset=UTF-8").status_code == 201


@pytest.mark.parametrize(
    "field", ["service", "starts_at", "therapist", "location", "visit", "duration", "consent", "screening"]
)
def test_no_value_of_a_field_is_a_fault_of_ours(app: Flask, program: OtherProgram, field: str) -> None:
    values: list[Any] = [*EVERYTHING, 0, -1, 2**63, 1.5, True, False, None, [], {}, [[]], {"a": {}}]
    for value in values:
        answer = program.book(a_booking() | {field: value})
        if answer.status_code != 201:  # null or {} is a fair way to leave some fields out
            assert_problem(answer, 400, 404, 409, 413, 422)
            assert "<script>alert(1)" not in answer.text
            assert "<img src=x" not in answer.text
        else:
            assert value in (None, {}, True), (field, value)


@pytest.mark.parametrize("field", ["name", "email", "phone", "surprise"])
def test_no_value_about_a_client_is_a_fault_of_ours(program: OtherProgram, field: str) -> None:
    client = {"name": "Ada Moss", "email": "ada@example.com", "phone": "902-555-0100"}
    for value in (*TEXTS, *NUMBERS, 0, True, [], {}):
        answer = program.book(a_booking(client=client | {field: value}))
        assert answer.status_code in (201, 400, 409, 413, 422, 429), (field, value)
        assert answer.status_code == 201 or assert_problem(answer, answer.status_code)
        assert "<img src=x" not in answer.text or answer.status_code == 201


def test_blanks_and_wrong_kinds_are_no_client(app: Flask, program: OtherProgram) -> None:
    whole = {"name": "Ada Moss", "email": "ada@example.com"}
    wrong: list[tuple[Any, str]] = [
        (None, "client"),
        ("Ada Moss", "client"),
        ([whole], "client"),
        ({"email": "ada@example.com"}, "client.name"),
        ({"name": "Ada Moss"}, "client.email"),
        (whole | {"email": None}, "client.email"),
        (whole | {"email": "a@b, c@d"}, "client.email"),
        (whole | {"email": "ü@example.com"}, "client.email"),
        (whole | {"email": "Ada <ada@example.com>"}, "client.email"),
        (whole | {"email": "a\r\nBcc: x@example.com"}, "client.email"),
        (whole | {"email": f"{'x' * 255}@example.com"}, "client.email"),
        (whole | {"name": "\u200b"}, "client.name"),
        (whole | {"name": "x" * 121}, "client.name"),
        (whole | {"phone": "call me"}, "client.phone"),
        (whole | {"phone": "1" * 19}, "client.phone"),
        (whole | {"note": "my back"}, "client.note"),
        (whole | {"<script>": "x"}, "client.?"),
    ]
    for client, field in wrong:
        said = assert_problem(program.book(a_booking(client=client)), 422)
        assert list(said["errors"]) == [field], client
    assert how_many(app) == 0


def test_what_is_kept_is_clean(app: Flask, program: OtherProgram) -> None:
    client = {"name": "  Ada \u202eMoss\t ", "email": " Ada@Example.COM ", "phone": None}
    assert program.book(a_booking(client=client)).status_code == 201
    with app.app_context():
        row = db.session.execute(select(Appointment)).scalar_one()
        assert (row.typed_name, row.typed_email, row.typed_phone) == ("Ada Moss", "ada@example.com", None)


def test_a_time_is_rfc_3339_with_offset_or_refused(app: Flask, program: OtherProgram) -> None:
    for value in (*INSTANTS, *NUMBERS, 1_795_000_000, 1_795_000_000_000):
        said = assert_problem(program.book(a_booking(starts_at="x") | {"starts_at": value}), 409, 422)
        assert said["status"] == 409 or list(said["errors"]) == ["starts_at"], value
    assert how_many(app) == 0


@pytest.mark.parametrize(
    "name", ["service", "from", "to", "therapist", "location", "duration", "visit", "surprise"]
)
def test_no_query_is_a_fault_of_ours(program: OtherProgram, name: str) -> None:
    known = {"service": "psoas-release", "from": DAY, "to": DAY}
    for text in (*EVERYTHING, *DATES):
        query = urlencode(known | {name: text[:5000]})
        for path in ("availability", "availability/days", "availability/next"):
            answer = program.get(f"/{path}?{query}")
            assert answer.status_code == 200 or assert_problem(answer, 400, 404, 422), (name, text[:60])
            assert "<script>" not in answer.text
    for raw in BYTES:
        answer = program.get(f"/availability?{urlencode(known)}&{name}=" + raw.decode("latin-1"))
        assert answer.status_code == 200 or assert_problem(answer, 400, 404, 422)


@pytest.mark.parametrize("header", ["Authorization", "Idempotency-Key", "Content-Type", "Origin", "Host"])
def test_no_header_is_a_fault_of_ours(app: Flask, program: OtherProgram, header: str) -> None:
    raw = json.dumps(a_booking()).encode()
    for text in (*TEXTS, *NUMBERS, "Bearer", "Bearer  ", "Bearer a b", "bearer " + "x" * 8000):
        value = text.encode("utf-8", "ignore").decode("latin-1")
        if "\n" in value or "\r" in value or "\x00" in value:
            continue  # no server hands such a header on
        kind = value if header == "Content-Type" else "application/json"
        more = {} if header == "Content-Type" else {header: value}
        answer = program.send("/appointments", raw, kind, **more)
        assert answer.status_code == 201 or assert_problem(answer, 400, 401, 409, 415), (header, text[:60])
