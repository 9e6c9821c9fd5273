"""What was made while two counted as one, and handing a session over with all that was sealed about it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.domain.merging import Called
from app.domain.practice import Texts
from app.extensions import db
from app.models import (
    Appointment,
    CheckIn,
    Client,
    ClientNote,
    Consent,
    MessageCopy,
    Notification,
    Override,
    Review,
    Screening,
    Service,
    Therapist,
)
from app.store import screenings, seal_contexts
from app.store.client_pages import note_context
from app.store.clients import get_client
from app.store.wishes import wishes_context
from app.vault import open_bytes, seal_bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A session booked meanwhile. ``typed``: whose name and address the booking gave."""

    id: int
    reference: str
    starts_at: datetime
    zone: str
    service: Texts
    minutes: int
    therapist: str
    typed: Called


def list_made_since(client_ids: Collection[int], since: datetime) -> list[Made]:
    """What was booked for these rows after that instant, whatever became of it, in the order of the sessions."""
    of = Appointment
    columns = (of.id, of.reference, of.starts_at, of.zone, Service.name, of.minutes, Therapist.name)
    wanted = (
        select(*columns, of.typed_name, of.typed_email)
        .join(Service, Service.id == of.service_id)
        .join(Therapist, Therapist.id == of.therapist_id)
        .where(of.client_id.in_(client_ids), of.created_at > since)
        .order_by(of.starts_at, of.id)
    )
    return [Made(*row[:7], Called(*row[7:])) for row in db.session.execute(wanted)]


def count_noted_since(client_ids: Collection[int], since: datetime) -> int:
    """How many notes of whatever kind were written under these rows after that instant; those of a session go with it."""
    noted = (ClientNote.client_id.in_(client_ids), ClientNote.written_at > since)
    counted = select(func.count()).where(*noted, ClientNote.appointment_id.is_(None))
    return int(db.session.execute(counted).scalar_one())


def called(clients: Collection[Client]) -> list[Called]:
    """What these rows are called, and where they are written to."""
    return [Called(one.name, one.contact.email) for one in clients]


def hand_over(appointment: Appointment, to: Client) -> None:
    """It is that client's from now on: what was sealed about it opens with their key only. Raises CannotOpen, Closed.

    Where the mails went elsewhere so far, the links in them end: they are in somebody else's hands.
    """
    before, keys = appointment.client, (appointment.client.wrapped_key, to.wrapped_key)
    own = appointment.public_id
    _seal_again([appointment], "sealed_note", keys, seal_contexts.note_context(own))
    _seal_again([appointment], "sealed_reason", keys, seal_contexts.reason_context(own))
    _seal_again([appointment], "sealed_wishes", keys, wishes_context(own))
    _seal_again(_about(CheckIn, appointment), "sealed_answer", keys, seal_contexts.answer_context(own))
    _seal_again(_about(Override, appointment), "sealed_why", keys, seal_contexts.why_context(own))
    _seal_again(_about(Review, appointment), "sealed_words", keys, seal_contexts.words_context(own))
    _hand_copies_over(appointment, keys)
    _hand_screenings_over(appointment, to)
    _hand_rows_over(_about(Consent, appointment), "sealed_terms", to, seal_contexts.terms_context)
    _hand_rows_over(_about(ClientNote, appointment), "sealed_text", to, note_context)
    if (before.contact.email or "").lower() != (to.contact.email or "").lower():
        appointment.token_version += 1
    appointment.client = to
    db.session.flush()


def _about(model: Any, appointment: Appointment) -> Sequence[Any]:
    return db.session.execute(select(model).where(model.appointment_id == appointment.id)).scalars().all()


def _seal_again(rows: Sequence[Any], column: str, keys: tuple[bytes, bytes], context: str) -> None:
    """Under the second key what was sealed under the first, for the same place."""
    for row in rows:
        sealed = getattr(row, column)
        if sealed:
            setattr(row, column, seal_bytes(open_bytes(sealed, keys[0], context), keys[1], context))


def _hand_copies_over(appointment: Appointment, keys: tuple[bytes, bytes]) -> None:
    wanted = select(MessageCopy, Notification.message_id).join(
        Notification, Notification.id == MessageCopy.notification_id
    )
    for copy, message_id in db.session.execute(wanted.where(Notification.appointment_id == appointment.id)):
        _seal_again([copy], "sealed", keys, seal_contexts.copy_context(message_id))


def _hand_screenings_over(appointment: Appointment, to: Client) -> None:
    for row in _about(Screening, appointment):
        if row.client_id is not None:
            keys = get_client(row.client_id).wrapped_key, to.wrapped_key
            _seal_again([row], "sealed_answers", keys, screenings.answers_context(row.token))
            _seal_again([row], "sealed_wishes", keys, screenings.wishes_context(row.token))
            row.client_id = to.id


def _hand_rows_over(rows: Sequence[Any], column: str, to: Client, context_of: Callable[[int], str]) -> None:
    """Rows that are a client's, and sealed for that very client."""
    for row in rows:
        sealed, of = getattr(row, column), get_client(row.client_id)
        if sealed:
            plain = open_bytes(sealed, of.wrapped_key, context_of(of.id))
            setattr(row, column, seal_bytes(plain, to.wrapped_key, context_of(to.id)))
        row.client_id = to.id
