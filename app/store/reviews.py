"""Reviews: opened with a request, closed once."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select

from app.domain.reviews import Decision, Review
from app.extensions import db
from app.models import Review as ReviewRow
from app.models import table_of

_review = table_of(ReviewRow)
_OVERDUE = (
    select(_review.c.appointment_id)
    .where(_review.c.decided_at.is_(None), _review.c.deadline_at <= bindparam("now"))
    .order_by(_review.c.deadline_at, _review.c.id)
    .limit(bindparam("at_most"))
)


def add_review(appointment_id: int, screening_id: int | None, now: datetime, deadline: datetime) -> None:
    """Somebody has to look at it until then."""
    row = {
        "appointment_id": appointment_id,
        "screening_id": screening_id,
        "opened_at": now,
        "deadline_at": deadline,
    }
    db.session.execute(_review.insert(), row)


def open_review_of(appointment_id: int) -> ReviewRow | None:
    """The review of an appointment that nobody has decided yet; its row, to be decided."""
    wanted = select(ReviewRow).where(
        ReviewRow.appointment_id == appointment_id, ReviewRow.decided_at.is_(None)
    )
    return db.session.execute(wanted.order_by(ReviewRow.id.desc()).limit(1)).scalar_one_or_none()


def row_of(appointment_id: int) -> ReviewRow | None:
    """The newest review of an appointment as it is stored."""
    wanted = select(ReviewRow).where(ReviewRow.appointment_id == appointment_id)
    return db.session.execute(wanted.order_by(ReviewRow.id.desc()).limit(1)).scalar_one_or_none()


def latest_review(appointment_id: int) -> Review | None:
    """The newest review of an appointment, decided or not."""
    row = row_of(appointment_id)
    return None if row is None else _review_value(row)


def list_overdue(now: datetime, at_most: int) -> list[int]:
    """The appointments whose reviews nobody has decided in time, longest first."""
    return list(db.session.execute(_OVERDUE, {"now": now, "at_most": at_most}).scalars())


def open_deadlines(appointment_ids: Collection[int]) -> dict[int, datetime]:
    """Which of them wait for a review, and until when. One query."""
    if not appointment_ids:
        return {}
    wanted = select(_review.c.appointment_id, _review.c.deadline_at).where(
        _review.c.appointment_id.in_(appointment_ids), _review.c.decided_at.is_(None)
    )
    return {number: deadline for number, deadline in db.session.execute(wanted)}  # noqa: C416 - typed so


def _review_value(row: ReviewRow) -> Review:
    return Review(
        row.appointment_id,
        row.screening_id,
        row.opened_at,
        row.deadline_at,
        row.decided_at,
        row.decided_by,
        Decision(row.decision) if row.decision else None,
        row.sealed_words is not None,
    )
