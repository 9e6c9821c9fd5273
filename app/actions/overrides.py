"""Keeping why somebody booked or moved against the rule, and reading it again."""

from datetime import datetime

from app.domain.appointments import Actor
from app.domain.overriding import Override
from app.models import Appointment
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line
from app.store.overrides import add_overrides, list_overrides
from app.store.seal_contexts import why_context
from app.store.transactions import transaction
from app.vault import open_sealed, seal


def keep_override(appointment: Appointment, override: Override | None, by: Actor, now: datetime) -> None:
    """Write down what was set aside and, sealed, why; inside the transaction that books or moves."""
    if override is None or not override.in_force:
        return
    sealed = seal(override.why.strip(), appointment.client.wrapped_key, why_context(appointment.public_id))
    add_overrides(appointment.id, override.in_force, sealed, by.name or by.kind, now)
    named = sorted(refusal.value for refusal in override.in_force)
    add_audit_line(by, "rule set aside", "appointment", appointment.id, {"refusals": named}, now)


def open_whys(appointment_id: int, actor: Actor, now: datetime) -> list[str]:
    """Why rules were set aside for it, oldest first, each reason once. The line is written first."""
    with transaction():
        appointment = get_appointment(appointment_id)
        lines = list_overrides(appointment_id)
        key, context = appointment.client.wrapped_key, why_context(appointment.public_id)
        if lines:
            add_audit_line(actor, "override reason opened", "appointment", appointment_id, {}, now)
    return list(dict.fromkeys(open_sealed(line.sealed_why, key, context) for line in lines))
