"""Somebody who comes again: who they are, and what they had, as far as "book again" fills it in."""

from dataclasses import dataclass

from app.domain.practice import FIRST_VISIT, RETURNING_VISIT
from app.domain.wishes import Wishes
from app.models import Appointment
from app.store.appointments import find_appointment
from app.store.clients import group_of, kept
from app.store.treated import was_here
from app.store.wishes import wishes_of


@dataclass(frozen=True, slots=True)
class Returning:
    """A client behind a "book again" link; ``client_ids`` are all rows of this person, the one that counts first.

    Name, address and telephone are those that were typed for that appointment: who was merged with whom is told to nobody.
    """

    client_id: int
    client_ids: tuple[int, ...]
    name: str
    email: str | None
    phone: str | None
    language: str
    detail: str
    service: str
    minutes: int
    therapist: str | None  # whom they had chosen
    location: str
    visit: str
    wishes: Wishes  # what they said last time


def find_returning(public_id: str, token_version: int) -> Returning | None:
    """Who had that appointment; none where its links have been ended, or there is no such client any more."""
    appointment = find_appointment(public_id)
    if appointment is None or appointment.token_version != token_version:
        return None
    client = kept(appointment.client) or appointment.client
    if client.erased_at is not None or client.restricted_at is not None or client.blocked_at is not None:
        return None
    group = group_of(client.id)
    return Returning(
        client_id=client.id,
        client_ids=(client.id, *(one for one in group if one != client.id)),
        name=appointment.typed_name,
        email=appointment.typed_email,
        phone=appointment.typed_phone,
        language=client.contact.language,
        detail=client.contact.detail,
        service=appointment.service.slug,
        minutes=appointment.minutes,
        therapist=_chosen(appointment),
        location=appointment.location.slug,
        visit=RETURNING_VISIT if _has_been(appointment, group) else FIRST_VISIT,
        wishes=wishes_of(appointment),
    )


def _chosen(appointment: Appointment) -> str | None:
    return None if appointment.any_therapist else appointment.therapist.slug


def _has_been(appointment: Appointment, group: list[int]) -> bool:
    """Whether they know the place: treated before, or about to be."""
    stands = appointment.state in ("requested", "booked", "arrived", "completed")
    return was_here(group) or stands
