"""All that is known of one appointment: for its page on the staff's side, with what happened to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.appointments import State
from app.domain.practice import Texts
from app.store.appointments import find_by_reference
from app.store.audit import list_audit_lines

#: What an appointment's page shows just as the row has it.
_AS_STORED = (
    *(
        "id",
        "reference",
        "public_id",
        "row_version",
        "therapist_id",
        "starts_at",
        "ends_at",
        "zone",
        "visit",
        "minutes",
    ),
    *("buffer_before", "buffer_after", "price_minor", "currency", "any_therapist", "source", "cancelled_by"),
    "change_is_free",
    *("minutes_late", "client_id", "service_id", "location_id", "chaperone_id"),
    *("created_at", "confirmed_at", "arrived_at", "completed_at", "verbal_consent_at", "verbal_consent_by"),
)


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """All that staff know of one appointment but what the client wrote."""

    id: int
    reference: str
    public_id: str
    state: State
    cancelled_by: str | None
    previous_state: State | None
    row_version: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    visit: str
    minutes: int
    buffer_before: int
    buffer_after: int
    price_minor: int | None
    currency: str | None
    any_therapist: bool
    source: str | None
    service: Texts
    therapist_id: int
    therapist: str
    therapist_slug: str
    location: str
    location_slug: str
    room: str | None
    client: str
    email: str | None
    phone: str | None
    has_note: bool
    has_reason: bool
    change_is_free: bool
    minutes_late: int | None
    client_id: int
    service_id: int
    location_id: int
    created_at: datetime
    confirmed_at: datetime | None
    arrived_at: datetime | None
    completed_at: datetime | None
    consent_text_id: int | None
    verbal_consent_at: datetime | None
    verbal_consent_by: str | None
    has_wishes: bool
    chaperone: str | None
    chaperone_id: int | None
    guardian: str | None  # who agrees for a client who is under age
    is_closed: bool  # the client's record: nothing more is booked for it

    @property
    def needs_tick(self) -> bool:
        """Whether the client has still to be asked by word of mouth before it can be done."""
        return self.consent_text_id is not None and self.verbal_consent_at is None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that was done to an appointment."""

    at: datetime
    actor_type: str
    actor: str | None
    act: str
    detail: Mapping[str, Any]


def find_facts(reference: str) -> AppointmentFacts | None:
    """The appointment that people call so."""
    row = find_by_reference(reference)
    if row is None:
        return None
    contact = row.client.contact
    return AppointmentFacts(
        **{name: getattr(row, name) for name in _AS_STORED},
        state=State(row.state),
        previous_state=State(row.previous_state) if row.previous_state else None,
        service=row.service.name,
        therapist=row.therapist.name,
        therapist_slug=row.therapist.slug,
        location=row.location.name,
        location_slug=row.location.slug,
        room=row.room.name if row.room else None,
        client=row.client.name,
        email=contact.email,
        phone=row.typed_phone or contact.phone,
        has_note=row.sealed_note is not None,
        has_reason=row.sealed_reason is not None,
        consent_text_id=row.service.consent_text_id,
        has_wishes=row.sealed_wishes is not None,
        chaperone=row.chaperone.name if row.chaperone else None,
        guardian=row.client.guardian_name,
        is_closed=row.client.is_closed,
    )


def list_history(appointment_id: int) -> list[HistoryLine]:
    """What was done to an appointment, oldest first."""
    lines = list_audit_lines("appointment", appointment_id)
    return [HistoryLine(line.at, line.actor_type, line.actor, line.act, line.detail) for line in lines]
