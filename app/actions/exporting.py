"""A copy of one client's record: for the client, for who treats them next, or where the law asks; each copy with its purpose in the log."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.actions.contention import retrying
from app.domain.appointments import Actor
from app.domain.care import TaskKind
from app.store.audit import add_audit_line
from app.store.care import close_tasks_of, list_open_copy_tasks
from app.store.clients import get_client, group_of, treated_by
from app.store.records import plain, read_record
from app.store.transactions import end_reading, transaction
from app.vault import Closed


class Purpose(StrEnum):
    """What a copy is for; the words say nothing of anybody's health, since the log keeps them."""

    CLIENT = "the client asked for it"
    COLLEAGUE = "another practitioner, with the client's agreement"
    LAW = "a court, an authority or an insurer may ask for it"


@dataclass(frozen=True, slots=True)
class Record:
    """A copy: whose, when it was made, and each stored row of theirs in parts."""

    client_id: int
    made_at: datetime
    purpose: Purpose
    rows: list[dict[str, Any]]

    @property
    def as_json(self) -> dict[str, Any]:
        """What a program can read."""
        told = {"made": self.made_at, "purpose": self.purpose.value, "record": self.rows}
        return dict(plain(told))


def export_record(
    client_id: int, purpose: Purpose, actor: Actor, now: datetime, therapist_id: int | None = None
) -> Record:
    """All that is stored of the person; with ``therapist_id`` the health text of those rows alone that this therapist treats.

    The lines in the log, one a row, are written first. Raises LookupError, Busy, and Closed for what nobody opens.
    """
    group = group_of(client_id)
    rows = group if therapist_id is None else treated_by(group, therapist_id)
    _write_down(group, purpose, actor, now)
    record = Record(client_id, now, purpose, read_record(group, rows))
    end_reading()
    return record


@retrying
def _write_down(group: list[int], purpose: Purpose, actor: Actor, now: datetime) -> None:
    with transaction():
        people = [get_client(number) for number in group]
        if any(one.erased_at is not None or one.restricted_at is not None for one in people):
            raise Closed("the record was erased, or is kept closed")
        for one in people:
            add_audit_line(actor, "record exported", "client", one.id, {"purpose": purpose.value}, now)
        for appointment_id in list_open_copy_tasks(group):
            close_tasks_of(appointment_id, TaskKind.COPY_ASKED, actor.name, now)
