"""Holds."""

from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import Hold

#: A time that is held, as its row says it; whoever shows it reads and never writes it.
HeldTime = Hold


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


def list_holds_typed_by(visitor: str) -> list[Hold]:
    """The holds for which a visitor has typed something, that typed last at the end."""
    wanted = select(Hold).where(Hold.visitor == visitor, Hold.sealed_typed.is_not(None))
    joined = wanted.options(joinedload(Hold.variant)).order_by(Hold.typed_at, Hold.id)
    return list(db.session.execute(joined).scalars())


def put_typed(token: str, sealed: bytes, now: datetime) -> None:
    """Keep it with the hold; what has been booked takes nothing any more."""
    wanted = update(Hold).where(Hold.token == token, Hold.appointment_id.is_(None))
    db.session.execute(wanted.values(sealed_typed=sealed, typed_at=now))


def forget_typed(hold: Hold) -> None:
    """Nothing that was typed for it stays."""
    hold.sealed_typed = hold.typed_at = None


def forget_typed_by(visitor: str, service_id: int) -> None:
    """Nor anything that they typed for that session, at whatever time it was copied to."""
    for hold in list_holds_typed_by(visitor):
        if hold.variant.service_id == service_id:
            forget_typed(hold)


def any_typed_before(instant: datetime) -> bool:
    """Whether there is something that was typed, and whose hold ended, before that."""
    return bool(db.session.execute(select(exists().where(*_typed_before(instant)))).scalar())


def forget_typed_before(instant: datetime) -> None:
    """Erase it."""
    wanted = update(Hold).where(*_typed_before(instant)).values(sealed_typed=None, typed_at=None)
    db.session.execute(wanted, execution_options={"synchronize_session": False})


def _typed_before(instant: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Hold.sealed_typed.is_not(None), Hold.expires_at < instant, Hold.typed_at < instant)


def any_hold_before(instant: datetime) -> bool:
    """Whether there is a hold that ended before that."""
    return bool(db.session.execute(select(exists().where(Hold.expires_at < instant))).scalar())


def add_hold(hold: Hold) -> None:
    """Write it, so that it has a number."""
    db.session.add(hold)
    db.session.flush()
