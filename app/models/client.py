"""Clients (the people treated) and contacts (where messages go)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Row
from app.models.types import UtcDateTime


class Contact(Row):
    """Where messages go; several clients may share one (a household)."""

    __tablename__ = "contact"
    __table_args__ = (CheckConstraint("detail in ('full', 'page')", name="detail_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True)  # lower case
    phone: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8), default="en")
    detail: Mapped[str] = mapped_column(String(8), default="full")  # how much a mail may say
    aftercare_stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # reminders go on
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Client(Row):
    """The person treated. A booking attaches to a stored client on the same e-mail and name only, and never overwrites."""

    __tablename__ = "client"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120), index=True)  # folded: how names are compared
    guardian_name: Mapped[str | None] = mapped_column(String(120))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)  # this client's own key, wrapped by DATA_KEY
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    contact: Mapped[Contact] = relationship()
