"""Holds."""

from datetime import datetime

from sqlalchemy import exists, select
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


def list_holds_of(visitor: str, now: datetime) -> list[Hold]:
    """The holds that a visitor has at this moment, oldest first."""
    wanted = select(Hold).where(Hold.visitor == visitor, Hold.expires_at > now, Hold.appointment_id.is_(None))
    return list(db.session.execute(wanted.order_by(Hold.id)).scalars())


def any_hold_before(instant: datetime) -> bool:
    """Whether there is a hold that ended before that."""
    return bool(db.session.execute(select(exists().where(Hold.expires_at < instant))).scalar())


def add_hold(hold: Hold) -> None:
    """Write it, so that it has a number."""
    db.session.add(hold)
    db.session.flush()
