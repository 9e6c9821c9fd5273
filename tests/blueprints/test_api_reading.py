"""What anybody may read through the JSON API: services, free times, days with space, what is next."""

from collections.abc import Iterator
from datetime import time, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.actions.booking import book
from app.actions.outcomes import Booked
from app.extensions import db
from app.models import Location, OpeningHours, Practice, Resource, Room
from app.store.practice import raise_revision
from app.store.transactions import transaction
from tests.support.rows import MONDAY, NOW, at, make_practice, order, wish

DAY = MONDAY.isoformat()


@pytest.fixture(autouse=True)
def a_practice(app: Flask) -> Iterator[None]:
    """Two therapists, two rooms, nothing booked."""
    with time_machine.travel(NOW, tick=False):
        with app.app_context():
            make_practice(therapists=2, rooms=2)
        yield


def times(client: FlaskClient, **asked: Any) -> dict[str, Any]:
    """The free times of the Monday after, for psoas release unless something else is asked."""
    query = {"service": "psoas-release", "from": DAY, "to": DAY} | asked
    answer = client.get("/api/v1/availability", query_string=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def taken(app: Flask, clock: str, therapist: str) -> None:
    """That hour of the Monday after is booked."""
    with app.app_context():
        answer = book(order(wish(at(clock), therapist=therapist), key=f"{clock} {therapist}"), NOW)
        assert isinstance(answer, Booked)


def test_services_come_with_durations_prices_and_therapists(client: FlaskClient) -> None:
    services = {one["slug"]: one for one in client.get("/api/v1/services").get_json()["services"]}
    assert services["psoas-release"] == {
        "slug": "psoas-release",
        "name": "Psoas release",
        "durations": [
            {"minutes": 60, "visit": "returning", "price": "95.00", "currency": "CAD"},
            {"minutes": 75, "visit": "first", "price": "115.00", "currency": "CAD"},
        ],
        "therapists": ["therapist-1", "therapist-2"],
        "needs_consent": True,
        "screening": [],
        "consent": None,
    }
    assert services["back-massage"]["therapists"][-1] == "therapist-new"
    assert services["back-massage"]["needs_consent"] is False


def test_free_times_are_in_order_on_the_clock_of_the_place(client: FlaskClient) -> None:
    found = times(client)
    assert found["time_zone"] == "America/Halifax"
    starts = [slot["starts_at"] for slot in found["slots"]]
    assert all(one < other for one, other in pairwise(starts))
    assert starts[0] == f"{DAY}T08:00:00-04:00"
    assert found["slots"][0]["ends_at"] == f"{DAY}T09:00:00-04:00"
    assert found["slots"][0]["therapists"] == ["therapist-1", "therapist-2"]


def test_a_booked_time_is_free_with_the_other_therapist_only(app: Flask, client: FlaskClient) -> None:
    taken(app, "08:00", "therapist-1")
    assert times(client)["slots"][0]["therapists"] == ["therapist-2"]
    mine = times(client, therapist="therapist-1")["slots"]
    assert mine[0]["starts_at"] > f"{DAY}T09:00"
    assert {tuple(slot["therapists"]) for slot in mine} == {("therapist-1",)}


def test_times_that_leave_no_gap_are_recommended(app: Flask, client: FlaskClient) -> None:
    taken(app, "10:00", "therapist-1")
    slots = {slot["starts_at"][11:16]: slot for slot in times(client, therapist="therapist-1")["slots"]}
    assert slots["08:00"]["recommended"] is True
    assert {slot["recommended"] for slot in slots.values()} == {True, False}


def test_a_first_visit_is_longer(client: FlaskClient) -> None:
    first = times(client, visit="first")["slots"][0]
    assert (first["starts_at"][11:16], first["ends_at"][11:16]) == ("08:00", "09:15")
    assert times(client, visit="first", duration=75) == times(client, visit="first")


def test_a_named_location_is_the_one_that_answers(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction() as rows:
        place = Location(
            slug="second",
            name="Second Street",
            zone="America/Vancouver",
            opening_hours=[OpeningHours(weekday=0, opens=time(8), closes=time(20))],
        )
        rows.add(place)
        rows.flush()
        rows.add(Room(location_id=place.id, resource=Resource(kind="room"), slug="r", name="R", position=1))
        raise_revision()
    assert times(client, location="second") == {"time_zone": "America/Vancouver", "slots": []}
    assert times(client, location="main")["slots"] != []


def test_days_with_space_are_counted_and_full_days_left_out(app: Flask, client: FlaskClient) -> None:
    last = MONDAY + timedelta(days=2)
    with app.app_context(), transaction() as rows:
        place = rows.execute(select(Location)).scalar_one()
        place.opening_hours = [hours for hours in place.opening_hours if hours.weekday != 1]
        raise_revision()
    query = {"service": "psoas-release", "from": DAY, "to": last.isoformat()}
    found = client.get("/api/v1/availability/days", query_string=query).get_json()
    assert found == {
        "time_zone": "America/Halifax",
        "days": [
            {"date": DAY, "free": len(times(client)["slots"])},
            {"date": last.isoformat(), "free": len(times(client)["slots"])},
        ],
    }


def test_the_next_free_time_of_each_and_of_anyone(app: Flask, client: FlaskClient) -> None:
    with time_machine.travel(at("07:00"), tick=False):
        taken(app, "08:00", "therapist-1")
        found = client.get("/api/v1/availability/next?service=psoas-release").get_json()
    assert found["time_zone"] == "America/Halifax"
    assert found["anyone"]["starts_at"] == f"{DAY}T08:00:00-04:00"
    assert found["anyone"]["therapists"] == ["therapist-2"]
    by_therapist = {one["therapist"]: one["slot"] for one in found["therapists"]}
    assert by_therapist["therapist-2"]["starts_at"] == f"{DAY}T08:00:00-04:00"
    assert by_therapist["therapist-1"]["starts_at"] > f"{DAY}T09:00"


def test_where_nothing_is_free_next_is_null(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction() as rows:
        rows.execute(select(Location)).scalar_one().opening_hours = []
        raise_revision()
    found = client.get("/api/v1/availability/next?service=psoas-release").get_json()
    assert found["anyone"] is None
    assert [one["slot"] for one in found["therapists"]] == [None, None]


def test_a_day_on_which_the_clocks_go_back_has_both_offsets(client: FlaskClient) -> None:
    query = {"from": "2027-11-06", "to": "2027-11-07"}
    with time_machine.travel(NOW + timedelta(days=300), tick=False):
        offsets = {slot["starts_at"][-6:] for slot in times(client, **query)["slots"]}
    assert offsets == {"-03:00", "-04:00"}


def test_thirty_one_days_are_not_too_many(client: FlaskClient) -> None:
    last = MONDAY + timedelta(days=30)
    assert len({slot["starts_at"][:10] for slot in times(client, to=last.isoformat())["slots"]}) == 31


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"to": (MONDAY + timedelta(days=31)).isoformat()}, "to"),
    ({"from": "2026-11-24"}, "to"),
    ({"from": "1970-01-01", "to": "2200-12-31"}, "to"),
    ({"from": "0001-01-01"}, "from"),
    ({"to": "9999-12-31"}, "to"),
    ({"from": "2026-02-30"}, "from"),
    ({"from": "20261123"}, "from"),
    ({"to": "2026-W48-1"}, "to"),
    ({"to": ""}, "to"),
    ({"duration": "61"}, "duration"),
    ({"duration": "75"}, "duration"),
    ({"duration": "60.0"}, "duration"),
    ({"duration": "+60"}, "duration"),
    ({"duration": "６０"}, "duration"),
    ({"duration": "-60"}, "duration"),
    ({"duration": "9" * 5000}, "duration"),
    ({"therapist": "therapist-new"}, "therapist"),
    ({"therapist": "nobody"}, "therapist"),
    ({"location": "nowhere"}, "location"),
    ({"visit": "second"}, "visit"),
    ({"from": [DAY, "2026-11-22"]}, "from"),
]


@pytest.mark.parametrize("path", ["/api/v1/availability", "/api/v1/availability/days"])
def test_what_is_wrong_is_named_by_its_field(client: FlaskClient, path: str) -> None:
    for asked, field in WRONG:
        query = {"service": "psoas-release", "from": DAY, "to": DAY} | asked
        answer = client.get(path, query_string=query)
        assert (answer.status_code, answer.content_type) == (422, "application/problem+json"), asked
        assert list(answer.get_json()["errors"]) == [field], asked


def test_what_is_missing_is_named(client: FlaskClient) -> None:
    whole = {"service": "psoas-release", "from": DAY, "to": DAY}
    for missing in whole:
        query = {name: value for name, value in whole.items() if name != missing}
        answer = client.get("/api/v1/availability", query_string=query)
        assert answer.status_code == 422
        assert answer.get_json()["errors"] == {missing: "This is needed."}


@pytest.mark.parametrize("path", ["", "/days", "/next"])
def test_an_unknown_service_is_404(client: FlaskClient, path: str) -> None:
    for slug in ("nothing", "", "Psoas-Release", "<script>", "x" * 3000):
        query = {"service": slug, "from": DAY, "to": DAY}
        answer = client.get(f"/api/v1/availability{path}", query_string=query)
        assert (answer.status_code, answer.get_json()["type"]) == (404, "/problems/not-found")
        assert "<script>" not in answer.text


def test_other_sites_may_show_what_is_public(client: FlaskClient) -> None:
    for path in ("/services", f"/availability?service=psoas-release&from={DAY}&to={DAY}", "/openapi.json"):
        assert client.get(f"/api/v1{path}").headers["Access-Control-Allow-Origin"] == "*"
    wrong = client.get("/api/v1/availability?service=psoas-release")
    assert (wrong.status_code, wrong.headers["Access-Control-Allow-Origin"]) == (422, "*")
    for path in (f"/appointments?from={DAY}&to={DAY}", "/nowhere"):
        assert "Access-Control-Allow-Origin" not in client.get(f"/api/v1{path}").headers


def test_a_practice_that_is_not_open_shows_nothing(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), transaction() as rows:
        row = rows.execute(select(Practice)).scalar_one()
        row.demonstration, row.currency = False, None
        raise_revision()
    for path in ("/services", f"/availability?service=psoas-release&from={DAY}&to={DAY}"):
        answer = client.get(f"/api/v1{path}")
        assert (answer.status_code, answer.get_json()["type"]) == (409, "/problems/not-open")


def test_a_service_that_asks_about_health_has_no_times_outside_a_demonstration(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context(), transaction() as rows:
        rows.execute(select(Practice)).scalar_one().demonstration = False
        raise_revision()
    query = {"service": "psoas-release", "from": DAY, "to": DAY}
    answer = client.get("/api/v1/availability", query_string=query)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["service"])
    assert times(client, service="back-massage")["slots"] != []


def test_reading_asks_the_database_four_times_at_most(app: Flask, client: FlaskClient) -> None:
    times(client)  # the practice is read once
    statements: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    db.event.listen(engine, "before_cursor_execute", note)
    try:
        times(client)
    finally:
        db.event.remove(engine, "before_cursor_execute", note)
    assert len([one for one in statements if one.lower().startswith("select")]) <= 4
