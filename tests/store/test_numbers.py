"""Numbers counted by the database: one statement a table, the same on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app.domain.numbers import Every, Outcome, Stretch, stretches
from app.extensions import db
from app.models import Appointment, Location, Notification, Room, ServiceVariant, Therapist
from app.store import numbers
from app.store.clients import add_client
from app.store.numbers import Chosen
from app.store.transactions import transaction
from tests.support.rows import HALIFAX, MONDAY, NOW, make_practice

SUNDAY = MONDAY + timedelta(days=6)


@pytest.fixture
def practice(app: Flask) -> Iterator[None]:
    """A practice of two therapists and two rooms."""
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        yield


class Writer:
    """Writes appointments as rows, whatever the rules say."""

    def __init__(self) -> None:
        self.rows = db.session
        self.therapists = self.rows.query(Therapist).order_by(Therapist.id).all()
        self.rooms = self.rows.query(Room).order_by(Room.id).all()
        self.location = self.rows.query(Location).one()
        self.variant = self.rows.query(ServiceVariant).order_by(ServiceVariant.id).first()
        self.people = [add_client(f"Person {n}", None, None, "en", NOW) for n in range(3)]
        self.count = 0
        self.rows.flush()

    def write(
        self, day: date, hour: int = 10, person: int = 0, therapist: int = 0, **more: object
    ) -> Appointment:
        """One more."""
        assert self.variant is not None
        self.count += 1
        starts_at = datetime(day.year, day.month, day.day, hour, tzinfo=HALIFAX).astimezone(UTC)
        said: dict[str, object] = {
            "public_id": f"p{self.count}",
            "reference": f"EX-{self.count}",
            "service_id": self.variant.service_id,
            "variant_id": self.variant.id,
            "therapist_id": self.therapists[therapist].id,
            "location_id": self.location.id,
            "room_id": self.rooms[therapist].id,
            "client_id": self.people[person].id,
            "state": "completed",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=1),
            "zone": "America/Halifax",
            "wall_time": f"{day.isoformat()}T{hour:02d}:00",
            "visit": "returning",
            "minutes": 60,
            "buffer_before": 0,
            "buffer_after": 15,
            "language": "en",
            "typed_name": "Jo",
            "created_at": starts_at - timedelta(days=2, hours=1),
        }
        row = Appointment(**said | more)
        self.rows.add(row)
        self.rows.flush()
        return row


def week(**more: int) -> Chosen:
    """Seven days, one by one."""
    return Chosen(stretches(Stretch(MONDAY, SUNDAY), Every.DAY), **more)


def test_late_evenings_count_on_their_own_day(practice: None) -> None:
    with transaction():
        writer = Writer()
        writer.write(MONDAY, 23)  # in UTC that is Tuesday
        writer.write(MONDAY - timedelta(days=1), 23)
        writer.write(SUNDAY, 23)
        writer.write(SUNDAY + timedelta(days=1), 0)
    found = numbers.count_outcomes(week(), NOW)
    assert [(one.stretch, one.sessions) for one in sorted(found, key=lambda one: one.stretch)] == [
        (0, 1),
        (6, 1),
    ]


def test_outcomes_and_what_nobody_marked(practice: None) -> None:
    with transaction():
        writer = Writer()
        writer.write(MONDAY, 9, state="booked")
        writer.write(MONDAY, 11, state="no_show")
        for hour, by in enumerate(("late", "client", "clinic"), 12):
            writer.write(MONDAY, hour, state="cancelled", cancelled_by=by)
        for hour, state in enumerate(("requested", "declined", "lapsed"), 15):
            writer.write(MONDAY, hour, state=state)
        writer.write(MONDAY, 18, therapist=1)
    found = numbers.count_outcomes(Chosen((Stretch(MONDAY, MONDAY),)), NOW + timedelta(days=30))
    counted = {(one.therapist, one.outcome): (one.sessions, one.minutes, one.unmarked) for one in found}
    assert counted == {
        ("Therapist 1", Outcome.GIVEN): (1, 60, 1),
        ("Therapist 1", Outcome.NO_SHOW): (1, 60, 0),
        ("Therapist 1", Outcome.LATE): (1, 60, 0),
        ("Therapist 1", Outcome.BY_CLIENT): (1, 60, 0),
        ("Therapist 1", Outcome.BY_CLINIC): (1, 60, 0),
        ("Therapist 2", Outcome.GIVEN): (1, 60, 0),
    }


def test_rooms_and_sessions_without_one(practice: None) -> None:
    with transaction():
        writer = Writer()
        writer.write(MONDAY, 9)
        writer.write(MONDAY, 11, room_id=None)
    assert {(one.room, one.minutes) for one in numbers.count_rooms(week())} == {("Room 1", 60), (None, 60)}


def test_lead_in_whole_days(practice: None) -> None:
    with transaction():
        writer = Writer()
        row = writer.write(MONDAY)
        writer.write(MONDAY, 12, created_at=row.starts_at + timedelta(hours=2))
        writer.write(MONDAY, 14, created_at=row.starts_at + timedelta(days=1))  # written down afterwards
        writer.write(MONDAY, 16, state="cancelled", cancelled_by="client")
    assert sorted((one.days, one.sessions) for one in numbers.count_leads(week())) == [(0, 1), (0, 1), (2, 1)]


def test_people_count_once_also_those_who_were_merged(practice: None) -> None:
    with transaction():
        writer = Writer()
        writer.write(MONDAY, 9, person=0, visit="first")
        writer.write(MONDAY, 11, person=0)
        writer.write(MONDAY, 13, person=1)
        writer.write(SUNDAY, 9, person=2)
        writer.write(SUNDAY, 11, person=1, state="no_show")
        writer.people[2].merged_into_id = writer.people[1].id
    found = {one.stretch: (one.clients, one.new) for one in numbers.count_clients(week())}
    assert found == {0: (2, 1), 6: (1, 0), None: (2, 1)}


def test_services_and_filters(practice: None) -> None:
    with transaction():
        writer = Writer()
        writer.write(MONDAY)
        writer.write(MONDAY, 12, therapist=1)
        place, second = writer.location.id, writer.therapists[1].id
    assert [one.sessions for one in numbers.count_services(week())] == [2]
    assert [one.sessions for one in numbers.count_services(week(therapist_id=second))] == [1]
    assert numbers.count_services(week(location_id=place + 1)) == []


def test_messages_by_when_they_were_due(practice: None) -> None:
    with transaction() as rows:
        row = Writer().write(MONDAY)
        for number, (state, due) in enumerate(
            (("sent", 0), ("sent", 1), ("failed", 1), ("planned", 1), ("sent", 7))
        ):
            due_at = datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(days=due)
            rows.add(
                Notification(
                    appointment_id=row.id, step=f"s{number}", kind="appointment_booked", audience="client",
                    state=state, due_at=due_at, expires_at=due_at, message_id=f"m{number}", created_at=NOW,
                )
            )  # fmt: skip
        place, therapist = row.location_id, row.therapist_id
    edges = [datetime(2026, 11, 23, 4, tzinfo=UTC) + timedelta(days=day) for day in range(8)]
    expected = {(0, "sent", 1), (1, "sent", 1), (1, "failed", 1)}
    for chosen in (week(), week(location_id=place), week(therapist_id=therapist)):
        found = numbers.count_messages(chosen, edges)
        assert {(one.stretch, one.state, one.count) for one in found} == expected
    assert numbers.count_messages(week(therapist_id=therapist + 1), edges) == []


def test_an_export_comes_in_helpings_and_in_order(practice: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction():
        writer = Writer()
        for hour in (9, 9, 10, 11, 11):
            writer.write(MONDAY, hour)
    monkeypatch.setattr(numbers, "_AT_ONCE", 2)
    assert [one.reference for one in numbers.list_for_export(week())] == [f"EX-{n}" for n in range(1, 6)]


def test_each_table_is_one_statement(practice: None) -> None:
    chosen, said = week(), []
    edges = [NOW, NOW + timedelta(days=7)]
    counts = [
        lambda: numbers.count_outcomes(chosen, NOW),
        lambda: numbers.count_rooms(chosen),
        lambda: numbers.count_leads(chosen),
        lambda: numbers.count_clients(chosen),
        lambda: numbers.count_services(chosen),
        lambda: numbers.count_messages(chosen, edges),
    ]
    event.listen(db.engine, "before_cursor_execute", lambda *about: said.append(about[2]))
    for count in counts:
        count()  # type: ignore[no-untyped-call]
    assert len(said) == len(counts)
