"""Forgetting people: what goes, what stays, what the law keeps closed, and what is written down outside the database."""

from contextlib import closing
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.actions.booking import book
from app.actions.client_notes import open_treatment_notes, write_note
from app.actions.clients import index_missing_clients, open_preferences
from app.actions.erasing import (
    AlreadyForgotten,
    Forgotten,
    StillExpected,
    ask_for_copy,
    ask_to_be_forgotten,
    close,
    erase,
    reopen,
)
from app.actions.merging import merge
from app.actions.notes import open_note
from app.actions.outcomes import Booked
from app.actions.retention import due, sweep
from app.domain.appointments import Actor
from app.domain.clients import NoteKind, Preferences
from app.extensions import db
from app.models import (
    Appointment,
    AuditLine,
    Client,
    ClientGram,
    ClientNote,
    Contact,
    Delivery,
    Erasure,
    MessageCopy,
    Notification,
    Review,
    Screening,
    StaffMember,
    Task,
    table_of,
)
from app.store.appointments import get_appointment
from app.store.audit import first_broken_line, list_audit_lines
from app.store.clients import add_client, find_client, get_client
from app.store.erasures_file import CannotWriteDown, Fate, path, read_entries
from app.store.outbox import keep_copy
from app.store.place import database_file
from app.store.transactions import transaction
from app.vault import Closed
from tests.support.records import EMAIL, GUARDIAN, NAME, OWNER, PHONE, Known, make_known_in_practice
from tests.support.rows import NOW, at, make_practice, order, wish

LATER = at("20:00") + timedelta(days=1)


@pytest.fixture
def known(context: None) -> Known:
    """Somebody of whom all is known, and who has been here."""
    return make_known_in_practice()


def acts(client_id: int) -> list[str]:
    """What the audit log says was done."""
    return [line.act for line in list_audit_lines("client", client_id)]


def everything(app: Flask) -> str:
    """All that stands in the tables but the log, as text."""
    rows = [
        repr(db.session.execute(select(table)).all())
        for table in db.metadata.sorted_tables
        if table.name != "audit"
    ]
    return "".join(rows)


def test_nothing_of_the_person_stays_but_numbers_and_times(app: Flask, known: Known) -> None:
    with transaction():
        keep_copy(db.session.scalars(select(Notification.id)).all()[0], b"sealed")
    assert isinstance(erase(known.client_id, OWNER, LATER), Forgotten)
    left = everything(app)
    for trace in (NAME, "quist", EMAIL, PHONE, GUARDIAN, NAME.casefold()):
        assert trace not in left
    row = get_client(known.client_id)
    assert (row.name, row.wrapped_key, row.sealed_preferences, row.erased_at) == ("Erased", b"", None, LATER)
    given = get_appointment(known.given)
    assert (given.state, given.starts_at, given.price_minor) == ("completed", at("10:00"), 9500)
    assert (given.typed_email, given.sealed_note, given.sealed_wishes) == (None, None, None)
    assert acts(known.client_id)[-1] == "erased"
    assert first_broken_line() is None


def test_the_log_never_named_them(app: Flask, known: Known) -> None:
    erase(known.client_id, OWNER, LATER)
    assert EMAIL not in repr(db.session.execute(select(table_of(AuditLine))).all())
    assert first_broken_line() is None


def test_whatever_was_sealed_opens_for_nobody(known: Known) -> None:
    sealed, key = get_appointment(known.given).sealed_note, get_client(known.client_id).wrapped_key
    assert None not in (sealed, key)
    erase(known.client_id, OWNER, LATER)
    assert open_note(known.given, OWNER, LATER) is None
    assert open_preferences(known.client_id, OWNER, LATER) == Preferences()
    assert {note.text for note in open_treatment_notes(known.client_id, OWNER, LATER)} == {
        "Erased, or closed: nobody can open this."
    }
    with pytest.raises(Closed):
        write_note(known.client_id, NoteKind.DESK, "more", OWNER, LATER)


def test_their_messages_stop_and_no_copy_stays(known: Known) -> None:
    planned = select(func.count()).where(Notification.state.in_(("planned", "leased")))
    with transaction() as rows:
        numbers = list(rows.scalars(select(Notification.id)))
        rows.execute(
            update(Notification)
            .where(Notification.id == numbers[0])
            .values(state="failed", why=f"550 {EMAIL}")
        )
        rows.add(Delivery(notification_id=numbers[0], at=NOW, outcome="failed", detail=f"550 {EMAIL}"))
    assert db.session.execute(planned).scalar()
    erase(known.client_id, OWNER, LATER)
    assert db.session.execute(planned).scalar() == 0
    assert db.session.execute(select(func.count()).select_from(MessageCopy)).scalar() == 0
    assert db.session.scalars(select(Delivery.detail)).all() == [None]


def test_whoever_is_still_expected_is_not_forgotten(context: None) -> None:
    make_practice()
    answer = book(order(wish(at("10:00"))), NOW)
    assert isinstance(answer, Booked)
    number = get_appointment(answer.appointment_id).client_id
    assert isinstance(erase(number, OWNER, NOW), StillExpected)
    assert isinstance(close(number, date(2036, 1, 1), OWNER, NOW), StillExpected)
    assert get_client(number).erased_at is None
    assert read_entries(path()) == []


def test_all_rows_of_one_person_go_and_nobody_else(known: Known) -> None:
    with transaction():
        twin = add_client("Willa Quist", None, "902-555-0166", "en", NOW).id
        child = add_client("Child Quist", None, None, "en", NOW).id
    with transaction():
        get_client(child).contact_id = get_client(known.client_id).contact_id
    merge(known.client_id, twin, None, OWNER, NOW)
    erase(twin, OWNER, LATER)
    assert get_client(known.client_id).erased_at == get_client(twin).erased_at == LATER
    other = get_client(child)
    assert (other.name, other.contact.email, other.erased_at) == ("Child Quist", EMAIL, None)
    assert get_client(known.client_id).contact.email is None
    assert isinstance(erase(known.client_id, OWNER, LATER), AlreadyForgotten)


def test_no_search_and_no_booking_finds_them_again(known: Known) -> None:
    erase(known.client_id, OWNER, LATER)
    index_missing_clients()
    grams = select(func.count()).where(ClientGram.client_id == known.client_id)
    assert db.session.execute(grams).scalar() == 0
    assert find_client(EMAIL, NAME) is None
    answer = book(order(wish(at("10:00") + timedelta(days=7)), name=NAME, key="again"), LATER)
    assert isinstance(answer, Booked)
    assert get_appointment(answer.appointment_id).client_id != known.client_id


def test_it_is_written_down_outside_by_number_and_instant_alone(known: Known) -> None:
    erase(known.client_id, OWNER, LATER)
    said = path().read_text("utf-8")
    assert NAME not in said
    assert EMAIL not in said
    (entry,) = read_entries(path())
    assert (entry.client_id, entry.fate, entry.at) == (known.client_id, Fate.ERASED, LATER)
    assert entry.created_at == get_client(known.client_id).created_at
    assert path().stat().st_mode & 0o077 == 0


def test_what_can_not_be_written_down_is_not_done(known: Known) -> None:
    path().mkdir(parents=True)
    with pytest.raises(CannotWriteDown):
        erase(known.client_id, OWNER, LATER)
    db.session.rollback()
    assert get_client(known.client_id).name == NAME
    assert "erased" not in acts(known.client_id)


def test_a_line_that_was_cut_off_is_made_good_by_the_next(known: Known) -> None:
    path().parent.mkdir(parents=True, exist_ok=True)
    path().write_text('{"client": 7, "sto')
    assert read_entries(path()) == []
    erase(known.client_id, OWNER, LATER)
    assert [one.client_id for one in read_entries(path())] == [known.client_id]


def test_a_record_that_the_law_keeps_is_closed_to_everybody(known: Known) -> None:
    until = date(2036, 11, 24)
    assert close(known.client_id, until, OWNER, LATER) == Forgotten(until)
    with pytest.raises(Closed):
        open_note(known.given, OWNER, LATER)
    assert open_preferences(known.client_id, OWNER, LATER) == Preferences()
    assert (get_client(known.client_id).name, get_client(known.client_id).restricted_at) == (NAME, LATER)
    assert find_client(EMAIL, NAME) is None
    index_missing_clients()
    assert db.session.execute(select(func.count()).select_from(ClientGram)).scalar() == 0
    assert db.session.execute(select(Erasure.restricted_until)).scalars().all() == [until]
    assert "record closed" in acts(known.client_id)


def test_a_closed_record_can_be_opened_again(known: Known) -> None:
    before = open_note(known.given, OWNER, LATER)
    close(known.client_id, date(2036, 11, 24), OWNER, LATER)
    assert reopen(known.client_id, OWNER, LATER)
    assert not reopen(known.client_id, OWNER, LATER)
    assert open_note(known.given, OWNER, LATER) == before
    assert find_client(EMAIL, NAME) is not None
    assert [one.fate for one in read_entries(path())] == [Fate.CLOSED, Fate.REOPENED]


def test_a_closed_record_is_erased_when_its_date_has_come(known: Known) -> None:
    close(known.client_id, date(2026, 12, 24), OWNER, LATER)
    day_before, day = at("09:00", date(2026, 12, 23)), at("09:00", date(2026, 12, 24))
    assert sweep(day_before).closed_records == 0
    assert due(day).closed_records == 1
    assert get_client(known.client_id).erased_at is None
    assert sweep(day).closed_records == 1
    assert get_client(known.client_id).erased_at == day
    assert sweep(day).closed_records == 0
    assert db.session.execute(select(Erasure.done_by)).scalars().all() == ["retention"]


def test_a_client_asks_and_staff_are_told_once(known: Known) -> None:
    client = Actor("client", EMAIL)
    assert ask_to_be_forgotten(known.given, client, LATER)
    assert not ask_to_be_forgotten(known.cancelled, client, LATER)
    assert ask_for_copy(known.given, client, LATER)
    assert not ask_for_copy(known.given, client, LATER)
    kinds = select(Task.kind).where(Task.done_at.is_(None))
    assert sorted(db.session.scalars(kinds)) == ["copy_asked", "erasure_asked"]
    assert acts(known.client_id)[-2:] == ["erasure asked for", "copy asked for"]
    erase(known.client_id, OWNER, LATER)
    assert db.session.scalars(kinds).all() == []
    assert db.session.execute(select(Erasure.done_at, Erasure.asked_by)).all() == [(LATER, "client")]


def test_links_of_their_mails_open_nothing_any_more(known: Known) -> None:
    version = get_appointment(known.given).token_version
    erase(known.client_id, OWNER, LATER)
    assert get_appointment(known.given).token_version == version + 1


def test_notes_and_contacts_keep_their_rows(known: Known) -> None:
    erase(known.client_id, OWNER, LATER)
    assert db.session.scalars(select(ClientNote.sealed_text)).all() == [b"", b""]
    assert db.session.scalars(select(Contact.email)).all() == [None]
    assert db.session.scalars(select(Client.id)).all() == [known.client_id]
    assert db.session.scalars(select(func.count(Appointment.id))).one() == 2


def test_what_came_of_their_answers_goes_with_them_and_the_decision_stays(known: Known) -> None:
    erase(known.client_id, OWNER, LATER)
    assert db.session.scalars(select(Screening)).all() == []
    assert db.session.execute(select(Review.screening_id, Review.decision)).all() == [(None, "accepted")]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_neither_the_file_nor_its_journal_remembers_a_name(known: Known) -> None:
    database = database_file()
    assert database is not None
    log = database.with_name(f"{database.name}-wal")
    db.session.rollback()
    with closing(db.engine.raw_connection()) as connection:
        connection.cursor().execute("pragma journal_mode=wal")
    with transaction():
        get_client(known.client_id).name = NAME.upper()
    assert NAME.upper().encode() in log.read_bytes()
    assert isinstance(erase(known.client_id, OWNER, LATER), Forgotten)
    assert log.read_bytes() == b""
    assert NAME.upper().encode() not in database.read_bytes()


def test_who_did_something_behind_a_link_is_forgotten_and_the_staff_are_not(app: Flask, known: Known) -> None:
    with transaction() as rows:
        rows.add(StaffMember(email=OWNER.name, fs_uniquifier="owner", active=True, created_at=NOW))
        session = get_appointment(known.given)
        for who in (EMAIL, OWNER.name, "worker"):
            rows.add(_settled_by(session, who))
        rows.execute(update(Review).values(decided_by=EMAIL))
    erase(known.client_id, OWNER, LATER)
    assert EMAIL not in everything(app)
    assert db.session.scalars(select(Task.done_by).order_by(Task.id)).all() == [
        "client",
        OWNER.name,
        "worker",
    ]
    assert db.session.scalars(select(Review.decided_by)).all() == ["client"]


def _settled_by(session: Appointment, who: str | None) -> Task:
    return Task(
        kind="new_time",
        appointment_id=session.id,
        therapist_id=session.therapist_id,
        created_at=NOW,
        done_at=NOW,
        done_by=who,
    )
