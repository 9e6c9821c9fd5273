"""Clients and contacts."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager

from app.domain.text import folded
from app.extensions import db
from app.models import Client, Contact
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


def _name_key(name: str) -> str:
    """How names are compared, cut to the column: folding can make a name many times longer."""
    return folded(name)[:_KEY_LIMIT]
