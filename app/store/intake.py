"""Intake forms: one per stored client, its answers sealed with the client's key. How far it has come can be read by all."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import bindparam, select

from app.domain.appointments import State
from app.domain.intake import Lack, Standing, Treatment, age_on, birthday, parts_for
from app.domain.intake_questions import BORN, Part
from app.domain.screening import must_be_screened
from app.extensions import db
from app.models import Appointment, Client, IntakeForm, Screening, ScreeningSetVersion, Service
from app.store.plain_rows import plain_rows
from app.vault import CannotOpen, open_sealed, seal

_COUNTS = (State.REQUESTED.value, State.BOOKED.value, State.ARRIVED.value, State.COMPLETED.value)
#: Each client's form beside each kind of service that they have booked or had.
_FORMS = (
    select(
        Appointment.client_id,
        IntakeForm.parts,
        IntakeForm.confirmed_at,
        Service.depth,
        Service.region,
        Service.needs_screening,
    )
    .join(Service, Service.id == Appointment.service_id)
    .outerjoin(IntakeForm, IntakeForm.client_id == Appointment.client_id)
    .where(Appointment.client_id.in_(bindparam("clients", expanding=True)), Appointment.state.in_(_COUNTS))
    .group_by(Appointment.client_id, Appointment.service_id, Service.id, IntakeForm.id)
)


def intake_context(client_id: int) -> str:
    """What a client's answers are sealed for."""
    return f"client|intake|{client_id}"


def find_form(client_id: int) -> IntakeForm | None:
    """The form of that very row."""
    return db.session.execute(
        select(IntakeForm).where(IntakeForm.client_id == client_id)
    ).scalar_one_or_none()


def add_form(form: IntakeForm) -> None:
    """Keep it."""
    db.session.add(form)
    db.session.flush()


def standing_of(client_ids: Collection[int]) -> Standing:
    """How far the form of these rows (one person's) has come; the names of its parts say nothing of health."""
    wanted = select(IntakeForm.parts, IntakeForm.confirmed_at).where(IntakeForm.client_id.in_(client_ids))
    forms = db.session.execute(wanted).all()
    confirmed = [form.confirmed_at for form in forms if form.confirmed_at is not None]
    return Standing(
        parts=parts_for(_sessions(client_ids), _screened(client_ids)),
        done=frozenset(key for form in forms for key in form.parts),
        confirmed_at=max(confirmed, default=None),
    )


def lacking(client_ids: Collection[int]) -> dict[int, Lack]:
    """By stored client what is missing of their form; who has filled it in is left out. One query.

    What the screening has asked narrows parts, and takes none away, so that it doesn't matter here.
    """
    if not client_ids:
        return {}
    sessions: defaultdict[int, set[Treatment]] = defaultdict(set)
    forms: dict[int, tuple[frozenset[str], datetime | None]] = {}
    for client_id, parts, confirmed_at, *service in plain_rows(_FORMS, {"clients": list(set(client_ids))}):
        sessions[client_id].add(_treatment(*service))
        forms[client_id] = frozenset(parts or ()), confirmed_at
    standings = {one: Standing(_parts_for(frozenset(those)), *forms[one]) for one, those in sessions.items()}
    return {one: standing.lack for one, standing in standings.items() if standing.lack}


def begun_by(client_ids: Collection[int]) -> list[int]:
    """Which of these rows have a form with answers."""
    wanted = select(IntakeForm.client_id).where(IntakeForm.client_id.in_(client_ids))
    return sorted(db.session.execute(wanted).scalars())


def open_answers(client_id: int) -> dict[str, str]:
    """What was answered under that very row; nothing where there is no form. Raises CannotOpen.

    Whoever shows it to anybody writes down that they did.
    """
    wanted = select(IntakeForm.sealed_answers, Client.wrapped_key).join(
        Client, Client.id == IntakeForm.client_id
    )
    found = db.session.execute(wanted.where(Client.id == client_id)).one_or_none()
    if found is None:
        return {}
    opened: dict[str, str] = json.loads(open_sealed(*found, intake_context(client_id)))
    return opened


def seal_answers(answers: Mapping[str, str], client: Client) -> bytes:
    """As the form keeps them."""
    return seal(json.dumps(dict(answers)), client.wrapped_key, intake_context(client.id))


def born_on(client_ids: Collection[int]) -> date | None:
    """The date of birth that was told under one of these rows; the youngest if there are several. Shown to nobody from here."""
    found = []
    for client_id in begun_by(client_ids):
        try:
            found.append(birthday(open_answers(client_id).get(BORN)))
        except CannotOpen:
            continue  # its key is destroyed
    return max((day for day in found if day is not None), default=None)


def is_younger_than(client_ids: Collection[int], years: int, day: date) -> bool | None:
    """Whether they are younger than that on a day; none while no date of birth was told."""
    born = born_on(client_ids)
    return None if born is None else age_on(born, day) < years


def _sessions(client_ids: Collection[int]) -> set[Treatment]:
    """Of what kind the services are that they have booked or had."""
    wanted = (
        select(Service.depth, Service.region, Service.needs_screening)
        .join(Appointment, Appointment.service_id == Service.id)
        .where(Appointment.client_id.in_(client_ids), Appointment.state.in_(_COUNTS))
        .distinct()
    )
    return {_treatment(*service) for service in db.session.execute(wanted)}


@lru_cache(maxsize=16)  # most clients of a day have had the same kinds of sessions
def _parts_for(sessions: frozenset[Treatment]) -> tuple[Part, ...]:
    return parts_for(sessions, ())


@lru_cache(maxsize=256)
def _treatment(depth: str, region: str | None, needs_screening: bool) -> Treatment:
    return Treatment(depth == "deep", needs_screening or must_be_screened(depth, region))


def _screened(client_ids: Collection[int]) -> set[str]:
    """The questions that the screening has asked them."""
    wanted = (
        select(ScreeningSetVersion.questions)
        .join(Screening, Screening.version_id == ScreeningSetVersion.id)
        .where(Screening.client_id.in_(client_ids))
    )
    return {
        question["key"]
        for questions in db.session.execute(wanted).scalars()
        for question in questions
        if not question.get("retired")
    }
