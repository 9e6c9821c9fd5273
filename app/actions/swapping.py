"""Two sessions exchange their therapists, each at its own time: what two moves in a row could not do."""

from datetime import datetime

from app.actions.contention import retrying
from app.actions.managing import Change, choice_of, current, settle_in
from app.actions.notifications import announce
from app.actions.outcomes import Moved, Refused, TooLate
from app.actions.seats import Seat, find_seat
from app.domain.appointments import State, may_be_moved
from app.domain.choices import Choice
from app.domain.overriding import set_aside
from app.domain.slots import Refusal
from app.models import Appointment
from app.store.claims import end_claims_of
from app.store.practice import load_practice
from app.store.transactions import Overlap, take_booking_lock, transaction


class _Stop(Exception):
    """Ends the transaction with nothing changed."""

    def __init__(self, refused: Refused) -> None:
        super().__init__()
        self.refused = refused


@retrying
def swap(first: Change, second: Change, now: datetime) -> Moved | Refused | TooLate:
    """Each gets the other's therapist and, where it is free, keeps its room; both or neither. Raises Busy and Stale."""
    due: list[int] = []
    try:
        with transaction():
            take_booking_lock()
            pair = [(current(change), change) for change in (first, second)]
            if not all(may_be_moved(State(appointment.state)) for appointment, _ in pair):
                return TooLate()
            due.extend(_swapped(pair, now))
    except _Stop as stop:
        return stop.refused
    except Overlap:
        return Refused(Refusal.TAKEN)
    announce(due)
    return Moved(first.appointment_id)


def _swapped(pair: list[tuple[Appointment, Change]], now: datetime) -> list[int]:
    others = [_slug_of(appointment.therapist_id) for appointment, _ in reversed(pair)]
    for appointment, _ in pair:
        end_claims_of(appointment)
    due: list[int] = []
    for (appointment, change), slug in zip(pair, others, strict=True):
        seat, choice = _seat(appointment, slug, now)
        due.extend(settle_in(appointment, seat, choice, change, now))
    return due


def _seat(appointment: Appointment, therapist_slug: str, now: datetime) -> tuple[Seat, Choice]:
    choice = choice_of(appointment, therapist_slug)
    if isinstance(choice, Refusal):
        raise _Stop(Refused(choice))
    seat = find_seat(
        choice,
        appointment.starts_at,
        now,
        by_staff=True,
        preferred_room_id=appointment.room_id,
        preferred_second_id=appointment.chaperone_id,
        setting_aside=set_aside(None, by_staff=True),
    )
    if isinstance(seat, Refused):
        raise _Stop(seat)
    return seat, choice


def _slug_of(therapist_id: int) -> str:
    therapist = load_practice().therapist_with_id(therapist_id)
    if therapist is None:
        raise _Stop(Refused(Refusal.NOT_OFFERED))
    return therapist.slug
