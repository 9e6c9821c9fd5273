"""Calendar feeds: making a secret address, ending it, writing the diary that it shows."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.appointments import Actor
from app.domain.said import said
from app.domain.spans import Span
from app.domain.text import BadText, clean_line
from app.emails.feed import Diary, FeedEntry, FeedPause, feed_file
from app.store import feeds as store
from app.store.audit import add_audit_line
from app.store.practice import load_practice
from app.store.transactions import take_booking_lock, transaction
from app.vault import keyed_digest

#: So far back a calendar is told, and so long of what was cancelled.
BACK = timedelta(days=30)
MOST_FEEDS = 10  # of one therapist
_NAME_LIMIT = 80
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class CannotAdd(Exception):
    """A feed can't be made; the message says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new feed. Its token is kept nowhere: this is the only time that anybody sees it."""

    feed_id: int
    token: str


def add_feed(therapist_id: int, name: str, actor: Actor, now: datetime) -> Made:
    """Make an address for a therapist's diary. Raises CannotAdd."""
    known_as, token = _name(name), secrets.token_urlsafe(32)
    with transaction():
        take_booking_lock()  # two at once are counted one after the other
        if store.count_feeds(therapist_id) >= MOST_FEEDS:
            raise CannotAdd(
                said("There are %(most)s addresses already; end one that is no longer used.", most=MOST_FEEDS)
            )
        row = store.add_feed(therapist_id, known_as, _digest(token), actor.name or actor.kind, now)
        detail = {"name": known_as, "therapist": therapist_id}
        add_audit_line(actor, "feed added", "calendar_feed", row.id, detail, now)
        return Made(row.id, token)


def end_feed(feed_id: int, actor: Actor, now: datetime) -> bool:
    """From now on that address opens nothing; whether it did before."""
    with transaction():
        row = store.find_feed(feed_id)
        if row is None or row.ended_at is not None:
            return False
        row.ended_at = now
        detail = {"name": row.name, "therapist": row.therapist_id}
        add_audit_line(actor, "feed ended", "calendar_feed", row.id, detail, now)
        return True


def diary_of(token: str, now: datetime) -> bytes | None:
    """The diary behind an address as an iCalendar file; none for whatever is no living address of ours. Only reads."""
    owner = store.find_owner(_digest(token)) if _TOKEN.fullmatch(token) else None
    if owner is None:
        return None
    practice = load_practice()
    span = Span(now - BACK, now + practice.policy.horizon)
    entries = store.list_entries(owner.therapist_id, span, now - BACK)
    several = len(practice.locations) > 1
    return feed_file(
        Diary(
            name=f"{practice.name}: {owner.therapist}",
            entries=tuple(_entry(one, several) for one in entries),
            pauses=tuple(
                FeedPause(f"off-{one.id}", one.span)
                for one in store.list_time_off_of(owner.therapist_id, span)
            ),
        )
    )


def _entry(one: store.Entry, several: bool) -> FeedEntry:
    place = ", ".join(part for part in (one.room, one.location if several else None) if part)
    return FeedEntry(
        uid=f"{one.public_id}-second" if one.is_second else one.public_id,
        revision=one.revision,
        state=one.state,
        span=Span(one.starts_at, one.ends_at),
        minutes=one.minutes,
        place=place or None,
        changed_at=one.changed_at,
        is_second=one.is_second,
    )


def _name(typed: str) -> str:
    try:
        name = clean_line(typed, _NAME_LIMIT)
    except BadText as problem:
        raise CannotAdd(str(problem)) from problem
    if not name:
        raise CannotAdd(said("Give it a name: where the address will be used, such as “My telephone”."))
    return name


def _digest(token: str) -> str:
    return keyed_digest("calendar feed", token.encode())
