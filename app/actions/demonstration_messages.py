"""A demonstration's messages of days past: what would have been sent by now counts as sent then.

A filled week comes into being in seconds, but its people booked over twelve days. Without this the worker would send all of
their mail at once, much of it about sessions long over. What is recent is left to the worker, and really goes out.
"""

import secrets
from datetime import datetime, timedelta

from app.domain.notifications import LEASE, Audience, Fate
from app.models import Notification
from app.store import outbox
from app.store.appointments import get_appointment
from app.store.told import therapist_address
from app.store.transactions import transaction

_RECENT = timedelta(hours=6)
_ALL = 10_000


def count_old_messages_as_sent(now: datetime, refused: str) -> int:
    """Mark every message that was due some hours ago, or is about what has begun, as sent when it was due; how many.

    Mail to the address ``refused`` is left to the worker, so that the mail server can refuse it.
    """
    with transaction():
        planned = sorted(
            outbox.list_notifications((Fate.PLANNED.value,), _ALL), key=lambda row: (row.due_at, row.id)
        )
        old = [row for row in planned if row.due_at <= now - _RECENT or row.expires_at <= now]
        return sum(
            _count_as_sent(row, address) for row in old if (address := _address(row)) and address != refused
        )


def _count_as_sent(row: Notification, address: str) -> bool:
    due_at = row.due_at
    leases = outbox.claim(secrets.token_hex(16), due_at, due_at + LEASE, 1, only=[row.id])
    return any(outbox.mark_sent(lease, address, due_at) for lease in leases)


def _address(row: Notification) -> str | None:
    if row.audience == Audience.THERAPIST:
        return therapist_address(row.therapist_id)
    return get_appointment(row.appointment_id).client.contact.email if row.appointment_id else None
