"""Bringing appointments from another system in: history, sessions to come by the house's rule, and taking them back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.actions.booking import book
from app.actions.client_notes import open_treatment_notes
from app.actions.imports import open_file
from app.actions.imports_booking import book_row, key_of
from app.actions.imports_bringing import begin, carry_on
from app.actions.outcomes import Booked
from app.domain.imports import DayOrder, Field, Kind, Problem, match_key
from app.domain.imports_rows import AppointmentRow, RowReader
from app.extensions import db
from app.models import (
    Appointment,
    Claim,
    Client,
    ClientNote,
    Contact,
    Idempotency,
    Notification,
    Override,
)
from app.store.clients import add_client
from app.store.imports import get_batch
from app.store.practice import load_practice
from app.store.transactions import transaction
from tests.support.imports import (
    APPOINTMENTS_HEAD,
    OWNER,
    bring_in,
    brought_in,
    counted,
    judge,
    lines,
    problems,
    sent_in,
    session,
    take_back,
)
from tests.support.rows import MONDAY, NOW, active_claims, at, make_practice, order, overlapping_claims, wish

TUESDAY = MONDAY + timedelta(days=1)
PAST, AHEAD = "November 2, 2026 9:00 am", "November 24, 2026 9:00 am"
PAST_END, AHEAD_END = "November 2, 2026 10:00 am", "November 24, 2026 10:00 am"


@pytest.fixture(autouse=True)
def practice(context: None) -> None:
    """A practice of two therapists and two rooms."""
    make_practice(therapists=2, rooms=2)


def number_of(model: type) -> int:
    db.session.rollback()
    return int(db.session.execute(select(func.count()).select_from(model)).scalar_one())


def names() -> list[str]:
    db.session.rollback()
    return sorted(db.session.execute(select(Client.name)).scalars())


def add_person(name: str, email: str) -> int:
    with transaction():
        return add_client(name, email, None, "en", NOW).id


def booked_row(batch_id: int, client_id: int) -> object:
    """The first row of a file booked, and nothing written down of it."""
    _, sheet, reads_as = open_file(batch_id)
    reader = RowReader(Kind.APPOINTMENTS, sheet.header, reads_as, load_practice(), NOW.date())
    row = reader.read(sheet.rows[0])
    assert isinstance(row, AppointmentRow)
    key = key_of(batch_id, row.number)
    return book_row(row, load_practice(), reads_as, client_id, key, OWNER, NOW)


def appointments() -> list[Appointment]:
    db.session.rollback()
    return list(db.session.execute(select(Appointment).order_by(Appointment.starts_at)).scalars())


def test_past_appointments_are_history_without_claims_and_messages() -> None:
    batch = brought_in(
        lines(
            APPOINTMENTS_HEAD,
            session(PAST, PAST_END, notes="Left shoulder"),
            session(PAST, PAST_END, "Ana Diaz", state="Cancelled"),
            session("November 3, 2026 9:00 am", "November 3, 2026 9:50 am", "Ana Diaz", state="No Show"),
        ),
        Kind.APPOINTMENTS,
    )
    assert counted(batch) == {"made": 3}
    found = {(one.state, one.minutes, one.client.name) for one in appointments()}
    assert found == {("completed", 60, "Jo Park"), ("cancelled", 60, "Ana Diaz"), ("no_show", 50, "Ana Diaz")}
    assert number_of(Client) == 2
    assert active_claims() == []
    assert number_of(Notification) == 0
    jo = db.session.execute(select(Client).where(Client.name == "Jo Park")).scalar_one()
    assert [note.text for note in open_treatment_notes(jo.id, OWNER, NOW)] == ["Left shoulder"]


def test_sessions_to_come_take_their_time_and_nobody_is_told_but_by_plan() -> None:
    brought_in(lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END)), Kind.APPOINTMENTS)
    (made,) = appointments()
    assert (made.state, made.source, made.starts_at) == (
        "booked",
        "import",
        datetime(2026, 11, 24, 13, 0, tzinfo=UTC),
    )
    assert len(active_claims()) == 2
    rows = list(db.session.execute(select(Notification)).scalars())
    assert {row.audience for row in rows} == {"client"}
    assert [row.state for row in rows if row.step == "booked"] == ["skipped"]
    assert any(row.state == "planned" and "reminder" in row.kind for row in rows)


def test_clients_are_told_where_somebody_says_so() -> None:
    batch = sent_in(lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END)), Kind.APPOINTMENTS)
    judge(batch)
    bring_in(batch, tells_clients=True)
    rows = list(db.session.execute(select(Notification)).scalars())
    assert [row.state for row in rows if row.step == "booked"] == ["planned"]


def test_an_overlap_is_a_problem_of_its_row_and_never_a_double_booking() -> None:
    assert isinstance(book(order(wish(at("09:00", TUESDAY))), NOW), Booked)
    batch = sent_in(
        lines(
            APPOINTMENTS_HEAD,
            session(AHEAD, AHEAD_END, "Ana Diaz"),
            session("November 25, 2026 9:00 am", "November 25, 2026 10:00 am", "Kit Noor"),
            session("November 25, 2026 9:30 am", "November 25, 2026 10:30 am", "Mina Cole"),
        ),
        Kind.APPOINTMENTS,
    )
    judge(batch)
    assert problems(batch) == {2: "taken", 4: "taken"}
    assert bring_in(batch) == {"made": 1, "problem": 2}
    assert overlapping_claims() == 0


def test_a_time_that_was_taken_meanwhile_is_a_problem_too() -> None:
    batch = sent_in(lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END)), Kind.APPOINTMENTS)
    judge(batch)
    assert isinstance(book(order(wish(at("09:00", TUESDAY)), name="Ana Diaz"), NOW), Booked)
    assert bring_in(batch) == {"problem": 1}
    assert take_back(batch) == {"problem": 1}
    assert names() == ["Ana Diaz"]


def test_what_the_desk_may_set_aside_is_set_aside_and_written_down() -> None:
    early = session("November 24, 2026 7:00 am", "November 24, 2026 8:00 am")
    assert counted(brought_in(lines(APPOINTMENTS_HEAD, early), Kind.APPOINTMENTS)) == {"made": 1}
    kept = set(db.session.execute(select(Override.refusal)).scalars())
    assert kept == {"closed", "not_working"}


def test_a_length_that_is_not_offered_is_a_problem_of_a_session_to_come_only() -> None:
    batch = brought_in(
        lines(
            APPOINTMENTS_HEAD,
            session(AHEAD, "November 24, 2026 9:50 am"),
            session(PAST, "November 2, 2026 9:50 am"),
        ),
        Kind.APPOINTMENTS,
    )
    assert problems(batch) == {2: "no_such_length"}


def test_names_that_nothing_here_has_are_asked_and_rows_may_be_left_out() -> None:
    batch = sent_in(
        lines(
            APPOINTMENTS_HEAD,
            session(PAST, PAST_END, kind="PSOAS  Rélease (60 min)"),
            session(AHEAD, AHEAD_END, kind="Deep work"),
            session("November 4, 2026 9:00 am", "November 4, 2026 10:00 am", kind="Yoga"),
        ),
        Kind.APPOINTMENTS,
    )
    still = judge(batch)
    assert dict(still.names[Field.SERVICE]) == {"Deep work": 1, "Yoga": 1}
    judge(batch, matches={(Field.SERVICE, "deep work"): "psoas-release", (Field.SERVICE, "Yoga"): "-"})
    assert bring_in(batch) == {"made": 2, "problem": 1}
    assert problems(batch) == {4: "left_out"}
    assert "Deep" not in str(get_batch(batch).reads_as)
    assert match_key(Field.SERVICE, "Deep  WORK") in get_batch(batch).reads_as


def test_the_same_appointments_twice_are_known() -> None:
    raw = lines(
        APPOINTMENTS_HEAD, session(PAST, PAST_END), session(AHEAD, AHEAD_END), session(PAST, PAST_END)
    )
    assert counted(brought_in(raw, Kind.APPOINTMENTS)) == {"made": 2, "known": 1}
    assert counted(brought_in(raw, Kind.APPOINTMENTS)) == {"known": 3}
    assert number_of(Appointment) == 2


def test_a_row_that_was_booked_before_the_kill_is_the_same_appointment_afterwards() -> None:
    batch = sent_in(lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END, notes="A note")), Kind.APPOINTMENTS)
    judge(batch)
    begin(batch, OWNER, NOW)
    client_id = add_person("Jo Park", "jo.park@example.com")
    assert isinstance(booked_row(batch, client_id), int)  # and then it was killed
    assert not carry_on(batch, lambda: NOW, 600)
    assert counted(batch) == {"made": 1}
    assert number_of(Appointment) == 1
    assert number_of(ClientNote) == 1


def test_taking_appointments_back_gives_their_time_back_and_removes_whom_they_made() -> None:
    models = (Client, Contact, Appointment, Claim, Notification, Idempotency, Override, ClientNote)
    before = {one: number_of(one) for one in models}
    batch = brought_in(
        lines(
            APPOINTMENTS_HEAD,
            session(PAST, PAST_END, notes="one"),
            session("November 24, 2026 7:00 am", "November 24, 2026 8:00 am", notes="two"),
        ),
        Kind.APPOINTMENTS,
    )
    assert take_back(batch) == {"undone": 2}
    assert {one: number_of(one) for one in models} == before


def test_an_appointment_that_was_changed_since_is_kept_with_its_client() -> None:
    batch = brought_in(
        lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END), session(PAST, PAST_END, "Ana Diaz")),
        Kind.APPOINTMENTS,
    )
    with transaction() as rows:
        row = rows.execute(select(Appointment).where(Appointment.state == "booked")).scalar_one()
        row.confirmed_at = NOW
    assert take_back(batch) == {"kept": 1, "undone": 1}
    assert problems(batch) == {2: Problem.USED_SINCE.value}
    assert names() == ["Jo Park"]


def test_times_that_the_clocks_skip_or_repeat_are_named() -> None:
    batch = brought_in(
        lines(
            APPOINTMENTS_HEAD,
            session("March 8, 2026 2:30 am", "March 8, 2026 3:30 am"),
            session("November 1, 2026 1:30 am", "November 1, 2026 2:30 am"),
        ),
        Kind.APPOINTMENTS,
    )
    assert problems(batch) == {2: "skipped_time", 3: "doubled_time"}


def test_the_day_is_asked_once_for_begin_and_end() -> None:
    head = "Start,End,Name,Service,Therapist"
    batch = sent_in(
        lines(head, "3/4/2026 9:00,3/4/2026 10:00,Jo Park,Psoas release,Therapist 1"), Kind.APPOINTMENTS
    )
    assert list(judge(batch).orders) == [Field.STARTS]
    judge(batch, order=DayOrder.DAY_FIRST)
    assert bring_in(batch) == {"made": 1}
    assert appointments()[0].wall_time == "2026-04-03T09:00"
