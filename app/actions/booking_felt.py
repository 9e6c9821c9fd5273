"""How booking was, as its client says it afterwards."""

from app.actions.contention import retrying
from app.domain.booking_felt import Felt
from app.store.appointments import note_booking_felt
from app.store.transactions import transaction


@retrying
def say_how_booking_felt(appointment_id: int, felt: Felt) -> None:
    """Keep the answer; another one takes its place. Nothing about the appointment itself changes, and nobody is told."""
    with transaction():
        note_booking_felt(appointment_id, felt.value)
