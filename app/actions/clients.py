"""Changing what is known of a client: who they are and how they are reached, their preferences, whether they book on the web."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.actions.contention import retrying
from app.actions.notifications import announce
from app.domain.appointments import Actor
from app.domain.clients import Preferences
from app.domain.contacts import Detail
from app.models import Client, Contact
from app.store.audit import add_audit_line
from app.store.client_messages import list_promised_to, plan_unaddressed
from app.store.clients import (
    get_client,
    group_of,
    list_sharing,
    list_unindexed,
    load_preferences,
    preferences_context,
    rename,
    rewrite_grams,
    treated_by,
    written_over,
)
from app.store.transactions import Stale, take_booking_lock, transaction
from app.vault import Closed, seal

_AT_ONCE = 200
Whose = Literal["person", "everybody"]


@dataclass(frozen=True, slots=True)
class Details:
    """Who a client is, and how they are written to."""

    name: str
    email: str | None
    phone: str | None
    language: str
    detail: Detail
    guardian: str | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """It is saved; whether that changed anything."""

    changed: bool


@dataclass(frozen=True, slots=True)
class SaysForWhom:
    """Others are reached by the same stored contact: it must be said whether it changes for them, too."""

    others: tuple[str, ...]


@retrying
def edit(
    client_id: int,
    details: Details,
    version: int | None,
    actor: Actor,
    now: datetime,
    whose: Whose | None = None,
) -> Edited | SaysForWhom:
    """Save who a client is. Raises LookupError, Stale and Busy; the audit log keeps what each field was.

    Where others share the stored contact, a change of it needs ``whose``: for one person, who gets a contact of their own.
    """
    due: list[int] = []
    with transaction():
        take_booking_lock()
        client = _current(client_id, version)
        changes = _changes(client, details)
        others = [one for one in list_sharing(client.contact_id) if one.id != client.id]
        touches_contact = not changes.keys() <= {"name", "guardian"}
        if others and touches_contact and whose is None:
            return SaysForWhom(tuple(one.name for one in others))
        if not changes:
            return Edited(changed=False)
        had_address = bool(client.contact.email)
        if touches_contact and others and whose == "person":
            _part(client, now)
        reached = [client] if whose == "person" or not touches_contact else [client, *others]
        _write(client, details)
        add_audit_line(actor, "client changed", "client", client.id, changes, now)
        rewrite_grams(reached)
        due.extend(_told_anew(reached, details, "language" in changes, not had_address, now))
    announce(due)
    return Edited(changed=True)


@retrying
def block(client_id: int, actor: Actor, now: datetime) -> bool:
    """From now on they book by telephone only; whether that is new. Raises LookupError and Busy."""
    with transaction():
        take_booking_lock()
        client = still_open(get_client(client_id))
        if client.blocked_at is not None:
            return False
        client.blocked_at, client.blocked_by = now, actor.name
        client.row_version += 1
        rewrite_grams([client])  # blocked numbers are compared by them
        add_audit_line(actor, "client blocked", "client", client.id, {}, now)
    return True


@retrying
def unblock(client_id: int, actor: Actor, now: datetime) -> bool:
    """They may book on the web again; whether that is new. Raises LookupError and Busy."""
    with transaction():
        take_booking_lock()
        blocked = [one for one in map(get_client, group_of(client_id)) if one.blocked_at is not None]
        for client in blocked:
            client.blocked_at = client.blocked_by = None
            client.row_version += 1
            add_audit_line(actor, "client unblocked", "client", client.id, {}, now)
    return bool(blocked)


@retrying
def write_preferences(
    client_id: int,
    preferences: Preferences,
    version: int | None,
    actor: Actor,
    now: datetime,
    therapist_id: int | None = None,
) -> None:
    """Keep how a client likes to be treated, sealed. Raises LookupError, Stale and Busy.

    It replaces what was noted of those who were merged into them, which comes back should they be told apart again; with
    ``therapist_id`` only what this therapist could open: nobody writes over what they have not seen.
    """
    with transaction():
        take_booking_lock()
        client = _current(client_id, version)
        group = group_of(client_id)
        seen = group if therapist_id is None else treated_by(group, therapist_id)
        over = (set(seen) | written_over(client)).intersection(group) - {client_id}
        stored = json.dumps(preferences.stored() | {"over": sorted(over)})
        client.sealed_preferences = seal(stored, client.wrapped_key, preferences_context(client.id))
        client.row_version += 1
        add_audit_line(actor, "preferences written", "client", client.id, {}, now)


def open_preferences(
    client_id: int, actor: Actor, now: datetime, therapist_id: int | None = None
) -> Preferences:
    """How a client likes to be treated. The line is written first, and stays even if opening fails.

    With ``therapist_id`` only what is noted under rows that this therapist treats.
    """
    found = open_preferences_of([client_id], actor, now, "client", therapist_id=therapist_id)
    return found.get(client_id, Preferences())


def open_preferences_of(
    client_ids: Collection[int],
    actor: Actor,
    now: datetime,
    subject: str,
    subject_id: object = None,
    therapist_id: int | None = None,
) -> dict[int, Preferences]:
    """The same of several at once: a line for each client, which says on behalf of what (``subject``: a day sheet, say)."""
    about = (
        {} if subject == "client" else {"for": subject if subject_id is None else f"{subject} {subject_id}"}
    )
    with transaction():
        for number in sorted(set(client_ids)):
            add_audit_line(actor, "preferences opened", "client", number, about, now)
    return load_preferences(client_ids, therapist_id)


def index_missing_clients() -> int:
    """Let searches find clients from before there was a search, some at a time; answers how many."""
    done = 0
    while True:
        with transaction():
            missing = list_unindexed(_AT_ONCE)
            rewrite_grams(missing)
        done += len(missing)
        if len(missing) < _AT_ONCE:
            return done


def _current(client_id: int, version: int | None) -> Client:
    client = still_open(get_client(client_id))
    if version is not None and client.row_version != version:
        raise Stale
    return client


def still_open(client: Client) -> Client:
    """The client, whose record was neither erased nor closed. Raises Closed."""
    if client.is_closed:
        raise Closed("the record was erased, or is kept closed")
    return client


def _changes(client: Client, details: Details) -> dict[str, dict[str, str | None]]:
    contact = client.contact
    before = (
        client.name,
        contact.email,
        contact.phone,
        contact.language,
        contact.detail,
        client.guardian_name,
    )
    after = (*_contact_of(details), details.guardian or None)
    fields = ("name", "email", "phone", "language", "detail", "guardian")
    pairs = zip(fields, before, after, strict=True)
    return {field: {"from": was, "to": becomes} for field, was, becomes in pairs if was != becomes}


def _contact_of(details: Details) -> tuple[str, str | None, str | None, str, str]:
    email = details.email.lower() if details.email else None
    return details.name, email, details.phone or None, details.language, details.detail.value


def _part(client: Client, now: datetime) -> None:
    """A contact of their own, as the shared one is."""
    shared = client.contact
    client.contact = Contact(
        email=shared.email,
        phone=shared.phone,
        language=shared.language,
        detail=shared.detail,
        aftercare_stopped_at=shared.aftercare_stopped_at,
        created_at=now,
    )


def _write(client: Client, details: Details) -> None:
    name, email, phone, language, detail = _contact_of(details)
    rename(client, name)
    client.guardian_name = details.guardian or None
    contact = client.contact
    contact.email, contact.phone, contact.language, contact.detail = email, phone, language, detail
    client.row_version += 1


def _told_anew(
    reached: Collection[Client], details: Details, in_another_language: bool, had_none: bool, now: datetime
) -> list[int]:
    """Mails of sessions to come are written in the language chosen; what could not be sent for want of an address is planned."""
    numbers = [one.id for one in reached]
    if in_another_language:
        for appointment in list_promised_to(numbers, now):
            appointment.language = details.language
    return plan_unaddressed(numbers, now) if had_none and details.email else []
