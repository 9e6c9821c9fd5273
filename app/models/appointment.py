"""Appointments, holds, and the claims that keep therapist and room for them."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Row
from app.models.client import Client
from app.models.location import Location, Room
from app.models.service import Service, ServiceVariant
from app.models.therapist import Therapist
from app.models.types import UtcDateTime

_STATES = "'requested', 'booked', 'arrived', 'completed', 'no_show', 'cancelled', 'declined', 'lapsed'"


class Appointment(Row):
    """A slot promised; moving it keeps its identity. What was true when it was booked stands here as a snapshot.

    Three counters, apart: ``row_version`` rises with every edit (two people at one page), ``revision`` with what the client
    can see (calendar SEQUENCE, message keys), ``token_version`` when links must stop working.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint(f"state in ({_STATES})", name="state_known"),
        CheckConstraint("ends_at > starts_at", name="not_empty"),
        CheckConstraint("visit in ('first', 'returning')", name="visit_known"),
        Index("ix_appointment_starts_at", "starts_at"),
        Index("ix_appointment_therapist_start", "therapist_id", "starts_at"),
        Index("ix_appointment_typed_email", "typed_email", "created_at"),
        Index(
            "ix_appointment_unresolved",
            "starts_at",
            postgresql_where=text("state in ('requested', 'booked', 'arrived')"),
            sqlite_where=text("state in ('requested', 'booked', 'arrived')"),
        ),
        Index(
            "ix_appointment_requested",
            "starts_at",
            postgresql_where=text("state = 'requested'"),
            sqlite_where=text("state = 'requested'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)  # random; calendar UID and links
    reference: Mapped[str] = mapped_column(String(16), unique=True)  # what people read out
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("service_variant.id"))
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)

    state: Mapped[str] = mapped_column(String(12))
    cancelled_by: Mapped[str | None] = mapped_column(String(8))  # client, late, clinic
    previous_state: Mapped[str | None] = mapped_column(String(12))  # what undo goes back to
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    zone: Mapped[str] = mapped_column(String(64))
    wall_time: Mapped[str] = mapped_column(
        String(16)
    )  # as booked, on the location's wall clock: 2027-03-14T09:00
    visit: Mapped[str] = mapped_column(String(10))
    minutes: Mapped[int]
    buffer_before: Mapped[int]
    buffer_after: Mapped[int]
    price_minor: Mapped[int | None]
    tax_percent: Mapped[str | None] = mapped_column(String(8))  # decimal as text: "14"
    currency: Mapped[str | None] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(8))
    source: Mapped[str | None] = mapped_column(String(40))  # web, desk, or ?src= of a link
    any_therapist: Mapped[bool] = mapped_column(default=False)  # the client had no preference
    typed_name: Mapped[str] = mapped_column(String(120))
    typed_email: Mapped[str | None] = mapped_column(String(254))
    typed_phone: Mapped[str | None] = mapped_column(String(40))
    sealed_note: Mapped[bytes | None] = mapped_column(LargeBinary)  # what the client wrote to the therapist
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_reason: Mapped[bytes | None] = mapped_column(LargeBinary)  # why it was cancelled, or can't be kept
    change_is_free: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # also past the deadline

    sealed_wishes: Mapped[bytes | None] = mapped_column(LargeBinary)  # preferences that bind this session
    chaperone_id: Mapped[int | None] = mapped_column(ForeignKey("therapist.id"))  # the second person
    verbal_consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # asked again in the room
    verbal_consent_by: Mapped[str | None] = mapped_column(String(254))

    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by the client
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minutes_late: Mapped[int | None]
    booking_felt: Mapped[int | None]  # how booking was: 1, a struggle, to 5, easy

    row_version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=0)
    token_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    service: Mapped[Service] = relationship()
    variant: Mapped[ServiceVariant] = relationship()
    therapist: Mapped[Therapist] = relationship(foreign_keys=[therapist_id])
    chaperone: Mapped[Therapist | None] = relationship(foreign_keys=[chaperone_id])
    location: Mapped[Location] = relationship()
    room: Mapped[Room | None] = relationship()
    client: Mapped[Client] = relationship()

    __mapper_args__ = {"version_id_col": row_version}


class Override(Row):
    """That somebody of the staff booked or moved against the rule, against which refusal, and why (sealed: it may say more)."""

    __tablename__ = "override"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    refusal: Mapped[str] = mapped_column(String(20))
    sealed_why: Mapped[bytes] = mapped_column(LargeBinary)
    overridden_by: Mapped[str] = mapped_column(String(254))
    overridden_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Hold(Row):
    """A claim that ends by itself, while a client fills the form in."""

    __tablename__ = "hold"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    visitor: Mapped[str] = mapped_column(
        String(64), index=True
    )  # a keyed hash, so that one visitor can't hold the whole day
    variant_id: Mapped[int] = mapped_column(ForeignKey("service_variant.id"))
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    chaperone_id: Mapped[int | None] = mapped_column(ForeignKey("therapist.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    visit: Mapped[str] = mapped_column(String(10))
    any_therapist: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None] = mapped_column(String(40))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    extended: Mapped[int] = mapped_column(default=0)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))  # what it turned into
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sealed_typed: Mapped[bytes | None] = mapped_column(LargeBinary)  # what was typed for it so far
    typed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    variant: Mapped[ServiceVariant] = relationship()
    therapist: Mapped[Therapist] = relationship(foreign_keys=[therapist_id])
    chaperone: Mapped[Therapist | None] = relationship(foreign_keys=[chaperone_id])
    location: Mapped[Location] = relationship()
    room: Mapped[Room | None] = relationship()


class Claim(Row):
    """The row that keeps a resource for an appointment or a hold: no two active claims of a resource overlap.

    The span is the occupied one (buffers included) in cells: 5 minutes of UTC, counted from 1970. The database guarantees
    the promise itself: an exclusion constraint on PostgreSQL, triggers on SQLite (migration 0002). Who gives the session has
    on theirs how much of it is buffer and whether the work is deep: what load limits are counted by.
    """

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("to_cell > from_cell", name="not_empty"),
        CheckConstraint("to_cell <= from_cell + 288", name="at_most_a_day"),
        CheckConstraint("(appointment_id is null) <> (hold_id is null)", name="for_one_thing"),
        Index(
            "ix_claim_held",
            "hold_id",
            postgresql_where=text("active and hold_id is not null"),
            sqlite_where=text("active = 1 and hold_id is not null"),
        ),
        # Holds all that a diary is made of, so that reading one touches nothing but this index.
        Index(
            "ix_claim_diary",
            "resource_id",
            "from_cell",
            "to_cell",
            "hold_id",
            "appointment_id",
            "lead",
            "tail",
            "is_deep",
            "active",
            postgresql_where=text("active"),
            sqlite_where=text("active = 1"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"), index=True)
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"), index=True)
    from_cell: Mapped[int] = mapped_column(BigInteger)
    to_cell: Mapped[int] = mapped_column(BigInteger)  # the first cell that is no longer claimed
    lead: Mapped[
        int | None
    ]  # cells of buffer before the session; none: no session is given (a room, a second person)
    tail: Mapped[int | None]  # cells of buffer after it
    is_deep: Mapped[bool | None]
    active: Mapped[bool] = mapped_column(default=True)


class Idempotency(Row):
    """That one rendered form (or one API key) has made one appointment; kept 7 days."""

    __tablename__ = "idempotency"
    __table_args__ = (UniqueConstraint("principal", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    principal: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    request_hash: Mapped[str] = mapped_column(String(64))
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
