"""What an appointment may become, until when its client may change it, and how it is called."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from random import Random

from app.domain.policy import Policy


class State(StrEnum):
    """The states of an appointment."""

    REQUESTED = "requested"
    BOOKED = "booked"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    LAPSED = "lapsed"


#: States of an appointment that may still take place, or does just now.
AHEAD = (State.REQUESTED, State.BOOKED, State.ARRIVED)
#: States of an appointment that does not take place, and keeps no time.
GONE = (State.CANCELLED, State.DECLINED, State.LAPSED)
#: States in which an appointment keeps its claims.
ACTIVE_STATES = frozenset({State.REQUESTED, State.BOOKED, State.ARRIVED, State.COMPLETED, State.NO_SHOW})

_NEXT: dict[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.BOOKED, State.DECLINED, State.LAPSED, State.CANCELLED}),
    State.BOOKED: frozenset({State.ARRIVED, State.COMPLETED, State.NO_SHOW, State.CANCELLED}),
    State.ARRIVED: frozenset({State.COMPLETED, State.NO_SHOW, State.CANCELLED}),
    State.COMPLETED: frozenset(),
    State.NO_SHOW: frozenset(),
    State.CANCELLED: frozenset(),
    State.DECLINED: frozenset(),
    State.LAPSED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: staff, client (by link), program (by token), worker or command; ``name`` is how the audit log calls them."""

    kind: str
    name: str | None = None

    @property
    def called(self) -> str:
        """As rows that outlive a client call them: a client by that word alone, everybody else by their name."""
        return "client" if self.kind == "client" else (self.name or self.kind)


def may_become(state: State, following: State) -> bool:
    """Whether staff or client may take an appointment from one state to the other."""
    return following in _NEXT[state]


def may_be_moved(state: State) -> bool:
    """Whether its time may still change: only while it is promised and has not begun."""
    return state in (State.REQUESTED, State.BOOKED)


def free_change_until(starts_at: datetime, policy: Policy) -> datetime:
    """Up to, and not including, this instant the client may move or cancel by the manage link."""
    return starts_at - policy.free_change


def change_until(starts_at: datetime, policy: Policy, is_free: bool) -> datetime:
    """The same for one appointment: up to its start where the client may change it without fee all the same."""
    return starts_at if is_free else free_change_until(starts_at, policy)


def cancelled_as(by_staff: bool, for_client: bool, now: datetime, free_until: datetime) -> str:
    """How a cancellation counts: by the ``clinic``, by the ``client``, or by the client ``late``, after free changes end."""
    if by_staff and not for_client:
        return "clinic"
    return "client" if now < free_until else "late"


#: No vowels and nothing that is misread or misheard: neither words nor doubts come out.
_REFERENCE_LETTERS = "2345679BCDFGHJKMNPQRTVWX"


def new_reference(prefix: str, random: Random) -> str:
    """A reference for people to read out, such as ``KT-7F3MQ``; 8 million per practice, uniqueness is the database's."""
    return f"{prefix}-" + "".join(random.choice(_REFERENCE_LETTERS) for _ in range(5))
