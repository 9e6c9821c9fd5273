"""The outbox: sending what is due, one claim at a time, and what staff may do about it.

Sending is the one exception to "one action, one transaction": claim and commit, compose from what is true now, let go of
the database, deliver, then mark. SMTP can't promise "exactly once"; the Message-ID that never changes makes a repeat harmless.
"""

import json
import logging
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.actions.contention import retrying
from app.actions.letters import NotNow, account_context, letter_for
from app.actions.notifications import announce, new_message_id
from app.delivery.outcomes import Again, Failed, Outcome, Sent
from app.delivery.smtp import Courier
from app.domain.appointments import Actor
from app.domain.emails import Email
from app.domain.notifications import (
    ACCOUNT_LIFE,
    LEASE,
    NOTICE_LIFE,
    Audience,
    Kind,
    wait_before_retry,
)
from app.emails.compose import compose
from app.models import Notification
from app.store import outbox
from app.store.audit import add_audit_line
from app.store.outbox import Lease as Lease
from app.store.practice import load_practice
from app.store.transactions import DATABASE_TROUBLE, transaction
from app.vault import seal_for_practice

_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Keeping = Callable[[Lease], AbstractContextManager[object]]


class Result(StrEnum):
    """What became of one attempt to send a notification."""

    SENT = "sent"
    AGAIN = "again"
    SERVER_DOWN = "server down"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_OURS = "not ours"  # not due, held, somebody else's, or it must wait for an earlier one


@dataclass(frozen=True, slots=True)
class Swept:
    """How a walk through everything that was due ended."""

    sent: int = 0
    ended: int = 0  # failed or skipped
    waiting: int = 0  # to be tried again, or not reached


def courier() -> Courier:
    """Who carries the mail; use it in a ``with`` block. Raises NoPractice."""
    demonstration = load_practice().demonstration
    outbox.end_reading()
    return Courier(demonstration=demonstration)


def send_one(notification_id: int, carrier: Courier, clock: Clock, keeping: Keeping = nullcontext) -> Result:
    """Send one notification if it is due and nobody else has it. No transaction is open while the network is waited for.

    ``keeping`` is told the lease and keeps it alive while sending takes long.
    """
    lease = _claimed(notification_id, clock())
    if lease is None:
        return Result.NOT_OURS
    email = _composed(lease, clock())
    outbox.end_reading()
    if isinstance(email, Result):
        return email
    with keeping(lease):
        outcome = carrier.deliver(email)
    return _marked(lease, email, outcome, clock())


def sweep(clock: Clock, keeping: Keeping = nullcontext, stopping: Callable[[], bool] = bool) -> Swept:
    """Send everything that is due, oldest first, over one connection; gives up early while the mail server is down."""
    due = _due(clock())
    results: list[Result] = []
    if due:
        with courier() as carrier:
            for notification_id in due:
                if stopping() or Result.SERVER_DOWN in results:
                    break
                results.append(send_one(notification_id, carrier, clock, keeping))
    sent = results.count(Result.SENT)
    ended = results.count(Result.FAILED) + results.count(Result.SKIPPED)
    return Swept(sent, ended, len(due) - sent - ended)


@retrying
def extend_lease(lease: Lease, now: datetime) -> bool:
    """Keep a lease alive while the mail server is slow; false when it was lost."""
    with transaction():
        return outbox.extend_lease(lease, now + LEASE)


@retrying
def add_account_message(address: str, subject: str, text: str, now: datetime) -> int:
    """A message about a staff account (a reset link, say): its words are sealed, and it is sent like all others."""
    message_id = new_message_id()
    content = seal_for_practice(json.dumps({"subject": subject, "text": text}), account_context(message_id))
    with transaction():
        row = Notification(
            step=Kind.ACCOUNT_MESSAGE.value,
            kind=Kind.ACCOUNT_MESSAGE.value,
            audience=Audience.STAFF.value,
            address=address,
            sealed_content=content,
            due_at=now,
            expires_at=now + ACCOUNT_LIFE,
            message_id=message_id,
            created_at=now,
        )
        outbox.add_notification(row)
        number = row.id
    announce([number])
    return number


@retrying
def retry(notification_id: int, now: datetime, by: Actor | None = None) -> bool:
    """Send a failed or skipped message after all, as soon as possible. Raises LookupError; false when it has not ended so.

    With ``by``, who asked for it is written down in the history of the appointment.
    """
    with transaction():
        row = outbox.get_notification(notification_id)
        planned = outbox.plan_again(notification_id, now, now + NOTICE_LIFE)
        if planned and by is not None and row.appointment_id is not None:
            detail = {"message": notification_id, "kind": row.kind}
            add_audit_line(by, "message sent again", "appointment", row.appointment_id, detail, now)
    if planned:
        announce([notification_id])
    return planned


@retrying
def hold(now: datetime) -> None:
    """Stop all sending until it is released; nothing is lost meanwhile."""
    with transaction():
        outbox.set_held(now)


@retrying
def release() -> None:
    """Let sending go on."""
    with transaction():
        outbox.set_held(None)


@retrying
def beat(worker: str, now: datetime) -> None:
    """A worker says that it is alive."""
    with transaction():
        outbox.beat(worker, now)


@retrying
def _due(now: datetime) -> list[int]:
    with transaction():
        outbox.skip_expired(now)
        return outbox.list_due(now)


@retrying
def _claimed(notification_id: int, now: datetime) -> Lease | None:
    lease = Lease(notification_id, secrets.token_hex(16))
    with transaction():
        return lease if outbox.claim(lease, now, now + LEASE) else None


def _composed(lease: Lease, now: datetime) -> Email | Result:
    row = outbox.get_notification(lease.notification_id)
    try:
        letter = letter_for(row, now)
        if not isinstance(letter, NotNow):
            return compose(letter)
    except DATABASE_TROUBLE:
        raise  # the lease runs out, and it is tried again
    except Exception as error:  # noqa: BLE001 - one broken letter must not stop the others
        # The error's text may hold what a client wrote; its kind says enough.
        _log.error("notification %s can't be composed: %s", lease.notification_id, type(error).__name__)
        return _given_up(lease, f"it could not be composed ({type(error).__name__})", now)
    return _skipped(lease, letter.reason)


@retrying
def _given_up(lease: Lease, reason: str, now: datetime) -> Result:
    with transaction():
        outbox.mark_failed(lease, reason, now)
    return Result.FAILED


@retrying
def _skipped(lease: Lease, reason: str) -> Result:
    with transaction():
        outbox.mark_skipped(lease, reason)
    return Result.SKIPPED


@retrying
def _marked(lease: Lease, email: Email, outcome: Outcome, now: datetime) -> Result:
    with transaction():
        row = outbox.get_notification(lease.notification_id)
        match outcome:
            case Sent():
                result, ours = Result.SENT, outbox.mark_sent(lease, email.to.address, now)
            case Again(reason, server_down):
                later = now + wait_before_retry(row.attempts)
                result = Result.SERVER_DOWN if server_down else Result.AGAIN
                ours = outbox.mark_again(lease, reason, later, now)
            case Failed(reason):
                result, ours = Result.FAILED, outbox.mark_failed(lease, reason, now)
        attempts = row.attempts
    _log.info(
        "notification %s (%s): %s, attempt %s", lease.notification_id, email.kind, result.value, attempts
    )
    if not ours:
        _log.warning("notification %s: the lease had run out before it was marked", lease.notification_id)
    return result
