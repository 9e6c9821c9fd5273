"""From a notification to the letter that tells it: the facts, gathered from what is true now."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.delivery.smtp import sender_address
from app.domain.addresses import address_on
from app.domain.appointments import State, free_change_until
from app.domain.emails import Mailbox
from app.domain.guidance import AFTER, BEFORE, GuidanceStep, steps_due_with
from app.domain.notifications import (
    NO_CLIENT_ADDRESS,
    NO_THERAPIST_ADDRESS,
    Audience,
    Kind,
    Standing,
    no_longer_fits,
    reminder_days_of,
)
from app.domain.practice import AddressPeriod, Location, Practice, text_in
from app.domain.wallclock import local_date, zone_named
from app.emails.calendars import calendar_file
from app.emails.facts import AccountLetter, Advice, AppointmentFacts, Letter, PracticeFacts, Price
from app.links import manage_url, site_url
from app.models import Appointment, Notification
from app.models import Location as LocationRow
from app.store.practice import load_practice
from app.store.told import get_told_appointment, load_guidance, therapist_address, therapist_name
from app.vault import open_for_practice

#: The guidance step, among those for afterwards, that a client should have in hand before anything feels wrong.
FEELS_WRONG = "help"


@dataclass(frozen=True, slots=True)
class NotNow:
    """Why there is no letter: what it would tell is no longer so."""

    reason: str


def letter_for(row: Notification, now: datetime) -> Letter | AccountLetter | NotNow:
    """The letter that this notification stands for. Only reads."""
    if row.appointment_id is None:
        return _account_letter(row)
    appointment = get_told_appointment(row.appointment_id)
    reason = no_longer_fits(row.kind, _standing(row, appointment), now)
    if reason is not None:
        return NotNow(reason)
    to = _recipient(row, appointment)
    return to if isinstance(to, NotNow) else _letter(row, appointment, to, now)


def calendar_of(appointment_id: int, now: datetime) -> bytes:
    """The calendar file that a client downloads from the appointment's page. Raises LookupError."""
    appointment = get_told_appointment(appointment_id)
    practice = load_practice()
    to = Mailbox(appointment.client.name, appointment.client.contact.email or "")
    facts = _practice_facts(practice, appointment.location.phone)
    told = _appointment_facts(appointment, practice)
    letter = Letter(Kind.APPOINTMENT_BOOKED, "", to, facts, told, appointment.language, now)
    return calendar_file(letter, "PUBLISH").content


def account_context(message_id: str) -> str:
    """What the words of an account message are sealed for."""
    return f"notification|content|{message_id}"


def _standing(row: Notification, appointment: Appointment) -> Standing:
    return Standing(
        state=State(appointment.state),
        starts_at=appointment.starts_at,
        same_revision=row.revision == appointment.revision,
        same_therapist=row.therapist_id in (None, appointment.therapist_id),
    )


def _recipient(row: Notification, appointment: Appointment) -> Mailbox | NotNow:
    if row.audience == Audience.THERAPIST:
        address = therapist_address(row.therapist_id)
        return Mailbox(therapist_name(row.therapist_id), address) if address else NotNow(NO_THERAPIST_ADDRESS)
    address = appointment.client.contact.email
    return Mailbox(appointment.client.name, address) if address else NotNow(NO_CLIENT_ADDRESS)


def _letter(row: Notification, appointment: Appointment, to: Mailbox, now: datetime) -> Letter:
    practice, kind = load_practice(), Kind(row.kind)
    for_client = row.audience == Audience.CLIENT
    return Letter(
        kind=kind,
        message_id=row.message_id,
        to=to,
        practice=_practice_facts(practice, appointment.location.phone),
        appointment=_appointment_facts(appointment, practice),
        language=appointment.language if for_client else practice.language,
        written_at=now,
        manage_url=manage_url(appointment.public_id, appointment.token_version) if for_client else None,
        may_say_all=not for_client or appointment.client.contact.detail == "full",
        preparation=_preparation(row, appointment, practice) if for_client else (),
        afterwards=_afterwards(appointment) if kind is Kind.APPOINTMENT_BOOKED else (),
    )


def _account_letter(row: Notification) -> AccountLetter | NotNow:
    if row.sealed_content is None or not row.address:
        return NotNow("it has no words or no address")
    words = json.loads(open_for_practice(row.sealed_content, account_context(row.message_id)))
    practice = load_practice()
    return AccountLetter(
        message_id=row.message_id,
        to=Mailbox("", row.address),
        practice=_practice_facts(practice, practice.phone),
        language=practice.language,
        subject=words["subject"],
        text=words["text"],
    )


def _practice_facts(practice: Practice, phone: str | None) -> PracticeFacts:
    sender = (
        sender_address() or practice.email or f"bookings@{site_url().partition('://')[2].partition(':')[0]}"
    )
    return PracticeFacts(
        name=practice.name,
        url=site_url(),
        mailbox=Mailbox(practice.name, sender),
        phone=phone or practice.phone,
        reply_to=practice.email,
        emergency_number=practice.emergency_number,
        demonstration=practice.demonstration,
    )


def _appointment_facts(appointment: Appointment, practice: Practice) -> AppointmentFacts:
    zone = zone_named(appointment.zone)
    day = local_date(appointment.starts_at, zone)
    return AppointmentFacts(
        public_id=appointment.public_id,
        reference=appointment.reference,
        revision=appointment.revision,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        zone=zone,
        address=address_on(_place(appointment.location), day),
        therapist=appointment.therapist.name,
        client=appointment.client.name,
        service=text_in(appointment.service.name, appointment.language),
        minutes=appointment.minutes,
        first_visit=appointment.visit == "first",
        free_change_until=free_change_until(appointment.starts_at, practice.policy),
        price=_price(appointment),
        room=appointment.room.name if appointment.room else None,
        arrival=text_in(appointment.location.arrival, appointment.language),
        booked_by_staff=appointment.source == "desk",
        cancelled_by=appointment.cancelled_by if appointment.state == State.CANCELLED else None,
    )


def _price(appointment: Appointment) -> Price | None:
    if appointment.price_minor is None or appointment.currency is None:
        return None
    return Price(appointment.price_minor, appointment.currency, appointment.tax_percent)


def _place(row: LocationRow) -> Location:
    """The location's row as the address rule knows it; also where the location has been retired."""
    periods = (
        AddressPeriod(one.valid_from, one.lines, one.announced, one.note) for one in row.address_periods
    )
    return Location(row.id, row.slug, row.name, None, address_periods=tuple(periods))


def _preparation(row: Notification, appointment: Appointment, practice: Practice) -> tuple[Advice, ...]:
    """All of it with the news, what is due until the next one with a reminder; none when there is nothing to prepare."""
    plan = load_guidance(appointment.service.guidance_plan_id)
    if plan is None or row.kind == Kind.APPOINTMENT_CANCELLED:
        return ()
    steps = plan.steps_for(appointment.visit, BEFORE)
    days = reminder_days_of(row.step)
    due = steps if days is None else steps_due_with(steps, days, practice.policy.reminder_days)
    return _advice(sorted(due, key=lambda step: step.offset, reverse=True), appointment.language)


def _afterwards(appointment: Appointment) -> tuple[Advice, ...]:
    plan = load_guidance(appointment.service.guidance_plan_id)
    steps = plan.steps_for(appointment.visit, AFTER) if plan else ()
    return _advice((step for step in steps if step.key == FEELS_WRONG), appointment.language)


def _advice(steps: Iterable[GuidanceStep], language: str) -> tuple[Advice, ...]:
    return tuple(Advice(text_in(step.label, language), text_in(step.text, language)) for step in steps)
