"""A mail came back: staff must hear of it the same day, since the client has not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.actions.contention import retrying
from app.delivery.returned import Returned, read_report
from app.models import Notification
from app.store import outbox
from app.store.transactions import transaction

#: A report without the original's number can only be about something recent.
_RECENT = timedelta(days=5)


class Heard(StrEnum):
    """What became of a report."""

    FAILED = "failed"  # the message now counts as failed
    NOTHING_NEW = "nothing new"  # delayed, delivered, or known already
    NOT_UNDERSTOOD = "not understood"
    UNKNOWN = "unknown"  # about a mail that is not ours


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a report, and the message that it was about."""

    heard: Heard
    notification_id: int | None = None


@retrying
def hear_report(raw: bytes, now: datetime) -> Report:
    """Take in a delivery status notification as a mail server sent it."""
    returned = read_report(raw)
    if returned is None:
        return Report(Heard.NOT_UNDERSTOOD)
    with transaction():
        row = _about(returned, now)
        if row is None:
            return Report(Heard.UNKNOWN)
        if not returned.failed:
            return Report(Heard.NOTHING_NEW, row.id)
        marked = outbox.mark_returned(row.id, _reason(returned), now)
        return Report(Heard.FAILED if marked else Heard.NOTHING_NEW, row.id)


def _about(returned: Returned, now: datetime) -> Notification | None:
    if returned.message_id is not None:
        return outbox.find_by_message_id(returned.message_id)
    return outbox.find_last_sent_to(returned.address, now - _RECENT) if returned.address else None


def _reason(returned: Returned) -> str:
    words = " ".join(part for part in (returned.status, returned.said) if part)
    return f"the mail came back: {words or 'the address takes no mail'}"
