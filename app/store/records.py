"""All that is stored of one person, opened: for a copy that the client, or who may, asks for. Whoever asks writes down that they did."""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import select

from app.domain.asked_age import words_with_age
from app.domain.practice import text_in
from app.extensions import db
from app.models import (
    Appointment,
    AuditLine,
    CheckIn,
    Client,
    ClientNote,
    Consent,
    ConsentText,
    ConsentTextVersion,
    Contact,
    Erasure,
    IntakeForm,
    Notification,
    Override,
    Review,
    Screening,
    ScreeningSetVersion,
)
from app.store import seal_contexts
from app.store.client_pages import note_context
from app.store.clients import preferences_context
from app.store.intake import intake_context
from app.store.practice import load_practice
from app.store.screenings import answers_context, wishes_context
from app.store.wishes import wishes_context as booked_wishes_context
from app.vault import CannotOpen, open_sealed

Told = dict[str, Any]
_CAN_NOT = "can't be opened"


def read_record(client_ids: Collection[int], health_ids: Collection[int]) -> list[Told]:
    """What each of these rows holds; what is sealed only of those that open for who asks. Each part has a name that people read."""
    return [_row(number, opens=number in health_ids) for number in sorted(client_ids)]


def _row(number: int, *, opens: bool) -> Told:
    client = db.session.get_one(Client, number)
    told: Told = {"client": _client(client), "contact": _contact(client.contact)}
    told["appointments"] = [_appointment(one, client, opens=opens) for one in _appointments(number)]
    told["notes"] = [_note(one, client, opens=opens) for one in _of(ClientNote, ClientNote.client_id, number)]
    told["messages"] = _messages(number)
    told["requests to be forgotten"] = [_erasure(one) for one in _of(Erasure, Erasure.client_id, number)]
    if opens:
        told["preferences"] = _preferences(client)
        told["screenings"] = [_screening(one, client) for one in _of(Screening, Screening.client_id, number)]
        told["consents"] = [_consent(one, client) for one in _of(Consent, Consent.client_id, number)]
        told["intake form"] = [_intake(one, client) for one in _of(IntakeForm, IntakeForm.client_id, number)]
    told["who opened or changed it"] = _log(number)
    return told


def _client(row: Client) -> Told:
    return {
        "number": row.id,
        "name": row.name,
        "parent or guardian": row.guardian_name,
        "stored": row.created_at,
        "merged into number": row.merged_into_id,
        "books by telephone only since": row.blocked_at,
        "was shown a tool": row.tool_coached_at,
        "closed since": row.restricted_at,
        "erased": row.erased_at,
    }


def _contact(row: Contact) -> Told:
    return {
        "e-mail address": row.email,
        "telephone": row.phone,
        "language": row.language,
        "e-mails say": row.detail,
        "no messages after sessions since": row.aftercare_stopped_at,
    }


def _appointments(client_id: int) -> list[Appointment]:
    return _of(Appointment, Appointment.client_id, client_id)


def _appointment(row: Appointment, client: Client, *, opens: bool) -> Told:
    told: Told = {
        "reference": row.reference,
        "state": row.state,
        "cancelled by": row.cancelled_by,
        "begins": row.starts_at,
        "ends": row.ends_at,
        "time zone": row.zone,
        "service": text_in(row.service.name, row.language),
        "visit": row.visit,
        "therapist": row.therapist.name,
        "second person": row.chaperone.name if row.chaperone else None,
        "place": row.location.name,
        "price": row.price_minor,
        "currency": row.currency,
        "name as typed": row.typed_name,
        "e-mail address as typed": row.typed_email,
        "telephone as typed": row.typed_phone,
        "agreed to the terms": row.consented_at,
        "agreed again in the room": row.verbal_consent_at,
        "minutes late": row.minutes_late,
        "booked": row.created_at,
    }
    return told | _sealed_of(row, client) if opens else told


def _sealed_of(row: Appointment, client: Client) -> Told:
    key, public_id = client.wrapped_key, row.public_id
    reviews = _of(Review, Review.appointment_id, row.id)
    return {
        "note to the therapist": _opened(row.sealed_note, key, seal_contexts.note_context(public_id)),
        "reason given": _opened(row.sealed_reason, key, seal_contexts.reason_context(public_id)),
        "wishes": _json(row.sealed_wishes, key, booked_wishes_context(public_id)),
        "felt afterwards": [
            {
                "answer": _opened(one.sealed_answer, key, seal_contexts.answer_context(public_id)),
                "at": one.answered_at,
            }
            for one in _of(CheckIn, CheckIn.appointment_id, row.id)
        ],
        "rules set aside": [
            {"rule": one.refusal, "why": _opened(one.sealed_why, key, seal_contexts.why_context(public_id))}
            for one in _of(Override, Override.appointment_id, row.id)
        ],
        "reviews": [
            {
                "opened": one.opened_at,
                "decision": one.decision,
                "decided": one.decided_at,
                "words": _opened(one.sealed_words, key, seal_contexts.words_context(public_id)),
            }
            for one in reviews
        ],
    }


def _note(row: ClientNote, client: Client, *, opens: bool) -> Told:
    told: Told = {"kind": row.kind, "author": row.author, "written": row.written_at}
    if opens or row.kind == "desk":
        told["text"] = _opened(row.sealed_text, client.wrapped_key, note_context(client.id))
    return told


def _preferences(client: Client) -> Any:
    found = _json(client.sealed_preferences, client.wrapped_key, preferences_context(client.id))
    return (
        {name: said for name, said in found.items() if name != "over"} if isinstance(found, dict) else found
    )


def _screening(row: Screening, client: Client) -> Told:
    version = db.session.get_one(ScreeningSetVersion, row.version_id)
    key = client.wrapped_key if row.wrapped_key is None else row.wrapped_key
    answers = _json(row.sealed_answers, key, answers_context(row.token))
    return {
        "answered": row.asked_at,
        "said again that nothing had changed": row.answered_at if row.since else None,
        "read aloud by": row.asked_by,
        "version of the questions": version.version,
        "outcome": row.outcome,
        "answers": _by_question(answers, version.questions, row.minor_until),
        "wishes": _json(row.sealed_wishes, key, wishes_context(row.token)),
    }


def _by_question(answers: Any, questions: Collection[Mapping[str, Any]], years: int | None) -> Any:
    """Each answer under the question that was asked, in its first language."""
    if not isinstance(answers, dict):
        return answers
    years = years or load_practice().policy.minor_until
    asked = {
        str(one.get("key")): words_with_age(text_in(one.get("text") or {}, "en"), years) for one in questions
    }
    return {asked.get(name) or name: said for name, said in answers.items()}


def _consent(row: Consent, client: Client) -> Told:
    version = db.session.get_one(ConsentTextVersion, row.version_id)
    return {
        "to": db.session.get_one(ConsentText, version.text_id).name,
        "version": version.version,
        "terms": _json(row.sealed_terms, client.wrapped_key, seal_contexts.terms_context(client.id)),
        "given by": row.given_by if row.given_how is None else "client",
        "given": row.given_on or row.given_at,
        "given how": (row.given_how or "online").replace("_", " "),
        "written down by": row.given_by if row.given_how else None,
        "written down": row.given_at if row.given_how else None,
        "withdrawn by": row.withdrawn_by,
        "withdrawn": row.withdrawn_at,
    }


def _intake(row: IntakeForm, client: Client) -> Told:
    return {
        "begun": row.begun_at,
        "changed": row.changed_at,
        "confirmed": row.confirmed_at,
        "answers": _json(row.sealed_answers, client.wrapped_key, intake_context(client.id)),
    }


def _erasure(row: Erasure) -> Told:
    return {
        "asked": row.asked_at,
        "asked by": row.asked_by,
        "closed until": row.restricted_until,
        "done": row.done_at,
    }


def _messages(client_id: int) -> list[Told]:
    wanted = (
        select(Notification)
        .join(Appointment, Appointment.id == Notification.appointment_id)
        .where(Appointment.client_id == client_id, Notification.audience == "client")
    )
    rows = db.session.execute(wanted.order_by(Notification.id)).scalars()
    return [
        {"what": one.kind, "state": one.state, "to": one.address, "due": one.due_at, "sent": one.sent_at}
        for one in rows
    ]


def _log(client_id: int) -> list[Told]:
    wanted = select(AuditLine).where(AuditLine.subject == "client", AuditLine.subject_id == str(client_id))
    rows = db.session.execute(wanted.order_by(AuditLine.id)).scalars()
    return [{"at": one.at, "by": one.actor or one.actor_type, "what": one.act} for one in rows]


def _of(model: Any, column: Any, number: int) -> list[Any]:
    return list(db.session.execute(select(model).where(column == number).order_by(model.id)).scalars())


def _opened(sealed: bytes | None, key: bytes, context: str) -> str | None:
    if sealed is None:
        return None
    try:
        return open_sealed(sealed, key, context).strip()
    except CannotOpen:
        return _CAN_NOT


def _json(sealed: bytes | None, key: bytes, context: str) -> Any:
    told = _opened(sealed, key, context)
    if told is None or told == _CAN_NOT:
        return told
    return json.loads(told)


def plain(told: Any) -> Any:
    """The same with instants and dates as text, for JSON."""
    makers: dict[type, Callable[[Any], Any]] = {
        dict: lambda one: {str(name): plain(said) for name, said in one.items()},
        list: lambda one: [plain(said) for said in one],
    }
    for kind, make in makers.items():
        if isinstance(told, kind):
            return make(told)
    return cast("datetime", told).isoformat() if isinstance(told, datetime | date) else told
