"""Sending one claimed message: composed from what is true now, handed over, and its fate written down.

No transaction is open while the network is waited for. SMTP can't promise "exactly once"; the Message-ID that never
changes makes a repeat harmless.
"""

import json
import logging
import random
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.actions.contention import retrying
from app.actions.letters import NotNow, NotYet, letter_for
from app.delivery.outcomes import Again, Failed, Outcome, Sent
from app.delivery.recipients import Addressed, TryOut, addressed
from app.delivery.smtp import Courier
from app.domain.addresses import place_digest
from app.domain.emails import Email
from app.domain.notifications import EXPIRED, LEASE, wait_before_retry
from app.emails.compose import compose
from app.emails.facts import AccountLetter, AgendaLetter, Letter
from app.emails.try_out import try_out_words
from app.store import outbox
from app.store.outbox import Claimed, Lease
from app.store.practice import load_practice
from app.store.seal_contexts import copy_context as copy_context
from app.store.transactions import ANY_DATABASE_ERROR, DATABASE_TROUBLE, Busy, end_reading, transaction
from app.vault import seal_bytes

_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

#: What was claimed less than this ago is ours: a lease lasts twice as long, and is extended meanwhile.
_SURE = LEASE / 2
#: The first repeat is at once, but not by whoever has just been refused.
_SHORTEST_WAIT = timedelta(seconds=1)
#: Pauses, in seconds, between tries to write down that a message was sent: to forget it would send it twice.
_PAUSES = (0.2, 0.5, 1, 2, 4, 8, 8)


class Result(StrEnum):
    """What became of one claimed message."""

    SENT = "sent"
    AGAIN = "again"
    LATER = "later"  # it is no time for it yet
    SERVER_DOWN = "server down"  # it could not be offered: no attempt of this message
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_OURS = "not ours"  # somebody else has it by now


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that can go: the mail, and what is written down when it has gone."""

    letter: Addressed
    attempts: int
    told_place: str | None
    wrapped_key: bytes | None  # of the client it is about
    keeps_copy: bool

    @property
    def email(self) -> Email:
        """As it goes."""
        return self.letter.email


def send(claimed: Claimed, claimed_at: datetime, carrier: Courier, clock: Clock) -> Result:
    """Send one message that was claimed then. With SERVER_DOWN it still has to be given back.

    Raises Busy and what is wrong with the database; whatever else breaks is this message's failure alone.
    """
    try:
        return _sent(claimed, claimed_at, carrier, clock)
    except (Busy, *DATABASE_TROUBLE):
        raise
    except Exception as error:  # noqa: BLE001 - one broken message must not stop the others
        return _broken(claimed.lease, error, clock())


def _sent(claimed: Claimed, claimed_at: datetime, carrier: Courier, clock: Clock) -> Result:
    now = clock()
    if now - claimed_at > _SURE and not _is_ours(claimed.lease):
        return Result.NOT_OURS
    ready = _ready(claimed, now)
    if isinstance(ready, Result):
        return ready
    outcome = carrier.deliver(ready.letter, clock())
    if isinstance(outcome, Again) and outcome.server_down:
        return Result.SERVER_DOWN
    return _mark(claimed.lease, ready, outcome, clock())


def _is_ours(lease: Lease) -> bool:
    end_reading()
    ours = outbox.is_held_with(lease)
    end_reading()
    return ours


def _ready(claimed: Claimed, now: datetime) -> Ready | Result:
    lease, row = claimed.lease, claimed.row
    if row.expires_at <= now:
        return _skip(lease, EXPIRED)
    try:
        letter, only_to = letter_for(row, now), load_practice().try_out_email
        end_reading()  # SQLite's writers wait for readers: what follows needs the facts alone
        if not isinstance(letter, NotNow | NotYet):
            return _composed(letter, row.attempts, claimed.wrapped_key, only_to)
    except DATABASE_TROUBLE:
        raise  # it is given back, and tried again
    except Exception as error:  # noqa: BLE001 - one broken letter must not stop the others
        # The error's text may hold what a client wrote; its kind says enough.
        _log.error("notification %s can't be composed: %s", lease.notification_id, type(error).__name__)
        return _give_up(lease, f"it could not be composed ({type(error).__name__})", now)
    if isinstance(letter, NotYet):
        return _put_off(lease, letter.due_at)
    return _skip(lease, letter.reason)


def _composed(
    letter: Letter | AccountLetter | AgendaLetter,
    attempts: int,
    wrapped_key: bytes | None,
    only_to: str | None,
) -> Ready:
    return Ready(
        letter=addressed(compose(letter), _try_out(letter, only_to)),
        attempts=attempts,
        told_place=place_digest(letter.appointment.address.lines) if isinstance(letter, Letter) else None,
        wrapped_key=wrapped_key,
        keeps_copy=not isinstance(letter, AccountLetter),  # that one lets whoever reads it into an account
    )


def _try_out(letter: Letter | AccountLetter | AgendaLetter, only_to: str | None) -> TryOut | None:
    """How mails are diverted, and what they say of it, in the language they are written in."""
    if only_to is None:
        return None
    return TryOut(only_to, *try_out_words(letter.language, letter.to.address))


def _broken(lease: Lease, error: Exception, now: datetime) -> Result:
    """It is not tried again by itself: it may have gone. Its text may hold what a client wrote; its kind says enough."""
    kind = type(error).__name__
    _log.error("notification %s broke while it was sent: %s", lease.notification_id, kind)
    try:
        return _give_up(lease, f"it broke while it was sent ({kind})", now)
    except (Busy, ANY_DATABASE_ERROR) as again:
        _log.error("notification %s can't be marked: %s", lease.notification_id, type(again).__name__)
    return Result.FAILED


@retrying
def _give_up(lease: Lease, reason: str, now: datetime) -> Result:
    with transaction():
        outbox.mark_failed(lease, reason, now)
    return Result.FAILED


@retrying
def _skip(lease: Lease, reason: str) -> Result:
    with transaction():
        outbox.mark_skipped(lease, reason)
    return Result.SKIPPED


@retrying
def _put_off(lease: Lease, due_at: datetime) -> Result:
    with transaction():
        outbox.mark_later(lease, due_at)
    return Result.LATER


def _mark(lease: Lease, ready: Ready, outcome: Outcome, now: datetime) -> Result:
    sealed = _copy(lease, ready) if isinstance(outcome, Sent) and ready.keeps_copy else None
    result, ours = _marked_in_the_end(lease, ready, outcome, sealed, now)
    number, kind, attempts = lease.notification_id, ready.email.kind, ready.attempts
    # What goes as it should stands in the ledger; ten thousand lines about it would hide the others.
    level = logging.DEBUG if result is Result.SENT else logging.INFO
    _log.log(level, "notification %s (%s): %s, attempt %s", number, kind, result.value, attempts)
    if not ours:
        _log.warning("notification %s: the lease had run out before it was marked", number)
    return result


def _marked_in_the_end(
    lease: Lease, ready: Ready, outcome: Outcome, sealed: bytes | None, now: datetime
) -> tuple[Result, bool]:
    """A database that is away for a moment, or a copy that it won't take, must not make us forget what has been sent."""
    for pause in _PAUSES:
        try:
            return _marked(lease, ready, outcome, sealed, now)
        except (Busy, *DATABASE_TROUBLE):
            _log.warning("notification %s can't be marked yet", lease.notification_id)
            time.sleep(pause)
        except ANY_DATABASE_ERROR as error:
            if sealed is None:
                raise
            _no_copy(lease, error)
            sealed = None
    return _marked(lease, ready, outcome, None, now)


@retrying
def _marked(
    lease: Lease, ready: Ready, outcome: Outcome, sealed: bytes | None, now: datetime
) -> tuple[Result, bool]:
    with transaction():
        match outcome:
            case Sent():
                ours = outbox.mark_sent(lease, ready.email.to.address, now, ready.told_place)
                if ours and sealed is not None:
                    outbox.keep_copy(lease.notification_id, sealed)
                return Result.SENT, ours
            case Again(reason):
                wait = wait_before_retry(ready.attempts, chance=random.random())  # noqa: S311 - jitter, no secret
                later = now + max(wait, _SHORTEST_WAIT)
                return Result.AGAIN, outbox.mark_again(lease, reason, later, now)
            case Failed(reason):
                return Result.FAILED, outbox.mark_failed(lease, reason, now)


def _copy(lease: Lease, ready: Ready) -> bytes | None:
    """The message as it was sent, small and sealed; none where that can't be: it has gone all the same."""
    try:
        return _sealed(ready)
    except Exception as error:  # noqa: BLE001 - that it went is written down, whatever becomes of the copy
        _no_copy(lease, error)
        return None


def _no_copy(lease: Lease, error: Exception) -> None:
    _log.error("notification %s: no copy can be kept: %s", lease.notification_id, type(error).__name__)


def _sealed(ready: Ready) -> bytes:
    email = ready.email
    told = {"subject": email.subject, "text": email.text, "html": email.html, "to": email.to.address}
    packed = zlib.compress(json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return seal_bytes(packed, ready.wrapped_key, copy_context(email.message_id))
