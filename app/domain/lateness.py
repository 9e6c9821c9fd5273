"""Until when a client may be late, and what is left of the session then."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.appointments import State
from app.domain.workday import EARLY

#: States in which a client is awaited, or there; before and after nobody asks how late they are.
AWAITED = frozenset({State.BOOKED, State.ARRIVED})
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Left:
    """``minutes`` of the session when it ends as booked; ``more``: so many it may run over to make up for it."""

    minutes: int
    more: int


def may_be_late(state: State, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether lateness may be noted: from some hours before the session, when who comes may be marked as arrived, until it ends."""
    return state in AWAITED and starts_at - EARLY <= now < ends_at


def left_of(
    starts_at: datetime, ends_at: datetime, buffer_after: int, late: int, next_begins_at: datetime | None
) -> Left:
    """``next_begins_at`` is when the therapist has to be ready for the next one, preparation included; none: nobody follows."""
    left = max(0, (ends_at - starts_at) // _MINUTE - late)
    if next_begins_at is None:
        return Left(left, late)
    room = (next_begins_at - ends_at) // _MINUTE - buffer_after
    return Left(left, max(0, min(late, room)))
