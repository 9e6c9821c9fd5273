"""Invitations to become a staff member."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from app.domain.staff import StaffRole
from app.extensions import db
from app.models.staff import StaffInvitation
from app.models.therapist import Therapist


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation offers to whom."""

    email: str
    name: str | None
    roles: Sequence[StaffRole]
    therapist_id: int | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """One that has neither been used nor taken back."""

    id: int
    email: str
    name: str | None
    roles: tuple[StaffRole, ...]
    therapist_id: int | None
    therapist: str | None
    invited_by: str
    created_at: datetime
    expires_at: datetime


def add_invitation(offer: Offer, digest: str, invited_by: str, now: datetime, expires_at: datetime) -> int:
    """Keep one and return the number; inside a transaction."""
    row = StaffInvitation(
        email=offer.email,
        name=offer.name,
        roles=[role.value for role in offer.roles],
        therapist_id=offer.therapist_id,
        digest=digest,
        invited_by=invited_by,
        created_at=now,
        expires_at=expires_at,
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def list_invitations() -> list[Invitation]:
    """All that are neither used nor taken back, the latest first; what has expired among them."""
    wanted = select(StaffInvitation, Therapist.name).where(*_OPEN).order_by(StaffInvitation.id.desc())
    return [_invitation(row, therapist) for row, therapist in db.session.execute(wanted.outerjoin(*_DIARY))]


def list_invitations_of(sender: str) -> list[Invitation]:
    """Those of them that one member sent, or sent again."""
    return [one for one in list_invitations() if one.invited_by == sender]


def find_invitation(invitation_id: int) -> Invitation | None:
    """One of them."""
    wanted = select(StaffInvitation, Therapist.name).where(*_OPEN, StaffInvitation.id == invitation_id)
    found = db.session.execute(wanted.outerjoin(*_DIARY)).first()
    return _invitation(*found) if found else None


def find_by_digest(digest: str, now: datetime) -> Invitation | None:
    """The one that a link opens, while it does."""
    wanted = select(StaffInvitation, Therapist.name).where(
        *_OPEN, StaffInvitation.digest == digest, StaffInvitation.expires_at > now
    )
    found = db.session.execute(wanted.outerjoin(*_DIARY)).first()
    return _invitation(*found) if found else None


def is_diary_promised(therapist_id: int, now: datetime, but: str | None = None) -> bool:
    """Whether somebody else has been invited as that therapist."""
    wanted = select(StaffInvitation.id).where(
        *_OPEN, StaffInvitation.therapist_id == therapist_id, StaffInvitation.expires_at > now
    )
    if but is not None:
        wanted = wanted.where(StaffInvitation.email != but)
    return db.session.scalar(wanted.limit(1)) is not None


def renew(invitation_id: int, digest: str, sent_by: str, expires_at: datetime) -> None:
    """Another link opens it from now on, and it is whose who sent that; inside a transaction."""
    _change(StaffInvitation.id == invitation_id, digest=digest, invited_by=sent_by, expires_at=expires_at)


def use_up(digest: str, now: datetime) -> bool:
    """Mark it as used; false when its link opens nothing any more: used, replaced, over. Inside a transaction."""
    return _change(StaffInvitation.digest == digest, StaffInvitation.expires_at > now, used_at=now)


def take_back(invitation_id: int, now: datetime) -> bool:
    """Its link opens nothing from now on; false when it had been used or taken back. Inside a transaction."""
    return _change(StaffInvitation.id == invitation_id, ended_at=now)


def take_back_all_of(email: str, now: datetime) -> None:
    """Older links to the same address open nothing from now on; inside a transaction."""
    db.session.execute(
        update(StaffInvitation).where(*_OPEN, StaffInvitation.email == email).values(ended_at=now)
    )


_OPEN = (StaffInvitation.used_at.is_(None), StaffInvitation.ended_at.is_(None))
_DIARY = (Therapist, Therapist.id == StaffInvitation.therapist_id)


def _change(*which: ColumnElement[bool], **values: object) -> bool:
    changing = update(StaffInvitation).where(*_OPEN, *which).values(**values)
    changed = db.session.execute(changing.execution_options(synchronize_session=False))
    return bool(getattr(changed, "rowcount", 0))


def _invitation(row: StaffInvitation, therapist: str | None) -> Invitation:
    return Invitation(
        id=row.id,
        email=row.email,
        name=row.name,
        roles=tuple(role for role in StaffRole if role.value in row.roles),
        therapist_id=row.therapist_id,
        therapist=therapist,
        invited_by=row.invited_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
