"""Everything about one client, over all rows that are this person: who, visits, notes, who else is reached the same way."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import aliased

from app.domain.appointments import AHEAD, State
from app.domain.clients import NoteKind
from app.domain.names import alike
from app.domain.practice import Texts
from app.extensions import db
from app.models import Appointment, Client, ClientMerge, ClientNote, Contact, Room, Service, Therapist
from app.store.client_search import own_of
from app.store.clients import ROOT, roots_reached_by
from app.vault import Closed, open_sealed

_MOST_LIKE = 12
#: What stands in the place of words that nobody may open any more.
CLOSED_TEXT = "Erased, or closed: nobody can open this."


@dataclass(frozen=True, slots=True)
class Who:
    """A stored client. ``others``: who else is reached by the same stored contact."""

    id: int
    name: str
    email: str | None
    phone: str | None
    language: str
    detail: str
    aftercare_stopped_at: datetime | None
    guardian: str | None
    row_version: int
    blocked_at: datetime | None
    blocked_by: str | None
    has_preferences: bool
    merged_into_id: int | None
    created_at: datetime
    others: tuple[str, ...] = ()
    erased_at: datetime | None = None
    restricted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment in a client's history."""

    reference: str
    state: State
    cancelled_by: str | None
    starts_at: datetime
    ends_at: datetime
    zone: str
    service: Texts
    minutes: int
    therapist: str
    room: str | None
    visit: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many sessions: given, missed, cancelled late; and how many there are of whatever kind."""

    visits: int
    no_shows: int
    late: int
    all: int


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote down. ``text`` is opened where the reader may read it, else none."""

    id: int
    kind: NoteKind
    author: str
    written_at: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class Merge:
    """That another stored client turned out to be the same person."""

    id: int
    gone_id: int
    name: str
    email: str | None
    phone: str | None
    merged_at: datetime
    merged_by: str


@dataclass(frozen=True, slots=True)
class Near:
    """Another person: at the same address or telephone, or called nearly the same."""

    id: int
    name: str
    email: str | None
    phone: str | None
    same_contact: bool
    same_name: bool


def find_who(client_id: int, therapist_id: int | None = None) -> Who | None:
    """The stored client of that number; with ``therapist_id`` only this therapist's clients among the others reached there."""
    row = db.session.get(Client, client_id)
    if row is None:
        return None
    contact = row.contact
    return Who(
        id=row.id,
        name=row.name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
        detail=contact.detail,
        aftercare_stopped_at=contact.aftercare_stopped_at,
        guardian=row.guardian_name,
        row_version=row.row_version,
        blocked_at=row.blocked_at,
        blocked_by=row.blocked_by,
        has_preferences=row.sealed_preferences is not None,
        merged_into_id=row.merged_into_id,
        created_at=row.created_at,
        others=_others_at(contact.id, row.id, therapist_id),
        erased_at=row.erased_at,
        restricted_at=row.restricted_at,
    )


def _others_at(contact_id: int, client_id: int, therapist_id: int | None) -> tuple[str, ...]:
    wanted = select(Client.name, ROOT).where(Client.contact_id == contact_id, Client.id != client_id)
    found = db.session.execute(wanted.order_by(Client.id)).all()
    own = None if therapist_id is None else own_of({root for _, root in found}, therapist_id)
    return tuple(name for name, root in found if own is None or root in own)


def blocked_in(client_ids: Collection[int]) -> tuple[datetime, str | None] | None:
    """Since when, and by whom, one of these rows is blocked."""
    wanted = select(Client.blocked_at, Client.blocked_by).where(
        Client.id.in_(client_ids), Client.blocked_at.is_not(None)
    )
    row = db.session.execute(wanted.order_by(Client.blocked_at)).first()
    return (row[0], row[1]) if row and row[0] else None


def some_have_preferences(client_ids: Collection[int]) -> bool:
    """Whether anything is known of how the person likes to be treated."""
    wanted = select(Client.id).where(Client.id.in_(client_ids), Client.sealed_preferences.is_not(None))
    return db.session.execute(wanted.limit(1)).first() is not None


def list_coming(client_ids: Collection[int], now: datetime, therapist_id: int | None) -> list[Visit]:
    """What is to come, or goes on just now, the next one first."""
    ahead = (Appointment.ends_at > now, Appointment.state.in_(AHEAD))
    wanted = _visits(client_ids, therapist_id).where(*ahead).order_by(Appointment.starts_at, Appointment.id)
    return _read(wanted)


def list_gone_by(
    client_ids: Collection[int], now: datetime, therapist_id: int | None, limit: int, offset: int = 0
) -> list[Visit]:
    """What has been, and what was cancelled, the latest first."""
    over = or_(Appointment.ends_at <= now, Appointment.state.not_in(AHEAD))
    wanted = _visits(client_ids, therapist_id).where(over)
    return _read(
        wanted.order_by(Appointment.starts_at.desc(), Appointment.id.desc()).limit(limit).offset(offset)
    )


def count_visits(client_ids: Collection[int], since: datetime, therapist_id: int | None) -> Counts:
    """Given since ever; missed and cancelled late since that instant, each for itself."""
    state = Appointment.state
    recent = Appointment.starts_at > since
    counted = select(
        _sum(state == State.COMPLETED.value),
        _sum((state == State.NO_SHOW.value) & recent),
        _sum((Appointment.cancelled_by == "late") & recent),
        func.count(),
    ).where(Appointment.client_id.in_(client_ids), *_of(therapist_id))
    return Counts(*(int(number) for number in db.session.execute(counted).one()))


def list_notes(client_ids: Collection[int], kind: NoteKind, *, opened: bool) -> list[Note]:
    """The notes of a kind, the newest first; their words only where they are to be opened."""
    wanted = (
        select(ClientNote, Client.wrapped_key)
        .join(Client, Client.id == ClientNote.client_id)
        .where(ClientNote.client_id.in_(client_ids), ClientNote.kind == kind.value)
        .order_by(ClientNote.written_at.desc(), ClientNote.id.desc())
    )
    return [
        Note(note.id, kind, note.author, note.written_at, _opened(note, key) if opened else None)
        for note, key in db.session.execute(wanted)
    ]


def count_notes(client_ids: Collection[int], kind: NoteKind) -> int:
    """How many notes of a kind there are."""
    counted = select(func.count()).where(ClientNote.client_id.in_(client_ids), ClientNote.kind == kind.value)
    return int(db.session.execute(counted).scalar_one())


def note_context(client_id: int) -> str:
    """What a client's notes are sealed for."""
    return f"client|note|{client_id}"


def list_merges(client_ids: Collection[int]) -> list[Merge]:
    """Which of these rows were merged into another of them and still are, the latest first."""
    gone = aliased(Client)
    wanted = (
        select(
            ClientMerge.id,
            gone.id,
            gone.name,
            Contact.email,
            Contact.phone,
            ClientMerge.merged_at,
            ClientMerge.merged_by,
        )
        .join(gone, gone.id == ClientMerge.gone_id)
        .join(Contact, Contact.id == gone.contact_id)
        .where(ClientMerge.gone_id.in_(client_ids), ClientMerge.undone_at.is_(None))
        .order_by(ClientMerge.id.desc())
    )
    return [Merge(*row) for row in db.session.execute(wanted)]


def list_household(client_ids: Collection[int], email: str | None, phone: str | None) -> list[Near]:
    """Other people under the same address or telephone."""
    roots = roots_reached_by(email, phone) - set(client_ids)
    return _near(roots, same_contact=roots, same_name=set()) if roots else []


def list_like(
    name: str, name_key: str, client_ids: Collection[int], email: str | None, phone: str | None
) -> list[Near]:
    """Who may be the same person: called nearly so at the same address or telephone first, then who is called just so."""
    reached = roots_reached_by(email, phone) - set(client_ids)
    called = select(ROOT).where(Client.name_key == name_key, Client.id.not_in(client_ids)).limit(_MOST_LIKE)
    same = set(db.session.execute(called).scalars()) - set(client_ids)
    found = _near(reached | same, same_contact=reached, same_name=same) if reached | same else []
    likely = [one for one in found if one.same_name or alike(one.name, name)]
    return sorted(likely, key=lambda one: (not one.same_contact, one.id))[:_MOST_LIKE]


def _near(roots: Collection[int], same_contact: Collection[int], same_name: Collection[int]) -> list[Near]:
    columns = (Client.id, Client.name, Contact.email, Contact.phone)
    of = select(*columns).join(Contact, Contact.id == Client.contact_id).where(Client.id.in_(roots))
    rows = db.session.execute(of.order_by(Client.name_key, Client.id))
    return [
        Near(number, name, email, phone, number in same_contact, number in same_name)
        for number, name, email, phone in rows
    ]


def _opened(note: ClientNote, wrapped_key: bytes) -> str:
    try:
        return open_sealed(note.sealed_text, wrapped_key, note_context(note.client_id))
    except Closed:
        return CLOSED_TEXT


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _of(therapist_id: int | None) -> Sequence[ColumnElement[bool]]:
    return () if therapist_id is None else (Appointment.therapist_id == therapist_id,)


def _visits(client_ids: Collection[int], therapist_id: int | None) -> Any:
    return (
        select(
            Appointment.reference,
            Appointment.state,
            Appointment.cancelled_by,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.zone,
            Service.name,
            Appointment.minutes,
            Therapist.name,
            Room.name,
            Appointment.visit,
            Appointment.confirmed_at.is_not(None),
        )
        .join(Service, Service.id == Appointment.service_id)
        .join(Therapist, Therapist.id == Appointment.therapist_id)
        .outerjoin(Room, Room.id == Appointment.room_id)
        .where(Appointment.client_id.in_(client_ids), *_of(therapist_id))
    )


def _read(wanted: Any) -> list[Visit]:
    return [Visit(row[0], State(row[1]), *row[2:]) for row in db.session.execute(wanted)]
