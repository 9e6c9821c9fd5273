"""Claims: written by holds and appointments, ended when they end."""

from datetime import datetime
from operator import itemgetter

from sqlalchemy import bindparam, delete, exists, insert, select, update

from app.domain.cells import Stretch
from app.domain.questions import Giving
from app.extensions import db
from app.models import Appointment, Claim, Hold, table_of

# The tables, not the classes: nothing in the session has to be brought in line, and it costs half.
_claim, _hold = table_of(Claim), table_of(Hold)
_NEW = insert(_claim)
_END_EXPIRED = (
    update(_claim)
    .where(
        _claim.c.active,
        _claim.c.hold_id.is_not(None),
        exists().where(_hold.c.id == _claim.c.hold_id, _hold.c.expires_at <= bindparam("now")),
    )
    .values(active=False)
)


def end_expired_holds(now: datetime) -> None:
    """Those whose time is over keep nothing any more."""
    db.session.execute(_END_EXPIRED, {"now": now})


def add_claims(
    resource_ids: list[int], cells: Stretch, owner: Appointment | Hold, given: Giving, now: datetime
) -> None:
    """One active claim per resource, in ascending order, under the booking lock. The database raises where one overlaps.

    The claim of who gives the session says so. Expired holds are ended first: the constraint does not know what time it is.
    """
    db.session.flush()
    end_expired_holds(now)
    whose = "appointment_id" if isinstance(owner, Appointment) else "hold_id"
    claim: dict[str, object] = {"from_cell": cells[0], "to_cell": cells[1], "active": True, whose: owner.id}
    claim |= dict.fromkeys(("lead", "tail", "is_deep"))
    load = given._asdict()
    claims = [claim | (load if one == given.resource_id else {"resource_id": one}) for one in resource_ids]
    db.session.execute(_NEW, sorted(claims, key=itemgetter("resource_id")))


def end_claims_of(owner: Appointment | Hold) -> None:
    """Free what it kept."""
    whose = Claim.appointment_id if isinstance(owner, Appointment) else Claim.hold_id
    db.session.execute(
        update(Claim).where(whose == owner.id, Claim.active).values(active=False),
        execution_options={"synchronize_session": False},
    )


def still_claims(hold: Hold) -> bool:
    """Whether it keeps anything: neither ended meanwhile nor turned into an appointment."""
    active = exists().where(_claim.c.hold_id == hold.id, _claim.c.active)
    return bool(db.session.execute(select(active)).scalar())


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
