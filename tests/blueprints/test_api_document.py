"""The OpenAPI document: valid, complete, and true: real answers fit the schemas that it declares."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from app.web.typed import date_typed, instant_typed
from tests.support.integrator import OtherProgram, a_booking
from tests.support.rows import MONDAY, at

DAY = MONDAY.isoformat()
METHODS = {"get", "post", "put", "patch", "delete"}


def document(client: FlaskClient) -> dict[str, Any]:
    """The document as anybody gets it."""
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    found: dict[str, Any] = answer.get_json()
    return found


def operations(whole: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation with its path and method."""
    for path, item in whole["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def assert_fits(
    whole: dict[str, Any], path: str, method: str, answer: TestResponse, status: int
) -> dict[str, Any]:
    """The answer is what the document says of that operation and status; what it says."""
    assert answer.status_code == status, answer.text
    declared = whole["paths"][path][method]["responses"][str(status)]
    if "$ref" in declared:
        declared = whole["components"]["responses"][declared["$ref"].rpartition("/")[2]]
    schema = declared["content"][answer.content_type]["schema"]
    rooted = schema | {"components": whole["components"]}  # so that its references lead somewhere
    said: dict[str, Any] = answer.get_json()
    Draft202012Validator(rooted).validate(said)
    _times_are_times(said)
    return said


def _times_are_times(value: Any) -> None:
    """What JSON Schema leaves to formats: instants with offset, dates."""
    if isinstance(value, list):
        for one in value:
            _times_are_times(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name == "errors":
                assert all(isinstance(sentence, str) for sentence in one.values())
            elif name.endswith("_at"):
                assert instant_typed(one), one
            elif name == "date":
                assert date_typed(one), one
            else:
                _times_are_times(one)


def test_the_document_hangs_together(client: FlaskClient) -> None:
    whole = document(client)
    assert whole["openapi"].startswith("3.1.")
    for reference in re.findall(r"'\$ref': '#/([^']+)'", str(whole)):
        found: Any = whole
        for part in reference.split("/"):
            found = found[part]
    for schema in whole["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    names = [operation["operationId"] for _, _, operation in operations(whole)]
    assert len(names) == len(set(names))
    for path, _method, operation in operations(whole):
        parameters = whole["paths"][path].get("parameters", []) + operation.get("parameters", [])
        in_path = {one["name"] for one in parameters if one["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
        assert operation["summary"].endswith(".")


def test_the_document_names_every_route_and_no_other(app: Flask, client: FlaskClient) -> None:
    declared = {(path, method.upper()) for path, method, _ in operations(document(client))}
    routed = {
        (re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert declared == routed
    assert ("/api/v1/appointments/{public_id}/move", "POST") in declared


def test_the_document_says_what_needs_a_token_and_that_is_so(client: FlaskClient) -> None:
    whole = document(client)
    for path, method, operation in operations(whole):
        answer = client.open(path.replace("{public_id}", "nothing"), method=method)
        assert (answer.status_code == 401) == (operation["security"] == [{"token": []}]), path
        assert ("401" in operation["responses"]) == (operation["security"] != []), path
    assert whole["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}


def test_what_is_read_fits_the_document(program: OtherProgram) -> None:
    whole = document(program.client)
    query = f"service=psoas-release&from={DAY}&to={DAY}"
    for path, asked in (
        ("/services", ""),
        ("/availability", query),
        ("/availability/days", query),
        ("/availability/next", "service=psoas-release"),
    ):
        assert_fits(whole, f"/api/v1{path}", "get", program.get(f"{path}?{asked}"), 200)
    for path in ("/availability", "/availability/days", "/availability/next"):
        assert_fits(whole, f"/api/v1{path}", "get", program.get(path), 422)
        missing = program.get(f"{path}?service=no&from={DAY}&to={DAY}")
        assert_fits(whole, f"/api/v1{path}", "get", missing, 404)


def test_what_is_booked_fits_the_document(program: OtherProgram) -> None:
    whole = document(program.client)
    path = "/api/v1/appointments"
    body = a_booking(therapist="therapist-1")
    said = assert_fits(whole, path, "post", program.book(body, "one-key-of-mine"), 201)
    assert_fits(whole, path, "post", program.book(body, "one-key-of-mine"), 200)
    lost = assert_fits(whole, path, "post", program.book(body), 409)
    assert len(lost["alternatives"]) == 3
    assert_fits(whole, path, "post", program.book({}), 422)
    assert_fits(whole, path, "post", program.post("/appointments", body), 400)
    assert_fits(whole, path, "post", program.send("/appointments", b"x", "text/plain"), 415)
    assert_fits(whole, path, "post", program.send("/appointments", b"x" * 70_000), 413)
    assert_fits(whole, path, "get", program.get(f"/appointments?from={DAY}&to={DAY}"), 200)
    one, acts = f"/appointments/{said['id']}", "/api/v1/appointments/{public_id}"
    assert_fits(whole, acts, "get", program.get(one), 200)
    assert_fits(whole, acts, "get", program.get("/appointments/nothing"), 404)
    later = {"starts_at": at("14:00").isoformat()}
    assert_fits(whole, f"{acts}/move", "post", program.post(f"{one}/move", later), 200)
    assert_fits(whole, f"{acts}/cancel", "post", program.post(f"{one}/cancel"), 200)
    assert_fits(whole, f"{acts}/move", "post", program.post(f"{one}/move", later), 409)
    program.token = "nobody"
    assert_fits(whole, path, "post", program.book(), 401)


def test_a_body_that_the_document_forbids_is_refused(program: OtherProgram) -> None:
    """The declared question is as strict as the real one: no field more, none of the needed ones less."""
    whole = document(program.client)
    schemas = whole["components"]["schemas"]
    assert schemas["NewAppointment"]["additionalProperties"] is False
    for name in schemas["NewAppointment"]["required"]:
        body = {key: value for key, value in a_booking().items() if key != name}
        assert name in program.book(body).get_json()["errors"]
    for name in schemas["NewClient"]["required"]:
        person = {key: value for key, value in a_booking()["client"].items() if key != name}
        assert f"client.{name}" in program.book(a_booking(client=person)).get_json()["errors"]
