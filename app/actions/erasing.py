"""Forgetting a person: asked for, done, or put off by closing the record where the law keeps it; each also written down outside
the database, so that no restored backup brings anybody back.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.actions.contention import retrying
from app.actions.imports import drop_waiting
from app.domain.appointments import Actor
from app.domain.care import TaskKind
from app.domain.notifications import RECORD_CLOSED
from app.models import Client
from app.store import erasures
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line
from app.store.care import add_task
from app.store.clients import get_client, group_of, rewrite_grams
from app.store.erasures_file import Entry, Fate, write_down
from app.store.old_versions import cut_journal, mark
from app.store.transactions import take_booking_lock, transaction
from app.vault import close_key, reopen_key


@dataclass(frozen=True, slots=True)
class Forgotten:
    """It is done: erased, or closed until a date."""

    closed_until: date | None = None


@dataclass(frozen=True, slots=True)
class StillExpected:
    """There are sessions to come: they are cancelled first, so that nobody stands before a shut door."""


@dataclass(frozen=True, slots=True)
class AlreadyForgotten:
    """There is nothing left to do."""


@retrying
def ask_to_be_forgotten(appointment_id: int, actor: Actor, now: datetime) -> bool:
    """A client asks for it behind their link; whether that is new. Staff decide. Raises LookupError and Busy."""
    with transaction():
        take_booking_lock()
        appointment = get_appointment(appointment_id)
        if erasures.find_open_request(group_of(appointment.client_id)) is not None:
            return False
        erasures.add_request(appointment.client_id, "client", now)
        add_task(TaskKind.ERASURE_ASKED, appointment, now)
        add_audit_line(actor, "erasure asked for", "client", appointment.client_id, {}, now)
    return True


@retrying
def ask_for_copy(appointment_id: int, actor: Actor, now: datetime) -> bool:
    """A client asks for what is stored of them; whether that is new. Staff hand it over. Raises LookupError and Busy."""
    with transaction():
        take_booking_lock()
        appointment = get_appointment(appointment_id)
        is_new = add_task(TaskKind.COPY_ASKED, appointment, now)
        if is_new:
            add_audit_line(actor, "copy asked for", "client", appointment.client_id, {}, now)
    return is_new


@retrying
def erase(client_id: int, actor: Actor, now: datetime) -> Forgotten | StillExpected | AlreadyForgotten:
    """Forget the person: all rows that count as them. Raises LookupError, Busy and CannotWriteDown (then nothing was done)."""
    with transaction():
        take_booking_lock()
        people = _people(client_id)
        if all(one.erased_at is not None for one in people):
            return AlreadyForgotten()
        if erasures.has_sessions_to_come([one.id for one in people], now):
            return StillExpected()
        _erased(people, actor, now, {})
        drop_waiting(actor, now)
        write_down(_entries(people, Fate.ERASED, now))
    cut_journal()
    return Forgotten()


@retrying
def erase_by_rule(
    client_id: int, why: str, actor: Actor, now: datetime
) -> Forgotten | StillExpected | AlreadyForgotten:
    """The same of one stored row whose time is over; ``why`` stands in the audit log."""
    with transaction():
        take_booking_lock()
        people = [get_client(client_id)]
        if people[0].erased_at is not None:
            return AlreadyForgotten()
        if erasures.has_sessions_to_come([client_id], now):
            return StillExpected()
        _erased(people, actor, now, {"why": why})
        write_down(_entries(people, Fate.ERASED, now))
    return Forgotten()


@retrying
def close(
    client_id: int, until: date, actor: Actor, now: datetime
) -> Forgotten | StillExpected | AlreadyForgotten:
    """The law keeps the record until then: nobody opens it, no message leaves, no search finds it. Erased when the day has come.

    Raises LookupError, Busy and CannotWriteDown (then nothing was done).
    """
    with transaction():
        take_booking_lock()
        people = _people(client_id)
        if all(one.erased_at is not None for one in people):
            return AlreadyForgotten()
        if erasures.has_sessions_to_come([one.id for one in people], now):
            return StillExpected()
        _closed(people, until, actor, now)
        write_down(_entries(people, Fate.CLOSED, now, until))
    return Forgotten(until)


@retrying
def reopen(client_id: int, actor: Actor, now: datetime) -> bool:
    """A closed record is needed after all (by the client, or by the law); whether it was closed. Raises LookupError and Busy."""
    with transaction():
        take_booking_lock()
        people = [
            one for one in _people(client_id) if one.restricted_at is not None and one.erased_at is None
        ]
        for one in people:
            one.wrapped_key, one.restricted_at = reopen_key(one.wrapped_key), None
            one.row_version += 1
            row = erasures.find_undone(one.id)
            if row is not None:
                row.restricted_until, row.done_at, row.done_by = None, now, actor.name or actor.kind
            add_audit_line(actor, "record opened again", "client", one.id, {}, now)
        rewrite_grams(people)
        if people:
            write_down(_entries(people, Fate.REOPENED, now))
    return bool(people)


def forget_again(entries: Iterable[Entry], actor: Actor, now: datetime) -> int:
    """After a restore, in its transaction: who was forgotten since the backup is forgotten again; answers how many rows were."""
    last: dict[tuple[int, datetime], Entry] = {}
    for entry in entries:
        known = (entry.client_id, entry.created_at)
        if known not in last or last[known].fate is not Fate.ERASED:
            last[known] = entry
    erased_at = [entry.at for entry in last.values() if entry.fate is Fate.ERASED]
    if erased_at:
        drop_waiting(actor, now, sent_before=max(erased_at), also_running=True)
    done = 0
    for client in erasures.list_rows_known_as(last):
        entry = last[client.id, client.created_at]
        if client.erased_at is None and entry.fate is Fate.ERASED:
            _erased([client], actor, now, {"why": "replayed after a restore"})
            done += 1
        elif client.erased_at is None and entry.fate is Fate.CLOSED and entry.until is not None:
            _closed([client], entry.until, actor, now)
            done += 1
    return done


def _people(client_id: int) -> list[Client]:
    get_client(client_id)
    return erasures.list_stored(group_of(client_id))


def _erased(people: Sequence[Client], actor: Actor, now: datetime, detail: dict[str, str]) -> None:
    """In this order: messages, contact, words, the key, the line in the log. A skeleton of numbers and times stays.

    What the rows said before lies on in the tables' files: they are marked, for the sweep that writes them anew.
    """
    numbers = [one.id for one in people]
    _shut(numbers, actor, now)
    for one in people:
        erasures.forget_contact(one, numbers, now)
    erasures.forget_messages(numbers)
    erasures.forget_words(numbers)
    for one in people:
        erasures.forget_person(one, now)
        _settle(one.id, actor, now)
        add_audit_line(actor, "erased", "client", one.id, detail, now)
    mark(erasures.TOUCHED, now)


def _closed(people: Sequence[Client], until: date, actor: Actor, now: datetime) -> None:
    _shut([one.id for one in people], actor, now)
    erasures.unlink([one.id for one in people])
    for one in people:
        one.wrapped_key = close_key(one.wrapped_key)
        one.restricted_at = one.restricted_at or now
        one.row_version += 1
        row = erasures.find_undone(one.id) or erasures.add_request(one.id, actor.name or actor.kind, now)
        row.restricted_until = until
        add_audit_line(actor, "record closed", "client", one.id, {"until": until.isoformat()}, now)


def _shut(numbers: Collection[int], actor: Actor, now: datetime) -> None:
    erasures.silence(numbers, RECORD_CLOSED)
    erasures.end_tasks(numbers, actor.name, now)
    erasures.forget_grams(numbers)


def _settle(client_id: int, actor: Actor, now: datetime) -> None:
    by = actor.name or actor.kind
    row = erasures.find_undone(client_id) or erasures.add_request(client_id, by, now)
    row.done_at, row.done_by = now, by


def _entries(people: Iterable[Client], fate: Fate, now: datetime, until: date | None = None) -> list[Entry]:
    return [Entry(one.id, one.created_at, fate, now, until) for one in people]
