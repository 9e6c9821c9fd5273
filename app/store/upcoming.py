"""The next sessions that follow a guidance plan, to look at their mails before anybody gets them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.domain.appointments import AHEAD
from app.extensions import db
from app.models import Appointment, Client, Service


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A session as people find it in a list."""

    reference: str
    starts_at: datetime
    zone: str
    client: str
    service: Mapping[str, str]


def list_upcoming(plan_id: int, now: datetime, limit: int = 10) -> list[Upcoming]:
    """The next sessions of services with that plan, in time order."""
    wanted = (
        select(
            Appointment.reference,
            Appointment.starts_at,
            Appointment.zone,
            Client.name,
            Service.name.label("service"),
        )
        .join(Client, Client.id == Appointment.client_id)
        .join(Service, Service.id == Appointment.service_id)
        .where(
            Service.guidance_plan_id == plan_id,
            Appointment.starts_at > now,
            Appointment.state.in_(AHEAD),
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(limit)
    )
    return [Upcoming(*row) for row in db.session.execute(wanted)]
