"""What should have been decided and was not, or is no longer what a client was told: found and made good, now and then."""

import secrets
from datetime import datetime, timedelta

from app.actions.contention import retrying
from app.actions.notifications import announce, told_of, write_plans
from app.domain.addresses import address_step, place_digest
from app.domain.appointments import Actor
from app.domain.notifications import NO_CLIENT_ADDRESS, Audience, Kind
from app.domain.telling import Known, Plan, Reader, plans
from app.models import Appointment
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line
from app.store.reconciling import is_untold, list_told_elsewhere, list_untold
from app.store.told import address_of_appointment
from app.store.transactions import take_booking_lock, transaction

_PROGRAM = Actor("worker", None)
_SETTLED = timedelta(minutes=10)  # who has just changed something may not be finished
_AT_ONCE = 200


def reconcile(now: datetime) -> int:
    """Make good what is missing: messages of a future session that were never decided, and news of another address.

    Answers how many appointments had something to be made good.
    """
    untold = list_untold(now, now - _SETTLED, _AT_ONCE)
    elsewhere = list_told_elsewhere(now, _AT_ONCE)
    for number in untold:
        _tell(number, now)
    for number in elsewhere:
        _tell_address(number, now)
    return len(untold) + len(elsewhere)


@retrying
def _tell(appointment_id: int, now: datetime) -> None:
    """Decide for an appointment about whose present state nobody was told."""
    with transaction():
        take_booking_lock()  # of several workers one decides
        if not is_untold(appointment_id):
            return
        appointment = get_appointment(appointment_id)
        told = told_of(appointment)
        client = Reader(Audience.CLIENT, None, bool(appointment.client.contact.email))
        due = write_plans(appointment, plans(told, [client], now, timedelta(0)), now)
        add_audit_line(_PROGRAM, "messages made good", "appointment", appointment.id, {}, now)
    announce(due)


@retrying
def _tell_address(appointment_id: int, now: datetime) -> None:
    """Tell a client that the session takes place at another address than the one that was told."""
    with transaction():
        take_booking_lock()
        if appointment_id not in list_told_elsewhere(now, 1, only=appointment_id):
            return
        appointment = get_appointment(appointment_id)
        due = write_plans(appointment, [_address_plan(appointment, now)], now)
    announce(due)


def _address_plan(appointment: Appointment, now: datetime) -> Plan:
    digest = place_digest(address_of_appointment(appointment).lines)
    return Plan(
        step=f"{address_step(digest)}_{secrets.token_hex(3)}",
        kind=Kind.APPOINTMENT_ADDRESS,
        audience=Audience.CLIENT,
        due_at=now,
        expires_at=appointment.starts_at,
        before=Known(appointment.starts_at, appointment.therapist_id),
        why_not=None if appointment.client.contact.email else NO_CLIENT_ADDRESS,
    )
