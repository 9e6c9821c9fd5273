"""What one click may say about an appointment on its day."""

from datetime import datetime, timedelta

from app.domain.appointments import State, may_become

#: A session may be marked as arrived this long before it begins.
EARLY = timedelta(hours=6)
#: Nobody is later than this: it is a no-show then.
LATEST_MINUTES = 240
#: Somebody who has arrived may stay so long after the end, before it is asked how it went.
STILL_THERE = timedelta(hours=12)
_CANCELLED = {"late": "cancelled_late", "clinic": "cancelled_by_clinic", "client": "cancelled_by_client"}
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


def is_unresolved(state: State, ends_at: datetime, now: datetime) -> bool:
    """Whether it is over and nobody has said how it went; ``store/inbox.py`` asks the same of the database."""
    if state is State.ARRIVED:
        return ends_at < now - STILL_THERE
    return state is State.BOOKED and ends_at <= now


def shown_state(
    state: State,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    *,
    confirmed: bool = False,
    cancelled_by: str | None = None,
) -> str:
    """How an appointment stands, as every page shows it: its state, told apart where people want to know more.

    Over and not marked is unresolved, arrived and begun is in session until its end, booked may be confirmed by the
    client, cancelled says by whom.
    """
    if state is State.CANCELLED:
        return _CANCELLED.get(cancelled_by or "", state.value)
    if is_unresolved(state, ends_at, now):
        return "unresolved"
    if state is State.ARRIVED and starts_at <= now < ends_at:
        return "in_session"
    return "confirmed" if state is State.BOOKED and confirmed else state.value


def may_be_undone(state: State, previous: State | None) -> bool:
    """Whether the last mark can be taken back: only marks, and only the last."""
    return state in _UNDONE and previous is not None


def may_be_asked_in_room(state: State, starts_at: datetime, now: datetime) -> bool:
    """Whether the client can be there, so that consent can be asked by word of mouth: on the day, until the session is over."""
    return state in (State.BOOKED, State.ARRIVED) and now >= starts_at - EARLY
