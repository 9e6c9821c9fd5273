"""Deciding whom to tell, inside the transaction of what there is to tell; and saying afterwards that something is due."""

import logging
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.delivery.smtp import sender_address
from app.domain.appointments import ACTIVE_STATES, Actor, State
from app.domain.guidance import BEFORE
from app.domain.moments import SessionSpan
from app.domain.notifications import (
    AHEAD_KINDS,
    CHANGED_AGAIN,
    NO_AFTERCARE,
    NO_STAFF_ADDRESS,
    NOT_CHOSEN,
    NOTICE_LIFE,
    PLANNED_KINDS,
    SECOND_KINDS,
    WAS_CANCELLED,
    WAS_MOVED,
    Audience,
    Fate,
    Kind,
    Notice,
    first_reason,
    message_domain,
    message_id,
    notices_in_force,
)
from app.domain.telling import Known, Plan, Reader, Told, news_to_seconds, plans
from app.domain.wallclock import zone_named
from app.extensions import notifications_due
from app.links import site_url
from app.models import Appointment
from app.store.notifications import (
    Member,
    Unsent,
    add_notifications,
    list_members_told,
    list_owners,
    list_steps,
    list_told,
    skip_steps,
    take_back_unsent,
)
from app.store.practice import load_practice
from app.store.told import guidance_of, therapist_address

_log = logging.getLogger(__name__)
_ALL = notices_in_force(None, treats=True)


def decide_booked(
    appointment: Appointment,
    by: Actor,
    now: datetime,
    *,
    tells_client: bool = True,
    tells_staff: bool = True,
) -> list[int]:
    """Plan what a booking makes known. Answers the numbers of what is due at once.

    Without ``tells_staff`` they have known it long since: it was booked in another system.
    """
    return _decide(appointment, None, by, now, tells_client=tells_client, tells_staff=tells_staff)


def decide_moved(
    appointment: Appointment, before: Known, by: Actor, now: datetime, *, tells_client: bool = True
) -> list[int]:
    """Plan what a move makes known; ``before`` is what was true until now. Messages of the old time are dropped.

    Without ``tells_client`` the desk tells the client itself; what goes by plan follows the new time all the same.
    """
    skip_steps(appointment.id, AHEAD_KINDS, WAS_MOVED)
    return _decide(appointment, before, by, now, tells_client=tells_client)


def decide_cancelled(
    appointment: Appointment, before: Known, by: Actor, now: datetime, *, tells_client: bool = True
) -> list[int]:
    """Plan what a cancellation makes known; who cancelled stands in the appointment. All that was planned is dropped."""
    skip_steps(appointment.id, PLANNED_KINDS, WAS_CANCELLED)
    return _decide(appointment, before, by, now, tells_client=tells_client)


def decide_answered(appointment: Appointment, before: Known, by: Actor, now: datetime) -> list[int]:
    """Plan what follows when a request is accepted or declined, or nobody did in time."""
    return _decide(appointment, before, by, now)


def decide_second(appointment: Appointment, before: Known, by: Actor, now: datetime) -> list[int]:
    """Plan what follows where only the second person is another one: the client knows no name, the others know it all."""
    if appointment.chaperone_id == before.chaperone_id:
        return []
    unsent = take_back_unsent(appointment.id, CHANGED_AGAIN, now, SECOND_KINDS)
    told, readers = told_of(appointment), _readers(appointment, before, unsent, by)
    waits = told.policy.undo_for if by.kind == "staff" else timedelta(0)
    # It is the same revision: what was decided for it about the same person must not stand in the way.
    news = (
        replace(plan, step=f"{plan.step}:{secrets.token_hex(4)}")
        for plan in news_to_seconds(told, readers, now, waits)
    )
    return write_plans(appointment, news, now)


def decide_no_show(appointment: Appointment) -> None:
    """Nobody who stayed away is written to about it: what was planned is dropped."""
    skip_steps(appointment.id, PLANNED_KINDS, NO_AFTERCARE)


def decide_call_back(appointment: Appointment, now: datetime, waits: timedelta = timedelta(0)) -> list[int]:
    """Tell the appointment's therapist, after ``waits``, that somebody should phone the client; not, if that is settled by then.

    Where the therapist can't or won't be told by mail, the owners are.
    """
    therapist_id = appointment.therapist_id
    members = list_members_told(())
    chosen = next((one.notices for one in members if one.therapist_id == therapist_id), _ALL)
    plan = Plan(
        step=f"{Kind.THERAPIST_CALL_BACK}:{secrets.token_hex(4)}",
        kind=Kind.THERAPIST_CALL_BACK,
        audience=Audience.THERAPIST,
        due_at=now + waits,
        expires_at=now + waits + NOTICE_LIFE,
        therapist_id=therapist_id,
        why_not=first_reason(
            None if Notice.CALL_BACK in chosen else NOT_CHOSEN,
            None if _address_of(therapist_id) else NO_STAFF_ADDRESS,
        ),
    )
    instead = list_owners() if plan.why_not else []  # somebody must hear of it
    owners = [
        replace(plan, audience=Audience.STAFF, therapist_id=None, staff_member_id=number, why_not=None)
        for number in instead
    ]
    told = [replace(one, step=f"{one.step}:{place}") for place, one in enumerate([plan, *owners])]
    return write_plans(appointment, told, now)


def announce(notification_ids: Iterable[int]) -> None:
    """After the commit: whoever works through the outbox may begin. Never raises; the sweep finds what is missed."""
    due = list(notification_ids)
    if not due:
        return
    try:
        notifications_due.send(None, ids=due)
    except Exception:  # noqa: BLE001 - the booking is made; nothing may make it look otherwise
        _log.warning("notifications %s wait for the next sweep", due, exc_info=True)


def new_message_id() -> str:
    """A Message-ID that nothing else has; fixed when a notification is decided."""
    return message_id(secrets.token_hex(16), message_domain(site_url(), sender_address()))


def told_of(appointment: Appointment, moment: str = BEFORE) -> Told:
    """The appointment as the rules about telling know it, with the guidance before or after it."""
    plan = guidance_of(appointment)
    steps = plan.steps_for(appointment.visit, appointment.minutes, moment) if plan else ()
    is_new = moment == BEFORE and not appointment.revision
    steps_told, keys_told = (frozenset(), frozenset()) if is_new else list_told(appointment.id)
    return Told(
        when=session_of(appointment),
        therapist_id=appointment.therapist_id,
        holds=State(appointment.state) in ACTIVE_STATES,
        client_has_address=bool(appointment.client.contact.email),
        policy=load_practice().policy,
        steps=steps,
        told_steps=steps_told,
        told_keys=keys_told,
        requested=appointment.state == State.REQUESTED,
        declined=appointment.state == State.DECLINED,
        lapsed=appointment.state == State.LAPSED,
        chaperone_id=appointment.chaperone_id,
    )


def session_of(appointment: Appointment) -> SessionSpan:
    """When it begins and ends, and on which wall clock."""
    return SessionSpan(appointment.starts_at, appointment.ends_at, zone_named(appointment.zone))


def write_plans(
    appointment: Appointment, decided: Iterable[Plan], now: datetime, *, is_new: bool = False
) -> list[int]:
    """Write what is decided, unless it is already (nothing is about an appointment that is new).

    Nothing about somebody whose record was erased or closed.
    """
    if appointment.client.is_closed:
        return []
    known = set() if is_new else list_steps(appointment.id, appointment.revision)
    rows = [_row(appointment, plan, now) for plan in decided if plan.step not in known]
    return add_notifications(rows, now)


def known_of(appointment: Appointment) -> Known:
    """What is true of it until it changes now."""
    requested = appointment.state == State.REQUESTED
    return Known(appointment.starts_at, appointment.therapist_id, requested, appointment.chaperone_id)


def _decide(
    appointment: Appointment,
    before: Known | None,
    by: Actor,
    now: datetime,
    *,
    tells_client: bool = True,
    tells_staff: bool = True,
) -> list[int]:
    unsent = take_back_unsent(appointment.id, CHANGED_AGAIN, now) if before else []
    told = told_of(appointment)
    client, *staff = _readers(appointment, before, unsent, by)
    readers = [replace(client, told_otherwise=not tells_client), *(staff if tells_staff else ())]
    waits = told.policy.undo_for if by.kind == "staff" else timedelta(0)
    return write_plans(appointment, plans(told, readers, now, waits), now, is_new=before is None)


def _readers(
    appointment: Appointment, before: Known | None, unsent: Sequence[Unsent], by: Actor
) -> list[Reader]:
    """The client, the therapists who have or had it or were about to be told, and who else of the staff chose to be told."""
    members = list_members_told([by.name] if by.kind == "staff" and by.name else [])
    doer = next((one for one in members if by.kind == "staff" and one.email == by.name), None)
    choices = {one.therapist_id: one.notices for one in members if one.therapist_id}
    return [
        _client(appointment, before, unsent, by),
        *(
            Reader(
                audience=Audience.THERAPIST,
                known=_known(unsent, Audience.THERAPIST, number, _if_theirs(before, number, second), second),
                has_address=bool(_address_of(number)),
                therapist_id=number,
                chosen=choices.get(number, _ALL),
                did_it=doer is not None and doer.therapist_id == number,
                is_second=second,
            )
            for second in (False, True)
            for number in _therapists(appointment, before, unsent, second=second)
        ),
        *(_watching(one, unsent, before) for one in members if _watches(one, doer)),
    ]


def _client(appointment: Appointment, before: Known | None, unsent: Sequence[Unsent], by: Actor) -> Reader:
    """Clients know what they did on the pages themselves, mail or not; who cancels there wants to read that it is off."""
    cancels = by.kind != "staff" and State(appointment.state) not in ACTIVE_STATES
    saw_it = cancels or any(one.was_seen for one in unsent if one.audience is Audience.CLIENT)
    known = before if saw_it else _known(unsent, Audience.CLIENT, None, before)
    return Reader(Audience.CLIENT, known, bool(appointment.client.contact.email))


def _therapists(
    appointment: Appointment, before: Known | None, unsent: Sequence[Unsent], *, second: bool
) -> list[int]:
    """Who has it, had it, or was about to be told so: as the one who treats, or as the second person."""
    stands, stood = (
        one and (one.chaperone_id if second else one.therapist_id) for one in (appointment, before)
    )
    numbers = {stands, stood, *_told_of(unsent, second=second)}
    return sorted(number for number in numbers if number)


def _watches(member: Member, doer: Member | None) -> bool:
    """Whether they are told of everybody's appointments: they chose so, are no therapist, and did not do it themselves."""
    return bool(member.notices) and member.therapist_id is None and member is not doer


def _watching(member: Member, unsent: Sequence[Unsent], before: Known | None) -> Reader:
    return Reader(
        audience=Audience.STAFF,
        known=_known(unsent, Audience.STAFF, member.id, before),
        has_address=True,
        staff_member_id=member.id,
        chosen=member.notices,
    )


def _known(
    unsent: Sequence[Unsent],
    audience: Audience,
    number: int | None,
    before: Known | None,
    second: bool = False,
) -> Known | None:
    """What they know: what they knew before the first notice that was not sent, else what was true until now."""
    for one in unsent:
        if (one.audience, one.to_second) == (audience, second) and number in (
            None,
            one.therapist_id,
            one.staff_member_id,
        ):
            return one.known
    return before


def _told_of(unsent: Sequence[Unsent], *, second: bool) -> set[int]:
    """The therapists who were about to be told, of a session of theirs or as its second person."""
    return {one.therapist_id for one in unsent if one.therapist_id and one.to_second is second}


def _if_theirs(before: Known | None, therapist_id: int, second: bool) -> Known | None:
    if before is None:
        return None
    return before if therapist_id == (before.chaperone_id if second else before.therapist_id) else None


def _address_of(therapist_id: int) -> str | None:
    """The address in the practice in force; of somebody who has been retired the one that is stored."""
    known = load_practice().therapist_with_id(therapist_id)
    return known.email if known else therapist_address(therapist_id)


def _row(appointment: Appointment, plan: Plan, now: datetime) -> dict[str, object]:
    return {
        "appointment_id": appointment.id,
        "step": plan.step,
        "revision": appointment.revision,
        "kind": plan.kind.value,
        "audience": plan.audience.value,
        "therapist_id": plan.therapist_id,
        "staff_member_id": plan.staff_member_id,
        "carries": list(plan.carries),
        "before_at": plan.before.starts_at if plan.before else None,
        "before_therapist_id": plan.before.therapist_id if plan.before else None,
        "before_requested": bool(plan.before and plan.before.requested),
        "state": (Fate.SKIPPED if plan.why_not else Fate.PLANNED).value,
        "why": plan.why_not,
        "due_at": plan.due_at,
        "expires_at": plan.expires_at,
        "message_id": new_message_id(),
        "created_at": now,
    }
