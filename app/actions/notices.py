"""What staff do about messages beside sending them: choosing their own notices, phoning instead, reading what one would say."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.actions.contention import retrying
from app.actions.letters import NotNow, NotYet, as_mail, letter_for, without_links
from app.domain.appointments import Actor
from app.domain.notifications import NO_CLIENT_ADDRESS, Notice
from app.emails.compose import compose
from app.models import Notification
from app.store import outbox
from app.store.audit import add_audit_line
from app.store.calls import mark_called
from app.store.staff import set_language, set_notices
from app.store.transactions import DATABASE_TROUBLE, transaction

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says, without its looks."""

    subject: str
    text: str


@retrying
def choose_notices(member_id: int, notices: Iterable[Notice], now: datetime) -> None:
    """A member chooses what they are told of; never of what they did themselves. Raises LookupError, Busy."""
    chosen = sorted(notice.value for notice in set(notices))
    with transaction():
        email = set_notices(member_id, chosen)
        detail = {"notices": chosen}
        add_audit_line(Actor("staff", email), "notices chosen", "staff_member", member_id, detail, now)


@retrying
def choose_language(member_id: int, language: str | None, now: datetime) -> None:
    """A member chooses the language of their pages and mails; none: the practice's. Raises LookupError, Busy."""
    with transaction():
        email, before = set_language(member_id, language)
        detail = {"language": {"from": before, "to": language}}
        add_audit_line(Actor("staff", email), "language chosen", "staff_member", member_id, detail, now)


@retrying
def settle_call(notification_id: int, by: Actor, now: datetime) -> bool:
    """Somebody has phoned the client instead: about this message, and what was due before it for the same appointment.

    False where nothing waited for a call. Raises Busy.
    """
    with transaction():
        appointment_id = mark_called(notification_id, by.name, now)
        if appointment_id is None:
            return False
        detail = {"message": notification_id}
        add_audit_line(by, "called instead", "appointment", appointment_id, detail, now)
    return True


def words_now(notification_id: int, now: datetime) -> Words | NotNow:
    """What a message that has not been sent would say, or why there is nothing to say. Only reads. Raises LookupError."""
    row = outbox.get_notification(notification_id)
    try:
        return _composed(row, now)
    except DATABASE_TROUBLE:
        raise
    except Exception as error:  # noqa: BLE001 - the page of a message that can't be composed must open all the same
        # The error's text may hold what a client wrote; its kind says enough.
        _log.warning("notification %s can't be composed: %s", notification_id, type(error).__name__)
        return NotNow(f"it can't be composed ({type(error).__name__})")


def _composed(row: Notification, now: datetime) -> Words | NotNow:
    letter = letter_for(row, max(now, row.due_at))
    if isinstance(letter, NotYet):
        letter = letter_for(row, letter.due_at)
    if isinstance(letter, NotYet):
        return NotNow("it waits until the night is over")
    if not isinstance(letter, NotNow):
        email = compose(without_links(letter))
        return Words(email.subject, email.text)
    if letter.reason == NO_CLIENT_ADDRESS and row.appointment_id is not None:
        shown = as_mail(row, max(now, row.due_at))
        return Words(shown.subject, shown.text)
    return letter
