"""Time off: spans without work."""

from datetime import datetime

from sqlalchemy import select

from app.domain.spans import Span
from app.extensions import db
from app.models import TimeOff


def list_time_off(therapist_id: int, after: datetime) -> list[TimeOff]:
    """What is not over by then, in time order."""
    wanted = select(TimeOff).where(TimeOff.therapist_id == therapist_id, TimeOff.ends_at > after)
    return list(db.session.execute(wanted.order_by(TimeOff.starts_at, TimeOff.id)).scalars())


def find_time_off(therapist_id: int, span: Span) -> TimeOff | None:
    """Time off that is exactly this span."""
    wanted = select(TimeOff).where(
        TimeOff.therapist_id == therapist_id,
        TimeOff.starts_at == span.starts_at,
        TimeOff.ends_at == span.ends_at,
    )
    return db.session.execute(wanted.limit(1)).scalar_one_or_none()


def add_time_off(therapist_id: int, span: Span, label: str | None) -> None:
    """Write it down."""
    db.session.add(
        TimeOff(
            therapist_id=therapist_id, starts_at=span.starts_at, ends_at=span.ends_at, label=label or None
        )
    )
    db.session.flush()


def remove_time_off(therapist_id: int, time_off_id: int) -> Span | None:
    """Strike it out, if it is this therapist's; which span it was."""
    row = db.session.get(TimeOff, time_off_id)
    if row is None or row.therapist_id != therapist_id:
        return None
    span = Span(row.starts_at, row.ends_at)
    db.session.delete(row)
    db.session.flush()
    return span
