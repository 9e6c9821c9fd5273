"""Who and which room would serve a start: the slot rule asked under the booking lock, for holds, bookings and moves alike."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from app.actions.outcomes import Refused
from app.domain import slots, wallclock
from app.domain.chaperones import free_chaperones
from app.domain.choices import Choice
from app.domain.practice import Room, Therapist
from app.domain.questions import Diaries, Giving, Question, giving
from app.domain.slots import MENDED_BY_ANOTHER_TIME, HandsOn, Refusal
from app.domain.spans import Span
from app.store.appointments import hands_on
from app.store.diaries import load_diaries
from app.store.openings import look_within

_LOOKED_THROUGH = (timedelta(days=1), timedelta(days=7))  # before and after
_ALTERNATIVES = 3
_ORDER = list(Refusal)
_Answer = TypeVar("_Answer")


class Moving(NamedTuple):
    """An appointment that is to be moved, and when it begins at present: what it keeps now counts as free, but is no news."""

    appointment_id: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Seat:
    """A start with the therapist, the room (none where the location has none) and, where one is wanted, the second person."""

    starts_at: datetime
    therapist: Therapist
    room: Room | None
    chaperone: Therapist | None = None

    @property
    def resource_ids(self) -> list[int]:
        """What has to be claimed."""
        return [one.resource_id for one in (self.therapist, self.room, self.chaperone) if one is not None]

    def given(self, choice: Choice) -> Giving:
        """What the therapist's claim says of the session."""
        return giving(self.therapist, choice.service, choice.variant)


def find_seat(
    choice: Choice,
    starts_at: datetime,
    now: datetime,
    *,
    by_staff: bool = False,
    ignoring_appointment: int | None = None,
    ignoring_partner: int | None = None,
    ignoring_holds: Collection[int] = (),
    as_of: datetime | None = None,
    preferred_room_id: int | None = None,
    preferred_second_id: int | None = None,
    only_room_id: int | None = None,
    setting_aside: Collection[Refusal] = (),
) -> Seat | Refused:
    """The seat for that start, or why there is none.

    Preferred are the room and the second person that it has already, where they are still free. ``as_of`` is when the notice and the horizon are counted from: for a time that was promised, the moment of the promise.
    With ``only_room_id`` no other room will do. ``ignoring_partner`` is the appointment that it would swap with. What is in ``setting_aside`` is not asked about.
    """
    try:
        window = Span(starts_at, starts_at + timedelta(minutes=5))
        question = choice.question(
            window, as_of or now, by_staff=by_staff, promised=as_of is not None, setting_aside=setting_aside
        )
        around = question.span
    except OverflowError:
        return Refused(Refusal.TOO_FAR)
    diaries = load_diaries(
        around,
        now,
        slots.resources_of(question, choice.therapists),
        ignoring_appointment=ignoring_appointment,
        ignoring_partner=ignoring_partner,
        ignoring_holds=ignoring_holds,
        counted=question.practice.limits_load,
    )
    able = slots.who_is_free(question, choice.therapists, diaries, starts_at)
    if not able:
        reasons = (slots.refusal(question, one, diaries, starts_at) for one in choice.therapists)
        closest = max((reason for reason in reasons if reason), key=_ORDER.index)
        return Refused(closest)
    slot = slots.Slot(starts_at, able)
    if only_room_id is not None and slots.needs_room(question):
        return _seat_in(only_room_id, choice, question, diaries, slot, preferred_second_id)
    return _seat(choice, question, diaries, slot, preferred_room_id, preferred_second_id)


def with_alternatives(
    answer: _Answer,
    choose: Callable[[], Choice | Refusal],
    starts_at: datetime,
    now: datetime,
    *,
    by_staff: bool = False,
    moving: Moving | None = None,
) -> _Answer | Refused:
    """The answer; a refusal with the free times nearest to the one that was wanted, at most three, in time order.

    Looked up once the transaction has ended: nobody waits for it.
    """
    if not isinstance(answer, Refused) or answer.refusal not in MENDED_BY_ANOTHER_TIME:
        return answer
    choice = choose()
    if isinstance(choice, Refusal):
        return Refused(choice)
    return Refused(answer.refusal, _nearest(choice, starts_at, now, by_staff, moving))


def _nearest(
    choice: Choice, starts_at: datetime, now: datetime, by_staff: bool, moving: Moving | None
) -> tuple[slots.Slot, ...]:
    """Mostly there are some on the days around; only where there are too few is looked further."""
    middle = max(now, min(starts_at, now + choice.practice.policy.horizon))
    here, at_present = (moving.appointment_id, moving.starts_at) if moving else (None, None)
    for reach in _LOOKED_THROUGH:
        window = Span(max(now, middle - reach), middle + reach)
        free = look_within(choice, window, now, by_staff=by_staff, moving=here)
        near = [slot for slot in free.nearest(starts_at, _ALTERNATIVES + 1) if slot.starts_at != at_present]
        if len(near) >= _ALTERNATIVES:
            break
    closest = sorted(near, key=lambda slot: abs(slot.starts_at - starts_at))[:_ALTERNATIVES]
    return tuple(sorted(closest, key=lambda slot: slot.starts_at))


def _seat(
    choice: Choice,
    question: Question,
    diaries: Diaries,
    slot: slots.Slot,
    preferred_room_id: int | None,
    preferred_second_id: int | None,
) -> Seat:
    therapist = slots.choose_therapist(slot, choice.therapists, _hands_on(slot, question))
    seconds = free_chaperones(question, therapist, diaries, slot.starts_at)
    second = next((one for one in seconds if one.id == preferred_second_id), next(iter(seconds), None))
    if not slots.needs_room(question):
        return Seat(slot.starts_at, therapist, None, second)
    rooms = slots.free_rooms(question, diaries, slot.starts_at)
    room = next((room for room in rooms if room.id == preferred_room_id), rooms[0])
    return Seat(slot.starts_at, therapist, room, second)


def _seat_in(
    room_id: int,
    choice: Choice,
    question: Question,
    diaries: Diaries,
    slot: slots.Slot,
    preferred_second_id: int | None,
) -> Seat | Refused:
    seat = _seat(choice, question, diaries, slot, room_id, preferred_second_id)
    return seat if seat.room is not None and seat.room.id == room_id else Refused(Refusal.NO_ROOM)


def _hands_on(slot: slots.Slot, question: Question) -> dict[int, HandsOn]:
    if len(slot.therapist_ids) == 1:
        return {}
    day = wallclock.local_date(slot.starts_at, question.zone)
    monday = day - timedelta(days=day.weekday())
    week = Span(
        wallclock.day_span(monday, question.zone).starts_at,
        wallclock.day_span(monday + timedelta(days=6), question.zone).ends_at,
    )
    return hands_on(slot.therapist_ids, wallclock.day_span(day, question.zone), week)
