"""Numbers in addresses that no column can hold: nothing is there, and nothing breaks."""

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from tests.support.desk import Desk
from tests.support.records import make_known

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
TOO_LARGE = 99999999999999999999


def numbered(app: Flask) -> list[tuple[Rule, str, str]]:
    """Every address of ours with a number in it, the number's name, and the method; once for each."""
    return [
        (rule, name, method)
        for rule in app.url_map.iter_rules()
        for name, converter in rule._converters.items()
        if isinstance(converter, IntegerConverter)
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def test_no_number_in_an_address_is_too_large(desk: Desk) -> None:
    reference = desk.booked("15:00")
    with desk.app.app_context():
        known = make_known()
    values = {
        "slug": "therapist-1",
        "session_id": "1",
        "reference": reference,
        "client_id": known.client_id,
    }
    found = numbered(desk.app)
    assert len(found) > 30
    for rule, name, method in found:
        built = rule.build({one: values.get(one, 1) for one in rule.arguments} | {name: TOO_LARGE})
        assert built, rule.rule
        answer = desk.member("owner").get(built[1]) if method == "GET" else desk.post("owner", built[1])
        assert answer.status_code < 500, (method, built[1])
