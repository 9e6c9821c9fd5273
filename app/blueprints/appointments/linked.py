"""What a client's link opens: one appointment, with the advice that goes with it filled in for it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from flask import abort, render_template, url_for

from app import clock
from app.actions.managing import Change
from app.domain.appointments import Actor
from app.domain.guidance import GuidanceStep
from app.domain.placeholders import filled
from app.domain.practice import Service
from app.links import again_token, read_done_token, read_manage_token
from app.store.practice import load_practice
from app.store.shown import Shown, find_just_booked, find_shown
from app.web.care_offered import offered
from app.web.language import speaking, suggest
from app.wording import placeholder_words


def linked(token: str) -> Shown:
    """The appointment that a manage link opens; any other token gets the same 404."""
    key = read_manage_token(token)
    appointment = find_shown(key.public_id, clock.now()) if key else None
    if key is None or appointment is None or appointment.token_version != key.token_version:
        abort(404)
    return _in_words(appointment)


def just_booked(token: str) -> Shown:
    """The appointment of the page that follows a booking; 404 when that is a day ago."""
    public_id = read_done_token(token)
    appointment = find_just_booked(public_id, clock.now()) if public_id else None
    if appointment is None:
        abort(404)
    return _in_words(appointment)


def client_of(appointment: Shown) -> Actor:
    """How the audit log calls who uses the link."""
    return Actor("client", appointment.email)


def change_of(appointment: Shown) -> Change:
    """A change of it by its client."""
    return Change(appointment.id, client_of(appointment))


def manage_page(appointment: Shown, token: str, **more: Any) -> str:
    """How it stands and what its client may do with it."""
    return render_template(
        "pages/appointments/manage.html",
        shown=appointment,
        token=token,
        now=clock.now(),
        again=_again(appointment),
        may_say_changed=asked_before(appointment) is not None,
        offer=offered(appointment, clock.now()),
        **more,
    )


def asked_before(appointment: Shown) -> Service | None:
    """The session's service, if questions are asked before it and it still lies ahead: then they may be asked again."""
    service = load_practice().service(appointment.service_slug)
    return service if service and service.screening and appointment.may_call_off else None


def _again(appointment: Shown) -> str | None:
    """Where this client books the same once more; none where it is no longer given."""
    if load_practice().service(appointment.service_slug) is None:
        return None
    token = again_token(appointment.public_id, appointment.token_version)
    return url_for("appointments.again", token=token)


def _in_words(appointment: Shown) -> Shown:
    """In the language that it was booked in, unless its client has chosen another one here."""
    suggest(appointment.language)
    if speaking() != appointment.language:
        appointment = find_shown(appointment.public_id, clock.now(), speaking()) or appointment
    return _with_advice(appointment)


def _with_advice(appointment: Shown) -> Shown:
    facts = _facts(appointment)
    return replace(
        appointment,
        preparation=_filled(appointment.preparation, facts),
        afterwards=_filled(appointment.afterwards, facts),
    )


def _filled(steps: Iterable[GuidanceStep], facts: Mapping[str, str]) -> tuple[GuidanceStep, ...]:
    return tuple(
        replace(step, text={code: filled(text, facts) for code, text in step.text.items()}) for step in steps
    )


def _facts(appointment: Shown) -> dict[str, str]:
    practice = load_practice()
    return placeholder_words(
        client=appointment.client_name,
        therapist=appointment.therapist_name,
        practice=practice.name,
        starts_at=appointment.starts_at,
        zone=appointment.zone,
        minutes=appointment.minutes,
        address=appointment.address.lines,
        phone=appointment.phone,
        emergency_number=appointment.emergency_number,
        free_until=appointment.change_until,
        language=speaking(),
    )
