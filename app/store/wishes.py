"""The wishes that bind a session, which are kept sealed: the rule needs them when it goes to somebody else."""

import json

from app.domain.wishes import Gender, Wishes
from app.models import Appointment
from app.vault import CannotOpen, open_sealed, seal


def wishes_context(public_id: str) -> str:
    """What the wishes for a session are sealed for."""
    return f"appointment|wishes|{public_id}"


def keep_wishes(appointment: Appointment, wishes: Wishes) -> None:
    """Seal them with the client's key."""
    plain, context = json.dumps(wishes.as_stored()), wishes_context(appointment.public_id)
    appointment.sealed_wishes = seal(plain, appointment.client.wrapped_key, context)


def wishes_of(appointment: Appointment) -> Wishes:
    """What was wished for; nothing where nothing was, or where it was erased. Whoever shows it to anybody writes that down."""
    if appointment.sealed_wishes is None:
        return Wishes()
    context = wishes_context(appointment.public_id)
    try:
        plain = open_sealed(appointment.sealed_wishes, appointment.client.wrapped_key, context)
    except CannotOpen:
        return Wishes()
    return Wishes.from_stored(json.loads(plain))


def gender_wished(appointment: Appointment) -> str | None:
    """Whom the client wants to be treated by; none where they said that it does not matter."""
    wished = wishes_of(appointment).gender
    return None if wished is Gender.ANY else wished.value
