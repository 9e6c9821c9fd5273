"""What has been kept for long enough: found some at a time, counted without touching it, deleted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, Update, delete, func, or_, select, update

from app.extensions import db
from app.models import (
    Appointment,
    Client,
    ClientNote,
    Erasure,
    ImportBatch,
    IntakeForm,
    KeptForm,
    MessageCopy,
    Notification,
    Screening,
)

_ENDED = ("sent", "skipped", "failed")
#: The outcome of answers that led nowhere: whoever goes back must not get a better one by forgetting.
OUTCOME_KEPT = timedelta(hours=24)


def old_answers(before: datetime) -> Select[Any]:
    """Answers of bookings that were given up, whoever gave them."""
    has_answers = or_(
        Screening.sealed_answers.is_not(None),
        Screening.sealed_wishes.is_not(None),
        Screening.wrapped_key.is_not(None),
    )
    return select(Screening.id).where(*_given_up(before), has_answers)


def old_outcomes(before: datetime) -> Select[Any]:
    """What is left of those; a client's stays, so that they get no better one by giving up."""
    return select(Screening.id).where(*_given_up(before), Screening.client_id.is_(None))


def _given_up(before: datetime) -> Sequence[ColumnElement[bool]]:
    return (Screening.appointment_id.is_(None), Screening.answered_at < before)


def old_copies(before: datetime) -> Select[Any]:
    """Mails as they were sent."""
    wanted = select(MessageCopy.notification_id)
    return wanted.join(Notification, Notification.id == MessageCopy.notification_id).where(
        func.coalesce(Notification.sent_at, Notification.created_at) < before
    )


def old_account_messages(before: datetime) -> Select[Any]:
    """The words of messages to staff that came to their end."""
    over = (Notification.state.in_(_ENDED), Notification.sealed_content.is_not(None))
    return select(Notification.id).where(*over, Notification.due_at < before)


def old_forms(now: datetime) -> Select[Any]:
    """Forms that a session's end interrupted and nobody came back for."""
    return select(KeptForm.id).where(KeptForm.expires_at <= now)


def old_imports(before: datetime) -> Select[Any]:
    """Files from other systems: rows that nobody brought in, or that could not be."""
    return select(ImportBatch.id).where(ImportBatch.sealed_rows.is_not(None), ImportBatch.created_at < before)


def count(wanted: Select[Any]) -> int:
    """How many there are."""
    return int(db.session.execute(select(func.count()).select_from(wanted.subquery())).scalar_one())


def first_of(wanted: Select[Any], at_most: int) -> list[int]:
    """The numbers of some of them."""
    return list(db.session.execute(wanted.limit(at_most)).scalars())


def forget_answers(numbers: Sequence[int]) -> None:
    """The outcome stays for now."""
    empty: dict[str, None] = dict.fromkeys(("sealed_answers", "sealed_wishes", "wrapped_key"))
    _run(update(Screening).where(Screening.id.in_(numbers)).values(empty))


def forget_outcomes(numbers: Sequence[int]) -> None:
    """Nothing stays."""
    _run(delete(Screening).where(Screening.id.in_(numbers)))


def forget_copies(numbers: Sequence[int]) -> None:
    """That it was sent, when and to whom, stays."""
    _run(delete(MessageCopy).where(MessageCopy.notification_id.in_(numbers)))


def forget_account_messages(numbers: Sequence[int]) -> None:
    """The same of messages to staff."""
    _run(update(Notification).where(Notification.id.in_(numbers)).values(sealed_content=None))


def forget_forms(numbers: Sequence[int]) -> None:
    """Nothing stays."""
    _run(delete(KeptForm).where(KeptForm.id.in_(numbers)))


def list_unseen_since(instant: datetime, after: int, at_most: int) -> list[tuple[int, datetime]]:
    """Stored clients, by number and their last instant, of whom nothing was heard or written since then.

    Closed records have a date of their own.
    """
    seen = _last_entries()
    kept = select(Erasure.id).where(
        Erasure.client_id == Client.id, Erasure.done_at.is_(None), Erasure.restricted_until.is_not(None)
    )
    wanted = select(Client.id, Client.created_at, *seen).where(
        Client.id > after,
        Client.erased_at.is_(None),
        Client.restricted_at.is_(None),
        Client.created_at < instant,
        *(or_(one.is_(None), one < instant) for one in seen),
        ~kept.exists(),
    )
    rows = db.session.execute(wanted.order_by(Client.id).limit(at_most))
    return [(row[0], max(filter(None, row[1:]))) for row in rows]


def is_seen_since(client_ids: Sequence[int], instant: datetime) -> bool:
    """Whether anything was heard or written of one of these rows since then."""
    later = or_(Client.created_at >= instant, *(one >= instant for one in _last_entries()))
    wanted = select(Client.id).where(Client.id.in_(client_ids), Client.erased_at.is_(None), later)
    return db.session.execute(wanted.limit(1)).first() is not None


def _last_entries() -> Sequence[ColumnElement[Any]]:
    """When a client was last here, or is next expected; was last noted about; changed their form."""
    return (
        select(func.max(Appointment.ends_at)).where(Appointment.client_id == Client.id).scalar_subquery(),
        select(func.max(ClientNote.written_at)).where(ClientNote.client_id == Client.id).scalar_subquery(),
        select(func.max(IntakeForm.changed_at)).where(IntakeForm.client_id == Client.id).scalar_subquery(),
    )


def _run(statement: Update | Delete) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
