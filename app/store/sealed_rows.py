"""Everything that hangs on DATA_KEY: wrapped keys, and what is sealed for the practice itself; read and replaced a batch at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, select, update

from app.extensions import Row, db
from app.models import Client, Hold, ImportBatch, KeptForm, MessageCopy, Notification, Screening, table_of


class Kind(StrEnum):
    """What there is."""

    CLIENT_KEY = "keys of clients"
    SCREENING_KEY = "keys of answers"
    ACCOUNT_MESSAGE = "messages to staff"
    MESSAGE_COPY = "copies of messages to staff"
    KEPT_FORM = "interrupted forms"
    IMPORT_ROWS = "files from other systems"
    TYPED = "bookings half typed"


#: Those that are keys themselves; the others are texts.
WRAPPED = frozenset({Kind.CLIENT_KEY, Kind.SCREENING_KEY})


@dataclass(frozen=True, slots=True)
class SealedRow:
    """One row: its number, what is stored, and what a text was sealed for (a message's id, a member's number, a hold's token)."""

    id: int
    stored: bytes
    about: str = ""


_COLUMNS: dict[Kind, tuple[type[Row], str, str]] = {
    Kind.CLIENT_KEY: (Client, "id", "wrapped_key"),
    Kind.SCREENING_KEY: (Screening, "id", "wrapped_key"),
    Kind.ACCOUNT_MESSAGE: (Notification, "id", "sealed_content"),
    Kind.MESSAGE_COPY: (MessageCopy, "notification_id", "sealed"),
    Kind.KEPT_FORM: (KeptForm, "id", "sealed_form"),
    Kind.IMPORT_ROWS: (ImportBatch, "id", "sealed_rows"),
    Kind.TYPED: (Hold, "id", "sealed_typed"),
}


def list_sealed(kind: Kind, after: int, at_most: int) -> Sequence[SealedRow]:
    """The next of a kind by number."""
    model, number, column = _COLUMNS[kind]
    table = table_of(model)
    wanted = select(table.c[number], table.c[column], *_about(kind)).where(
        table.c[number] > after, table.c[column].is_not(None)
    )
    if kind is Kind.MESSAGE_COPY:
        wanted = wanted.join(Notification, Notification.id == table.c[number])
        wanted = wanted.where(Notification.appointment_id.is_(None))
    rows = db.session.execute(wanted.order_by(table.c[number]).limit(at_most))
    return [SealedRow(row[0], row[1], str(row[2]) if len(row) > 2 else "") for row in rows]


def replace_sealed(kind: Kind, row: SealedRow, by: bytes) -> bool:
    """Put the new in the place of the old; false where somebody has changed it meanwhile (destroyed a key, say)."""
    model, number, column = _COLUMNS[kind]
    table = table_of(model)
    same = (table.c[number] == row.id, table.c[column] == row.stored)
    done = db.session.execute(update(table).where(*same).values({column: by}))
    return cast("CursorResult[Any]", done).rowcount == 1


def _about(kind: Kind) -> tuple[ColumnElement[Any], ...]:
    if kind in (Kind.ACCOUNT_MESSAGE, Kind.MESSAGE_COPY):
        return (table_of(Notification).c.message_id,)
    if kind is Kind.TYPED:
        return (table_of(Hold).c.token,)
    return (table_of(KeptForm).c.staff_member_id,) if kind is Kind.KEPT_FORM else ()
