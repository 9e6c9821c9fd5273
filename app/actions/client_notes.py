"""What staff write down about a client: kept sealed, never changed; treatment notes are opened with a line in the audit log."""

from datetime import datetime, timedelta

from app.actions.contention import retrying
from app.domain.appointments import Actor
from app.domain.clients import NoteKind
from app.models import Client, ClientNote
from app.store.audit import add_audit_line
from app.store.client_pages import Note, list_notes, note_context
from app.store.clients import add_note, get_client, group_of, list_notes_since, treated_by
from app.store.transactions import take_booking_lock, transaction
from app.vault import open_sealed, seal

_TWICE_WITHIN = timedelta(minutes=1)


@retrying
def write_note(client_id: int, kind: NoteKind, text: str, actor: Actor, now: datetime) -> None:
    """Keep a note, with its author and the time. Raises LookupError and Busy. The audit log does not say what it says.

    The same words by the same author within a minute are one note: a button that was pressed twice.
    """
    author = actor.name or actor.kind
    with transaction():
        take_booking_lock()
        client = get_client(client_id)
        if _has_just_been_written(client, kind, text, author, now):
            return
        sealed = seal(text, client.wrapped_key, note_context(client.id))
        add_note(
            ClientNote(
                client_id=client.id,
                kind=kind.value,
                author=author,
                sealed_text=sealed,
                written_at=now,
            )
        )
        add_audit_line(actor, f"{kind.value} note written", "client", client.id, {}, now)


def open_treatment_notes(
    client_id: int, actor: Actor, now: datetime, therapist_id: int | None = None
) -> list[Note]:
    """What who treats wrote down, the newest first; with ``therapist_id`` under those rows that this therapist treats.

    A line for each row is written first, and stays even if opening fails: it is found when they are told apart again.
    """
    with transaction():
        group = group_of(client_id)
        rows = group if therapist_id is None else treated_by(group, therapist_id)
        for number in rows:
            add_audit_line(actor, "treatment notes opened", "client", number, {}, now)
    return list_notes(rows, NoteKind.TREATMENT, opened=True)


def _has_just_been_written(client: Client, kind: NoteKind, text: str, author: str, now: datetime) -> bool:
    just_now = list_notes_since(client.id, kind.value, author, now - _TWICE_WITHIN)
    context = note_context(client.id)
    return any(open_sealed(one.sealed_text, client.wrapped_key, context) == text for one in just_now)
