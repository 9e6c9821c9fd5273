"""Claims: written by holds and appointments, ended when they end."""

from datetime import datetime

from sqlalchemy import delete, exists, select, update

from app.extensions import db
from app.models import Appointment, Claim, Hold


def end_expired_holds(now: datetime) -> None:
    """Under the booking lock, before anything is inserted: the constraint does not know what time it is."""
    expired = exists().where(Hold.id == Claim.hold_id, Hold.expires_at <= now)
    db.session.execute(
        update(Claim).where(Claim.active, Claim.hold_id.is_not(None), expired).values(active=False),
        execution_options={"synchronize_session": False},
    )


def add_claims(resource_ids: list[int], cells: tuple[int, int], owner: Appointment | Hold) -> None:
    """One active claim per resource, in ascending order. The database raises where one overlaps."""
    db.session.flush()
    for resource_id in sorted(resource_ids):
        claim = Claim(resource_id=resource_id, from_cell=cells[0], to_cell=cells[1], active=True)
        if isinstance(owner, Appointment):
            claim.appointment_id = owner.id
        else:
            claim.hold_id = owner.id
        db.session.add(claim)
    db.session.flush()


def end_claims_of(owner: Appointment | Hold) -> None:
    """Free what it kept."""
    whose = Claim.appointment_id if isinstance(owner, Appointment) else Claim.hold_id
    db.session.execute(
        update(Claim).where(whose == owner.id, Claim.active).values(active=False),
        execution_options={"synchronize_session": False},
    )


def end_hold(hold: Hold, now: datetime) -> None:
    """It keeps nothing any more, and can't be extended."""
    hold.expires_at = min(hold.expires_at, now)
    end_claims_of(hold)


def forget_holds_before(instant: datetime) -> None:
    """Delete holds that ended before that, with their claims."""
    ended = select(Hold.id).where(Hold.expires_at < instant)
    quick = {"synchronize_session": False}
    db.session.execute(delete(Claim).where(Claim.hold_id.in_(ended)), execution_options=quick)
    db.session.execute(delete(Hold).where(Hold.expires_at < instant), execution_options=quick)
