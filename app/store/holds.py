"""Holds."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Hold


def find_hold(token: str) -> Hold | None:
    """The hold of that token, with what it keeps."""
    wanted = select(Hold).where(Hold.token == token)
    related = (
        joinedload(Hold.variant),
        joinedload(Hold.therapist),
        joinedload(Hold.location),
        joinedload(Hold.room),
    )
    return db.session.execute(wanted.options(*related)).scalar_one_or_none()


def count_holds_of(visitor: str, now: datetime) -> int:
    """How many times a visitor holds at this moment."""
    wanted = select(func.count(Hold.id)).where(
        Hold.visitor == visitor, Hold.expires_at > now, Hold.appointment_id.is_(None)
    )
    return db.session.execute(wanted).scalar_one()


def list_holds_of(visitor: str, now: datetime) -> list[Hold]:
    """The holds that a visitor has at this moment, oldest first."""
    wanted = select(Hold).where(Hold.visitor == visitor, Hold.expires_at > now, Hold.appointment_id.is_(None))
    return list(db.session.execute(wanted.order_by(Hold.id)).scalars())
