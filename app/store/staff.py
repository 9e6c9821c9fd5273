"""Staff members and their sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from app.domain.staff import StaffRole
from app.extensions import db
from app.models.staff import Role, StaffMember, StaffSession
from app.models.therapist import Therapist

_LONGEST_BROWSER = 120


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One signed-in browser, as its owner sees it."""

    id: str
    created_at: datetime
    expires_at: datetime
    browser: str | None


def find_signed_in(uniquifier: str, session_id: str, now: datetime) -> StaffMember | None:
    """The active member whom that session still signs in: neither ended nor over."""
    return db.session.scalar(
        select(StaffMember)
        .join(StaffSession, StaffSession.staff_member_id == StaffMember.id)
        .where(
            StaffMember.fs_uniquifier == uniquifier,
            StaffMember.active,
            StaffSession.id == session_id,
            StaffSession.ended_at.is_(None),
            StaffSession.expires_at > now,
        )
        .options(joinedload(StaffMember.roles))
    )


def find_by_email(email: str) -> StaffMember | None:
    """The member of that address, whatever its case."""
    return db.session.scalar(select(StaffMember).where(func.lower(StaffMember.email) == email.lower()))


def find_therapist_id(slug: str) -> int | None:
    """The number of the therapist of that slug."""
    return db.session.scalar(
        select(Therapist.id).where(Therapist.slug == slug, Therapist.retired_at.is_(None))
    )


def is_a_members_diary(therapist_id: int) -> bool:
    """Whether a member signs in as that therapist already."""
    return bool(db.session.scalar(select(StaffMember.id).where(StaffMember.therapist_id == therapist_id)))


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What is kept of a new member."""

    email: str
    name: str | None
    password_hash: str
    uniquifier: str
    roles: Sequence[StaffRole]
    therapist_id: int | None


def add_member(facts: MemberFacts, now: datetime) -> int:
    """Keep a new member and return the number; inside a transaction."""
    member = StaffMember(
        email=facts.email,
        name=facts.name,
        password=facts.password_hash,
        active=True,
        fs_uniquifier=facts.uniquifier,
        therapist_id=facts.therapist_id,
        roles=[_role(name) for name in facts.roles],
        created_at=now,
    )
    db.session.add(member)
    db.session.flush()
    return member.id


def set_notices(member_id: int, notices: Sequence[str]) -> str:
    """Keep what a member wants to be told of; answers their address. Raises LookupError."""
    member = db.session.get(StaffMember, member_id)
    if member is None:
        raise LookupError("no such member")
    member.notices = list(notices)
    return member.email


def _role(name: StaffRole) -> Role:
    role = db.session.scalar(select(Role).where(Role.name == name.value))
    if role is None:
        role = Role(name=name.value)
        db.session.add(role)
    return role


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
