"""Where staff are signed in: who a session belongs to, which there are, and ending them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models.staff import StaffMember, StaffSession

_LONGEST_BROWSER = 120


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One signed-in browser, as its owner sees it."""

    id: str
    created_at: datetime
    expires_at: datetime
    browser: str | None


#: Put together once: every request of the staff asks it.
_SIGNED_IN = (
    select(StaffMember)
    .join(StaffSession, StaffSession.staff_member_id == StaffMember.id)
    .where(
        StaffMember.fs_uniquifier == bindparam("uniquifier"),
        StaffMember.active,
        StaffSession.id == bindparam("session_id"),
        StaffSession.ended_at.is_(None),
        StaffSession.expires_at > bindparam("now"),
    )
    .options(joinedload(StaffMember.roles))
)


def find_signed_in(uniquifier: str, session_id: str, now: datetime) -> StaffMember | None:
    """The active member whom that session still signs in: neither ended nor over."""
    asked = {"uniquifier": uniquifier, "session_id": session_id, "now": now}
    return db.session.execute(_SIGNED_IN, asked).unique().scalar_one_or_none()


def find_owner_of_session(session_id: str) -> StaffMember | None:
    """Whose browser that is or was: a session that is over names its open account all the same."""
    return db.session.scalar(
        select(StaffMember)
        .join(StaffSession, StaffSession.staff_member_id == StaffMember.id)
        .where(StaffSession.id == session_id, StaffMember.active)
    )


def find_owner_of_expired(session_id: str, now: datetime) -> StaffMember | None:
    """Whose browser that was until its time ran out; nobody's where it was ended: signed out, or shut out."""
    return db.session.scalar(
        select(StaffMember)
        .join(StaffSession, StaffSession.staff_member_id == StaffMember.id)
        .where(
            StaffSession.id == session_id,
            StaffSession.ended_at.is_(None),
            StaffSession.expires_at <= now,
            StaffMember.active,
        )
    )


def add_session(
    session_id: str, member_id: int, browser: str | None, now: datetime, expires_at: datetime
) -> None:
    """Keep that a browser is signed in; where writing is allowed."""
    db.session.add(
        StaffSession(
            id=session_id,
            staff_member_id=member_id,
            created_at=now,
            expires_at=expires_at,
            browser=browser[:_LONGEST_BROWSER] if browser else None,
        )
    )


def list_sessions(member_id: int, now: datetime) -> list[SessionLine]:
    """The browsers in which a member is signed in now, the latest first."""
    rows = db.session.scalars(
        select(StaffSession)
        .where(
            StaffSession.staff_member_id == member_id,
            StaffSession.ended_at.is_(None),
            StaffSession.expires_at > now,
        )
        .order_by(StaffSession.created_at.desc())
    )
    return [SessionLine(row.id, row.created_at, row.expires_at, row.browser) for row in rows]


def end_sessions(member_id: int, now: datetime, only: str | None = None, but: str | None = None) -> int:
    """End a member's sessions (all, ``only`` one, or all ``but`` one) and say how many; where writing is allowed."""
    ending = update(StaffSession).where(
        StaffSession.staff_member_id == member_id, StaffSession.ended_at.is_(None)
    )
    if only is not None:
        ending = ending.where(StaffSession.id == only)
    if but is not None:
        ending = ending.where(StaffSession.id != but)
    ended = db.session.execute(ending.values(ended_at=now).execution_options(synchronize_session=False))
    return int(getattr(ended, "rowcount", 0))
