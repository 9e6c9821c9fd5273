"""What staff had typed when their session ended, sealed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from app.extensions import db
from app.models.staff import KeptForm


@dataclass(frozen=True, slots=True)
class Sealed:
    """One form, still sealed."""

    id: int
    sealed: bytes
    kept_at: datetime


def add_kept_form(member_id: int, sealed: bytes, now: datetime, expires_at: datetime) -> int:
    """Keep one and return the number; inside a transaction."""
    row = KeptForm(staff_member_id=member_id, sealed_form=sealed, kept_at=now, expires_at=expires_at)
    db.session.add(row)
    db.session.flush()
    return row.id


def list_kept_forms(member_id: int, now: datetime) -> list[Sealed]:
    """A member's own, the latest first."""
    wanted = select(KeptForm).where(KeptForm.staff_member_id == member_id, KeptForm.expires_at > now)
    rows = db.session.scalars(wanted.order_by(KeptForm.kept_at.desc(), KeptForm.id.desc()))
    return [Sealed(row.id, row.sealed_form, row.kept_at) for row in rows]


def forget_kept_form(member_id: int, kept_id: int) -> bool:
    """It is gone; false when there was no such form of that member. Inside a transaction."""
    return bool(_delete(KeptForm.staff_member_id == member_id, KeptForm.id == kept_id))


def forget_expired(now: datetime) -> int:
    """All that nobody came back for in time; inside a transaction."""
    return _delete(KeptForm.expires_at <= now)


def forget_all_but(member_id: int, most: int) -> int:
    """Only a member's latest few stay; inside a transaction."""
    theirs = select(KeptForm.id).where(KeptForm.staff_member_id == member_id)
    latest = theirs.order_by(KeptForm.kept_at.desc(), KeptForm.id.desc()).limit(most)
    stay = list(db.session.scalars(latest))
    return _delete(KeptForm.staff_member_id == member_id, KeptForm.id.not_in(stay))


def _delete(*conditions: object) -> int:
    deleting = delete(KeptForm).where(*conditions)  # type: ignore[arg-type]
    done = db.session.execute(deleting.execution_options(synchronize_session=False))
    return int(getattr(done, "rowcount", 0))
