"""A client of whom everything is known that the practice may know of anybody; each sealed field says the same canary."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import current_app

from app.actions.answering import check_in
from app.actions.booking import book
from app.actions.client_notes import write_note
from app.actions.clients import write_preferences
from app.actions.day import Click, mark_completed
from app.actions.managing import Change, cancel
from app.actions.outcomes import Booked
from app.actions.overrides import keep_override
from app.domain.appointments import Actor
from app.domain.care import CheckInAnswer
from app.domain.clients import NoteKind, Preferences
from app.domain.consent import ConsentTerms
from app.domain.overriding import Override
from app.domain.slots import Refusal
from app.domain.staff import StaffRole
from app.domain.wishes import Wishes
from app.models import (
    Client,
    Consent,
    ConsentText,
    ConsentTextVersion,
    IntakeForm,
    Review,
    Screening,
    ScreeningSet,
    ScreeningSetVersion,
)
from app.store.appointments import get_appointment
from app.store.seal_contexts import terms_context, words_context
from app.store.transactions import transaction
from app.vault import new_wrapped_key, seal
from tests.support.kept import write_once
from tests.support.rows import NOW, at, make_practice, order, wish

#: Nothing else says this: whoever finds it in the open has found health text.
CANARY = "zq7-marmot-under-the-ribs"
OWNER = Actor("staff", "owner@example.com")
NAME, EMAIL, PHONE = "Wilma Quist", "wilma.quist@example.com", "902-555-0177"
GUARDIAN = "Gunda Quist"


@dataclass(frozen=True)
class Known:
    """Who it is, and their sessions: one given, one cancelled."""

    client_id: int
    given: int
    cancelled: int
    reference: str
    public_id: str


def make_known(name: str = NAME, email: str = EMAIL, *, clock: str = "10:00", now: datetime = NOW) -> Known:
    """Book twice, give one session, cancel the other, and write down all there is; the sessions are over on Monday evening."""
    given = _booked(name, email, clock, now)
    cancelled = _booked(name, email, f"{int(clock[:2]) + 2:02}:00", now)
    number = get_appointment(given.appointment_id).client_id
    cancel(Change(cancelled.appointment_id, OWNER, by_staff=True), NOW, f"reason {CANARY}")
    with transaction() as rows:
        appointment = get_appointment(given.appointment_id)
        keep_override(appointment, _override(), OWNER, NOW)
        rows.get_one(Client, number).guardian_name = GUARDIAN
    click = Click(given.appointment_id, get_appointment(given.appointment_id).row_version, OWNER)
    mark_completed(click, at("19:00"))
    check_in(given.appointment_id, CheckInAnswer.SAME, Actor("client", email), at("19:30"))
    for kind in NoteKind:
        write_note(number, kind, f"{kind.value} {CANARY}", OWNER, NOW)
    told = Preferences(avoid=f"avoid {CANARY}", heed=f"heed {CANARY}")
    write_preferences(number, told, None, OWNER, NOW)
    seal_the_rest(number, given.appointment_id, NOW)
    appointment = get_appointment(given.appointment_id)
    return Known(
        number, given.appointment_id, cancelled.appointment_id, appointment.reference, appointment.public_id
    )


def make_known_in_practice(*, therapists: int = 1, rooms: int = 1) -> Known:
    """A practice, and somebody of whom all is known; written once for all tests."""

    def write() -> Known:
        make_practice(therapists=therapists, rooms=rooms)
        return make_known()

    return write_once(current_app, f"known-{therapists}-{rooms}", write)


def _booked(name: str, email: str, clock: str, now: datetime) -> Booked:
    note = f"note {CANARY}"
    wanted = order(
        wish(at(clock)), name=name, key=f"key-{len(name)}-{clock}", email=email, phone=PHONE, note=note
    )
    answer = book(wanted, now)
    assert isinstance(answer, Booked), answer
    return answer


def _override() -> Override:
    return Override(frozenset({Refusal.CLOSED}), f"why {CANARY}", frozenset({StaffRole.OWNER}))


def seal_the_rest(client_id: int, appointment_id: int, now: datetime) -> None:
    """Rows of screening, review, consent, intake and wishes, as their actions write them."""
    with transaction() as rows:
        client, appointment = rows.get_one(Client, client_id), get_appointment(appointment_id)
        asked, agreed = _versions(client_id, now)
        rows.add_all([asked, agreed])
        rows.flush()
        set_version, text_version = asked.versions[0], agreed.versions[0]
        screening = screening_row(appointment.service_id, set_version.id, f"token-{client_id}", now)
        screening.client_id, screening.appointment_id = client_id, appointment_id
        context = f"screening|answers|{screening.token}"
        screening.sealed_answers = seal(json.dumps({"q": CANARY}), client.wrapped_key, context)
        rows.add(screening)
        rows.flush()
        rows.add_all(
            [
                Review(
                    appointment_id=appointment_id,
                    screening_id=screening.id,
                    opened_at=now,
                    deadline_at=now + timedelta(hours=1),
                    decided_at=now,
                    decision="accepted",
                    sealed_words=seal(CANARY, client.wrapped_key, words_context(appointment.public_id)),
                ),
                Consent(
                    client_id=client_id,
                    version_id=text_version.id,
                    appointment_id=appointment_id,
                    sealed_terms=seal(
                        json.dumps(asdict(ConsentTerms({}, stop_word=CANARY))),
                        client.wrapped_key,
                        terms_context(client_id),
                    ),
                    given_by="client",
                    given_at=now,
                ),
                IntakeForm(
                    client_id=client_id,
                    sealed_answers=seal(
                        json.dumps({"medicines": CANARY}), client.wrapped_key, f"client|intake|{client_id}"
                    ),
                    parts=["health"],
                    begun_at=now,
                    changed_at=now,
                ),
            ]
        )
        wishes = json.dumps(Wishes(companion=CANARY).as_stored())
        appointment.sealed_wishes = seal(
            wishes, client.wrapped_key, f"appointment|wishes|{appointment.public_id}"
        )


def abandoned_answers(service_id: int, version_id: int, at: datetime, name: str = "abandoned") -> None:
    """Answers of somebody who then went away."""
    with transaction() as rows:
        row = screening_row(service_id, version_id, name, at)
        row.wrapped_key = new_wrapped_key()
        row.sealed_answers = seal(CANARY, row.wrapped_key, f"screening|answers|{name}")
        rows.add(row)


def screening_row(service_id: int, version_id: int, token: str, at: datetime) -> Screening:
    """A round of answers without the answers."""
    return Screening(
        token=token,
        visitor="visitor",
        service_id=service_id,
        version_id=version_id,
        outcome="review",
        worst="review",
        answered_at=at,
    )


def _versions(number: int, now: datetime) -> tuple[ScreeningSet, ConsentText]:
    no = {"key": "no", "label": {"en": "No"}, "outcome": "ok"}
    question = {"text": {"en": "Is anything new?"}, "why": {"en": "It may matter."}, "answers": [no]}
    questions = [{"key": "q"} | question]
    asked = ScreeningSetVersion(version=1, questions=questions, created_at=now)
    text = ConsentTextVersion(version=1, body={"en": "Agreed."}, areas=[], created_at=now)
    return (
        ScreeningSet(slug=f"set-{number}", name="Set", versions=[asked]),
        ConsentText(slug=f"text-{number}", name="Text", versions=[text]),
    )
