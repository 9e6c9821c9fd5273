"""Forgetting people: requests, and the statements that leave of a client only that there was one."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, Update, delete, func, or_, select, update

from app.domain.appointments import AHEAD
from app.extensions import db
from app.models import (
    Appointment,
    CheckIn,
    Client,
    ClientGram,
    ClientNote,
    Consent,
    Contact,
    Delivery,
    Erasure,
    IntakeForm,
    MessageCopy,
    Notification,
    Override,
    Review,
    Screening,
    StaffMember,
    Task,
    table_of,
)
from app.vault import DESTROYED

#: Where something of a person stood before they were forgotten.
TOUCHED = tuple(
    table_of(model).name
    for model in (
        *(Appointment, CheckIn, Client, ClientGram, ClientNote, Consent, Contact, Delivery, Erasure),
        *(IntakeForm, MessageCopy, Notification, Override, Review, Screening, Task),
    )
)
#: What people who were forgotten are called.
NAMELESS = "Erased"
_GONE = b""


def has_sessions_to_come(client_ids: Collection[int], now: datetime) -> bool:
    """Whether any of them is still expected."""
    ahead = (Appointment.ends_at > now, Appointment.state.in_(AHEAD))
    wanted = select(Appointment.id).where(Appointment.client_id.in_(client_ids), *ahead).limit(1)
    return db.session.execute(wanted).first() is not None


def list_stored(client_ids: Collection[int]) -> list[Client]:
    """These rows, in order."""
    return list(
        db.session.execute(select(Client).where(Client.id.in_(client_ids)).order_by(Client.id)).scalars()
    )


def find_open_request(client_ids: Collection[int]) -> Erasure | None:
    """That one of them asked to be forgotten and nobody has decided yet."""
    undecided = (Erasure.done_at.is_(None), Erasure.restricted_until.is_(None))
    wanted = select(Erasure).where(Erasure.client_id.in_(client_ids), *undecided)
    return db.session.execute(wanted.order_by(Erasure.id).limit(1)).scalar_one_or_none()


def find_undone(client_id: int) -> Erasure | None:
    """The request or closure of that very row that has not come to its end."""
    wanted = select(Erasure).where(Erasure.client_id == client_id, Erasure.done_at.is_(None))
    return db.session.execute(wanted.order_by(Erasure.id.desc()).limit(1)).scalar_one_or_none()


def closed_until(client_ids: Collection[int]) -> date | None:
    """Until when the law keeps the record of one of them, closed."""
    wanted = select(Erasure.restricted_until).where(
        Erasure.client_id.in_(client_ids), Erasure.done_at.is_(None), Erasure.restricted_until.is_not(None)
    )
    return db.session.execute(wanted.order_by(Erasure.restricted_until.desc()).limit(1)).scalar()


def last_entry(client_ids: Collection[int]) -> datetime:
    """When a session of one of them last ended, or they were stored."""
    ended = select(func.max(Appointment.ends_at)).where(Appointment.client_id.in_(client_ids))
    stored = select(func.max(Client.created_at)).where(Client.id.in_(client_ids))
    found = (db.session.execute(one).scalar() for one in (ended, stored))
    return max(at for at in found if at is not None)


def list_overdue(today: date, at_most: int) -> list[int]:
    """Closed records that nobody has to keep any more."""
    wanted = (
        select(Erasure.client_id)
        .join(Client, Client.id == Erasure.client_id)
        .where(Erasure.done_at.is_(None), Erasure.restricted_until <= today, Client.erased_at.is_(None))
    )
    return list(db.session.execute(wanted.order_by(Erasure.id).limit(at_most)).scalars())


def add_request(client_id: int, asked_by: str, now: datetime) -> Erasure:
    """Somebody wants to be forgotten."""
    row = Erasure(client_id=client_id, asked_at=now, asked_by=asked_by)
    db.session.add(row)
    return row


def silence(client_ids: Collection[int], why: str) -> None:
    """No message about any of their sessions leaves any more; one that is being sent loses its lease."""
    waiting = (
        Notification.appointment_id.in_(_sessions(client_ids)),
        Notification.state.in_(("planned", "leased")),
    )
    _run(
        update(Notification)
        .where(*waiting)
        .values(state="skipped", why=why, lease_token=None, leased_until=None)
    )


def unlink(client_ids: Collection[int]) -> None:
    """The links in their mails open nothing any more."""
    _run(_appointments(client_ids).values(_links_ended()))


def forget_grams(client_ids: Collection[int]) -> None:
    """No search finds them."""
    _run(delete(ClientGram).where(ClientGram.client_id.in_(client_ids)))


def end_tasks(client_ids: Collection[int], by: str | None, now: datetime) -> None:
    """Nobody has to do anything for them any more."""
    still_open = (Task.appointment_id.in_(_sessions(client_ids)), Task.done_at.is_(None))
    _run(update(Task).where(*still_open).values(done_at=now, done_by=by))


def forget_contact(client: Client, gone: Collection[int], now: datetime) -> None:
    """How to reach them; what they shared with somebody who stays is left to those."""
    shared = select(Client.id).where(Client.contact_id == client.contact_id, Client.id.not_in(gone)).limit(1)
    if db.session.execute(shared).first():
        client.contact = Contact(language=client.contact.language, created_at=now)
        return
    contact = client.contact
    contact.email = contact.phone = None


def forget_person(client: Client, now: datetime) -> None:
    """Who they were, and the key of all that was sealed about them."""
    client.name, client.name_key = NAMELESS, ""
    client.guardian_name = client.sealed_preferences = None
    client.blocked_at = client.blocked_by = client.tool_coached_at = client.restricted_at = None
    client.wrapped_key = DESTROYED
    client.erased_at = now
    client.row_version += 1


def forget_words(client_ids: Collection[int]) -> None:
    """What was typed and sealed about their sessions; rows stay, to count by."""
    sessions = _sessions(client_ids)
    empty: dict[str, object | None] = dict.fromkeys(
        ("typed_email", "typed_phone", "sealed_note", "sealed_reason", "sealed_wishes")
    )
    _run(_appointments(client_ids).values(_links_ended() | empty | {"typed_name": NAMELESS}))
    _run(update(CheckIn).where(CheckIn.appointment_id.in_(sessions)).values(sealed_answer=_GONE))
    _run(update(Override).where(Override.appointment_id.in_(sessions)).values(sealed_why=_GONE))
    _run(update(Review).where(Review.appointment_id.in_(sessions)).values(sealed_words=None))
    _forget_doers(sessions)
    _run(update(ClientNote).where(ClientNote.client_id.in_(client_ids)).values(sealed_text=_GONE))
    _run(update(Consent).where(Consent.client_id.in_(client_ids)).values(sealed_terms=_GONE))
    _run(update(IntakeForm).where(IntakeForm.client_id.in_(client_ids)).values(sealed_answers=_GONE))
    _forget_screenings(or_(Screening.client_id.in_(client_ids), Screening.appointment_id.in_(sessions)))


def _forget_doers(sessions: Select[*tuple[Any, ...]]) -> None:
    """An address that is nobody's of the staff is the client's own, who did it behind their link."""
    staff = select(StaffMember.email)
    tasks = (Task.appointment_id.in_(sessions), Task.done_by.like("%@%"), Task.done_by.not_in(staff))
    _run(update(Task).where(*tasks).values(done_by="client"))
    reviews = (Review.appointment_id.in_(sessions), Review.decided_by.like("%@%"))
    _run(update(Review).where(*reviews, Review.decided_by.not_in(staff)).values(decided_by="client"))


def forget_messages(client_ids: Collection[int]) -> None:
    """The copies of what was sent to or about them, where it went, and what a mail server said of the address."""
    told = select(Notification.id).where(Notification.appointment_id.in_(_sessions(client_ids)))
    _run(delete(MessageCopy).where(MessageCopy.notification_id.in_(told)))
    _run(update(Delivery).where(Delivery.notification_id.in_(told)).values(detail=None))
    about = Notification.appointment_id.in_(_sessions(client_ids))
    _run(update(Notification).where(about, Notification.audience == "client").values(address=None))
    _run(update(Notification).where(about, Notification.state == "failed").values(why=None))


def list_rows_known_as(known: Iterable[tuple[int, datetime]]) -> list[Client]:
    """Clients by number and the instant they were stored: after a restore a number alone may be somebody else's."""
    wanted = set(known)
    rows = list_stored([number for number, _ in wanted])
    return [row for row in rows if (row.id, row.created_at) in wanted]


def list_forgotten() -> list[tuple[int, datetime]]:
    """Everybody who was forgotten, by number and the instant they were stored."""
    wanted = select(Client.id, Client.created_at).where(Client.erased_at.is_not(None))
    return [(number, stored) for number, stored in db.session.execute(wanted)]


def _forget_screenings(theirs: ColumnElement[bool]) -> None:
    """Whole rows: what came out is health, too, and stands in them unsealed."""
    rounds = select(Screening.id).where(theirs)
    _run(update(Review).where(Review.screening_id.in_(rounds)).values(screening_id=None))
    _run(delete(Screening).where(theirs))


def _appointments(client_ids: Collection[int]) -> Update:
    return update(Appointment).where(Appointment.client_id.in_(client_ids))


def _links_ended() -> dict[str, object | None]:
    return {"token_version": Appointment.token_version + 1, "row_version": Appointment.row_version + 1}


def _sessions(client_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    return select(Appointment.id).where(Appointment.client_id.in_(client_ids))


def _run(statement: Update | Delete) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
