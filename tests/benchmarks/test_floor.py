"""The floor answers rightly, too: what is compared must do the same work."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.clinic import PEOPLE, ZONE, clinic_60
from benchmarks.floor_app import create_app
from benchmarks.reading import Truth
from benchmarks.systems.asking import Supply
from benchmarks.systems.floor import fill

_CLINIC = clinic_60(datetime.now(ZONE).date())


@pytest.fixture
def truth() -> Truth:
    """What is booked, straight from the plan."""
    booked: dict[int, list[tuple[datetime, datetime]]] = {}
    for visit in _CLINIC.visits():
        if visit.state != "cancelled":
            span = visit.starts_at, visit.starts_at + timedelta(hours=1)
            booked.setdefault(visit.therapist, []).append(span)
    return Truth(booked)


def test_the_floor_offers_what_is_free_and_sells_it_once(tmp_path: Path, truth: Truth) -> None:
    url = f"sqlite:///{tmp_path / 'floor.db'}"
    fill(url, truth)
    client = create_app(url).test_client()
    day = _CLINIC.first_day
    answered = client.get(f"/day?therapist=1&day={day}").get_json()["slots"]
    assert [datetime.fromtimestamp(minute * 60, UTC) for minute in answered] == truth.starts(1, day)
    first = client.get(f"/next?therapist={PEOPLE}").get_json()["slot"]
    assert datetime.fromtimestamp(first * 60, UTC) == truth.first(PEOPLE, datetime.now(UTC))
    therapist, start = Supply(truth, _CLINIC.days()).take()
    order = {"therapist": therapist, "begins": int(start.timestamp()) // 60}
    assert [client.post("/book", json=order).status_code for _ in range(2)] == [201, 409]
