"""What a client had before: on which days deep work on a region, and whether they were here at all."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import bindparam, exists, select

from app.domain.appointments import ACTIVE_STATES, State
from app.domain.practice import DEEP, Location, Service
from app.domain.wallclock import local_date
from app.extensions import db
from app.models import Appointment, table_of
from app.models import Service as ServiceRow

_NOTHING = -1
_appointment, _service = table_of(Appointment), table_of(ServiceRow)
_DEEP_STARTS = (
    select(_appointment.c.starts_at)
    .select_from(_appointment.join(_service, _service.c.id == _appointment.c.service_id))
    .where(
        _appointment.c.client_id.in_(bindparam("clients", expanding=True)),
        _appointment.c.state.in_([state.value for state in ACTIVE_STATES]),
        _appointment.c.state != State.NO_SHOW.value,
        _appointment.c.id != bindparam("but"),
        _service.c.depth == DEEP,
        _service.c.region.is_not_distinct_from(bindparam("region")),
    )
)


def deep_days_of(
    service: Service, location: Location, client_ids: Collection[int], *, but: int | None = None
) -> tuple[date, ...]:
    """The local dates of the clients' deep sessions on the service's region, ``but`` of one appointment; nothing for lighter work.

    Whoever did not come was not treated: a no-show does not count.
    """
    if service.depth != DEEP or not client_ids or location.zone is None:
        return ()
    asked = {"clients": list(client_ids), "region": service.region, "but": but or _NOTHING}
    zone = location.zone
    return tuple(
        sorted({local_date(starts_at, zone) for starts_at in db.session.scalars(_DEEP_STARTS, asked)})
    )


def was_here(client_ids: Collection[int]) -> bool:
    """Whether one of these rows of a client has been given a session."""
    given = Appointment.client_id.in_(client_ids), Appointment.state == State.COMPLETED.value
    return bool(client_ids and db.session.execute(select(exists().where(*given))).scalar())
