"""The outbox: notifications, the attempts to deliver them, and the worker's heartbeat."""

from datetime import datetime

from sqlalchemy import (
    JSON,
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
from app.models.types import UtcDateTime

#: Failed, or left out for want of an address, and nobody has phoned yet. The words are those of migration 0005.
_UNSETTLED = "settled_at is null and (state = 'failed' or (state = 'skipped' and why = 'no e-mail address: call instead'))"


class Notification(Row):
    """The decision to tell someone. Composed only when it is sent, from what is true then."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("appointment_id", "step", "revision"),
        CheckConstraint("state in ('planned', 'leased', 'sent', 'skipped', 'failed')", name="state_known"),
        CheckConstraint("audience in ('client', 'therapist', 'staff')", name="audience_known"),
        Index(
            "ix_notification_due",
            "due_at",
            postgresql_where=text("state in ('planned', 'leased')"),
            sqlite_where=text("state in ('planned', 'leased')"),
        ),
        Index("ix_notification_day", "due_at", "state"),  # the messages page: a month of them, counted
        # What the desk has to settle: looked at with every view of the day.
        Index(
            "ix_notification_unsettled",
            "due_at",
            postgresql_where=text(_UNSETTLED),
            sqlite_where=text(_UNSETTLED),
        ),
        # The agenda of a day is about no appointment, so its step must tell it apart from all others.
        Index(
            "uq_notification_agenda",
            "step",
            unique=True,
            postgresql_where=text("kind = 'therapist_agenda'"),
            sqlite_where=text("kind = 'therapist_agenda'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))
    step: Mapped[str] = mapped_column(String(60))  # booked, reminder_3d, therapist_booked:4, ...
    revision: Mapped[int] = mapped_column(default=0)  # of the appointment when it was decided
    kind: Mapped[str] = mapped_column(String(40))  # its template folder
    audience: Mapped[str] = mapped_column(String(10))
    therapist_id: Mapped[int | None] = mapped_column(ForeignKey("therapist.id"))  # audience therapist
    staff_member_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"))  # audience staff
    address: Mapped[str | None] = mapped_column(String(254))  # account messages, and where a sent one went
    carries: Mapped[list[str]] = mapped_column(
        JSON, default=list, server_default="[]"
    )  # keys of guidance steps
    # What whoever is told knew before: none, if nothing. Another change before it is sent is told from there.
    before_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    before_therapist_id: Mapped[int | None] = mapped_column(
        ForeignKey("therapist.id", name="fk_notification_before")
    )
    before_requested: Mapped[bool] = mapped_column(default=False, server_default=false())  # not promised yet
    told_place: Mapped[str | None] = mapped_column(String(64))  # a digest of the address that a sent one told
    sealed_content: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # account messages: written when decided
    state: Mapped[str] = mapped_column(String(8), default="planned")
    why: Mapped[str | None] = mapped_column(String(200))  # skipped or failed: the reason, for staff
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)  # after this it would do harm
    message_id: Mapped[str] = mapped_column(String(120), unique=True)  # the same on every attempt
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # somebody has phoned instead
    settled_by: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    deliveries: Mapped[list["Delivery"]] = relationship(order_by="Delivery.id")


class Delivery(Row):
    """One attempt to send."""

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    notification_id: Mapped[int] = mapped_column(ForeignKey("notification.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(10))  # sent, again, failed
    detail: Mapped[str | None] = mapped_column(String(200))


class MessageCopy(Row):
    """A message as it was sent: subject, text and HTML, compressed and sealed (by the client's key, if it is about one)."""

    __tablename__ = "message_copy"

    notification_id: Mapped[int] = mapped_column(ForeignKey("notification.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class WorkerHeartbeat(Row):
    """When each worker was last seen alive."""

    __tablename__ = "worker_heartbeat"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
