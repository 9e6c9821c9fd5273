"""From a notification to the letter that tells it: the facts, gathered from what is true now."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.actions.agenda import agenda_letter
from app.actions.letter_facts import account_context as account_context
from app.actions.letter_facts import appointment_facts, client_links, practice_facts
from app.actions.letter_guidance import with_guidance
from app.actions.notifications import told_of
from app.domain.appointments import State
from app.domain.emails import Email, Mailbox
from app.domain.guidance import AFTER, BEFORE
from app.domain.moments import moments_before, step_name
from app.domain.notifications import (
    NO_CLIENT_ADDRESS,
    NO_STAFF_ADDRESS,
    NOTHING_LEFT,
    PLANNED_KINDS,
    SAID_LATER,
    SECOND_KINDS,
    SETTLED,
    Audience,
    Kind,
    Standing,
    no_longer_fits,
    not_before,
)
from app.domain.practice import Practice
from app.domain.telling import Plan, plans_after
from app.domain.wallclock import zone_named
from app.emails.calendars import calendar_file
from app.emails.compose import compose
from app.emails.facts import AccountLetter, AgendaLetter, Before, Letter
from app.models import Appointment, Notification
from app.store.care import has_open_task
from app.store.intake import standing_of
from app.store.notifications import list_due_beside
from app.store.practice import load_practice
from app.store.staff import find_language_of
from app.store.told import get_told_appointment, list_members_named, therapist_address, therapist_name
from app.vault import open_for_practice

AnyLetter = Letter | AccountLetter | AgendaLetter
_NOBODY = "preview"  # stands for the appointment in a preview's links, which lead nowhere
_WITH_INTAKE = (Kind.APPOINTMENT_BOOKED, Kind.APPOINTMENT_REQUESTED)


@dataclass(frozen=True, slots=True)
class NotNow:
    """Why there is no letter: what it would tell is no longer so."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """When the letter may go: it is night where its reader is."""

    due_at: datetime


def letter_for(row: Notification, now: datetime) -> AnyLetter | NotNow | NotYet:
    """The letter that this notification stands for. Only reads."""
    if row.kind == Kind.ACCOUNT_MESSAGE:
        return _account_letter(row)
    if row.kind == Kind.THERAPIST_AGENDA:
        return agenda_letter(row, now) or NotNow(NO_STAFF_ADDRESS)
    if row.appointment_id is None:
        return NotNow("it is about no appointment")
    appointment = get_told_appointment(row.appointment_id)
    fits_not = _why_not(row, appointment, now)
    if fits_not is not None:
        return fits_not
    to, keys = _recipient(row, appointment), _keys(row, now)
    if isinstance(to, NotNow):
        return to
    if isinstance(keys, NotNow):
        return keys
    letter = _letter(row, appointment, to, now, keys)
    return NotNow(NOTHING_LEFT) if _says_nothing(letter) else letter


def preview(appointment_id: int, step: str) -> Email | None:
    """The mail that this step of an appointment would be, composed now and sent to nobody. Raises LookupError."""
    appointment = get_told_appointment(appointment_id)
    plan = next((one for one in _previews(appointment) if one.step == step), None)
    if plan is None:
        return None
    row = Notification(
        appointment_id=appointment.id,
        step=plan.step,
        kind=plan.kind.value,
        audience=plan.audience.value,
        carries=list(plan.carries),
        message_id="<preview@stillpoint>",
        expires_at=plan.expires_at,
    )
    return as_mail(row, plan.due_at)


def without_links(letter: AnyLetter) -> AnyLetter:
    """The same with links that lead nowhere: who looks at it is not who may act."""
    if not isinstance(letter, Letter) or letter.links is None:
        return letter
    return replace(letter, links=client_links(_NOBODY, 0))


def as_mail(row: Notification, now: datetime) -> Email:
    """What a message to a client would say now, whether or not it can be sent: for who reads it out on the phone."""
    appointment = get_told_appointment(row.appointment_id or 0)
    to = Mailbox(appointment.client.name, appointment.client.contact.email or "")
    letter = _letter(row, appointment, to, now, tuple(row.carries or ()))
    return compose(without_links(letter))


def steps_to_preview(appointment_id: int) -> list[tuple[str, datetime]]:
    """The messages of an appointment that can be previewed, and when each goes. Raises LookupError."""
    appointment = get_told_appointment(appointment_id)
    return [(plan.step, plan.due_at) for plan in _previews(appointment)]


def calendar_of(appointment_id: int, now: datetime) -> bytes:
    """The calendar file that a client downloads from the appointment's page. Raises LookupError."""
    appointment = get_told_appointment(appointment_id)
    practice = load_practice()
    to = Mailbox(appointment.client.name, appointment.client.contact.email or "")
    facts = practice_facts(practice, appointment.location)
    told = appointment_facts(appointment, practice, appointment.language)
    letter = Letter(Kind.APPOINTMENT_BOOKED, "", to, facts, told, appointment.language, now)
    return calendar_file(letter, "PUBLISH").content


def _previews(appointment: Appointment) -> list[Plan]:
    """The confirmation, and every moment that its plan has, as if it had been booked when it was."""
    told = told_of(appointment)
    ahead = moments_before(told.when, told.steps, told.policy, appointment.created_at)
    kinds = {True: Kind.APPOINTMENT_REMINDER, False: Kind.APPOINTMENT_PREPARATION}
    booked = Plan(
        "booked", Kind.APPOINTMENT_BOOKED, Audience.CLIENT, appointment.created_at, appointment.starts_at
    )
    before = [
        Plan(one.step, kinds[one.reminds], Audience.CLIENT, one.due_at, one.expires_at, carries=one.carries)
        for one in ahead
        if one.why_not is None
    ]
    after = told_of(appointment, AFTER)
    completed = replace(after, told_keys=frozenset())
    return [
        booked,
        *before,
        *(one for one in plans_after(completed, None, appointment.ends_at) if one.carries),
    ]


def _why_not(row: Notification, appointment: Appointment, now: datetime) -> NotNow | NotYet | None:
    """Why it is not told, or not at this hour."""
    reason = no_longer_fits(row.kind, _standing(row, appointment), now)
    if row.kind == Kind.THERAPIST_CALL_BACK and not has_open_task(appointment.id):
        reason = SETTLED
    if reason is not None:
        return NotNow(reason)
    quiet, zone = load_practice().policy.quiet, zone_named(appointment.zone)
    due_at = not_before(row.kind, now, row.expires_at, quiet, zone)
    return NotYet(due_at) if due_at > now else None


def _standing(row: Notification, appointment: Appointment) -> Standing:
    whose = appointment.chaperone_id if row.kind in SECOND_KINDS else appointment.therapist_id
    return Standing(
        state=State(appointment.state),
        starts_at=appointment.starts_at,
        same_revision=row.revision == appointment.revision,
        same_therapist=row.therapist_id in (None, whose),
        aftercare_stopped=appointment.client.contact.aftercare_stopped_at is not None,
        record_closed=appointment.client.is_closed,
    )


def _recipient(row: Notification, appointment: Appointment) -> Mailbox | NotNow:
    if row.audience == Audience.THERAPIST:
        address = therapist_address(row.therapist_id)
        return Mailbox(therapist_name(row.therapist_id), address) if address else NotNow(NO_STAFF_ADDRESS)
    if row.audience == Audience.STAFF:
        member = list_members_named([row.staff_member_id or 0]).get(row.staff_member_id or 0)
        return member or NotNow(NO_STAFF_ADDRESS)
    address = appointment.client.contact.email
    return Mailbox(appointment.client.name, address) if address else NotNow(NO_CLIENT_ADDRESS)


def _keys(row: Notification, now: datetime) -> tuple[str, ...] | NotNow:
    """The guidance to tell. After a time without a worker several messages by plan are due at once: the last says it all."""
    own = tuple(row.carries or ())
    if row.kind not in PLANNED_KINDS:
        return own
    beside = list_due_beside(row, now + load_practice().policy.merge_within / 2)
    if any(one.planned and one.id > row.id for one in beside):
        return NotNow(SAID_LATER)
    return tuple(key for one in beside if one.left for key in one.carries) + own


def _letter(
    row: Notification, appointment: Appointment, to: Mailbox, now: datetime, keys: tuple[str, ...]
) -> Letter:
    practice, kind = load_practice(), Kind(row.kind)
    for_client = row.audience == Audience.CLIENT
    language = appointment.language if for_client else _language_of_staff(row, to, practice)
    letter = Letter(
        kind=kind,
        message_id=row.message_id,
        to=to,
        practice=practice_facts(practice, appointment.location),
        appointment=appointment_facts(
            appointment, practice, language, for_therapist=row.audience == Audience.THERAPIST
        ),
        language=language,
        written_at=now,
        before=_before(row, appointment),
        to_therapist=row.audience == Audience.THERAPIST,
    )
    if not for_client:
        return letter
    guided = with_guidance(letter, keys, appointment)
    return replace(
        guided,
        links=client_links(appointment.public_id, appointment.token_version),
        may_say_all=appointment.client.contact.detail == "full",
        asks_what_changed=_asks_what_changed(row, appointment),
        asks_intake=kind in _WITH_INTAKE and _asks_intake(appointment, now),
    )


def _asks_intake(appointment: Appointment, now: datetime) -> bool:
    """Whether something of the form is missing, or it was said to be true too long ago."""
    months = load_practice().policy.screening_months
    return standing_of([appointment.client_id]).is_asked(now, months)


def _asks_what_changed(row: Notification, appointment: Appointment) -> bool:
    """In the first of the reminders, where answers were asked for that may be different by now."""
    practice = load_practice()
    service = next((one for one in practice.services if one.id == appointment.service_id), None)
    asked = service is not None and service.screening is not None
    first = step_name(BEFORE, timedelta(days=max(practice.policy.reminder_days, default=0)))
    return asked and row.kind == Kind.APPOINTMENT_REMINDER and row.step == first


def _says_nothing(letter: Letter) -> bool:
    """A message of advice alone whose advice the plan no longer has."""
    return letter.kind in (Kind.APPOINTMENT_PREPARATION, Kind.APPOINTMENT_AFTERCARE) and not (
        letter.preparation or letter.aftercare
    )


def _before(row: Notification, appointment: Appointment) -> Before | None:
    if row.before_at is None:
        return None
    other = row.before_therapist_id not in (None, appointment.therapist_id)
    return Before(row.before_at, therapist_name(row.before_therapist_id) if other else None)


def _language_of_staff(row: Notification, to: Mailbox, practice: Practice) -> str:
    """What the member reads who is told; the practice's language where they have chosen none."""
    therapist_id = row.therapist_id if row.audience == Audience.THERAPIST else None
    return find_language_of(therapist_id, to.address) or practice.language


def _account_letter(row: Notification) -> AccountLetter | NotNow:
    if row.sealed_content is None or not row.address:
        return NotNow("it has no words or no address")
    words = json.loads(open_for_practice(row.sealed_content, account_context(row.message_id)))
    practice = load_practice()
    return AccountLetter(
        message_id=row.message_id,
        to=Mailbox("", row.address),
        practice=practice_facts(practice),
        language=find_language_of(None, row.address) or practice.language,
        subject=words["subject"],
        text=words["text"],
    )
