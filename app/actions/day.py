"""What the desk says about a session in one click: arrived, completed, no-show; and taking the last click back."""

from dataclasses import dataclass
from datetime import datetime

from app.actions.aftercare import decide_aftercare, drop_aftercare
from app.actions.contention import retrying
from app.actions.notifications import announce, decide_no_show
from app.actions.selfcare import forget_coaching, note_coaching
from app.domain.appointments import Actor, State
from app.domain.workday import may_be_undone, possible_marks
from app.models import Appointment
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line
from app.store.transactions import Stale, take_booking_lock, transaction

_MOMENTS = {State.ARRIVED: "arrived_at", State.COMPLETED: "completed_at"}


@dataclass(frozen=True, slots=True)
class Click:
    """Who clicked on which appointment; ``row_version`` is what they saw."""

    appointment_id: int
    row_version: int
    actor: Actor


@dataclass(frozen=True, slots=True)
class Marked:
    """It is so now; ``row_version`` is what an undo has to name."""

    state: State
    row_version: int


@dataclass(frozen=True, slots=True)
class NotPossible:
    """That can't be said about the appointment (any more, or yet); ``state`` is what it is."""

    state: State


@dataclass(frozen=True, slots=True)
class NotTicked:
    """Such a session is not done before somebody has noted that the client was asked again in the room, and agreed."""


def mark_arrived(click: Click, now: datetime) -> Marked | NotPossible | NotTicked:
    """The client is here. Raises Stale when somebody else was first, and Busy."""
    return _mark(click, State.ARRIVED, now)


def mark_completed(click: Click, now: datetime) -> Marked | NotPossible | NotTicked:
    """The session has been given; with the consent that its service needs. Raises Stale and Busy."""
    return _mark(click, State.COMPLETED, now)


def mark_no_show(click: Click, now: datetime) -> Marked | NotPossible | NotTicked:
    """The client did not come. Raises Stale and Busy."""
    return _mark(click, State.NO_SHOW, now)


@retrying
def undo_mark(click: Click, now: datetime) -> Marked | NotPossible:
    """Take the last mark back, if nothing has happened since. Raises Stale and Busy."""
    with transaction() as rows:
        take_booking_lock()
        appointment = seen(click)
        state, previous = State(appointment.state), appointment.previous_state
        if previous is None or not may_be_undone(state, State(previous)):
            return NotPossible(state)
        if state in _MOMENTS:
            setattr(appointment, _MOMENTS[state], None)
        if state is State.COMPLETED:
            drop_aftercare(appointment)
            if not appointment.client.is_closed:
                forget_coaching(appointment)
        appointment.state, appointment.previous_state = previous, None
        detail = {"state": {"from": state.value, "to": previous}}
        add_audit_line(click.actor, "mark undone", "appointment", appointment.id, detail, now)
        rows.flush()
        return Marked(State(previous), appointment.row_version)


@retrying
def _mark(click: Click, following: State, now: datetime) -> Marked | NotPossible | NotTicked:
    due: list[int] = []
    with transaction() as rows:
        take_booking_lock()
        appointment = seen(click)
        state = State(appointment.state)
        if following not in possible_marks(state, appointment.starts_at, appointment.ends_at, now):
            return NotPossible(state)
        if following is State.COMPLETED and needs_tick(appointment):
            return NotTicked()
        appointment.previous_state, appointment.state = state.value, following.value
        if following in _MOMENTS:
            setattr(appointment, _MOMENTS[following], now)
        due.extend(_follows(appointment, now))
        detail = {"state": {"from": state.value, "to": following.value}}
        add_audit_line(click.actor, following.value, "appointment", appointment.id, detail, now)
        rows.flush()
        marked = Marked(following, appointment.row_version)
    announce(due)
    return marked


def _follows(appointment: Appointment, now: datetime) -> list[int]:
    """After a session comes its after-care; who stayed away is not written to, and nothing more is noted of who was forgotten.

    Answers the numbers of what is due.
    """
    if appointment.client.is_closed:
        return []
    if appointment.state == State.COMPLETED:
        note_coaching(appointment, now)
        return decide_aftercare(appointment, now)
    if appointment.state == State.NO_SHOW:
        decide_no_show(appointment)
    return []


def needs_tick(appointment: Appointment) -> bool:
    """Whether consent has still to be asked by word of mouth for that session."""
    return appointment.service.consent_text_id is not None and appointment.verbal_consent_at is None


def seen(click: Click) -> Appointment:
    """The appointment as it was when they clicked. Raises Stale."""
    appointment = get_appointment(click.appointment_id)
    if appointment.row_version != click.row_version:
        raise Stale
    return appointment
