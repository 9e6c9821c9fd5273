"""Clients (the people treated) and contacts (where messages go)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Row
from app.models.types import UtcDateTime


class Contact(Row):
    """Where messages go; several clients may share one (a household)."""

    __tablename__ = "contact"
    __table_args__ = (CheckConstraint("detail in ('full', 'page')", name="detail_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True)  # lower case
    phone: Mapped[str | None] = mapped_column(String(40), index=True)
    language: Mapped[str] = mapped_column(String(8), default="en")
    detail: Mapped[str] = mapped_column(String(8), default="full")  # how much a mail may say
    aftercare_stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # reminders go on
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Client(Row):
    """The person treated. A booking attaches to a stored client on the same e-mail and name only, and never overwrites."""

    __tablename__ = "client"
    __table_args__ = (
        # Few are merged or blocked: what asks for them must not look at all the others.
        Index(
            "ix_client_merged_into_id",
            "merged_into_id",
            postgresql_where=text("merged_into_id is not null"),
            sqlite_where=text("merged_into_id is not null"),
        ),
        Index(
            "ix_client_blocked_at",
            "blocked_at",
            postgresql_where=text("blocked_at is not null"),
            sqlite_where=text("blocked_at is not null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120), index=True)  # folded: how names are compared
    guardian_name: Mapped[str | None] = mapped_column(String(120))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)  # this client's own key, wrapped by DATA_KEY
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    sealed_preferences: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # pressure, areas to avoid, what to heed: JSON under the client's key
    tool_coached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # was shown how to use a tool
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the key is destroyed; a skeleton stays
    restricted_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # kept for the law only, opened by nobody
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # since then books by telephone only
    blocked_by: Mapped[str | None] = mapped_column(String(254))
    row_version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    contact: Mapped[Contact] = relationship()

    @property
    def is_closed(self) -> bool:
        """Whether the record was erased, or is kept for the law only: nothing is opened, noted or written to them."""
        return self.erased_at is not None or self.restricted_at is not None


class ClientNote(Row):
    """What somebody of the practice wrote down about a client; never changed afterwards.

    ``desk`` notes are for everybody who sees the client, ``treatment`` notes for who treats; both are sealed with the
    client's key.
    """

    __tablename__ = "client_note"
    __table_args__ = (CheckConstraint("kind in ('desk', 'treatment')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    kind: Mapped[str] = mapped_column(String(10))
    author: Mapped[str] = mapped_column(String(254))
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ClientMerge(Row):
    """That two stored clients are one person. Nothing is moved: the one that is gone points to the one that is kept."""

    __tablename__ = "client_merge"
    __table_args__ = (CheckConstraint("kept_id <> gone_id", name="two_people"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("client.id"))
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    merged_by: Mapped[str] = mapped_column(String(254))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClientGram(Row):
    """Three letters in a row of a client's name, address or telephone: what a search that forgives typos goes by."""

    __tablename__ = "client_gram"
    __table_args__ = {"sqlite_with_rowid": False}

    gram: Mapped[str] = mapped_column(String(3), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), primary_key=True, index=True)
