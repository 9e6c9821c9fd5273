"""What leaving the try-out sets free: the mails that are planned for clients, and those that clients never got."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import distinct, func, select

from app.domain.appointments import AHEAD
from app.extensions import db
from app.models import Appointment, Notification


@dataclass(frozen=True, slots=True)
class WaitingMails:
    """Planned mails to clients: how many, to how many people, the first when; and future appointments told to the tester only."""

    mails: int = 0
    people: int = 0
    first_at: datetime | None = None
    untold: int = 0


def load_waiting(try_out_email: str, now: datetime) -> WaitingMails:
    """How it stands now."""
    to_clients = Notification.audience == "client"
    planned = select(
        func.count(), func.count(distinct(Appointment.client_id)), func.min(Notification.due_at)
    ).join(Appointment, Appointment.id == Notification.appointment_id)
    planned = planned.where(
        to_clients, Notification.state.in_(("planned", "leased")), Notification.expires_at > now
    )
    untold = (
        select(func.count(distinct(Appointment.id)))
        .join(Notification, Notification.appointment_id == Appointment.id)
        .where(
            to_clients,
            Notification.state == "sent",
            Notification.address == try_out_email,
            Appointment.typed_email != try_out_email,
            Appointment.starts_at > now,
            Appointment.state.in_(AHEAD),
        )
    )
    mails, people, first_at = db.session.execute(planned).one()
    return WaitingMails(mails, people, first_at, db.session.scalar(untold) or 0)
