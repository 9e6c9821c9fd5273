"""Deciding whom to tell, inside the transaction of what there is to tell; and saying afterwards that something is due."""

import logging
import secrets
from collections.abc import Iterable
from datetime import datetime

from app.delivery.smtp import sender_address
from app.domain.notifications import (
    WAS_CANCELLED,
    WAS_MOVED,
    Fate,
    Plan,
    Previous,
    Told,
    message_domain,
    message_id,
    plans_for_booking,
    plans_for_cancelling,
    plans_for_move,
)
from app.domain.wallclock import zone_named
from app.extensions import notifications_due
from app.links import site_url
from app.models import Appointment
from app.store.outbox import add_notifications, list_steps, skip_reminders
from app.store.practice import load_practice
from app.store.told import therapist_address

_log = logging.getLogger(__name__)


def decide_booked(appointment: Appointment, now: datetime) -> list[int]:
    """Plan what a booking makes known. Answers the numbers of what is due at once."""
    return _write(appointment, plans_for_booking(_told(appointment), now), now)


def decide_moved(appointment: Appointment, previous_therapist_id: int | None, now: datetime) -> list[int]:
    """Plan what a move makes known; ``previous_therapist_id`` only if somebody else has it now. Old reminders are dropped."""
    skip_reminders(appointment.id, WAS_MOVED)
    previous = None
    if previous_therapist_id is not None:
        previous = Previous(previous_therapist_id, bool(_address_of(previous_therapist_id)))
    return _write(appointment, plans_for_move(_told(appointment), previous, now), now)


def decide_cancelled(appointment: Appointment, now: datetime) -> list[int]:
    """Plan what a cancellation makes known; who cancelled stands in the appointment. Reminders are dropped."""
    skip_reminders(appointment.id, WAS_CANCELLED)
    return _write(appointment, plans_for_cancelling(_told(appointment), now), now)


def announce(notification_ids: Iterable[int]) -> None:
    """After the commit: whoever works through the outbox may begin. Never raises; the sweep finds what is missed."""
    due = list(notification_ids)
    if not due:
        return
    try:
        notifications_due.send(None, ids=due)
    except Exception:  # noqa: BLE001 - the booking is made; nothing may make it look otherwise
        _log.warning("notifications %s wait for the next sweep", due, exc_info=True)


def new_message_id() -> str:
    """A Message-ID that nothing else has; fixed when a notification is decided."""
    return message_id(secrets.token_hex(16), message_domain(site_url(), sender_address()))


def _told(appointment: Appointment) -> Told:
    return Told(
        starts_at=appointment.starts_at,
        zone=zone_named(appointment.zone),
        therapist_id=appointment.therapist_id,
        client_has_address=bool(appointment.client.contact.email),
        therapist_has_address=bool(_address_of(appointment.therapist_id)),
        reminder_days=load_practice().policy.reminder_days,
    )


def _address_of(therapist_id: int) -> str | None:
    """The address in the practice in force; of somebody who has been retired the one that is stored."""
    known = load_practice().therapist_with_id(therapist_id)
    return known.email if known else therapist_address(therapist_id)


def _write(appointment: Appointment, plans: Iterable[Plan], now: datetime) -> list[int]:
    decided = list_steps(appointment.id, appointment.revision) if appointment.revision else set()
    rows = [_row(appointment, plan, now) for plan in plans if plan.step not in decided]
    return add_notifications(rows, now)


def _row(appointment: Appointment, plan: Plan, now: datetime) -> dict[str, object]:
    return {
        "appointment_id": appointment.id,
        "step": plan.step,
        "revision": appointment.revision,
        "kind": plan.kind.value,
        "audience": plan.audience.value,
        "therapist_id": plan.therapist_id,
        "state": (Fate.SKIPPED if plan.why_not else Fate.PLANNED).value,
        "why": plan.why_not,
        "due_at": plan.due_at,
        "expires_at": plan.expires_at,
        "message_id": new_message_id(),
        "created_at": now,
    }
