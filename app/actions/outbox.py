"""The outbox: working through what is due, in batches, and what staff and operators may do about it.

Sending is the one exception to "one action, one transaction": claim a batch and commit, then for each message compose from
what is true now, let go of the database, deliver, and mark.
"""

import json
import logging
import math
import secrets
import time
import zlib
from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from app.actions.contention import retrying
from app.actions.letter_facts import account_context
from app.actions.notifications import announce, new_message_id
from app.actions.sending import Clock, Result, copy_context, send
from app.delivery.smtp import Courier as Courier
from app.domain.appointments import Actor
from app.domain.notifications import ACCOUNT_LIFE, LEASE, Audience, Kind, worth_again_until
from app.models import Notification
from app.store import outbox
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line
from app.store.outbox import Claimed, Lease
from app.store.practice import load_practice
from app.store.transactions import DATABASE_TROUBLE, Busy, end_reading, transaction
from app.vault import CannotOpen, open_bytes, seal_for_practice

_log = logging.getLogger(__name__)

#: Told the token of a batch, it keeps the batch's leases alive while its block lasts.
Keeping = Callable[[str], AbstractContextManager[object]]
_BATCH = 50
_ENDED = (Result.FAILED, Result.SKIPPED)


@dataclass(frozen=True, slots=True)
class Swept:
    """How a walk through what was due ended."""

    sent: int = 0
    ended: int = 0  # failed or skipped
    waiting: int = 0  # to be tried again, or not reached
    more: bool = False  # time was up, and more can be sent at once


@dataclass(frozen=True, slots=True)
class Walk:
    """How far to go: ``stopping`` ends it between two messages, and so does ``seconds``, if it is given."""

    clock: Clock
    keeping: Keeping = nullcontext
    stopping: Callable[[], bool] = bool
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class SentCopy:
    """A message as it was sent."""

    subject: str
    text: str
    html: str
    to: str


def courier() -> Courier:
    """Who carries the mail, and remembers how the mail server fares; use it in a ``with`` block, or hang up in the end."""
    return Courier(demonstration=True)


def sweep(
    clock: Clock,
    keeping: Keeping = nullcontext,
    stopping: Callable[[], bool] = bool,
    carrier: Courier | None = None,
    seconds: float | None = None,
) -> Swept:
    """Send what is due, what has waited longest first; gives up early while the mail server is down.

    Whatever is due again only because it was tried here waits for the next sweep.
    """
    walk = Walk(clock, keeping, stopping, seconds)
    _skip_expired(clock())
    if carrier is not None:
        return _walk(walk, carrier)
    with courier() as own:
        return _walk(walk, own)


def deliver(notification_ids: Collection[int], carrier: Courier, walk: Walk) -> Swept:
    """Send these, as far as they are due, it is their turn, and nobody else has them."""
    return _walk(walk, carrier, notification_ids)


@retrying
def extend_leases(token: str, now: datetime) -> int:
    """Keep a batch's leases alive while the mail server is slow; answers how many are left."""
    with transaction():
        return outbox.extend_leases(token, now + LEASE)


@retrying
def add_account_message(
    address: str, subject: str, text: str, now: datetime, tried_by: Actor | None = None
) -> int:
    """A message about a staff account (a reset link, say): its words are sealed, and it is sent like all others.

    With ``tried_by`` it is a mail to see whether mails work, and who tried that is written down.
    """
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
        if tried_by is not None:
            add_audit_line(tried_by, "test mail sent", "notification", number, {}, now)
    announce([number])
    return number


@retrying
def retry(notification_id: int, now: datetime, by: Actor | None = None) -> bool:
    """Send a failed or skipped message after all, as soon as possible. Raises LookupError; false when it has not ended so.

    With ``by``, who asked for it is written down in the history of the appointment.
    """
    with transaction():
        row = outbox.get_notification(notification_id)
        starts_at = get_appointment(row.appointment_id).starts_at if row.appointment_id else None
        planned = outbox.plan_again(notification_id, now, worth_again_until(row.kind, starts_at, now))
        if planned and by is not None and row.appointment_id is not None:
            detail = {"message": notification_id, "kind": row.kind}
            add_audit_line(by, "message sent again", "appointment", row.appointment_id, detail, now)
    if planned:
        announce([notification_id])
    return planned


@retrying
def open_copy(notification_id: int, by: Actor, now: datetime) -> SentCopy | None:
    """A message as it was sent; who opened it is written down. None where no copy was kept, or its key is gone."""
    with transaction():
        stored = outbox.find_copy(notification_id)
        if stored is None:
            return None
        try:
            packed = open_bytes(stored.sealed, stored.wrapped_key, copy_context(stored.message_id))
        except CannotOpen:
            return None
        number = stored.appointment_id
        about = "message" if number is None else "appointment"
        add_audit_line(
            by, "message opened", about, number or notification_id, {"message": notification_id}, now
        )
    told = json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass"))
    return SentCopy(told["subject"], told["text"], told["html"], told["to"])


@retrying
def hold(now: datetime) -> bool:
    """Stop all sending until it is released, from the command line; nothing is lost meanwhile. Whether it went on until now."""
    return _turn(Actor("command", "flask outbox hold"), "sending held", now, held_since=now)


@retrying
def release(now: datetime) -> bool:
    """Let sending go on. Whether it was stopped until now."""
    return _turn(Actor("command", "flask outbox release"), "sending released", now, held_since=None)


def _turn(by: Actor, act: str, now: datetime, *, held_since: datetime | None) -> bool:
    """Who stops all mails, or lets them go on, is written down; a second time changes nothing, not even since when."""
    with transaction():
        if outbox.is_held() is (held_since is not None):
            return False
        outbox.set_held(held_since)
        add_audit_line(by, act, "notification", None, {}, now)
    return True


@retrying
def beat(worker: str, now: datetime) -> None:
    """A worker says that it is alive."""
    with transaction():
        outbox.beat(worker, now)


def _walk(walk: Walk, carrier: Courier, only: Collection[int] | None = None) -> Swept:
    """Batch after batch of what was due when it began, until nothing is left or it is time to end."""
    began, give_up_at = walk.clock(), _deadline(walk.seconds)
    results: Counter[Result] = Counter()
    if not _is_worth_it(carrier, began, only):
        return Swept(waiting=_count_due(began))
    time_is_up = False
    while carrier.may_try(walk.clock()) and not walk.stopping() and not time_is_up:
        batch = _claimed(began, walk.clock(), 1 if carrier.is_probing else _BATCH, only)
        found = _send_batch(batch, carrier, walk, give_up_at)
        results.update(found)
        if not batch or Result.SERVER_DOWN in found:
            break
        time_is_up = time.monotonic() >= give_up_at
    waiting = _count_due(walk.clock())
    if results:
        _log.info("messages: %s", ", ".join(f"{count} {result.value}" for result, count in results.items()))
    ended = sum(results[result] for result in _ENDED)
    again = results[Result.AGAIN]  # due a little later, so that they are not counted among the others
    return Swept(results[Result.SENT], ended, waiting + again, time_is_up and waiting > 0)


def _send_batch(batch: Sequence[Claimed], carrier: Courier, walk: Walk, give_up_at: float) -> list[Result]:
    """One after the other; what is not reached is given back. Time that is up is noticed after the first."""
    left, found, claimed_at = deque(batch), list[Result](), walk.clock()
    if not left:
        return found
    try:
        with walk.keeping(batch[0].lease.token):
            while left and carrier.may_try(walk.clock()) and not walk.stopping():
                one = left.popleft()
                found.append(send(one, claimed_at, carrier, walk.clock))
                if found[-1] is Result.SERVER_DOWN:
                    left.append(one)
                if found[-1] is Result.SERVER_DOWN or time.monotonic() >= give_up_at:
                    break
    finally:
        _give_back([one.lease for one in left])
    return found


def _is_worth_it(carrier: Courier, now: datetime, only: Collection[int] | None) -> bool:
    """Whether anything can be claimed, and the mail server may be tried. Raises NoPractice."""
    if not carrier.may_try(now):
        return False
    end_reading()
    found = bool(outbox.list_due(now, 1, only))
    if found:
        carrier.demonstration = load_practice().demonstration
    end_reading()
    return found


def _deadline(seconds: float | None) -> float:
    return math.inf if seconds is None else time.monotonic() + seconds


def _count_due(now: datetime) -> int:
    end_reading()
    counted = outbox.count_due(now)
    end_reading()
    return counted


@retrying
def _skip_expired(now: datetime) -> None:
    with transaction():
        outbox.skip_expired(now)


@retrying
def _claimed(due_by: datetime, now: datetime, limit: int, only: Collection[int] | None) -> list[Claimed]:
    with transaction():
        return outbox.load_claimed(outbox.claim(secrets.token_hex(16), due_by, now + LEASE, limit, only))


def _give_back(leases: Sequence[Lease]) -> None:
    """Never raises: leases that can't be given back run out by themselves."""
    if not leases:
        return
    try:
        _given_back(leases)
    except (Busy, *DATABASE_TROUBLE):
        _log.warning("%s messages could not be given back; their leases run out soon", len(leases))


@retrying
def _given_back(leases: Sequence[Lease]) -> None:
    with transaction():
        outbox.give_back(leases)
