"""Safe to treat: screening sets and what was answered, reviews, consent, intake, erasures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Row
from app.models.types import UtcDateTime

_OUTCOMES = "'ok', 'review', 'call', 'urgent'"


class ScreeningSet(Row):
    """The questions before a service; its newest version is the one in force."""

    __tablename__ = "screening_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    row_version: Mapped[int] = mapped_column(default=1)

    versions: Mapped[list["ScreeningSetVersion"]] = relationship(
        cascade="all, delete-orphan", order_by="ScreeningSetVersion.version"
    )


class ScreeningSetVersion(Row):
    """What a set asked: its questions are never changed once written. Asked of the public only when the owner has approved it."""

    __tablename__ = "screening_set_version"
    __table_args__ = (UniqueConstraint("set_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("screening_set.id"))
    version: Mapped[int]
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # what domain/screening.py reads
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by: Mapped[str | None] = mapped_column(String(254))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Screening(Row):
    """One round of answers, by a visitor before booking, by a client behind a link, or read aloud by the desk.

    Until a client is known the answers are sealed with a key of their own (``wrapped_key``), then with the client's. ``worst``
    is the worst outcome of this round so far: whoever goes back and changes an answer gets REVIEW at best.
    """

    __tablename__ = "screening"
    __table_args__ = (
        CheckConstraint(f"outcome in ({_OUTCOMES})", name="outcome_known"),
        CheckConstraint(f"worst in ({_OUTCOMES})", name="worst_known"),
        Index("ix_screening_visitor", "visitor", "service_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    visitor: Mapped[str | None] = mapped_column(String(64))  # a keyed hash, as a hold's
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("screening_set_version.id"))
    outcome: Mapped[str] = mapped_column(String(8))
    worst: Mapped[str] = mapped_column(String(8))
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_answers: Mapped[bytes | None] = mapped_column(LargeBinary)  # none: forgotten
    sealed_wishes: Mapped[bytes | None] = mapped_column(LargeBinary)  # what binds the booking that follows
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    asked_by: Mapped[str | None] = mapped_column(String(254))  # the staff member who read it aloud
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # none: answered just then
    minor_until: Mapped[int | None]  # the age that the questions named

    @property
    def asked_at(self) -> datetime:
        """When these questions were really answered: that nothing has changed makes no answer younger."""
        return self.since or self.answered_at


class Review(Row):
    """That a therapist has to look at a session before it is promised, until when, and what came of it."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("decision in ('accepted', 'changed', 'declined', 'lapsed')", name="decision_known"),
        Index(
            "ix_review_open",
            "deadline_at",
            postgresql_where=text("decided_at is null"),
            sqlite_where=text("decided_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    screening_id: Mapped[int | None] = mapped_column(ForeignKey("screening.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deadline_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(254))
    decision: Mapped[str | None] = mapped_column(String(10))
    sealed_words: Mapped[bytes | None] = mapped_column(LargeBinary)  # why, under the client's key


class ConsentText(Row):
    """What clients agree to before deep work; its newest version is the one in force."""

    __tablename__ = "consent_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    row_version: Mapped[int] = mapped_column(default=1)

    versions: Mapped[list["ConsentTextVersion"]] = relationship(
        cascade="all, delete-orphan", order_by="ConsentTextVersion.version"
    )


class ConsentTextVersion(Row):
    """What it said: never changed once written."""

    __tablename__ = "consent_text_version"
    __table_args__ = (UniqueConstraint("text_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id"))
    version: Mapped[int]
    body: Mapped[dict[str, str]] = mapped_column(JSON)  # Markdown by language
    areas: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON
    )  # {"key", "label": by language}: asked one by one
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by: Mapped[str | None] = mapped_column(String(254))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Consent(Row):
    """That a client agreed, to which version, and when it was withdrawn; never deleted, only withdrawn or replaced by a newer one."""

    __tablename__ = "consent"
    __table_args__ = (CheckConstraint("given_how in ('paper', 'phone', 'in_person')", name="how_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("consent_text_version.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    sealed_terms: Mapped[bytes] = mapped_column(LargeBinary)  # areas, draping, stop word, clothing, guardian
    given_by: Mapped[str] = mapped_column(String(254))  # "client", or the staff member who wrote it down
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)  # or written down
    given_how: Mapped[str | None] = mapped_column(String(10))  # none: on a page, by the client or at the desk
    given_on: Mapped[date | None]  # to staff; none: when it was kept
    withdrawn_by: Mapped[str | None] = mapped_column(String(254))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IntakeForm(Row):
    """A client's intake: one per client, filled in in parts, confirmed later. The names of filled parts say nothing of health."""

    __tablename__ = "intake_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), unique=True)
    sealed_answers: Mapped[bytes] = mapped_column(LargeBinary)
    parts: Mapped[list[str]] = mapped_column(JSON, default=list)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}


class Erasure(Row):
    """That a client wants to be forgotten, or was: asked for by themselves or by staff, and what the law keeps until when."""

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[str] = mapped_column(String(254))
    restricted_until: Mapped[date | None]  # the record is kept, closed, until then
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str | None] = mapped_column(String(254))


class OldVersions(Row):
    """A table of PostgreSQL in whose file what erased rows said before may still lie."""

    __tablename__ = "old_versions"

    table: Mapped[str] = mapped_column("table_name", String(63), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)  # the last erasure
