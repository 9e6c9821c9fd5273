"""Booking: the one transaction in which an appointment comes into being."""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import SystemRandom

from app.actions.consenting import keep_consent
from app.actions.contention import retrying
from app.actions.holding import Wish
from app.actions.managing import room_named
from app.actions.notifications import announce, decide_booked
from app.actions.outcomes import Booked, KeyReused, Refused
from app.actions.overrides import keep_override
from app.actions.permitting import NEVER_SAID, Asked, Permit, permit, spaced
from app.actions.reviewing import open_review
from app.actions.seats import Seat, find_seat, with_alternatives
from app.domain.appointments import ACTIVE_STATES, Actor, State, new_reference
from app.domain.choices import Choice
from app.domain.consent import ConsentTerms
from app.domain.missed import needs_approval
from app.domain.overriding import Override, set_aside
from app.domain.questions import occupied_cells
from app.domain.slots import Refusal
from app.domain.sources import DESK, IMPORTED, WEB
from app.domain.wallclock import local_time
from app.domain.wishes import Wishes
from app.models import Appointment, Client, Hold
from app.store.appointments import add_appointment, add_replay, count_booked_by, find_replay, get_appointment
from app.store.audit import add_audit_line
from app.store.claims import add_claims, end_claims_of, end_hold
from app.store.clients import (
    add_client,
    count_missed,
    find_client,
    get_client,
    group_of,
    is_blocked,
    kept,
    members_of,
    roots_reached_by,
)
from app.store.holds import find_hold, forget_typed_by
from app.store.screenings import attach_screening, give_to_client
from app.store.seal_contexts import note_context
from app.store.transactions import Overlap, take_booking_lock, transaction
from app.store.wishes import keep_wishes
from app.vault import Closed, keyed_digest, seal

_random = SystemRandom()
#: Bookings that one address may make on the web within an hour.
_FLOOD, _FLOOD_SPAN = 5, timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Order:
    """Everything that a booking form says. ``key`` is one per rendered form; ``principal`` is whose keys these are."""

    wish: Wish
    name: str
    email: str | None
    phone: str | None
    actor: Actor
    principal: str
    key: str
    language: str = "en"
    detail: str = "full"  # how much mails may say, of somebody who is not known yet
    note: str | None = None
    hold_token: str | None = None
    client_id: int | None = None
    by_staff: bool = False
    consented: bool = False
    said: str | None = None  # what was asked word for word, where that is what makes it the same again
    room_slug: str | None = None  # none: any room that will do
    override: Override | None = None
    tells_client: bool = True  # by e-mail; else the desk does it itself
    brought_in: bool = False  # from another system, in which it was booked: staff need no news of it
    screening_token: str | None = None  # of the answers to the service's questions
    visitor: str | None = None  # the browser, or the conversation of a program, as its answers name it
    consent: ConsentTerms | None = None
    read_version: int | None = None  # of the consent text; none: the one in force
    wishes: Wishes | None = None


@retrying
def book(order: Order, now: datetime) -> Booked | Refused | KeyReused:
    """Make the appointment: claims, client, audit line, notifications and the key's row, all or nothing. Raises Busy.

    The same key with the same order answers with the appointment it made before; a hold makes one appointment only.
    """
    due: list[int] = []
    try:
        with transaction():
            take_booking_lock()
            answer = _answer_given_before(order) or _booked_now(order, now, due)
    except Overlap:
        answer = Refused(Refusal.TAKEN)
    announce(due)
    wish = order.wish
    return with_alternatives(answer, wish.choice, wish.starts_at, now, by_staff=order.by_staff)


def _answer_given_before(order: Order) -> Booked | Refused | KeyReused | None:
    """What the same form, or the same hold, has led to; none where there is nothing, or what there was is given back."""
    replay = find_replay(order.principal, order.key)
    if replay is not None:
        return _repeated(replay.appointment_id) if replay.request_hash == _digest(order) else KeyReused()
    hold = find_hold(order.hold_token) if order.hold_token else None
    if hold is None or hold.appointment_id is None:
        return None
    return _answer_of_used_hold(order, get_appointment(hold.appointment_id))


def _answer_of_used_hold(order: Order, appointment: Appointment) -> Booked | Refused | None:
    """Only who booked with it is shown the appointment; anybody else who has the page learns no more than that."""
    if State(appointment.state) not in ACTIVE_STATES:
        return None
    same = (order.name, order.email) == (appointment.typed_name, appointment.typed_email)
    return _repeated(appointment.id) if same else Refused(Refusal.BOOKED_ALREADY)


def _repeated(appointment_id: int) -> Booked:
    appointment = get_appointment(appointment_id)
    return Booked(appointment.id, appointment.public_id, appointment.reference, repeated=True)


def _booked_now(order: Order, now: datetime, due: list[int]) -> Booked | Refused:
    choice = order.wish.choice()
    if isinstance(choice, Refusal):
        return Refused(choice)
    hold = _living_hold(order, choice, now)
    people = _stored_rows(order)
    seat = _seat(order, spaced(choice, people), hold, now)
    if isinstance(seat, Refused):
        return _told(seat.refusal, order)
    may = permit(_brought(order), choice, seat.starts_at, people, now)
    if isinstance(may, Refusal):
        return _told(may, order)
    if _is_a_flood(order, now):
        return Refused(Refusal.TOO_MANY)
    if not order.by_staff and is_blocked(order.email, order.phone):
        return Refused(Refusal.PLEASE_CALL)
    if hold is not None:
        end_claims_of(hold)  # the appointment's own take their place
    appointment = _write(order, choice, seat, may, now)
    _use(hold, order, appointment)
    add_replay(order.principal, order.key, _digest(order), appointment.id, now)
    add_audit_line(order.actor, "booked", "appointment", appointment.id, _for_the_log(appointment), now)
    keep_override(appointment, order.override, order.actor, now)
    _keep_with_it(appointment, order, may, now)
    tells_staff = not order.brought_in
    due.extend(
        decide_booked(appointment, order.actor, now, tells_client=order.tells_client, tells_staff=tells_staff)
    )
    return Booked(appointment.id, appointment.public_id, appointment.reference)


def _use(hold: Hold | None, order: Order, appointment: Appointment) -> None:
    """The time that was kept, still or until a moment ago, is this appointment now, and none besides; nothing typed for it stays.

    Also where the session's length or price was set anew meanwhile.
    """
    kept = hold or (find_hold(order.hold_token) if order.hold_token else None)
    booked = appointment.service_id, appointment.starts_at
    if kept is not None and (kept.variant.service_id, kept.starts_at) == booked:
        kept.appointment_id = appointment.id
        forget_typed_by(kept.visitor, appointment.service_id)


def _stored_rows(order: Order) -> list[int]:
    """The rows of the person who is to be treated, as far as they are known; none of a new client's."""
    known = _known(order)
    return group_of(known.id) if known else []


def _known(order: Order) -> Client | None:
    """The stored client who was chosen, or is on the same e-mail and name; nobody who was forgotten while the form was open.

    Raises Closed where staff chose whose record is closed: what they still see of it must not begin another one.
    """
    if order.client_id is not None:
        chosen = get_client(order.client_id)
        found = kept(chosen) or chosen
        if not found.is_closed:
            return found
        if order.by_staff:
            raise Closed("the record was erased, or is kept closed")
    return find_client(order.email, order.name) if order.email else None


def _brought(order: Order) -> Asked:
    set_by_staff = set_aside(order.override, by_staff=order.by_staff)
    return Asked(order.screening_token, order.consent, order.read_version, set_by_staff, order.visitor)


def _told(refusal: Refusal, order: Order) -> Refused:
    """The public learns nothing of anybody's past from a refusal."""
    is_private = refusal in NEVER_SAID and not order.by_staff
    return Refused(Refusal.PLEASE_CALL if is_private else refusal)


def _keep_with_it(appointment: Appointment, order: Order, may: Permit, now: datetime) -> None:
    """What was answered, agreed to and wished for, sealed with the client's key; and the review, where there is one.

    What was answered before another session is the client's all the same, and counts for whatever they book next.
    """
    if order.wishes is not None:
        keep_wishes(appointment, order.wishes)
    if may.screening is not None:
        attach_screening(may.screening, appointment)
    elif may.brought is not None and may.brought.client_id is None:
        give_to_client(may.brought, appointment.client)
    if may.consent is not None and order.consent is not None:
        keep_consent(appointment, order.consent, may.consent, order.actor, now)
    if may.review_until is not None:
        open_review(appointment, may.screening.id if may.screening else None, now, may.review_until)


def _is_a_flood(order: Order, now: datetime) -> bool:
    """Whether a stranger is filling somebody's mailbox with our confirmations."""
    if order.by_staff or not order.email:
        return False
    return count_booked_by(order.email, now - _FLOOD_SPAN) >= _FLOOD


def _living_hold(order: Order, choice: Choice, now: datetime) -> Hold | None:
    """The hold, if it still lives and is about the very thing that is being booked."""
    hold = find_hold(order.hold_token) if order.hold_token else None
    if hold is None or hold.expires_at <= now:
        return None
    kept, wanted = (hold.starts_at, hold.variant_id, hold.location_id), order.wish.starts_at
    same = kept == (wanted, choice.variant.id, choice.location.id)
    if same and any(one.id == hold.therapist_id for one in choice.therapists):
        return hold
    # Settings have changed under it, or it was for something else: it must not stand in the way.
    end_hold(hold, now)
    return None


def _seat(order: Order, choice: Choice, hold: Hold | None, now: datetime) -> Seat | Refused:
    """With a hold the rule is asked as of the moment when it was given, about the therapist who was promised."""
    if order.by_staff:
        return _seat_for_staff(order, choice, now)
    if hold is None:
        return _seat_after_all(order, choice, now)
    if hold.starts_at <= now:
        return Refused(Refusal.PAST)
    return find_seat(
        _with_therapist(choice, hold.therapist_id),
        order.wish.starts_at,
        now,
        ignoring_holds=[hold.id],
        as_of=hold.created_at,
        preferred_room_id=hold.room_id,
        preferred_second_id=hold.chaperone_id,
    )


def _seat_for_staff(order: Order, choice: Choice, now: datetime) -> Seat | Refused:
    """The desk holds nothing beforehand, may name the room, and may set some refusals aside."""
    room_id = room_named(choice, order.room_slug)
    if order.room_slug is not None and room_id is None:
        return Refused(Refusal.NO_ROOM)
    return find_seat(
        choice,
        order.wish.starts_at,
        now,
        by_staff=True,
        only_room_id=room_id,
        setting_aside=set_aside(order.override, by_staff=True),
    )


def _seat_after_all(order: Order, choice: Choice, now: datetime) -> Seat | Refused:
    """Without a living hold: first the therapist whom the form named, then, without preference, whoever is free."""
    ended = find_hold(order.hold_token) if order.hold_token else None
    if ended is not None:
        named = _with_therapist(choice, ended.therapist_id)
        seat = find_seat(named, order.wish.starts_at, now)
        if isinstance(seat, Seat) or len(choice.therapists) == 1:
            return seat
    return find_seat(choice, order.wish.starts_at, now)


def _with_therapist(choice: Choice, therapist_id: int) -> Choice:
    """The same with one therapist; with all of them where that one no longer gives it."""
    alone = tuple(one for one in choice.therapists if one.id == therapist_id)
    return replace(choice, therapists=alone or choice.therapists)


def _write(order: Order, choice: Choice, seat: Seat, may: Permit, now: datetime) -> Appointment:
    client = _client(order, now)
    appointment = _new_appointment(order, choice, seat, client, now)
    if may.review_until is not None:
        appointment.state = State.REQUESTED.value
    add_appointment(appointment)
    if order.note:
        appointment.sealed_note = seal(order.note, client.wrapped_key, note_context(appointment.public_id))
    cells = occupied_cells(seat.starts_at, choice.variant)
    add_claims(seat.resource_ids, cells, appointment, seat.given(choice), now)
    return appointment


def _client(order: Order, now: datetime) -> Client:
    """The stored client, else a new one; what is stored is never overwritten."""
    return _known(order) or add_client(
        order.name, order.email, order.phone, order.language, now, order.detail
    )


def _new_appointment(order: Order, choice: Choice, seat: Seat, client: Client, now: datetime) -> Appointment:
    variant, zone = choice.variant, choice.location.zone
    assert zone is not None  # noqa: S101 - a choice has a location with a zone
    return Appointment(
        public_id=secrets.token_urlsafe(16),
        reference=new_reference(choice.practice.short_code, _random),
        service_id=choice.service.id,
        variant_id=variant.id,
        therapist_id=seat.therapist.id,
        location_id=choice.location.id,
        room_id=seat.room.id if seat.room else None,
        chaperone_id=seat.chaperone.id if seat.chaperone else None,
        client=client,
        state=_first_state(order, client, choice, now).value,
        starts_at=seat.starts_at,
        ends_at=seat.starts_at + timedelta(minutes=variant.minutes),
        zone=zone.key,
        wall_time=f"{local_time(seat.starts_at, zone):%Y-%m-%dT%H:%M}",
        visit=choice.visit,
        minutes=variant.minutes,
        buffer_before=variant.buffer_before,
        buffer_after=variant.buffer_after,
        price_minor=variant.price_minor,
        currency=choice.practice.currency,
        language=order.language,
        source=_source(order),
        any_therapist=order.wish.therapist_slug is None,
        typed_name=order.name,
        typed_email=order.email,
        typed_phone=order.phone,
        consented_at=now if order.consented else None,
        created_at=now,
    )


def _first_state(order: Order, client: Client, choice: Choice, now: datetime) -> State:
    """Booked; a booking on the web from where too many sessions were missed waits for the desk, however the name is spelled."""
    if order.by_staff:
        return State.BOOKED
    policy = choice.practice.policy
    people = members_of({client.merged_into_id or client.id, *roots_reached_by(order.email, None)})
    missed = count_missed(people, now - policy.missed_within)
    return State.REQUESTED if needs_approval(missed, policy) else State.BOOKED


def _source(order: Order) -> str:
    """Where it came from; nobody outside may pass for the desk."""
    if order.brought_in:
        return IMPORTED
    if order.by_staff:
        return DESK
    said = order.wish.source
    return said if said and said not in (DESK, IMPORTED) else WEB


def _digest(order: Order) -> str:
    """A keyed hash of what was ordered, so that the same key with something else is noticed."""
    how = (order.language, order.detail)
    told = (
        order.wish,
        order.name,
        order.email,
        order.phone,
        order.note,
        order.client_id,
        order.consented,
        how,
        *((order.room_slug, order.override) if order.by_staff else ()),
        *((order.consent, order.wishes) if order.consent or order.wishes else ()),
    )
    said = order.said or json.dumps([str(value) for value in told])
    return keyed_digest("idempotency", said.encode())


def _for_the_log(appointment: Appointment) -> dict[str, object]:
    return {
        "reference": appointment.reference,
        "starts_at": appointment.starts_at.isoformat(),
        "therapist": appointment.therapist_id,
        "room": appointment.room_id,
    }
