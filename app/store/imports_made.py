"""What files from other systems are turned into: clients, past appointments and notes, many at a time; and taking them back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, insert, or_, select

from app.domain.imports_rows import Person
from app.extensions import db
from app.models import (
    Appointment,
    CheckIn,
    Claim,
    Client,
    ClientGram,
    ClientMerge,
    ClientNote,
    Consent,
    Contact,
    Delivery,
    Erasure,
    Hold,
    Idempotency,
    IntakeForm,
    MessageCopy,
    Notification,
    Override,
    Review,
    Screening,
    Task,
    table_of,
)
from app.store.client_pages import note_context
from app.store.clients import name_key, write_grams
from app.vault import new_wrapped_key, seal

#: Messages that never left, nor are just leaving.
_UNSENT = ("planned", "skipped")


@dataclass(frozen=True, slots=True)
class NewNote:
    """What the other system knew beside, of a client or of one of their appointments."""

    client_id: int
    text: str
    appointment_id: int | None = None


def add_people(people: Sequence[Person], now: datetime) -> list[int]:
    """New clients, each with a contact of their own, found by searches; their numbers in the same order."""
    contacts = [
        {
            "email": one.email,
            "phone": one.phone,
            "language": one.language,
            "detail": "full",
            "created_at": now,
        }
        for one in people
    ]
    contact_ids = _inserted(Contact, contacts)
    clients = [
        {
            "contact_id": contact_id,
            "name": one.name,
            "name_key": name_key(one.name),
            "wrapped_key": new_wrapped_key(),
            "created_at": now,
        }
        for contact_id, one in zip(contact_ids, people, strict=True)
    ]
    numbers = _inserted(Client, clients)
    write_grams(
        {number: (one.name, one.email, one.phone) for number, one in zip(numbers, people, strict=True)}
    )
    return numbers


def add_notes(notes: Sequence[NewNote], author: str, now: datetime) -> None:
    """Treatment notes, each sealed with its client's key."""
    keys = _keys_of({one.client_id for one in notes})
    rows = [
        {
            "client_id": one.client_id,
            "appointment_id": one.appointment_id,
            "kind": "treatment",
            "author": author,
            "sealed_text": seal(one.text, keys[one.client_id], note_context(one.client_id)),
            "written_at": now,
        }
        for one in notes
    ]
    if rows:
        db.session.execute(insert(table_of(ClientNote)), rows)


def add_history(appointments: Sequence[Mapping[str, Any]]) -> list[int]:
    """Appointments that are over: no claims, no messages; their numbers in the same order."""
    return _inserted(Appointment, appointments)


def find_taken_references(references: Collection[str]) -> set[str]:
    """Those of them that are an appointment's already."""
    wanted = select(Appointment.reference).where(Appointment.reference.in_(references))
    return set(db.session.execute(wanted).scalars())


def find_untouched_appointments(numbers: Collection[int], author: str) -> set[int]:
    """Those of them that nobody has changed, answered or been told of since they were brought in."""
    own = Appointment.id
    used = or_(
        Appointment.row_version > 1,
        _any(CheckIn, CheckIn.appointment_id == own),
        _any(Task, Task.appointment_id == own),
        _any(Review, Review.appointment_id == own),
        _any(Screening, Screening.appointment_id == own),
        _any(Consent, Consent.appointment_id == own),
        _any(Hold, Hold.appointment_id == own),
        _any(ClientNote, ClientNote.appointment_id == own, ClientNote.author != author),
        _any(Notification, Notification.appointment_id == own, Notification.state.not_in(_UNSENT)),
        _any(Delivery, Delivery.notification_id == Notification.id, Notification.appointment_id == own),
        _any(MessageCopy, MessageCopy.notification_id == Notification.id, Notification.appointment_id == own),
        _any(Client, Client.id == Appointment.client_id, _is_closed()),  # the record is kept as it is
    )
    return set(db.session.execute(select(own).where(own.in_(numbers), ~used)).scalars())


def take_appointments_back(numbers: Collection[int]) -> None:
    """As if they had never been."""
    for model, column in (
        (Claim, Claim.appointment_id),
        (Idempotency, Idempotency.appointment_id),
        (Override, Override.appointment_id),
        (Notification, Notification.appointment_id),
        (ClientNote, ClientNote.appointment_id),
        (Appointment, Appointment.id),
    ):
        _delete(model, column.in_(numbers))


def find_untouched_clients(numbers: Collection[int], author: str) -> set[int]:
    """Those of them with whom nothing has happened since: nothing booked, noted, answered, agreed to, merged or changed."""
    own = Client.id
    used = or_(
        Client.row_version > 1,
        Client.merged_into_id.is_not(None),
        Client.sealed_preferences.is_not(None),
        Client.tool_coached_at.is_not(None),
        _is_closed(),
        _any(Appointment, Appointment.client_id == own),
        _any(ClientNote, ClientNote.client_id == own, ClientNote.author != author),
        _any(Consent, Consent.client_id == own),
        _any(Screening, Screening.client_id == own),
        _any(IntakeForm, IntakeForm.client_id == own),
        _any(Erasure, Erasure.client_id == own),
        _any(ClientMerge, or_(ClientMerge.kept_id == own, ClientMerge.gone_id == own)),
    )
    found = set(db.session.execute(select(own).where(own.in_(numbers), ~used)).scalars())
    pointed_at = set(
        db.session.execute(select(Client.merged_into_id).where(Client.merged_into_id.in_(found))).scalars()
    )
    shared = select(Client.contact_id).where(Client.id.not_in(found), Client.contact_id.in_(_contacts(found)))
    sharing = set(
        db.session.execute(select(own).where(own.in_(found), Client.contact_id.in_(shared))).scalars()
    )
    return found - pointed_at - sharing


def take_clients_back(numbers: Collection[int]) -> None:
    """As if they had never been; nobody else is reached by their contacts."""
    contacts = list(db.session.execute(_contacts(numbers)).scalars())
    for model, column in (
        (ClientGram, ClientGram.client_id),
        (ClientNote, ClientNote.client_id),
        (Client, Client.id),
    ):
        _delete(model, column.in_(numbers))
    _delete(Contact, Contact.id.in_(contacts))


def _inserted(model: Any, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    if not rows:
        return []
    table = table_of(model)
    adding = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(db.session.execute(adding, list(rows)).scalars())


def _keys_of(client_ids: Collection[int]) -> dict[int, bytes]:
    wanted = select(Client.id, Client.wrapped_key).where(Client.id.in_(client_ids))
    return {number: key for number, key in db.session.execute(wanted)}  # noqa: C416 - typed so


def _is_closed() -> ColumnElement[bool]:
    return or_(Client.erased_at.is_not(None), Client.restricted_at.is_not(None))


def _contacts(client_ids: Collection[int]) -> Select[Any]:
    return select(Client.contact_id).where(Client.id.in_(client_ids))


def _any(model: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(model).where(*conditions).correlate(Appointment, Client))


def _delete(model: Any, condition: ColumnElement[bool]) -> None:
    db.session.execute(delete(model).where(condition).execution_options(synchronize_session=False))
