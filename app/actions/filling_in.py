"""What a visitor has typed for a time that is kept: sealed with it, until it is booked or nobody has come back for it."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from app.actions.contention import retrying
from app.models import Hold
from app.store.holds import (
    any_typed_before,
    find_hold,
    forget_typed,
    forget_typed_before,
    list_holds_typed_by,
    put_typed,
)
from app.store.seal_contexts import typed_context
from app.store.transactions import transaction
from app.vault import CannotOpen, keyed_digest, open_for_practice, seal_for_practice

#: By page ("details", "consent"), field by field.
Typed = Mapping[str, Mapping[str, str]]
#: How long it outlives the time it was typed for, and its own last change: who comes back late need not type again.
TYPED_FOR = timedelta(hours=1)
#: Characters that are kept of a field: more than any takes, so that what is too long stays so.
_LONGEST = 4000


def typed_for(hold: Hold, now: datetime) -> Typed:
    """What was typed; nothing once nobody has come back for it, or its key is gone."""
    if hold.sealed_typed is None or not _still_kept(hold, now):
        return {}
    try:
        found: Typed = json.loads(open_for_practice(hold.sealed_typed, typed_context(hold.token)))
    except CannotOpen:
        return {}
    return found


@retrying
def keep_typed(token: str, typed: Typed, now: datetime) -> None:
    """Seal it, in place of what was typed before. Raises Busy."""
    kept = {page: {name: said[:_LONGEST] for name, said in fields.items()} for page, fields in typed.items()}
    sealed = seal_for_practice(json.dumps(kept), typed_context(token))
    with transaction():
        put_typed(token, sealed, now)


def digest_of(shown: object) -> str:
    """What a page has shown, as its form may carry it: only to be compared."""
    return keyed_digest("shown", repr(shown).encode())


def has_typed(visitor: str, service_id: int, since: datetime | None, now: datetime) -> bool:
    """Whether something waits for the next time of that session that the visitor picks."""
    return bool(_waiting(visitor, service_id, since, now))


@retrying
def take_over(token: str, visitor: str, since: datetime | None, now: datetime) -> None:
    """What a visitor typed for another time of the same session goes along to the time that they have picked now.

    Nothing that was typed before ``since``, when this browser began a booking anew: somebody else may sit there. Raises Busy.
    """
    if not list_holds_typed_by(visitor):
        return
    with transaction():
        picked = find_hold(token)
        if picked is None:
            return
        if picked.typed_at and since and picked.typed_at < since:
            forget_typed(picked)
        if picked.sealed_typed is None:
            _move_typed(picked, _waiting(visitor, picked.variant.service_id, since, now), now)


@retrying
def forget_old_typed(now: datetime) -> None:
    """Housekeeping: what nobody has come back for. Raises Busy."""
    long_ago = now - TYPED_FOR
    if any_typed_before(long_ago):
        with transaction():
            forget_typed_before(long_ago)


def _move_typed(picked: Hold, waiting: list[Hold], now: datetime) -> None:
    """The latest; where that time is still kept, in another window perhaps, its own stays as well."""
    if not waiting:
        return
    latest = waiting[-1]
    typed = json.dumps(typed_for(latest, now))
    picked.sealed_typed, picked.typed_at = seal_for_practice(typed, typed_context(picked.token)), now
    if latest.expires_at <= now:
        forget_typed(latest)


def _waiting(visitor: str, service_id: int, since: datetime | None, now: datetime) -> list[Hold]:
    return [
        hold
        for hold in list_holds_typed_by(visitor)
        if hold.variant.service_id == service_id
        and _still_kept(hold, now)
        and (since is None or (hold.typed_at and hold.typed_at >= since))
    ]


def _still_kept(hold: Hold, now: datetime) -> bool:
    return max(hold.expires_at, hold.typed_at or hold.expires_at) > now - TYPED_FOR
