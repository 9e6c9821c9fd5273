"""What staff write down about a client: kept sealed, never changed; treatment notes are opened with a line in the audit log."""

from datetime import datetime

from app.actions.contention import retrying
from app.domain.appointments import Actor
from app.domain.clients import NoteKind
from app.models import ClientNote
from app.store.audit import add_audit_line
from app.store.client_pages import Note, list_notes, note_context
from app.store.clients import add_note, get_client, group_of
from app.store.transactions import take_booking_lock, transaction
from app.vault import seal


@retrying
def write_note(client_id: int, kind: NoteKind, text: str, actor: Actor, now: datetime) -> None:
    """Keep a note, with its author and the time. Raises LookupError and Busy. The audit log does not say what it says."""
    with transaction():
        take_booking_lock()
        client = get_client(client_id)
        sealed = seal(text, client.wrapped_key, note_context(client.id))
        add_note(
            ClientNote(
                client_id=client.id,
                kind=kind.value,
                author=actor.name or actor.kind,
                sealed_text=sealed,
                written_at=now,
            )
        )
        add_audit_line(actor, f"{kind.value} note written", "client", client.id, {}, now)


def open_treatment_notes(client_id: int, actor: Actor, now: datetime) -> list[Note]:
    """What who treats wrote down, the newest first. The line is written first, and stays even if opening fails."""
    with transaction():
        add_audit_line(actor, "treatment notes opened", "client", client_id, {}, now)
        group = group_of(client_id)
    return list_notes(group, NoteKind.TREATMENT, opened=True)
