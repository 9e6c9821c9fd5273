"""What one click may say about an appointment on its day."""

from datetime import datetime, timedelta

from app.domain.appointments import State, may_become

#: A session may be marked as arrived this long before it begins.
EARLY = timedelta(hours=6)
#: Nobody is later than this: it is a no-show then.
LATEST_MINUTES = 240
_UNDONE = frozenset({State.ARRIVED, State.COMPLETED, State.NO_SHOW})


def possible_marks(state: State, starts_at: datetime, ends_at: datetime, now: datetime) -> tuple[State, ...]:
    """What may be said about a session now in one click, likeliest first.

    Nobody arrives hours ahead, and nobody is missing before the session has begun.
    """
    if now < starts_at - EARLY:
        return ()
    if now < starts_at:
        likeliest: tuple[State, ...] = (State.ARRIVED,)
    elif now < ends_at:
        likeliest = (State.ARRIVED, State.NO_SHOW, State.COMPLETED)
    else:
        likeliest = (State.COMPLETED, State.NO_SHOW)
    if state is State.ARRIVED:
        likeliest = (State.COMPLETED,)
    return tuple(following for following in likeliest if may_become(state, following))


def may_be_undone(state: State, previous: State | None) -> bool:
    """Whether the last mark can be taken back: only marks, and only the last."""
    return state in _UNDONE and previous is not None


def may_be_asked_in_room(state: State, starts_at: datetime, now: datetime) -> bool:
    """Whether the client can be there, so that consent can be asked by word of mouth: on the day, until the session is over."""
    return state in (State.BOOKED, State.ARRIVED) and now >= starts_at - EARLY
