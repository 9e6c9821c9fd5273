"""Whose sessions stand on a day sheet."""

from collections.abc import Collection

from sqlalchemy import select

from app.extensions import db
from app.models import Appointment


def clients_of(appointment_ids: Collection[int]) -> dict[int, int]:
    """By appointment, the number of its client."""
    wanted = select(Appointment.id, Appointment.client_id).where(Appointment.id.in_(appointment_ids))
    return dict(db.session.execute(wanted).all())
