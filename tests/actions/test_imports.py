"""Bringing clients from another system in: who is made, who is known, what is not taken over, and taking it back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.actions.booking import book
from app.actions.client_notes import open_treatment_notes, write_note
from app.actions.clients import block
from app.actions.erasing import erase, forget_again
from app.actions.imports import NotNow, drop, keep_file, open_problems
from app.actions.imports_bringing import begin, carry_on
from app.actions.imports_undoing import undo
from app.actions.keys import rotate
from app.actions.outcomes import Booked
from app.actions.retention import sweep
from app.domain.appointments import Actor
from app.domain.clients import NoteKind
from app.domain.imports import DayOrder, Field, FileKind
from app.extensions import db
from app.models import Appointment, Claim, Client, ClientGram, ClientNote, Contact
from app.store.audit import list_audit_lines
from app.store.erasures_file import Entry, Fate
from app.store.imports import get_batch
from app.store.transactions import transaction
from tests.support.imports import (
    CLIENTS_HEAD,
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
    take_back,
)
from tests.support.rows import NOW, at, make_practice, order, wish


@pytest.fixture(autouse=True)
def practice(context: None) -> None:
    """A practice of two therapists and two rooms."""
    make_practice(therapists=2, rooms=2)


def one_client() -> Client:
    db.session.rollback()
    return db.session.execute(select(Client)).scalar_one()


def test_clients_are_made_with_what_the_file_says_of_them() -> None:
    batch = brought_in(lines(CLIENTS_HEAD, "Jo,Park,JO@Example.com,'902-555-0101,Likes it warm"))
    assert counted(batch) == {"made": 1}
    client = one_client()
    assert (client.name, client.contact.email, client.contact.phone) == (
        "Jo Park",
        "jo@example.com",
        "902-555-0101",
    )
    notes = open_treatment_notes(client.id, OWNER, NOW)
    assert [note.text for note in notes] == ["Likes it warm"]
    assert number_of(ClientGram) > 0
    assert get_batch(batch).sealed_rows is None


def test_notes_are_sealed_and_stand_in_no_other_column() -> None:
    brought_in(lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,Confidential words"))
    note = db.session.execute(select(ClientNote)).scalar_one()
    assert note.kind == "treatment"
    assert b"Confidential" not in note.sealed_text
    said = str([line.detail for line in list_audit_lines("import_batch", 1)])
    assert "Confidential" not in said
    assert "Park" not in said


def test_who_is_known_by_name_and_address_or_telephone_is_not_made_again() -> None:
    brought_in(lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,902-555-0101,", "Ana,Diaz,,902-555-0102,"))
    again = lines(
        CLIENTS_HEAD,
        "Jo,Park,other@example.com,+1 902 555 0101,",
        "JO,PARK,Jo@example.com,,",
        "Ana,Díaz,,902-555-0102,",
        "Mina,Park,jo@example.com,,",
        "Mina,Park,jo@example.com,,",
    )
    batch = sent_in(again)
    judge(batch)
    assert counted(batch) == {"known": 3, "new": 2}
    assert bring_in(batch) == {"known": 3, "made": 2}
    assert names() == ["Ana Diaz", "Ana Díaz", "Jo Park", "Mina Park"]


def test_the_same_file_twice_makes_nobody_twice() -> None:
    raw = lines(CLIENTS_HEAD, *(f"Jo,Number {number},,," for number in range(30)))
    brought_in(raw)
    assert counted(brought_in(raw)) == {"known": 30}
    assert number_of(Client) == 30


def test_who_came_meanwhile_is_known_when_it_is_brought_in() -> None:
    batch = sent_in(lines(CLIENTS_HEAD, "Jo,Park,jo.park@example.com,,"))
    judge(batch)
    assert isinstance(book(order(wish(at("10:00"))), NOW), Booked)
    assert bring_in(batch) == {"known": 1}


def test_rows_with_problems_are_named_and_the_others_taken_over() -> None:
    batch = brought_in(
        lines(
            CLIENTS_HEAD,
            ",,nobody@example.com,,",
            "Jo,Park,not an address,,",
            "Ana,Diaz,,12,",
            "Mina,Cole,mina@example.com,,",
            "Kit,Noor,,,,one cell too many",
        )
    )
    assert problems(batch) == {2: "no_name", 3: "bad_email", 4: "bad_phone", 6: "too_many_cells"}
    assert names() == ["Mina Cole"]


def test_the_rows_with_problems_can_be_had_until_they_are_dropped() -> None:
    batch = brought_in(lines(CLIENTS_HEAD, "Jo,Park,not an address,,", "Mina,Cole,mina@example.com,,"))
    header, rows = open_problems(batch, OWNER, NOW)
    assert header == ("First Name", "Last Name", "Email", "Phone", "Notes")
    assert [(one.number, one.problem, one.cells[2]) for one in rows] == [(2, "bad_email", "not an address")]
    drop(batch, OWNER, NOW)
    assert open_problems(batch, OWNER, NOW) == ((), [])
    assert counted(batch) == {"problem": 1, "made": 1}


def test_kept_rows_are_sealed_and_go_after_their_days() -> None:
    batch = sent_in(lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,"))
    sealed = get_batch(batch).sealed_rows
    assert sealed is not None
    assert b"Park" not in sealed
    assert sweep(NOW + timedelta(days=29)).imports == 0
    assert sweep(NOW + timedelta(days=31)).imports == 1
    db.session.rollback()
    assert (get_batch(batch).sealed_rows, get_batch(batch).state) == (None, "dropped")


def test_kept_rows_are_sealed_anew_under_another_key() -> None:
    sent_in(lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,"))
    assert {one.kind.value: one.seen for one in rotate(NOW)}["files from other systems"] == 1


def test_whoever_sent_a_file_in_is_who_brings_it_in(context: None) -> None:
    """The worker goes on with it in their name, whatever that looks like."""
    member = Actor("staff", "Owner")
    batch = keep_file(
        lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,"), "export.csv", FileKind.CLIENTS, None, member, NOW
    )
    judge(batch)
    bring_in(batch)
    (line,) = (one for one in list_audit_lines("import_batch", batch) if one.act == "import finished")
    assert (line.actor_type, line.actor) == ("staff", "Owner")


def test_days_whose_order_nobody_knows_are_asked() -> None:
    batch = sent_in(lines("Name,Birth date", "Jo Park,03/04/1980", "Ana Diaz,05/06/1990"))
    still = judge(batch)
    assert list(still.orders) == [Field.BORN]
    assert counted(batch) == {}
    with pytest.raises(NotNow):
        begin(batch, OWNER, NOW)
    assert not judge(batch, order=DayOrder.DAY_FIRST).anything
    bring_in(batch)
    client = db.session.execute(select(Client).where(Client.name == "Jo Park")).scalar_one()
    assert [note.text for note in open_treatment_notes(client.id, OWNER, NOW)] == [
        "Date of birth: 1980-04-03"
    ]


def test_days_that_say_their_order_themselves_are_not_asked() -> None:
    batch = sent_in(lines("Name,Birth date", "Jo Park,03/04/1980", "Ana Diaz,25/06/1990"))
    assert not judge(batch).anything


def test_taking_back_removes_exactly_what_was_made() -> None:
    assert isinstance(book(order(wish(at("10:00"), therapist="therapist-2"), name="Old Friend"), NOW), Booked)
    before = {one: number_of(one) for one in (Client, Contact, ClientGram, ClientNote, Appointment, Claim)}
    batch = brought_in(lines(CLIENTS_HEAD, *(f"Jo,Number{n},jo{n}@example.com,,A note" for n in range(5))))
    assert number_of(Client) == 6
    assert take_back(batch) == {"undone": 5}
    assert {one: number_of(one) for one in before} == before
    assert get_batch(batch).state == "undone"


def test_who_was_used_since_is_kept_and_named() -> None:
    batch = brought_in(
        lines(
            CLIENTS_HEAD,
            "Jo,Park,jo.park@example.com,,imported",
            "Ana,Diaz,ana@example.com,,",
            "Mina,Cole,mina@example.com,,",
            "Kit,Noor,kit@example.com,,",
        )
    )
    assert isinstance(book(order(wish(at("10:00"))), NOW), Booked)
    numbers = {one.name: one.id for one in db.session.execute(select(Client)).scalars()}
    write_note(numbers["Ana Diaz"], NoteKind.DESK, "Phones back", OWNER, NOW)
    block(numbers["Mina Cole"], OWNER, NOW)
    assert take_back(batch) == {"kept": 3, "undone": 1}
    assert problems(batch) == {2: "used_since", 3: "used_since", 4: "used_since"}
    assert names() == ["Ana Diaz", "Jo Park", "Mina Cole"]


def test_what_a_kill_left_halfway_goes_on_without_a_row_twice() -> None:
    batch = sent_in(lines(CLIENTS_HEAD, *(f"Jo,Number{n},jo{n}@example.com,," for n in range(450))))
    judge(batch)
    begin(batch, OWNER, NOW)
    assert carry_on(batch, lambda: NOW, 0)  # one portion, and no more of it
    assert 0 < counted(batch)["made"] < 450
    assert not carry_on(batch, lambda: NOW, 600)
    assert counted(batch) == {"made": 450}
    assert number_of(Client) == 450


def test_what_a_kill_left_halfway_can_be_taken_back() -> None:
    batch = sent_in(lines(CLIENTS_HEAD, *(f"Jo,Number{n},jo{n}@example.com,," for n in range(450))))
    judge(batch)
    begin(batch, OWNER, NOW)
    carry_on(batch, lambda: NOW, 0)
    assert take_back(batch).keys() == {"new", "undone"}
    assert number_of(Client) == 0
    assert get_batch(batch).sealed_rows is None


def test_pressing_twice_begins_once() -> None:
    batch = sent_in(lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,"))
    judge(batch)
    assert begin(batch, OWNER, NOW)
    assert not begin(batch, OWNER, NOW)
    carry_on(batch, lambda: NOW, 600)
    with pytest.raises(NotNow):
        begin(batch, OWNER, NOW)
    assert undo(batch, OWNER, NOW)
    assert not undo(batch, OWNER, NOW)
    acts = [line.act for line in list_audit_lines("import_batch", batch)]
    assert acts == ["import sent in", "import begun", "import finished", "import undone"]


def test_who_is_forgotten_does_not_come_back_by_a_file_that_waits() -> None:
    brought_in(lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,"))
    waiting = sent_in(lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,", "Mina,Cole,mina@example.com,,"))
    judge(waiting)
    left = brought_in(lines(CLIENTS_HEAD, "Jo,Park,nobody,,"))
    assert get_batch(left).sealed_rows is not None
    erase(one_client().id, OWNER, NOW)
    assert get_batch(waiting).state == "dropped"
    assert [get_batch(number).sealed_rows for number in (waiting, left)] == [None, None]
    assert list_audit_lines("import_batch", waiting)[-1].act == "import dropped"
    with pytest.raises(NotNow):
        begin(waiting, OWNER, NOW)
    assert names() == ["Erased"]


def test_a_restore_ends_the_files_in_which_somebody_forgotten_may_stand() -> None:
    running = sent_in(lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,"))
    judge(running)
    begin(running, OWNER, NOW)
    later = sent_in(lines(CLIENTS_HEAD, "Mina,Cole,mina@example.com,,"), now=NOW + timedelta(days=2))
    forgotten = Entry(77, NOW, Fate.ERASED, NOW + timedelta(days=1))
    with transaction():
        assert forget_again([forgotten], OWNER, NOW + timedelta(days=3)) == 0
    assert (get_batch(running).state, problems(running)) == ("done", {2: "row_gone"})
    assert get_batch(running).sealed_rows is None
    assert get_batch(later).sealed_rows is not None
    assert not carry_on(running, lambda: NOW, 600)
    assert names() == []


def test_a_file_that_stopped_halfway_ends_when_its_time_is_over() -> None:
    batch = sent_in(lines(CLIENTS_HEAD, *(f"Jo,Number{n},jo{n}@example.com,," for n in range(450))))
    judge(batch)
    begin(batch, OWNER, NOW)
    carry_on(batch, lambda: NOW, 0)
    later = NOW + timedelta(days=31)
    assert sweep(later).imports == 1
    over = get_batch(batch)
    assert (over.state, over.sealed_rows, over.ended_at) == ("done", None, later)
    assert counted(batch).keys() == {"made", "problem"}
    assert set(problems(batch).values()) == {"row_gone"}
    assert list_audit_lines("import_batch", batch)[-1].act == "import dropped"
