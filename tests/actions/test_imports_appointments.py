"""Bringing appointments from another system in: history, sessions to come by the house's rule, and taking them back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from app.actions.booking import book
from app.actions.client_notes import open_treatment_notes
from app.actions.imports import drop_waiting, open_file
from app.actions.imports_booking import book_row, key_of
from app.actions.imports_bringing import begin, carry_on, carry_on_all
from app.actions.outcomes import Booked
from app.actions.overrides import open_whys
from app.domain.imports import DayOrder, Field, FileKind, OldSystem, Problem, match_key
from app.domain.imports_notes import BOOKED_BEFORE
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
    Practice,
    Service,
    ServiceVariant,
)
from app.store.clients import add_client
from app.store.imports import get_batch
from app.store.practice import load_practice
from app.store.transactions import transaction
from app.vault import CannotOpen
from tests.support.imports import (
    APPOINTMENTS_HEAD,
    OWNER,
    bring_in,
    brought_in,
    counted,
    judge,
    lines,
    names,
    number_of,
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


def add_person(name: str, email: str) -> int:
    with transaction():
        return add_client(name, email, None, "en", NOW).id


def booked_row(batch_id: int, client_id: int) -> object:
    """The first row of a file booked, and nothing written down of it."""
    _, sheet, reading = open_file(batch_id)
    reader = RowReader(FileKind.APPOINTMENTS, sheet.header, reading, load_practice(), NOW.date(), ("en",))
    row = reader.read(sheet.rows[0])
    assert isinstance(row, AppointmentRow)
    key = key_of(batch_id, row.number)
    return book_row(row, load_practice(), reading, client_id, key, OWNER, NOW)


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
        FileKind.APPOINTMENTS,
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
    brought_in(lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END)), FileKind.APPOINTMENTS)
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
    batch = sent_in(lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END)), FileKind.APPOINTMENTS)
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
        FileKind.APPOINTMENTS,
    )
    judge(batch)
    assert problems(batch) == {2: "taken", 4: "taken"}
    assert bring_in(batch) == {"made": 1, "problem": 2}
    assert overlapping_claims() == 0


def test_a_time_that_was_taken_meanwhile_is_a_problem_too() -> None:
    batch = sent_in(lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END)), FileKind.APPOINTMENTS)
    judge(batch)
    assert isinstance(book(order(wish(at("09:00", TUESDAY)), name="Ana Diaz"), NOW), Booked)
    assert bring_in(batch) == {"problem": 1}
    assert take_back(batch) == {"problem": 1}
    assert names() == ["Ana Diaz"]


def test_what_the_desk_may_set_aside_is_set_aside_and_written_down() -> None:
    early = session("November 24, 2026 7:00 am", "November 24, 2026 8:00 am")
    assert counted(brought_in(lines(APPOINTMENTS_HEAD, early), FileKind.APPOINTMENTS)) == {"made": 1}
    (made,) = appointments()
    assert open_whys(made.id, OWNER, NOW) == [BOOKED_BEFORE]
    kept = set(db.session.execute(select(Override.refusal)).scalars())
    assert kept == {"closed", "not_working"}


def test_a_length_that_is_not_offered_is_a_problem_of_a_session_to_come_only() -> None:
    batch = brought_in(
        lines(
            APPOINTMENTS_HEAD,
            session(AHEAD, "November 24, 2026 9:50 am"),
            session(PAST, "November 2, 2026 9:50 am"),
        ),
        FileKind.APPOINTMENTS,
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
        FileKind.APPOINTMENTS,
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
    assert counted(brought_in(raw, FileKind.APPOINTMENTS)) == {"made": 2, "known": 1}
    assert counted(brought_in(raw, FileKind.APPOINTMENTS)) == {"known": 3}
    assert number_of(Appointment) == 2


def test_a_row_that_was_booked_before_the_kill_is_the_same_appointment_afterwards() -> None:
    batch = sent_in(
        lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END, notes="A note")), FileKind.APPOINTMENTS
    )
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
        FileKind.APPOINTMENTS,
    )
    assert take_back(batch) == {"undone": 2}
    assert {one: number_of(one) for one in models} == before


def test_an_appointment_that_was_changed_since_is_kept_with_its_client() -> None:
    batch = brought_in(
        lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END), session(PAST, PAST_END, "Ana Diaz")),
        FileKind.APPOINTMENTS,
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
        FileKind.APPOINTMENTS,
    )
    assert problems(batch) == {2: "skipped_time", 3: "doubled_time"}


def test_the_day_is_asked_once_for_begin_and_end() -> None:
    head = "Start,End,Name,Service,Therapist"
    batch = sent_in(
        lines(head, "3/4/2026 9:00,3/4/2026 10:00,Jo Park,Psoas release,Therapist 1"), FileKind.APPOINTMENTS
    )
    assert list(judge(batch).orders) == [Field.STARTS]
    judge(batch, order=DayOrder.DAY_FIRST)
    assert bring_in(batch) == {"made": 1}
    assert appointments()[0].wall_time == "2026-04-03T09:00"


def test_a_session_is_judged_as_long_as_it_will_be_booked() -> None:
    """A first visit keeps its room an hour longer; what comes over is a returning one."""
    with transaction() as rows:
        service = rows.execute(select(Service).where(Service.slug == "psoas-release")).scalar_one()
        one, other = sorted(service.variants, key=lambda variant: variant.id)
        one.visit, one.buffer_after = "first", 60
        other.visit, other.minutes, other.buffer_after = "returning", 60, 0
        rows.execute(update(Practice).values(revision=Practice.revision + 1))
    batch = sent_in(
        lines(
            APPOINTMENTS_HEAD,
            session(AHEAD, AHEAD_END),
            session(AHEAD_END, "November 24, 2026 11:00 am", "Ana Diaz"),
        ),
        FileKind.APPOINTMENTS,
    )
    judge(batch)
    assert (counted(batch), problems(batch)) == ({"new": 2}, {})
    assert bring_in(batch) == {"made": 2}


@pytest.mark.parametrize(
    ("state", "becomes"),
    [
        ("Booked", {"made": 1}),
        ("Paid", {"made": 1}),
        ("Rescheduled", {"made": 1}),
        ("Completed", {"problem": 1}),
        ("Arrived", {"problem": 1}),
        ("No show", {"problem": 1}),
    ],
)
def test_a_session_to_come_keeps_its_time_or_is_a_problem(state: str, becomes: dict[str, int]) -> None:
    raw = lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END, state=state))
    batch = sent_in(raw, FileKind.APPOINTMENTS, OldSystem.EASYAPPOINTMENTS)
    judge(batch)
    assert bring_in(batch) == becomes
    assert len(active_claims()) == 2 * becomes.get("made", 0)
    assert not [one for one in appointments() if one.completed_at]


def test_what_began_while_it_waited_is_history_and_what_is_over_stays_a_problem_until_then() -> None:
    batch = sent_in(
        lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END, state="Completed")), FileKind.APPOINTMENTS
    )
    judge(batch)
    assert problems(batch) == {2: Problem.NOT_OVER.value}
    judge(batch, now=at("12:00", TUESDAY))
    assert bring_in(batch, now=at("12:00", TUESDAY)) == {"made": 1}


def test_a_service_without_durations_is_a_problem_of_its_rows_before_and_after_they_are_judged() -> None:
    raw = lines(APPOINTMENTS_HEAD, session(PAST, PAST_END))
    judged_before = sent_in(raw, FileKind.APPOINTMENTS)
    judge(judged_before)
    with transaction() as rows:
        rows.execute(delete(ServiceVariant))
        rows.execute(update(Practice).values(revision=Practice.revision + 1))
    assert bring_in(judged_before) == {"problem": 1}
    judged_after = sent_in(raw, FileKind.APPOINTMENTS)
    judge(judged_after)
    assert problems(judged_after) == {2: "no_such_length"}


def test_a_file_that_can_not_be_opened_keeps_no_other_waiting() -> None:
    spoiled, sound = (
        sent_in(lines(APPOINTMENTS_HEAD, session(PAST, PAST_END, who)), FileKind.APPOINTMENTS)
        for who in ("Jo Park", "Ana Diaz")
    )
    for batch in (spoiled, sound):
        judge(batch)
        begin(batch, OWNER, NOW)
    with transaction():
        get_batch(spoiled).sealed_rows = get_batch(sound).sealed_rows
    with pytest.raises(CannotOpen):
        carry_on_all(lambda: NOW, 600)
    assert counted(sound) == {"made": 1}


def test_a_closed_record_keeps_its_past_sessions() -> None:
    batch = brought_in(
        lines(
            APPOINTMENTS_HEAD,
            session(PAST, PAST_END, notes="Left shoulder"),
            session(PAST, PAST_END, "Ana Diaz", state="Cancelled"),
        ),
        FileKind.APPOINTMENTS,
    )
    with transaction() as rows:
        rows.execute(update(Client).where(Client.name == "Jo Park").values(restricted_at=NOW))
    assert take_back(batch) == {"kept": 1, "undone": 1}
    assert (number_of(Appointment), number_of(ClientNote)) == (1, 1)


def test_a_row_that_was_booked_before_the_kill_is_taken_back_too() -> None:
    batch = sent_in(lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END)), FileKind.APPOINTMENTS)
    judge(batch)
    begin(batch, OWNER, NOW)
    client_id = add_person("Jo Park", "jo.park@example.com")
    assert isinstance(booked_row(batch, client_id), int)  # and then it was killed
    assert take_back(batch) == {"undone": 1}
    assert (number_of(Appointment), number_of(Notification), active_claims()) == (0, 0, [])


def test_a_row_that_was_booked_before_the_file_was_let_go_of_is_taken_back_too() -> None:
    batch = sent_in(lines(APPOINTMENTS_HEAD, session(AHEAD, AHEAD_END)), FileKind.APPOINTMENTS)
    judge(batch)
    begin(batch, OWNER, NOW)
    client_id = add_person("Jo Park", "jo.park@example.com")
    assert isinstance(booked_row(batch, client_id), int)  # and then it was killed
    with transaction():
        drop_waiting(OWNER, NOW, also_running=True)
    assert counted(batch) == {"made": 1}
    assert take_back(batch) == {"undone": 1}
    assert (number_of(Appointment), active_claims()) == (0, [])


def test_a_note_goes_into_nobodys_record_by_the_name_alone() -> None:
    add_person("Jo Park", "jo.park@example.com")
    bare = session(PAST, PAST_END).replace("jo.park@example.com", "")
    noted = session("November 3, 2026 9:00 am", "November 3, 2026 10:00 am", notes="A note")
    batch = sent_in(
        lines(APPOINTMENTS_HEAD, bare, noted.replace("jo.park@example.com", "")), FileKind.APPOINTMENTS
    )
    judge(batch)
    assert problems(batch) == {3: "name_alone"}
    assert bring_in(batch) == {"made": 1, "problem": 1}
    assert number_of(ClientNote) == 0
