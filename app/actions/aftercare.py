"""After-care: decided when a session is marked as done, not by the clock; dropped when the mark is taken back."""

from dataclasses import replace
from datetime import datetime

from app.actions.notifications import told_of, write_plans
from app.domain.guidance import AFTER
from app.domain.notifications import NOT_COMPLETED, STOPPED, Kind
from app.domain.telling import plans_after
from app.models import Appointment
from app.store.clients import group_of
from app.store.notifications import drop_unsent_steps, find_next_start, skip_steps

_AFTERCARE = (Kind.APPOINTMENT_AFTERCARE,)


def decide_aftercare(appointment: Appointment, now: datetime) -> list[int]:
    """Plan what a client is told after the session; what was sent before a mark was taken back is not sent again.

    Answers the numbers of what is due at once.
    """
    told = told_of(appointment, AFTER)
    if not told.steps:
        return []
    drop_unsent_steps(appointment.id, _AFTERCARE)
    following = find_next_start(group_of(appointment.client_id), appointment.ends_at)
    decided = plans_after(told, following, now)
    if appointment.client.contact.aftercare_stopped_at is not None:
        decided = [replace(plan, why_not=plan.why_not or STOPPED) for plan in decided]
    return write_plans(appointment, decided, now)


def drop_aftercare(appointment: Appointment) -> None:
    """The session is not done after all."""
    skip_steps(appointment.id, _AFTERCARE, NOT_COMPLETED)
