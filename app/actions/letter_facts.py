"""The facts that letters share: practice, appointment, links."""

from datetime import datetime

from app.delivery.smtp import sender_address
from app.domain.appointments import State, free_change_until
from app.domain.care import ILLNESS, CheckInAnswer
from app.domain.emails import Mailbox
from app.domain.emergency import emergency_number, number_at
from app.domain.practice import Practice, text_in
from app.domain.reviews import Decision
from app.domain.wallclock import zone_named
from app.emails.facts import AppointmentFacts, ClientLinks, PracticeFacts, Price
from app.links import again_url, check_in_code, manage_url, site_url, stop_token
from app.models import Appointment, Location
from app.store.reviews import latest_review
from app.store.seal_contexts import reason_context
from app.store.told import address_of_appointment
from app.vault import Closed, open_sealed


def account_context(message_id: str) -> str:
    """What the words of an account message are sealed for."""
    return f"notification|content|{message_id}"


def practice_facts(practice: Practice, place: Location | None = None) -> PracticeFacts:
    """The practice as its mails show it, with the telephone, and the emergency number, of the place that they are about.

    Without one, a number only where it is right at all of them.
    """
    host = site_url().partition("://")[2].partition(":")[0]
    sender = sender_address() or practice.email or f"bookings@{host}"
    return PracticeFacts(
        name=practice.name,
        url=site_url(),
        mailbox=Mailbox(practice.name, sender),
        phone=(place.phone if place else None) or practice.phone,
        reply_to=practice.email,
        emergency_number=number_at(practice, place.country) if place else emergency_number(practice),
        demonstration=practice.demonstration,
    )


def appointment_facts(
    appointment: Appointment, practice: Practice, language: str, *, for_therapist: bool = False
) -> AppointmentFacts:
    """The appointment as it stands now; why it can't take place is for its therapist alone."""
    zone = zone_named(appointment.zone)
    return AppointmentFacts(
        public_id=appointment.public_id,
        reference=appointment.reference,
        revision=appointment.revision,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        zone=zone,
        address=address_of_appointment(appointment),
        therapist=appointment.therapist.name,
        client=appointment.client.name,
        service=text_in(appointment.service.name, language),
        minutes=appointment.minutes,
        first_visit=appointment.visit == "first",
        free_change_until=free_change_until(appointment.starts_at, practice.policy),
        price=_price(appointment),
        room=appointment.room.name if appointment.room else None,
        arrival=text_in(appointment.location.arrival, language),
        booked_by_staff=appointment.source == "desk",
        cancelled_by=_cancelled_by(appointment),
        requested=appointment.state == State.REQUESTED,
        review_until=_review_until(appointment),
        altered=_is_altered(appointment),
        lapsed=appointment.state == State.LAPSED,
        change_is_free=appointment.change_is_free,
        confirmed=appointment.confirmed_at is not None,
        illness=for_therapist and _is_ill(appointment),
    )


def _cancelled_by(appointment: Appointment) -> str | None:
    """A request that was declined, or never answered, is off by the practice's doing."""
    if appointment.state in (State.DECLINED, State.LAPSED):
        return "clinic"
    return appointment.cancelled_by if appointment.state == State.CANCELLED else None


def _review_until(appointment: Appointment) -> datetime | None:
    review = latest_review(appointment.id) if appointment.state == State.REQUESTED else None
    return review.deadline_at if review and review.is_open else None


def _is_altered(appointment: Appointment) -> bool:
    """Such a session may be changed without a fee: of others nobody needs to ask."""
    if appointment.state != State.BOOKED or not appointment.change_is_free:
        return False
    review = latest_review(appointment.id)
    return review is not None and review.decision is Decision.CHANGED


def client_links(public_id: str, version: int) -> ClientLinks:
    """The pages that a client's mail leads to, for an appointment's public id and the version of its links."""
    manage = manage_url(public_id, version)  # signed once for all of them

    def page(name: str) -> str:
        return f"{manage}/{name}"

    return ClientLinks(
        manage=manage,
        confirm=page("confirm"),
        move=page("move"),
        cancel=page("cancel"),
        cannot_come=page("cannot-come"),
        changed=page("changed"),
        intake=page("intake"),
        choices=page("messages"),
        check_in={one: page(f"check-in/{check_in_code(public_id, one)}") for one in CheckInAnswer},
        again=again_url(public_id, version),
        stop_aftercare=site_url(f"/messages/stop/{stop_token(public_id)}"),
    )


def _is_ill(appointment: Appointment) -> bool:
    if appointment.sealed_reason is None:
        return False
    key, context = appointment.client.wrapped_key, reason_context(appointment.public_id)
    try:
        return open_sealed(appointment.sealed_reason, key, context) == ILLNESS
    except Closed:
        return False


def _price(appointment: Appointment) -> Price | None:
    if appointment.price_minor is None or appointment.currency is None:
        return None
    return Price(appointment.price_minor, appointment.currency, appointment.tax_percent)
