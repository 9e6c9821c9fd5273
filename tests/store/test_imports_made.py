"""What a file was turned into is taken back only where nobody has touched it: each thing that counts as touching, alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.imports import FileKind
from app.extensions import db
from app.models import (
    Appointment,
    CheckIn,
    Client,
    ClientMerge,
    ClientNote,
    Consent,
    ConsentText,
    ConsentTextVersion,
    Delivery,
    Erasure,
    Hold,
    IntakeForm,
    MessageCopy,
    Notification,
    Review,
    Screening,
    ScreeningSet,
    ScreeningSetVersion,
    Task,
)
from app.store.imports_made import find_untouched_appointments, find_untouched_clients
from app.store.transactions import transaction
from tests.support.imports import APPOINTMENTS_HEAD, CLIENTS_HEAD, brought_in, lines, session
from tests.support.rows import NOW, make_practice

BY, WORDS = "import", b"sealed"
_Row = TypeVar("_Row")


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    """One database will do: the conditions are plain."""
    return str(request.param)


@pytest.fixture
def appointment(app: Flask, context: None) -> int:
    """One that a file has brought."""
    make_practice()
    times = ("November 24, 2026 9:00 am", "November 24, 2026 10:00 am")
    brought_in(lines(APPOINTMENTS_HEAD, session(*times)), FileKind.APPOINTMENTS)
    return db.session.execute(select(Appointment.id)).scalar_one()


@pytest.fixture
def client(app: Flask, context: None) -> int:
    """One whom a file has brought."""
    make_practice()
    brought_in(lines(CLIENTS_HEAD, "Jo,Park,jo.park@example.com,,"))
    return db.session.execute(select(Client.id)).scalar_one()


def note(client_id: int, author: str, about: int | None = None) -> ClientNote:
    words = {"kind": "treatment", "author": author, "sealed_text": WORDS, "written_at": NOW}
    return ClientNote(client_id=client_id, appointment_id=about, **words)


def screening(**whose: int) -> Screening:
    made = add(ScreeningSet(slug="own", name="Own"))
    version = add(ScreeningSetVersion(set_id=made.id, version=1, questions=[], created_at=NOW))
    told = {"token": "token", "service_id": 1, "outcome": "ok", "worst": "ok", "answered_at": NOW}
    return Screening(version_id=version.id, **told, **whose)


def consent(client_id: int, about: int | None = None) -> Consent:
    made = add(ConsentText(slug="own", name="Own"))
    version = add(ConsentTextVersion(text_id=made.id, version=1, body={}, areas=[], created_at=NOW))
    told = {"sealed_terms": WORDS, "given_by": "Jo Park", "given_at": NOW}
    return Consent(client_id=client_id, appointment_id=about, version_id=version.id, **told)


def message(about: int, state: str) -> Notification:
    told = {"step": "own", "kind": "reminder", "audience": "client", "message_id": "own@example.com"}
    when = {"due_at": NOW, "expires_at": NOW + timedelta(days=1), "created_at": NOW}
    return Notification(appointment_id=about, state=state, **told, **when)


def hold(one: Appointment) -> Hold:
    told = {
        "token": "token",
        "visitor": "visitor",
        "visit": "returning",
        "expires_at": NOW,
        "created_at": NOW,
    }
    place = {"variant_id": one.variant_id, "therapist_id": one.therapist_id, "location_id": one.location_id}
    return Hold(appointment_id=one.id, starts_at=one.starts_at, **told, **place)


def add(row: _Row) -> _Row:
    db.session.add(row)
    db.session.flush()
    return row


def set_on(row: object, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    db.session.flush()


def person() -> Client:
    """Somebody else, reached by the same address."""
    contact_id = db.session.execute(select(Client.contact_id)).scalars().first()
    told = {"name": "Ana Diaz", "name_key": "ana diaz", "wrapped_key": b"key", "created_at": NOW}
    return add(Client(contact_id=contact_id, **told))


def sent(about: int) -> Notification:
    return add(message(about, "planned"))


def merge(kept: int, gone: int) -> ClientMerge:
    return ClientMerge(kept_id=kept, gone_id=gone, merged_at=NOW, merged_by="desk")


TOUCHED_APPOINTMENT: dict[str, Callable[[Appointment], object]] = {
    "changed": lambda one: set_on(one, confirmed_at=NOW),
    "answered": lambda one: add(CheckIn(appointment_id=one.id, sealed_answer=WORDS, answered_at=NOW)),
    "task": lambda one: add(
        Task(kind="call_back", appointment_id=one.id, therapist_id=one.therapist_id, created_at=NOW)
    ),
    "review": lambda one: add(Review(appointment_id=one.id, opened_at=NOW, deadline_at=NOW)),
    "screening": lambda one: add(screening(appointment_id=one.id)),
    "consent": lambda one: add(consent(one.client_id, one.id)),
    "hold": lambda one: add(hold(one)),
    "note": lambda one: add(note(one.client_id, "dana@example.com", one.id)),
    "mail sent": lambda one: add(message(one.id, "sent")),
    "mail leaving": lambda one: add(message(one.id, "leased")),
    "mail tried": lambda one: add(Delivery(notification_id=sent(one.id).id, at=NOW, outcome="later")),
    "mail kept": lambda one: add(MessageCopy(notification_id=sent(one.id).id, sealed=WORDS)),
    "client closed": lambda one: set_on(one.client, restricted_at=NOW),
    "client erased": lambda one: set_on(one.client, erased_at=NOW),
}
TOUCHED_CLIENT: dict[str, Callable[[Client], object]] = {
    "changed": lambda one: set_on(one, row_version=one.row_version + 1),
    "merged into somebody": lambda one: set_on(one, merged_into_id=person().id, row_version=one.row_version),
    "somebody merged into them": lambda one: set_on(person(), merged_into_id=one.id),
    "merge kept": lambda one: add(merge(one.id, person().id)),
    "merge gone": lambda one: add(merge(person().id, one.id)),
    "preferences": lambda one: set_on(one, sealed_preferences=WORDS),
    "coached": lambda one: set_on(one, tool_coached_at=NOW),
    "closed": lambda one: set_on(one, restricted_at=NOW),
    "erased": lambda one: set_on(one, erased_at=NOW),
    "note": lambda one: add(note(one.id, "dana@example.com")),
    "consent": lambda one: add(consent(one.id)),
    "screening": lambda one: add(screening(client_id=one.id)),
    "intake": lambda one: add(
        IntakeForm(client_id=one.id, sealed_answers=WORDS, begun_at=NOW, changed_at=NOW)
    ),
    "erasure asked": lambda one: add(Erasure(client_id=one.id, asked_at=NOW, asked_by="desk")),
    "address shared": lambda one: person(),
}


@pytest.mark.parametrize("deed", TOUCHED_APPOINTMENT)
def test_an_appointment_is_touched_by_each_of_these(appointment: int, deed: str) -> None:
    with transaction() as rows:
        TOUCHED_APPOINTMENT[deed](rows.get_one(Appointment, appointment))
    assert find_untouched_appointments([appointment], BY) == set()


def test_an_appointment_is_not_touched_by_what_came_with_it(appointment: int) -> None:
    with transaction() as rows:
        one = rows.get_one(Appointment, appointment)
        add(note(one.client_id, BY, one.id))
        add(message(one.id, "skipped"))
    assert find_untouched_appointments([appointment], BY) == {appointment}


@pytest.mark.parametrize("deed", TOUCHED_CLIENT)
def test_a_client_is_touched_by_each_of_these(client: int, deed: str) -> None:
    with transaction() as rows:
        TOUCHED_CLIENT[deed](rows.get_one(Client, client))
    assert find_untouched_clients([client], BY) == set()


def test_a_client_is_touched_by_an_appointment(appointment: int) -> None:
    client_id = db.session.execute(select(Client.id)).scalar_one()
    assert find_untouched_clients([client_id], BY) == set()


def test_a_client_is_not_touched_by_what_came_with_them(client: int) -> None:
    with transaction():
        add(note(client, BY))
    assert find_untouched_clients([client], BY) == {client}
