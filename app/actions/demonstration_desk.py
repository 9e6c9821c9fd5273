"""What a desk has written down in a demonstration: notes, preferences, a client entered twice, minutes late, a request."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.actions.client_notes import write_note
from app.actions.clients import write_preferences
from app.actions.day import Click
from app.actions.lateness import note_lateness
from app.domain.appointments import Actor, State
from app.domain.clients import NoteKind, Preferences, Pressure
from app.models import Appointment
from app.store.appointments import get_appointment

_OWNER, _DESK = Actor("staff", "owner@example.com"), Actor("staff", "desk@example.com")
_DESK_NOTES: Mapping[str, str] = {
    "Jo Park": "Prefers mornings. Parks behind the house.",
    "Mina Cole": "Please phone rather than write: she reads her mail once a week.",
    "Iris Vale": "Books for her mother as well.",
}
_TREATMENT_NOTES: Mapping[str, str] = {
    "Jo Park": "Left side tighter than right; went slowly, asked often, fine afterwards.",
    "Sol Berg": "Stayed with the diaphragm today. Wants to try the longer session next time.",
}
_PREFERENCES: Mapping[str, Preferences] = {
    "Jo Park": Preferences(Pressure.LIGHT, "left shoulder", ""),
    "Mina Cole": Preferences(Pressure.FIRM, "", "Likes a pillow under the knees."),
    "Sol Berg": Preferences(Pressure.MEDIUM, "feet", "Asks to be told before anything changes."),
    "Ana Diaz": Preferences(Pressure.LIGHT, "", ""),
}


@dataclass(frozen=True, slots=True)
class Met:
    """A client of the demonstration, and a session of theirs."""

    name: str
    client_id: int
    appointment_id: int
    starts_at: datetime


def write_down(appointment_ids: Iterable[int], now: datetime) -> None:
    """Write notes and preferences of some of these appointments' clients, and that somebody came late."""
    met = list(_met(appointment_ids))
    first = {one.name: one for one in reversed(met)}
    for name, one in first.items():
        at = min(now, one.starts_at + timedelta(hours=1))
        if name in _DESK_NOTES:
            write_note(one.client_id, NoteKind.DESK, _DESK_NOTES[name], _DESK, at)
        if name in _TREATMENT_NOTES:
            write_note(one.client_id, NoteKind.TREATMENT, _TREATMENT_NOTES[name], _OWNER, at)
        if name in _PREFERENCES:
            write_preferences(one.client_id, _PREFERENCES[name], None, _OWNER, at)
    _come_late((get_appointment(one.appointment_id) for one in met), now)


def _met(appointment_ids: Iterable[int]) -> Iterator[Met]:
    for appointment in map(get_appointment, appointment_ids):
        client = appointment.client
        yield Met(client.name, client.id, appointment.id, appointment.starts_at)


def _come_late(appointments: Iterable[Appointment], now: datetime) -> None:
    """The last one who has arrived came ten minutes late."""
    arrived = [one for one in appointments if one.state == State.ARRIVED and one.starts_at <= now]
    for appointment in arrived[-1:]:
        note_lateness(Click(appointment.id, appointment.row_version, _DESK), 10, now)
