"""A client who is late: how many minutes, so that the therapist knows what is left of the session."""

from datetime import datetime

from app.actions.contention import retrying
from app.actions.day import Click, NotPossible, seen
from app.domain.appointments import State
from app.domain.lateness import may_be_late
from app.domain.workday import LATEST_MINUTES
from app.store.audit import add_audit_line
from app.store.transactions import take_booking_lock, transaction


@retrying
def note_lateness(click: Click, minutes: int | None, now: datetime) -> NotPossible | None:
    """Write down so many minutes, or none; NotPossible where its state or the hour is not one for it. Raises ValueError out of 0 to 240, Stale when somebody else was first, and Busy."""
    if minutes is not None and not 0 <= minutes <= LATEST_MINUTES:
        raise ValueError("minutes out of range")
    with transaction():
        take_booking_lock()
        appointment = seen(click)
        state = State(appointment.state)
        if not may_be_late(state, appointment.starts_at, appointment.ends_at, now):
            return NotPossible(state)
        was, appointment.minutes_late = appointment.minutes_late, minutes or None
        if was != appointment.minutes_late:
            detail = {"minutes late": {"from": was, "to": appointment.minutes_late}}
            add_audit_line(click.actor, "lateness", "appointment", appointment.id, detail, now)
    return None
