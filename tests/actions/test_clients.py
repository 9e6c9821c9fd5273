"""Editing clients, blocking them, their preferences and notes: what is kept, who is told, what the audit log says."""

import pytest
from sqlalchemy import select, update

from app.actions.booking import book
from app.actions.client_notes import open_treatment_notes, write_note
from app.actions.clients import (
    Details,
    Edited,
    SaysForWhom,
    block,
    edit,
    open_preferences,
    open_preferences_of,
    unblock,
    write_preferences,
)
from app.actions.merging import merge
from app.actions.outcomes import Booked, Refused
from app.domain.appointments import Actor
from app.domain.clients import NoteKind, Preferences, Pressure
from app.domain.contacts import Detail
from app.domain.slots import Refusal
from app.extensions import db
from app.models import Appointment, AuditLine, Client, ClientNote, Contact, Notification
from app.store.client_pages import list_notes
from app.store.client_search import search
from app.store.clients import add_client, get_client
from app.store.transactions import Stale, transaction
from tests.support.rows import NOW, at, make_practice, order, wish

DESK = Actor("staff", "desk@example.com")


@pytest.fixture(autouse=True)
def practice(context: None) -> None:
    """Two therapists, nobody booked."""
    make_practice(therapists=2, rooms=2)


def written(name: str, email: str | None = None, phone: str | None = None) -> int:
    """A stored client."""
    with transaction():
        return add_client(name, email, phone, "en", NOW).id


def household() -> tuple[int, int]:
    """Two people who share a stored contact."""
    one, other = written("Jo Park", "park@example.com", "902-555-0100"), written("Mina Park")
    with transaction() as rows:
        shared = get_client(one).contact_id
        rows.execute(update(Client).where(Client.id == other).values(contact_id=shared))
    return one, other


def details(client_id: int, **other: object) -> Details:
    """What is stored, with other values in its place."""
    row = get_client(client_id)
    contact = row.contact
    said = {
        "name": row.name,
        "email": contact.email,
        "phone": contact.phone,
        "language": contact.language,
        "detail": Detail(contact.detail),
        "guardian": row.guardian_name,
    }
    db.session.rollback()
    return Details(**(said | other))  # type: ignore[arg-type]


def audit(act: str) -> list[AuditLine]:
    """The lines of that act."""
    return list(db.session.scalars(select(AuditLine).where(AuditLine.act == act).order_by(AuditLine.id)))


def test_each_field_is_changed_found_and_told_from_what_to_what() -> None:
    jo = written("Jo Park", "jo@example.com", "902-555-0100")
    wanted = details(jo, name="Joanne Parker", email="JP@example.com", phone=None, guardian="Ann Park")
    assert edit(jo, wanted, 1, DESK, NOW) == Edited(changed=True)
    row = get_client(jo)
    assert (row.name, row.name_key, row.guardian_name, row.row_version) == (
        "Joanne Parker",
        "joanne parker",
        "Ann Park",
        2,
    )
    assert (row.contact.email, row.contact.phone) == ("jp@example.com", None)
    (line,) = audit("client changed")
    assert line.detail == {
        "name": {"from": "Jo Park", "to": "Joanne Parker"},
        "email": {"from": "jo@example.com", "to": "jp@example.com"},
        "phone": {"from": "902-555-0100", "to": None},
        "guardian": {"from": None, "to": "Ann Park"},
    }
    assert [one.id for one in search("parker", NOW)] == [jo]
    assert search("5550100", NOW) == []
    assert edit(jo, details(jo), 2, DESK, NOW) == Edited(changed=False)


def test_who_comes_second_changes_nothing() -> None:
    jo = written("Jo Park")
    edit(jo, details(jo, name="Joanne Park"), 1, DESK, NOW)
    with pytest.raises(Stale):
        edit(jo, details(jo, name="Joseph Park"), 1, DESK, NOW)
    assert get_client(jo).name == "Joanne Park"
    with pytest.raises(Stale):
        write_preferences(jo, Preferences(Pressure.FIRM), 1, DESK, NOW)


def test_a_shared_contact_is_changed_for_whom_it_was_said() -> None:
    jo, mina = household()
    moved = details(jo, email="new@example.com")
    assert edit(jo, moved, None, DESK, NOW) == SaysForWhom(("Mina Park",))
    assert isinstance(
        edit(jo, details(jo, name="Joan Park"), None, DESK, NOW), Edited
    )  # a name is one person's
    edit(jo, details(jo, email="new@example.com"), None, DESK, NOW, "person")
    assert (get_client(jo).contact.email, get_client(mina).contact.email) == (
        "new@example.com",
        "park@example.com",
    )
    assert db.session.get(Contact, get_client(mina).contact_id).phone == "902-555-0100"  # type: ignore[union-attr]


def test_a_shared_contact_may_change_for_everybody() -> None:
    jo, mina = household()
    edit(jo, details(jo, phone="902-555-0199"), None, DESK, NOW, "everybody")
    assert get_client(mina).contact.phone == "902-555-0199"
    assert {one.id for one in search("5550199", NOW)} == {jo, mina}


def messages(appointment_id: int) -> dict[str, str]:
    """The client's messages: step to state."""
    wanted = select(Notification.step, Notification.state).where(
        Notification.appointment_id == appointment_id, Notification.audience == "client"
    )
    return {step: state for step, state in db.session.execute(wanted)}  # noqa: C416 - typed so


def test_with_an_address_what_could_not_be_told_is_planned() -> None:
    answer = book(
        order(wish(at("10:00")), name="Pat Lin", email=None, phone="902-555-0164", by_staff=True), NOW
    )
    assert isinstance(answer, Booked)
    assert set(messages(answer.appointment_id).values()) == {"skipped"}
    with transaction() as rows:
        called = update(Notification).where(Notification.kind == "appointment_booked")
        rows.execute(
            called.where(Notification.audience == "client").values(settled_at=NOW, settled_by="desk")
        )
    (pat,) = search("pat lin", NOW)
    edit(pat.id, details(pat.id, email="pat@example.com", language="fr"), None, DESK, NOW)
    told = messages(answer.appointment_id)
    assert told.pop("booked") == "skipped"  # told on the telephone
    assert "planned" in told.values()
    reasons = db.session.scalars(select(Notification.why).where(Notification.audience == "client"))
    assert list(reasons).count("there is no e-mail address") <= 1
    assert db.session.scalars(select(Appointment.language)).one() == "fr"


def test_a_blocked_client_books_on_the_web_no_more() -> None:
    jo = written("Jo Park", "jo.park@example.com", "902-555-0100")
    assert block(jo, DESK, NOW)
    assert not block(jo, DESK, NOW)
    refused = book(order(wish(at("10:00"))), NOW)
    assert isinstance(refused, Refused)
    assert refused.refusal is Refusal.PLEASE_CALL
    assert isinstance(book(order(wish(at("10:00")), by_staff=True, key="desk"), NOW), Booked)
    assert unblock(jo, DESK, NOW)
    assert not unblock(jo, DESK, NOW)
    assert isinstance(book(order(wish(at("12:00")), key="again"), NOW), Booked)
    assert [line.act for line in (*audit("client blocked"), *audit("client unblocked"))] == [
        "client blocked",
        "client unblocked",
    ]


def test_preferences_are_sealed_opened_with_a_line_and_never_logged() -> None:
    jo, mina = written("Jo Park"), written("Mina Cole")
    told = Preferences(Pressure.FIRM, "left knee", "blood thinners")
    write_preferences(jo, told, None, DESK, NOW)
    assert b"thinners" not in (get_client(jo).sealed_preferences or b"")
    assert open_preferences(jo, DESK, NOW) == told
    assert open_preferences(mina, DESK, NOW).is_empty
    assert open_preferences_of([jo, mina], DESK, NOW, "day sheet", "2026-11-23") == {jo: told}
    lines = audit("preferences opened")
    assert [(line.subject_id, line.detail.get("for")) for line in lines] == [
        (str(jo), None),
        (str(mina), None),
        (str(jo), "day sheet 2026-11-23"),
        (str(mina), "day sheet 2026-11-23"),
    ]
    assert "thinners" not in str([line.detail for line in db.session.scalars(select(AuditLine))])


def test_preferences_of_one_person_stored_twice_are_read_together_until_written_anew() -> None:
    jo, twin = written("Jo Park"), written("Jo Parc")
    write_preferences(jo, Preferences(Pressure.UNKNOWN, "left knee", ""), None, DESK, NOW)
    write_preferences(twin, Preferences(Pressure.LIGHT, "", "asthma"), None, DESK, NOW)
    merge(jo, twin, None, DESK, NOW)
    both = Preferences(Pressure.LIGHT, "left knee", "asthma")
    assert (
        open_preferences(jo, DESK, NOW) == open_preferences_of([twin], DESK, NOW, "day sheet")[twin] == both
    )
    write_preferences(jo, Preferences(Pressure.FIRM, "", ""), None, DESK, NOW)
    assert open_preferences(jo, DESK, NOW) == Preferences(Pressure.FIRM)


def test_notes_are_sealed_and_treatment_notes_are_opened_with_a_line() -> None:
    jo = written("Jo Park")
    write_note(jo, NoteKind.DESK, "Parks at the back.", DESK, NOW)
    write_note(jo, NoteKind.TREATMENT, "Left hip tight.", Actor("staff", "therapist@example.com"), NOW)
    sealed = db.session.scalars(select(ClientNote.sealed_text)).all()
    assert not any(b"hip" in one or b"Parks" in one for one in sealed)
    (note,) = list_notes([jo], NoteKind.DESK, opened=True)
    assert (note.text, note.author, note.written_at) == ("Parks at the back.", "desk@example.com", NOW)
    assert audit("treatment notes opened") == []
    (opened,) = open_treatment_notes(jo, DESK, NOW)
    assert (opened.text, opened.author) == ("Left hip tight.", "therapist@example.com")
    assert len(audit("treatment notes opened")) == 1
    assert "hip" not in str([line.detail for line in db.session.scalars(select(AuditLine))])
