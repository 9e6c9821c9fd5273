"""What was chosen for the sessions that time off would hit: done in its transaction, all of it or nothing at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.actions.managing import Change, Target, cancel_within, move_within, snapshot_variant
from app.actions.outcomes import Cancelled, Moved, Refused, TooLate
from app.actions.settings import Stop, WouldHit
from app.domain.questions import occupied_cells
from app.models import Appointment
from app.store.appointments import get_appointment
from app.store.transactions import Stale


@dataclass(frozen=True, slots=True)
class Way:
    """What was chosen for one session: where it goes; without a target it is cancelled."""

    change: Change
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a way can't be gone: the answer, or none where somebody else has changed the session since.

    ``beside`` is the session whose way, gone before, overlaps with it.
    """

    answer: Refused | TooLate | None
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class CannotSettle(WouldHit):
    """Nothing was changed, neither the time off nor a session: these ways can't be gone, by the session's number."""

    problems: Mapping[int, Problem] = field(default_factory=dict)


def settle(ways: Sequence[Way], found: WouldHit, now: datetime) -> list[int]:
    """Go each way, inside a transaction that has the booking lock; answers the numbers of what is due to be sent.

    In the order of what is hit; what is not hit (any more) is left alone. Raises Stop with all that can't be done.
    """
    chosen = {way.change.appointment_id: way for way in ways}
    hit = [struck.planned.booked.appointment_id for struck in found.struck]
    due: list[int] = []
    problems: dict[int, Problem] = {}
    moved: list[Appointment] = []
    for way in (chosen[number] for number in hit if number in chosen):
        problem = _gone(way, now, due, moved)
        if problem is not None:
            problems[way.change.appointment_id] = problem
    if problems:
        raise Stop(CannotSettle(found.struck, found.missing, problems))
    return due


def _gone(way: Way, now: datetime, due: list[int], moved: list[Appointment]) -> Problem | None:
    try:
        if way.target is None:
            answer: Cancelled | Moved | Refused | TooLate = cancel_within(way.change, now, due)
        else:
            answer = move_within(way.change, way.target, now, due)
    except Stale:
        return Problem(None)
    appointment = get_appointment(way.change.appointment_id)
    if isinstance(answer, Refused | TooLate):
        return Problem(answer, _beside(appointment, way.target, moved))
    if way.target is not None:
        moved.append(appointment)
    return None


def _beside(appointment: Appointment, target: Target | None, moved: list[Appointment]) -> int | None:
    if target is None:
        return None
    first, end = occupied_cells(target.starts_at, snapshot_variant(appointment))
    for other in sorted(moved, key=lambda one: one.therapist.slug != target.therapist_slug):
        other_first, other_end = occupied_cells(other.starts_at, snapshot_variant(other))
        if first < other_end and other_first < end:
            return other.id
    return None
