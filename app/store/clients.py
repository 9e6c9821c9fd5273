"""Clients and contacts."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, case, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from app.domain.missed import Missed
from app.domain.text import folded
from app.extensions import db
from app.models import Appointment, Client, Contact
from app.vault import new_wrapped_key

_KEY_LIMIT = 120
_SAME = (
    select(Client)
    .join(Client.contact)
    .options(contains_eager(Client.contact))
    .where(
        Contact.email == bindparam("email"),
        Client.name_key == bindparam("name_key"),
        Client.merged_into_id.is_(None),
    )
    .order_by(Client.id)
    .limit(1)
)


def find_client(email: str, name: str) -> Client | None:
    """The stored client with that e-mail and that name; of several the oldest."""
    asked = {"email": email.lower(), "name_key": _name_key(name)}
    return db.session.execute(_SAME, asked).scalar_one_or_none()


def add_client(
    name: str, email: str | None, phone: str | None, language: str, now: datetime, detail: str = "full"
) -> Client:
    """A new client. A stranger's form never joins a stored contact: several people may share an address unknown to each other.

    The row has its number once what refers to it is written.
    """
    contact = Contact(
        email=email.lower() if email else None, phone=phone, language=language, detail=detail, created_at=now
    )
    client = Client(
        contact=contact,
        name=name,
        name_key=_name_key(name),
        wrapped_key=new_wrapped_key(),
        created_at=now,
    )
    db.session.add(client)
    return client


def get_client(client_id: int) -> Client:
    """The client of that number. Raises LookupError."""
    client = db.session.get(Client, client_id)
    if client is None:
        raise LookupError("no such client")
    return client


def group_of(client_id: int) -> list[int]:
    """The numbers of a client and of all who turned out to be the same person."""
    same = or_(Client.id == client_id, Client.merged_into_id == client_id)
    return list(db.session.execute(select(Client.id).where(same).order_by(Client.id)).scalars())


def count_missed(client_ids: Collection[int], since: datetime) -> Missed:
    """How many of their sessions since then they did not come to, or cancelled late."""
    no_show, late = Appointment.state == "no_show", Appointment.cancelled_by == "late"
    counted = select(
        func.coalesce(func.sum(case((no_show, 1), else_=0)), 0),
        func.coalesce(func.sum(case((late, 1), else_=0)), 0),
    ).where(Appointment.client_id.in_(client_ids), Appointment.starts_at > since)
    no_shows, lates = db.session.execute(counted).one()
    return Missed(int(no_shows), int(lates))


def is_blocked(email: str | None, phone: str | None) -> bool:
    """Whether a client with that address or that telephone books by telephone only."""
    ways = [Contact.email == email.lower()] if email else []
    ways += [Contact.phone == phone] if phone else []
    if not ways:
        return False
    blocked = exists().where(Client.contact_id == Contact.id, Client.blocked_at.is_not(None), or_(*ways))
    return bool(db.session.execute(select(blocked)).scalar())


def _name_key(name: str) -> str:
    """How names are compared, cut to the column: folding can make a name many times longer."""
    return folded(name)[:_KEY_LIMIT]
