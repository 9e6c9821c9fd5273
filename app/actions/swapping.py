"""Two sessions exchange their therapists, each at its own time: what two moves in a row could not do."""

from dataclasses import dataclass
from datetime import datetime

from app.actions.contention import retrying
from app.actions.managing import Change, choice_of, current, settle_in
from app.actions.notifications import announce
from app.actions.outcomes import Moved, Refused, TooLate
from app.actions.overrides import keep_override
from app.actions.seats import Seat, find_seat
from app.domain.appointments import State, may_be_moved
from app.domain.choices import Choice
from app.domain.overriding import Override, set_aside
from app.domain.slots import Refusal
from app.models import Appointment
from app.store.claims import end_claims_of
from app.store.practice import load_practice
from app.store.transactions import Overlap, take_booking_lock, transaction


@dataclass(frozen=True, slots=True)
class Half:
    """One of the two: who changes which appointment, and what they set aside for it, with the reason."""

    change: Change
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class NotSwapped:
    """Nothing was changed: what stands against it, and for which of the two; none where both were asked at once."""

    refusal: Refusal
    appointment_id: int | None = None


class _Stop(Exception):
    """Ends the transaction with nothing changed."""

    def __init__(self, refused: NotSwapped) -> None:
        super().__init__()
        self.refused = refused


@retrying
def swap(first: Half, second: Half, now: datetime) -> Moved | NotSwapped | TooLate:
    """Each gets the other's therapist and, where it is free, keeps its room; both or neither. NOT_OFFERED where they have the same
    one. Raises Busy and Stale.

    What is set aside for one of them is kept with that one, with the reason sealed by its own client's key.
    """
    due: list[int] = []
    try:
        with transaction():
            take_booking_lock()
            pair = [(current(half.change), half) for half in (first, second)]
            if not all(may_be_moved(State(appointment.state)) for appointment, _ in pair):
                return TooLate()
            if len({appointment.therapist_id for appointment, _ in pair}) < 2:
                return NotSwapped(Refusal.NOT_OFFERED)
            due.extend(_swapped(pair, now))
    except _Stop as stop:
        return stop.refused
    except Overlap:
        return NotSwapped(Refusal.TAKEN)
    announce(due)
    return Moved(first.change.appointment_id)


def _swapped(pair: list[tuple[Appointment, Half]], now: datetime) -> list[int]:
    others = [_slug_of(appointment.therapist_id) for appointment, _ in reversed(pair)]
    for appointment, _ in pair:
        end_claims_of(appointment)
    due: list[int] = []
    for (appointment, half), slug in zip(pair, others, strict=True):
        seat, choice = _seat(appointment, slug, half.override, now)
        due.extend(settle_in(appointment, seat, choice, half.change, now))
        keep_override(appointment, half.override, half.change.actor, now)
    return due


def _seat(
    appointment: Appointment, therapist_slug: str, override: Override | None, now: datetime
) -> tuple[Seat, Choice]:
    choice = choice_of(appointment, therapist_slug)
    if isinstance(choice, Refusal):
        raise _Stop(NotSwapped(choice, appointment.id))
    seat = find_seat(
        choice,
        appointment.starts_at,
        now,
        by_staff=True,
        preferred_room_id=appointment.room_id,
        preferred_second_id=appointment.chaperone_id,
        setting_aside=set_aside(override, by_staff=True),
    )
    if isinstance(seat, Refused):
        raise _Stop(NotSwapped(seat.refusal, appointment.id))
    return seat, choice


def _slug_of(therapist_id: int) -> str:
    therapist = load_practice().therapist_with_id(therapist_id)
    if therapist is None:
        raise _Stop(NotSwapped(Refusal.NOT_OFFERED))
    return therapist.slug
