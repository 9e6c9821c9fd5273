"""Appointments: booking one without a hold, seeing, moving and cancelling those there are."""

from typing import Any

from flask import Response, url_for

from app import clock
from app.actions.booking import book
from app.actions.managing import Change, cancel, choice_to_move, move
from app.actions.outcomes import KeyReused, Refused, TooLate
from app.blueprints.api.answers import AppointmentAnswer, AppointmentsAnswer
from app.blueprints.api.asked import asked_range
from app.blueprints.api.blueprint import operation, program
from app.blueprints.api.orders import actor_of, order_of
from app.blueprints.api.questions import Cancelling, DaysAsked, Moving, NewAppointment
from app.blueprints.api.refusals import not_booked, not_moved
from app.blueprints.api.shapes import answer, appointment_shape, entry_shape
from app.domain.wallclock import day_span, local_date, zone_named
from app.store.entries import Entry, find_entry, list_entries
from app.store.practice import load_practice
from app.web.problems import Problem

_CHANGES = (400, 404, 409, 413, 415)
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Of your own, new for each booking; sent again, it answers with the same appointment.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._~:-]{8,64}$"},
}


@operation(
    "POST",
    "/appointments",
    body=NewAppointment,
    answer=AppointmentAnswer,
    status=201,
    also=(200,),
    problems=(400, 409, 413, 415),
    extra={"parameters": [_KEY]},
)
def book_appointment(said: dict[str, Any]) -> Response:
    """Book a session; the same key with the same body answers 200 with what it made before."""
    practice, now = load_practice(), clock.now()
    order = order_of(program(), practice, said, now)
    booked = book(order, now)
    if isinstance(booked, KeyReused):
        raise Problem("key-reused", "Take a new key for a new booking.")
    if isinstance(booked, Refused):
        raise not_booked(booked, order.wish.choice(), practice, said)
    where = url_for("api.appointment", public_id=booked.public_id)
    shape = appointment_shape(_known(booked.public_id))
    return answer(shape, 200 if booked.repeated else 201, {"Location": where})


@operation("GET", "/appointments", query=DaysAsked, answer=AppointmentsAnswer)
def appointments(asked: dict[str, Any]) -> Response:
    """Appointments that start from one day to another, on their location's calendar, by start."""
    first, last = asked_range(asked)
    zones = {place.zone for place in load_practice().locations if place.zone}
    spans = [day_span(day, zone) for zone in zones for day in (first, last)]
    found = (
        list_entries(min(one.starts_at for one in spans), max(one.ends_at for one in spans)) if spans else []
    )
    there = [one for one in found if first <= local_date(one.starts_at, zone_named(one.zone)) <= last]
    return answer({"appointments": [entry_shape(one) for one in there]})


@operation("GET", "/appointments/<string(maxlength=32):public_id>", answer=AppointmentAnswer, problems=(404,))
def appointment(public_id: str) -> Response:
    """One appointment."""
    return answer(appointment_shape(_known(public_id)))


@operation(
    "POST",
    "/appointments/<string(maxlength=32):public_id>/cancel",
    body=Cancelling,
    body_needed=False,
    answer=AppointmentAnswer,
    problems=_CHANGES,
)
def cancel_appointment(said: dict[str, Any], public_id: str) -> Response:
    """Give the time back, as long as the client may; the reason is kept sealed, for who treats."""
    if isinstance(cancel(_change(public_id), clock.now(), said.get("reason")), TooLate):
        raise _too_late()
    return answer(appointment_shape(_known(public_id)))


@operation(
    "POST",
    "/appointments/<string(maxlength=32):public_id>/move",
    body=Moving,
    answer=AppointmentAnswer,
    problems=_CHANGES,
)
def move_appointment(said: dict[str, Any], public_id: str) -> Response:
    """Another time, or another therapist, as long as the client may."""
    change, therapist = _change(public_id), said["therapist"]
    moved = move(change, said["starts_at"], clock.now(), therapist)
    if isinstance(moved, TooLate):
        raise _too_late()
    if isinstance(moved, Refused):
        raise not_moved(moved, choice_to_move(change.appointment_id, therapist), therapist)
    return answer(appointment_shape(_known(public_id)))


def _known(public_id: str) -> Entry:
    entry = find_entry(public_id)
    if entry is None:
        raise Problem("not-found", "There is no such appointment.")
    return entry


def _change(public_id: str) -> Change:
    return Change(_known(public_id).id, actor_of(program()))


def _too_late() -> Problem:
    return Problem("too-late", "The time in which it could be moved or cancelled is over. Please call us.")
