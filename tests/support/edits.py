"""Edits of the settings for tests: what a form that is opened now remembers, and rows as forms give them."""

from datetime import date, time
from typing import Any

from sqlalchemy import select

from app.actions.booking import book
from app.actions.outcomes import Booked
from app.actions.settings import Edit
from app.domain.appointments import Actor
from app.extensions import db
from app.models import Practice, Technique
from app.store import settings as store
from tests.support.rows import NOW, at, order, wish

DANA, LEE = Actor("staff", "dana@example.com"), Actor("staff", "lee@example.com")


def version(kind: str, slug: str = "") -> int:
    """What a form that is opened now remembers."""
    found = store.version_of(store.find_thing(kind, slug))
    db.session.rollback()
    return found


def edit(kind: str, slug: str = "", actor: Actor = DANA) -> Edit:
    """An edit that begins now."""
    return Edit(actor, NOW, version(kind, slug))


def booked(clock: str = "10:00", **more: Any) -> int:
    """The id of an appointment on Monday."""
    answer = book(order(wish(at(clock), **more), key=f"key-{clock}"), NOW)
    assert isinstance(answer, Booked), answer
    return answer.appointment_id


def profile(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Therapist 1",
        "role_title": "",
        "email": "therapist-1@example.com",
        "about": "",
    } | changes


def psoas() -> dict[int, date | None]:
    found = db.session.execute(select(Technique.id)).scalar_one()
    db.session.rollback()
    return {found: None}


def week(starts: int = 8, ends: int = 20, days: Any = range(7)) -> list[dict[str, Any]]:
    """Working hours at the only location."""
    columns = {
        "starts": time(starts),
        "ends": time(ends),
        "location_id": 1,
        "valid_from": None,
        "valid_until": None,
    }
    return [{"weekday": day, **columns} for day in days]


def hours(opens: int, closes: int, days: Any = range(7)) -> list[dict[str, Any]]:
    columns = {"opens": time(opens), "closes": time(closes), "valid_from": None, "valid_until": None}
    return [{"weekday": day, **columns} for day in days]


def revision() -> tuple[int, str]:
    row = db.session.execute(select(Practice.revision, Practice.settings_source)).one()
    db.session.rollback()
    return row[0], row[1]
