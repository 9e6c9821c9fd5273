"""Opening what a client wrote to the therapist, and why they can't come: never without a line in the audit log."""

from datetime import datetime

from app.domain.appointments import Actor
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line
from app.store.seal_contexts import note_context, reason_context
from app.store.transactions import transaction
from app.vault import open_sealed


def open_note(appointment_id: int, actor: Actor, now: datetime) -> str | None:
    """The client's note, or none where there is none. The line is written first, and stays even if opening fails."""
    with transaction():
        appointment = get_appointment(appointment_id)
        sealed, key, context = (
            appointment.sealed_note,
            appointment.client.wrapped_key,
            note_context(appointment.public_id),
        )
        if sealed is None:
            return None
        add_audit_line(actor, "note opened", "appointment", appointment.id, {}, now)
    return open_sealed(sealed, key, context)


def open_reason(appointment_id: int, actor: Actor, now: datetime) -> str | None:
    """Why the client can't come, or none where they did not say. The line is written first, and stays even if opening fails."""
    with transaction():
        appointment = get_appointment(appointment_id)
        sealed, key = appointment.sealed_reason, appointment.client.wrapped_key
        context = reason_context(appointment.public_id)
        if sealed is None:
            return None
        add_audit_line(actor, "reason opened", "appointment", appointment.id, {}, now)
    return open_sealed(sealed, key, context)
