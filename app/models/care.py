"""What follows a session: how the client feels, and what somebody of the practice should do about it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Row
from app.models.appointment import Appointment
from app.models.types import UtcDateTime


class CheckIn(Row):
    """How a client feels some time after the session; the answer is health text, so it is sealed."""

    __tablename__ = "check_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    sealed_answer: Mapped[bytes] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Task(Row):
    """Something that somebody of the practice should do about an appointment; its kind says nothing of health."""

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint(
            "kind in ('call_back', 'new_time', 'health_changed', 'review_lapsed', 'erasure_asked', 'copy_asked')",
            name="kind_known",
        ),
        Index(
            "ix_task_open",
            "therapist_id",
            postgresql_where=text("done_at is null"),
            sqlite_where=text("done_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # call_back: asked for by a check-in; new_time: can't come
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"), index=True)
    therapist_id: Mapped[int] = mapped_column(ForeignKey("therapist.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str | None] = mapped_column(String(254))

    appointment: Mapped[Appointment] = relationship()
