"""Holding a time while the form is filled in."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.actions.contention import retrying
from app.actions.outcomes import Held, Refused
from app.actions.seats import Seat, find_seat, with_alternatives
from app.domain.choices import Choice, choose
from app.domain.questions import occupied_cells
from app.domain.slots import Refusal
from app.domain.wishes import Gender
from app.models import Hold
from app.store.appointments import any_replay_before, forget_replays_before
from app.store.claims import add_claims, end_hold, forget_holds_before, still_claims
from app.store.holds import add_hold, any_hold_before, find_hold, list_holds_of
from app.store.practice import load_practice, variant_value
from app.store.transactions import Overlap, take_booking_lock, transaction

#: How many times one visitor may keep at once; picking another gives the oldest back.
_HOLDS_AT_ONCE = 2
#: How often a hold can be made longer by one click (WCAG 2.2.1 asks for ten times).
EXTENSIONS = 10
_KEPT_FOR = timedelta(days=7)


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
    gender: Gender = Gender.ANY
    with_chaperone: bool = False

    def choice(self) -> Choice | Refusal:
        """What it means in the practice in force."""
        return choose(
            load_practice(),
            service_slug=self.service_slug,
            minutes=self.minutes,
            visit=self.visit,
            location_slug=self.location_slug,
            therapist_slug=self.therapist_slug,
            gender=self.gender,
            with_chaperone=self.with_chaperone,
        )


@retrying
def hold_slot(wish: Wish, visitor: str, now: datetime) -> Held | Refused:
    """Keep a time for a visitor, for as long as the policy says. Raises Busy."""
    try:
        answer = _hold(wish, visitor, now)
    except Overlap:
        answer = Refused(Refusal.TAKEN)
    return with_alternatives(answer, wish.choice, wish.starts_at, now)


def _hold(wish: Wish, visitor: str, now: datetime) -> Held | Refused:
    with transaction():
        take_booking_lock()
        choice = wish.choice()
        if isinstance(choice, Refusal):
            return Refused(choice)
        own = list_holds_of(visitor, now)
        same = next((hold for hold in own if _is_for(hold, wish, choice)), None)
        if same is not None:
            return Held(same.token, same.expires_at)
        return _held(wish, choice, own, visitor, now)


@retrying
def extend_hold(token: str, now: datetime) -> Held | None:
    """Another full while, up to ten times; none when the hold has ended or may not be extended any more."""
    with transaction():
        take_booking_lock()
        hold = find_hold(token)
        if hold is None or hold.expires_at <= now or hold.extended >= EXTENSIONS or not still_claims(hold):
            return None
        hold.expires_at = now + load_practice().policy.hold_for
        hold.extended += 1
        return Held(hold.token, hold.expires_at)


@retrying
def give_back_hold(token: str, now: datetime) -> None:
    """The client has gone back: the time is free again at once."""
    with transaction():
        take_booking_lock()
        hold = find_hold(token)
        if hold is not None and hold.appointment_id is None:
            end_hold(hold, now)


@retrying
def forget_old_holds(now: datetime) -> None:
    """Housekeeping: holds that ended, and keys of forms that were sent, a week ago are of no use to anybody."""
    week_ago = now - _KEPT_FOR
    if any_hold_before(week_ago) or any_replay_before(week_ago):
        with transaction():
            forget_holds_before(week_ago)
            forget_replays_before(week_ago)


def _held(wish: Wish, choice: Choice, own: list[Hold], visitor: str, now: datetime) -> Held | Refused:
    """Keep it; what the visitor kept before is given back only once the new time is certain."""
    given_back = _in_the_way(own, wish, choice)
    seat = find_seat(choice, wish.starts_at, now, ignoring_holds=[hold.id for hold in given_back])
    if isinstance(seat, Refused):
        return seat
    for hold in given_back:
        end_hold(hold, now)
    new = _new_hold(wish, choice, seat, visitor, now)
    add_hold(new)
    cells = occupied_cells(wish.starts_at, choice.variant)
    add_claims(seat.resource_ids, cells, new, seat.given(choice), now)
    return Held(new.token, new.expires_at)


def _is_for(hold: Hold, wish: Wish, choice: Choice) -> bool:
    """Whether a visitor who wants that has it already: a double click, or a step back and forth."""
    kept = (hold.variant_id, hold.starts_at, hold.location_id, hold.any_therapist)
    wanted = (choice.variant.id, wish.starts_at, choice.location.id, wish.therapist_slug is None)
    alike = kept == wanted and wish.with_chaperone == (hold.chaperone_id is not None)
    return alike and any(one.id == hold.therapist_id for one in choice.therapists)


def _in_the_way(own: list[Hold], wish: Wish, choice: Choice) -> list[Hold]:
    """What a visitor gives back for another time: what overlaps it, and beyond two at once the oldest."""
    from_cell, to_cell = occupied_cells(wish.starts_at, choice.variant)
    overlapping = [hold for hold in own if _overlaps(hold, from_cell, to_cell)]
    others = [hold for hold in own if hold not in overlapping]
    surplus = max(0, len(others) + 1 - _HOLDS_AT_ONCE)
    return overlapping + others[:surplus]


def _overlaps(hold: Hold, from_cell: int, to_cell: int) -> bool:
    kept_from, kept_to = occupied_cells(hold.starts_at, variant_value(hold.variant))
    return kept_from < to_cell and from_cell < kept_to


def _new_hold(wish: Wish, choice: Choice, seat: Seat, visitor: str, now: datetime) -> Hold:
    return Hold(
        token=secrets.token_urlsafe(16),
        visitor=visitor,
        variant_id=choice.variant.id,
        therapist_id=seat.therapist.id,
        location_id=choice.location.id,
        room_id=seat.room.id if seat.room else None,
        chaperone_id=seat.chaperone.id if seat.chaperone else None,
        starts_at=wish.starts_at,
        visit=wish.visit,
        any_therapist=wish.therapist_slug is None,
        source=wish.source,
        expires_at=now + choice.practice.policy.hold_for,
        created_at=now,
    )
