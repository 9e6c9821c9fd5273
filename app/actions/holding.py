"""Holding a time while the form is filled in."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from app.actions.contention import retrying
from app.actions.outcomes import Held, Refused
from app.actions.seats import Seat, find_seat
from app.domain.choices import Choice, choose
from app.domain.slots import Refusal, occupied_cells
from app.models import Hold
from app.store.claims import add_claims, end_claims_of, end_expired_holds
from app.store.holds import find_hold, list_holds_of
from app.store.practice import load_practice
from app.store.transactions import Overlap, take_booking_lock, transaction

#: How many times one visitor may keep at once; picking another gives the oldest back.
_HOLDS_AT_ONCE = 2
_EXTENSIONS = 10


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody would like to have; names, not numbers, as they come from a form."""

    service_slug: str
    minutes: int
    visit: str
    starts_at: datetime
    location_slug: str | None = None
    therapist_slug: str | None = None
    source: str | None = None

    def choice(self) -> Choice | Refusal:
        """What it means in the practice in force."""
        return choose(
            load_practice(),
            service_slug=self.service_slug,
            minutes=self.minutes,
            visit=self.visit,
            location_slug=self.location_slug,
            therapist_slug=self.therapist_slug,
        )


@retrying
def hold_slot(wish: Wish, visitor: str, now: datetime) -> Held | Refused:
    """Keep a time for a visitor, for as long as the policy says. Raises Busy."""
    try:
        with transaction() as rows:
            take_booking_lock()
            end_expired_holds(now)
            _make_way(visitor, now)
            choice = wish.choice()
            if isinstance(choice, Refusal):
                return Refused(choice)
            seat = find_seat(choice, wish.starts_at, now)
            if isinstance(seat, Refused):
                return seat
            hold = _new_hold(wish, choice, seat, visitor, now)
            rows.add(hold)
            add_claims(seat.resource_ids, occupied_cells(wish.starts_at, choice.variant), hold)
            return Held(hold.token, hold.expires_at)
    except Overlap:
        return Refused(Refusal.TAKEN)


def extend_hold(token: str, now: datetime) -> Held | None:
    """Another full while, up to ten times; none when the hold has ended or may not be extended any more."""
    with transaction():
        take_booking_lock()
        hold = find_hold(token)
        if hold is None or hold.appointment_id or hold.expires_at <= now or hold.extended >= _EXTENSIONS:
            return None
        hold.expires_at = now + load_practice().policy.hold_for
        hold.extended += 1
        return Held(hold.token, hold.expires_at)


def give_back_hold(token: str, now: datetime) -> None:
    """The client has gone back: the time is free again at once."""
    with transaction():
        take_booking_lock()
        hold = find_hold(token)
        if hold is not None and hold.appointment_id is None:
            _end(hold, now)


def _make_way(visitor: str, now: datetime) -> None:
    for hold in list_holds_of(visitor, now)[: 1 - _HOLDS_AT_ONCE or None]:
        _end(hold, now)


def _end(hold: Hold, now: datetime) -> None:
    hold.expires_at = min(hold.expires_at, now)
    end_claims_of(hold)


def _new_hold(wish: Wish, choice: Choice, seat: Seat, visitor: str, now: datetime) -> Hold:
    return Hold(
        token=secrets.token_urlsafe(16),
        visitor=visitor,
        variant_id=choice.variant.id,
        therapist_id=seat.therapist.id,
        location_id=choice.location.id,
        room_id=seat.room.id if seat.room else None,
        starts_at=wish.starts_at,
        visit=wish.visit,
        any_therapist=wish.therapist_slug is None,
        source=wish.source,
        expires_at=now + choice.practice.policy.hold_for,
        created_at=now,
    )
