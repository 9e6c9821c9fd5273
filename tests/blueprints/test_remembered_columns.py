"""Columns of the day are remembered by what they are made of: what is shown again is what would be made anew."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from app.blueprints.schedule import drawn_columns
from app.models import Appointment, Client, Practice, Service, Therapist, TimeOff
from app.store.transactions import transaction
from tests.support.application import fresh_app
from tests.support.desk import Desk
from tests.support.rows import MONDAY, at

DAY = f"/staff/schedule/{MONDAY.isoformat()}"


def grids(desk: Desk) -> list[str]:
    """The day by therapist and by room, as the desk sees it now."""
    return [_grid(desk.member("desk").get(DAY + query).text) for query in ("", "?by=room")]


def made_anew(desk: Desk) -> list[str]:
    """The same, with nothing remembered."""
    forget(desk)
    return grids(desk)


def forget(desk: Desk) -> None:
    """As after a restart."""
    desk.app.extensions.pop("stillpoint-columns")
    for drawn in (drawn_columns.drawn_column, drawn_columns.drawn_card):
        drawn.cache_clear()


def _grid(page: str) -> str:
    return page[page.index('data-part="grid"') : page.index("data-refresh-says")]


def test_as_the_time_goes_by_the_day_is_as_if_it_were_made_anew(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    desk.booked("10:00", name="Mina Cole")
    change(desk, desk.booked("10:00", name="Ana Diaz", therapist="therapist-2"), minutes_late=10)
    late = set()
    for seconds in range(0, 30 * 60, 67):  # several looks in every row of five minutes
        clock.move_to(at("09:55") + timedelta(seconds=seconds))
        shown = grids(desk)
        assert shown == made_anew(desk)
        late.add(shown[0].count("min late</span>"))
    assert late == {1, 2}


def test_exactly_when_a_session_begins_and_ends_the_day_is_as_if_it_were_made_anew(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    desk.booked("10:00", name="Mina Cole")
    for time in ("09:59", "10:00", "10:05", "11:00"):
        for before in (timedelta(seconds=1), timedelta(0)):
            clock.move_to(at(time) - before)
            grids(desk)
            clock.move_to(at(time))
            assert grids(desk) == made_anew(desk)


def test_a_session_between_the_rows_is_never_remembered_for_too_long(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    change(desk, desk.booked("10:00"), starts_at=at("10:02"), ends_at=at("10:58"))
    for minute in range(1, 5):
        clock.move_to(at("10:00") + timedelta(minutes=minute))
        assert grids(desk) == made_anew(desk)


CHANGES: dict[str, Callable[[Any, Appointment], None]] = {
    "arrived": lambda _, one: _set(one, state="arrived"),
    "cancelled": lambda _, one: _set(one, state="cancelled", cancelled_by="client"),
    "confirmed by the client": lambda _, one: _set(one, confirmed_at=at("09:00")),
    "a note": lambda _, one: _set(one, sealed_note=b"sealed"),
    "wishes": lambda _, one: _set(one, sealed_wishes=b"sealed"),
    "late": lambda _, one: _set(one, minutes_late=7),
    "no room": lambda _, one: _set(one, room_id=None),
    "a client's new name": lambda rows, one: _set(rows.get_one(Client, one.client_id), name="Mina Cole-Ruiz"),
    "a service's new name": lambda rows, one: _renamed(rows, one),
    "time off": lambda rows, one: rows.add(
        TimeOff(therapist_id=one.therapist_id, starts_at=at("13:00"), ends_at=at("15:00"), label="Training")
    ),
    "a second person": lambda rows, one: _set(
        one, chaperone_id=rows.scalar(select(Therapist.id).where(Therapist.id != one.therapist_id))
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_changes_is_seen_at_the_next_look(desk: Desk, what: str) -> None:
    reference = desk.booked("10:00", name="Mina Cole")
    before = grids(desk)
    with desk.app.app_context(), transaction() as rows:
        CHANGES[what](rows, _row(rows, reference))
    after = grids(desk)
    assert after != before
    assert after == made_anew(desk)


def test_another_application_with_the_same_numbers_has_its_own_columns(desk: Desk, tmp_path: Path) -> None:
    desk.booked("10:00", name="Mina Cole")
    before = grids(desk)
    with desk.app.app_context(), transaction() as rows:
        rows.get_one(Service, 1).name = {"en": "Long session"}  # and the settings' revision stays
    with fresh_app(desk.app.config["SQLALCHEMY_DATABASE_URI"], tmp_path / "other") as other:
        assert "Long session" in grids(Desk(other))[0]
    assert grids(desk) == before


def change(desk: Desk, reference: str, **values: Any) -> None:
    """Write into an appointment's row."""
    with desk.app.app_context(), transaction() as rows:
        _set(_row(rows, reference), **values)


def _row(rows: Any, reference: str) -> Appointment:
    found: Appointment = rows.execute(
        select(Appointment).where(Appointment.reference == reference)
    ).scalar_one()
    return found


def _set(row: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _renamed(rows: Any, one: Appointment) -> None:
    _set(rows.get_one(Service, one.service_id), name={"en": "Long session"})
    rows.get_one(Practice, 1).revision += 1
