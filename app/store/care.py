"""What follows a session: how clients say they feel (sealed), and what somebody of the practice should do about it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update

from app.domain.care import TaskKind
from app.domain.notifications import Fate, Kind
from app.extensions import db
from app.models import Appointment, CheckIn, Client, Contact, Notification, Task, Therapist, table_of
from app.store.plain_rows import plain_rows

_check_in = table_of(CheckIn)
_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    """One answer as it is stored."""

    sealed: bytes
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that nobody has done yet, as the desk's inbox shows it."""

    id: int
    kind: TaskKind
    appointment_id: int
    reference: str
    client: str
    phone: str | None
    therapist: str
    therapist_id: int
    created_at: datetime
    zone: str


def add_check_in(appointment_id: int, sealed: bytes, now: datetime) -> None:
    """Keep an answer."""
    row = {"appointment_id": appointment_id, "sealed_answer": sealed, "answered_at": now}
    db.session.execute(_check_in.insert(), row)


def list_check_ins(appointment_id: int) -> list[SealedAnswer]:
    """An appointment's answers, oldest first."""
    wanted = select(CheckIn.sealed_answer, CheckIn.answered_at).where(
        CheckIn.appointment_id == appointment_id
    )
    return [SealedAnswer(*row) for row in db.session.execute(wanted.order_by(CheckIn.id))]


def count_check_ins(appointment_id: int) -> int:
    """How many answers there are; the number says nothing of what they are."""
    wanted = select(func.count(CheckIn.id)).where(CheckIn.appointment_id == appointment_id)
    return db.session.execute(wanted).scalar_one()


def add_task(kind: TaskKind, appointment: Appointment, now: datetime) -> bool:
    """Ask somebody to do it; whether that is new: the same is not asked twice while it is open."""
    open_now = (Task.appointment_id == appointment.id, Task.kind == kind.value, Task.done_at.is_(None))
    if db.session.execute(select(Task.id).where(*open_now)).first():
        return False
    db.session.add(
        Task(
            kind=kind.value,
            appointment_id=appointment.id,
            therapist_id=appointment.therapist_id,
            created_at=now,
        )
    )
    return True


def find_task(task_id: int) -> Task | None:
    """The task of that number, done or not."""
    return db.session.get(Task, task_id)


def list_open_copy_tasks(client_ids: Collection[int]) -> list[int]:
    """The sessions behind whose links these clients asked for a copy that nobody has made yet."""
    wanted = select(Task.appointment_id).join(Appointment, Appointment.id == Task.appointment_id)
    still = (Task.kind == TaskKind.COPY_ASKED.value, Task.done_at.is_(None))
    return list(db.session.execute(wanted.where(Appointment.client_id.in_(client_ids), *still)).scalars())


def close_task(task_id: int, by: str | None, now: datetime) -> bool:
    """It is done; whether it was open until now."""
    return _close(Task.id == task_id, by=by, now=now)


def close_tasks_of(appointment_id: int, kind: TaskKind, by: str | None, now: datetime) -> bool:
    """What was asked for an appointment has settled itself; whether there was anything open."""
    return _close(Task.appointment_id == appointment_id, Task.kind == kind.value, by=by, now=now)


def has_open_task(appointment_id: int, kind: TaskKind | None = None) -> bool:
    """Whether somebody still has something to do about it, of that kind if one is named."""
    waiting = select(Task.id).where(Task.appointment_id == appointment_id, Task.done_at.is_(None))
    if kind is not None:
        waiting = waiting.where(Task.kind == kind.value)
    return db.session.execute(waiting).first() is not None


def list_open_tasks(therapist_id: int | None) -> list[OpenTask]:
    """What waits for somebody (of one therapist, or of all), oldest first; the therapist is who has the appointment now."""
    rows = plain_rows(_open_tasks(therapist_id is not None), {"therapist": therapist_id}).mappings()
    return [OpenTask(**{**row, "kind": TaskKind(row["kind"])}) for row in rows]


@cache  # every view of the day asks
def _open_tasks(of_therapist: bool) -> Select[*tuple[Any, ...]]:
    wanted = (
        select(
            Task.id,
            Task.kind,
            Task.appointment_id,
            Appointment.reference,
            Client.name.label("client"),
            func.coalesce(Appointment.typed_phone, Contact.phone).label("phone"),
            Therapist.name.label("therapist"),
            Appointment.therapist_id,
            Task.created_at,
            Appointment.zone,
        )
        .join(Appointment, Appointment.id == Task.appointment_id)
        .join(Client, Client.id == Appointment.client_id)
        .join(Contact, Contact.id == Client.contact_id)
        .join(Therapist, Therapist.id == Appointment.therapist_id)
        .where(Task.done_at.is_(None))
        .order_by(Task.created_at, Task.id)
        .limit(_AT_MOST)
    )
    return wanted.where(Appointment.therapist_id == bindparam("therapist")) if of_therapist else wanted


def list_waiting_for_aftercare(contact_id: int) -> list[int]:
    """The appointments of a contact's clients after which something is still planned to be written."""
    wanted = (
        select(Notification.appointment_id)
        .join(Appointment, Appointment.id == Notification.appointment_id)
        .join(Client, Client.id == Appointment.client_id)
        .where(
            Client.contact_id == contact_id,
            Notification.kind == Kind.APPOINTMENT_AFTERCARE.value,
            Notification.state == Fate.PLANNED.value,
        )
        .distinct()
    )
    return [number for number in db.session.execute(wanted).scalars() if number is not None]


def _close(*which: object, by: str | None, now: datetime) -> bool:
    wanted = update(Task).where(*which, Task.done_at.is_(None)).values(done_at=now, done_by=by)  # type: ignore[arg-type]
    return bool(db.session.execute(wanted).rowcount)  # type: ignore[attr-defined]
