"""Consent: kept when it is given, withdrawn at any time, opened with a line in the audit log, asked again at each visit."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from app.actions.contention import retrying
from app.actions.day import Click, Marked, NotPossible, seen
from app.actions.screening import today
from app.domain.appointments import AHEAD, Actor, State
from app.domain.care import TaskKind
from app.domain.consent import ConsentTerms, ConsentText, Given, lacks_guardian, may_count
from app.domain.workday import may_be_asked_in_room
from app.models import Appointment, Client, Consent
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line
from app.store.care import add_task
from app.store.clients import get_client, group_of
from app.store.consents import (
    add_consent,
    find_consent,
    find_version,
    has_guardian,
    in_force,
    last_withdrawn,
    text_of_service,
    ticked_ahead,
    version_of,
)
from app.store.intake import is_younger_than
from app.store.practice import load_practice
from app.store.seal_contexts import terms_context
from app.store.transactions import take_booking_lock, transaction
from app.vault import open_sealed, seal


@dataclass(frozen=True, slots=True)
class OpenedConsent:
    """What was agreed to: the version as it stood, and the client's own terms."""

    text: ConsentText
    terms: ConsentTerms


class Written(StrEnum):
    """What became of a consent that staff wrote down: kept, not given after the last was taken back, or the record is closed."""

    KEPT = "kept"
    TOO_OLD = "too old"
    CLOSED = "closed"


class Agreed(StrEnum):
    """What became of a client's consent: kept; or nothing is, and why."""

    KEPT = "kept"
    TEXT_CHANGED = "the text is another than they read"
    NEEDS_GUARDIAN = "a parent or guardian has to agree"
    NOT_AHEAD = "the session is not ahead, or asks for no consent"


def keep_consent(
    appointment: Appointment, terms: ConsentTerms, text: ConsentText, given_by: Actor, now: datetime
) -> None:
    """Keep what a client agreed to for a session, inside the caller's transaction. What was given before stays as it is."""
    client = appointment.client
    _keep(client, terms, text, given_by, now).appointment_id = appointment.id
    said = {"text": text.slug, "version": text.version}
    add_audit_line(given_by, "consent given", "client", client.id, said, now)


def needs_guardian(client_ids: Collection[int], at: datetime) -> bool:
    """Whether these rows of one client are of somebody for whom a guardian agrees: one did before, or by their date of birth."""
    years = load_practice().policy.minor_until
    return has_guardian(client_ids) or bool(is_younger_than(client_ids, years, today(at)))


@retrying
def write_down(
    client_id: int, version_id: int, terms: ConsentTerms, given: Given, actor: Actor, now: datetime
) -> Written:
    """Staff write down what a client (or a guardian for them) agreed to on paper, on the telephone or in person. Raises Busy.

    It holds as long as any other: until it is withdrawn, or the text changes. Raises LookupError for a version that is not there.
    """
    with transaction():
        take_booking_lock()
        client, found = get_client(client_id), find_version(version_id)
        if found is None:
            raise LookupError("no such version")
        if client.erased_at is not None or client.restricted_at is not None:
            return Written.CLOSED
        withdrawn_at = last_withdrawn(group_of(client_id), found.text_id)
        if not may_count(given, today(now), today(withdrawn_at) if withdrawn_at else None):
            return Written.TOO_OLD
        row = _keep(client, terms, found.text, actor, now)
        row.given_how, row.given_on = given.how.value, given.on
        said = {"text": found.text.slug, "version": found.text.version}
        how = {"how": given.how.value, "on": given.on.isoformat()}
        add_audit_line(actor, "consent written down", "client", client.id, said | how, now)
    return Written.KEPT


@retrying
def agree(appointment_id: int, terms: ConsentTerms, read_version: int, actor: Actor, now: datetime) -> Agreed:
    """The client agrees to the text for that session, afresh or for the first time. Raises Busy."""
    with transaction():
        take_booking_lock()
        appointment = get_appointment(appointment_id)
        text = text_of_service(appointment.service_id)
        if text is None or State(appointment.state) not in AHEAD:
            return Agreed.NOT_AHEAD
        if text.id != read_version:
            return Agreed.TEXT_CHANGED
        is_minor = needs_guardian(group_of(appointment.client_id), appointment.starts_at)
        if lacks_guardian(terms.guardian, is_minor=is_minor):
            return Agreed.NEEDS_GUARDIAN
        keep_consent(appointment, terms, text, actor, now)
    return Agreed.KEPT


@retrying
def withdraw(appointment_id: int, actor: Actor, now: datetime) -> bool:
    """The client takes back what they agreed to for that session's service; whether there was anything. Raises Busy.

    What was given stays written down, with when it was withdrawn. A session that lies ahead is somebody's task.
    """
    with transaction():
        take_booking_lock()
        appointment = get_appointment(appointment_id)
        text_id = appointment.service.consent_text_id
        if text_id is None or not _withdrawn(appointment.client_id, text_id, actor, now):
            return False
        if State(appointment.state) in AHEAD and now < appointment.starts_at:
            add_task(TaskKind.HEALTH_CHANGED, appointment, now)
        return True


@retrying
def withdraw_text(client_id: int, text_id: int, actor: Actor, now: datetime) -> bool:
    """The same on a client's page, where staff write down what they were told. Raises Busy."""
    with transaction():
        take_booking_lock()
        return _withdrawn(client_id, text_id, actor, now)


@retrying
def tick_verbal(click: Click, now: datetime) -> Marked | NotPossible:
    """The client was asked in the room, and agreed. Ticking twice changes nothing. Raises Stale and Busy."""
    return _tick(click, True, now)


@retrying
def untick_verbal(click: Click, now: datetime) -> Marked | NotPossible:
    """It was ticked by mistake, or the client has changed their mind. Raises Stale and Busy."""
    return _tick(click, False, now)


def open_consent(consent_id: int, actor: Actor, now: datetime) -> OpenedConsent:
    """What was agreed to. The line is written first, and stays even if opening fails. Raises LookupError."""
    with transaction():
        consent = find_consent(consent_id)
        if consent is None:
            raise LookupError("no such consent")
        sealed, client = consent.sealed_terms, get_client(consent.client_id)
        key, text = client.wrapped_key, version_of(consent.version_id)
        add_audit_line(actor, "consent opened", "client", client.id, {"text": text.slug}, now)
        context = terms_context(client.id)
    return OpenedConsent(text, ConsentTerms(**json.loads(open_sealed(sealed, key, context))))


def _keep(client: Client, terms: ConsentTerms, text: ConsentText, by: Actor, now: datetime) -> Consent:
    told = json.dumps(asdict(terms), ensure_ascii=False)
    row = Consent(
        client_id=client.id,
        version_id=text.id,
        sealed_terms=seal(told, client.wrapped_key, terms_context(client.id)),
        given_by=by.called,
        given_at=now,
    )
    add_consent(row)
    if terms.guardian and client.guardian_name is None:  # typing a stored name changes nothing of theirs
        client.guardian_name = terms.guardian
    return row


def _withdrawn(client_id: int, text_id: int, actor: Actor, now: datetime) -> bool:
    given = in_force(group_of(client_id), text_id)
    for consent in given:
        consent.withdrawn_at, consent.withdrawn_by = now, actor.called
    if given:
        _take_ticks_back(client_id, text_id, actor, now)
        add_audit_line(actor, "consent withdrawn", "client", client_id, {"times": len(given)}, now)
    return bool(given)


def _tick(click: Click, agreed: bool, now: datetime) -> Marked | NotPossible:
    with transaction() as rows:
        take_booking_lock()
        appointment = seen(click)
        state = State(appointment.state)
        possible = may_be_asked_in_room(state, appointment.starts_at, now)
        if not possible or text_of_service(appointment.service_id) is None:
            return NotPossible(state)
        if agreed is not (appointment.verbal_consent_at is not None):
            _write_tick(appointment, agreed, click.actor, now)
        rows.flush()
        return Marked(state, appointment.row_version)


def _take_ticks_back(client_id: int, text_id: int, actor: Actor, now: datetime) -> None:
    """What was noted before a session that is not done yet counts no longer: they are asked again, or it is not given."""
    for appointment in ticked_ahead(group_of(client_id), text_id):
        _write_tick(appointment, False, actor, now)


def _write_tick(appointment: Appointment, agreed: bool, by: Actor, now: datetime) -> None:
    appointment.verbal_consent_at = now if agreed else None
    appointment.verbal_consent_by = by.called if agreed else None
    act = "verbal consent" if agreed else "verbal consent taken back"
    add_audit_line(by, act, "appointment", appointment.id, {}, now)
