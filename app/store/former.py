"""Places that are out of use and still have sessions: they are not offered any more, and the desk must see their days."""

from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import selectinload

from app.domain import practice as values
from app.domain.appointments import ACTIVE_STATES
from app.extensions import db
from app.models import Appointment, Location
from app.store.plain_rows import plain_rows
from app.store.practice import location_value

_CHILDREN = tuple(
    selectinload(child)
    for child in (Location.address_periods, Location.opening_hours, Location.closures, Location.rooms)
)


_KEPT = exists().where(
    Appointment.location_id == Location.id,
    Appointment.starts_at >= bindparam("since"),
    Appointment.state.in_([state.value for state in ACTIVE_STATES]),
)
#: Put together once: every view of the day asks, and hardly any practice has such a place.
_FORMER = select(Location.id).where(Location.retired_at.is_not(None), _KEPT)


def list_former_places(since: datetime) -> list[values.Location]:
    """Retired locations where something is kept that begins then or later, in the practice's order."""
    numbers = plain_rows(_FORMER, {"since": since}).scalars().all()
    if not numbers:
        return []
    wanted = select(Location).where(Location.id.in_(numbers)).order_by(Location.position, Location.id)
    return [location_value(row) for row in db.session.scalars(wanted.options(*_CHILDREN))]


def find_former_place(slug: str) -> values.Location | None:
    """The retired location of that slug, whatever is kept there: its past can be looked at."""
    wanted = select(Location).where(Location.retired_at.is_not(None), Location.slug == slug)
    row = db.session.scalars(wanted.options(*_CHILDREN)).first()
    return location_value(row) if row else None
