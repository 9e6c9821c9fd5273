"""Clients and contacts."""

from datetime import datetime

from sqlalchemy import select

from app.domain.text import folded
from app.extensions import db
from app.models import Client, Contact
from app.vault import new_wrapped_key

_KEY_LIMIT = 120


def find_client(email: str, name: str) -> Client | None:
    """The stored client with that e-mail and that name; of several the oldest."""
    wanted = (
        select(Client)
        .join(Contact, Contact.id == Client.contact_id)
        .where(
            Contact.email == email.lower(),
            Client.name_key == _name_key(name),
            Client.merged_into_id.is_(None),
        )
    )
    return db.session.execute(wanted.order_by(Client.id).limit(1)).scalar_one_or_none()


def add_client(name: str, email: str | None, phone: str | None, language: str, now: datetime) -> Client:
    """A new client. A stranger's form never joins a stored contact: several people may share an address unknown to each other."""
    contact = Contact(
        email=email.lower() if email else None, phone=phone, language=language, detail="full", created_at=now
    )
    db.session.add(contact)
    db.session.flush()
    client = Client(
        contact_id=contact.id,
        name=name,
        name_key=_name_key(name),
        wrapped_key=new_wrapped_key(),
        created_at=now,
    )
    db.session.add(client)
    db.session.flush()
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
