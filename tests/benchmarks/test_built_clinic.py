"""A clinic as the benchmarks build it: the program finds in it what a plain reading of its rows finds."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url

from app.actions.tokens import add_token
from app.extensions import db
from benchmarks.build import application, build, therapist_slug
from benchmarks.clinic import PEOPLE, ZONE, Clinic, Visit, clinic_60
from benchmarks.reading import Truth, read_truth
from benchmarks.systems.asking import Supply
from benchmarks.systems.stillpoint import asked, new_order, starts_of

_NOW = datetime.now(UTC).replace(microsecond=0)
_CLINIC = clinic_60(_NOW.astimezone(ZONE).date())
_FIRST = _CLINIC.first_day


@pytest.fixture
def built(database_url: str, tmp_path: Path) -> Flask:
    """Stillpoint on a built clinic."""
    build(_CLINIC, database_url, _NOW)
    return application(database_url, QUEUE_URL=f"sqlite:///{tmp_path / 'queue.db'}")


def _truth(database_url: str) -> Truth:
    return read_truth(database_url, _NOW.date())


def _end(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def test_the_program_answers_what_the_rows_say(built: Flask, database_url: str) -> None:
    truth, client = _truth(database_url), built.test_client()
    month = {"from": _FIRST, "to": _FIRST + timedelta(days=30)}
    listed = client.get(asked("/availability", **month)).get_json()["slots"]
    days = client.get(asked("/availability/days", **month)).get_json()["days"]
    _end(built)
    free = {day: truth.starts_of_anyone(day) for day in (_FIRST + timedelta(days=n) for n in range(31))}
    assert starts_of(listed) == [start for starts in free.values() for start in starts.items()]
    assert days == [{"date": f"{day}", "free": len(starts)} for day, starts in free.items() if starts]


def test_one_therapists_day_is_the_same_in_both_readings(built: Flask, database_url: str) -> None:
    truth, client = _truth(database_url), built.test_client()
    for number, day in enumerate(_CLINIC.days()):
        therapist = 1 + number % PEOPLE
        path = asked("/availability", therapist=therapist_slug(therapist), **{"from": day, "to": day})
        answered = starts_of(client.get(path).get_json()["slots"])
        assert answered == [(start, [therapist]) for start in truth.starts(therapist, day)]
    _end(built)


def test_what_was_built_can_be_booked_on(built: Flask, database_url: str) -> None:
    truth = _truth(database_url)
    place = Supply(truth, _CLINIC.days()).take()
    with built.app_context():
        token = add_token("a test", _NOW)
        db.session.remove()
    headers, order = new_order(token, place, 1)
    answer = built.test_client().post("/api/v1/appointments", json=order, headers=headers)
    _end(built)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert place[1] not in _truth(database_url).starts(place[0], place[1].date())


@pytest.mark.parametrize("backend", ["sqlite"])
def test_no_row_points_to_nothing_and_the_triggers_are_back(built: Flask, database_url: str) -> None:
    _end(built)
    with sqlite3.connect(make_url(database_url).database or "") as connection:
        assert connection.execute("pragma foreign_key_check").fetchall() == []
        triggers = connection.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        assert len(triggers) >= 4
        with pytest.raises(sqlite3.IntegrityError, match="claim_overlap"):
            connection.execute(
                "insert into claim (resource_id, appointment_id, from_cell, to_cell, active) "
                "select resource_id, appointment_id, from_cell, to_cell, 1 from claim where active limit 1"
            )


def test_a_clinic_is_the_same_every_time_and_its_sister_differs_in_size_only() -> None:
    sister = Clinic("small", _FIRST, locations=2, history_days=14)
    ahead = [one for one in sister.visits() if one.therapist <= PEOPLE and _lies_ahead(one)]
    assert list(_CLINIC.visits()) == list(_CLINIC.visits()) == ahead
    assert len(list(sister.visits())) > 2 * len(ahead)


def test_nobody_is_booked_twice_at_a_time() -> None:
    kept = [(one.therapist, one.starts_at) for one in _CLINIC.visits() if one.state != "cancelled"]
    assert len(kept) == len(set(kept))
    solid = [starts_at for therapist, starts_at in kept if therapist == PEOPLE]
    assert len(solid) == 35 * 8


def _lies_ahead(visit: Visit) -> bool:
    return visit.starts_at.astimezone(ZONE).date() >= _FIRST - timedelta(days=7)
