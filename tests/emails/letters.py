"""Letters with plainly invented facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.addresses import Address
from app.domain.emails import Mailbox
from app.domain.notifications import Kind
from app.emails.facts import Advice, AppointmentFacts, Letter, PracticeFacts, Price

PRACTICE = PracticeFacts(
    name="Kneaded Tranquility",
    url="https://book.example.com",
    mailbox=Mailbox("Kneaded Tranquility", "bookings@example.com"),
    phone="412-555-0135",
    reply_to="hello@example.com",
    emergency_number="911",
)
CLIENT = Mailbox("Jo Park", "jo@example.com")
THERAPIST = Mailbox("Dana Reyes", "dana@example.com")
START = datetime(2026, 11, 24, 14, 30, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
APPOINTMENT = AppointmentFacts(
    public_id="q8Z3f0Wk2mVb",
    reference="KT-7F3MQ",
    revision=2,
    starts_at=START,
    ends_at=START + timedelta(hours=1),
    zone=ZoneInfo("America/New_York"),
    address=Address("100 Example Avenue\nPittsburgh, PA 15205"),
    therapist="Dana Reyes",
    client="Jo Park",
    service="Psoas release",
    minutes=60,
    first_visit=True,
    free_change_until=START - timedelta(hours=24),
    price=Price(9500, "USD"),
    room="Willow",
    arrival="Ring at the side door.",
)
ADVICE = (
    Advice("The day before", "Drink as usual; *no alcohol*, no hard training."),
    Advice(
        "2 hours before",
        "- Nothing heavy to eat\n- Loose clothes\n\n[How to find us](https://example.com/way)",
    ),
)
AFTERWARDS = (Advice("Afterwards", "Sharp or growing pain: **call a doctor**. Not sure? **Phone us.**"),)


def letter(kind: Kind, **changes: Any) -> Letter:
    """A letter of that kind; `changes` go to the letter or to its appointment, wherever there is such a field."""
    to = THERAPIST if kind.startswith("therapist") else CLIENT
    made = Letter(
        kind=kind,
        message_id="<0123456789abcdef@book.example.com>",
        to=to,
        practice=PRACTICE,
        appointment=APPOINTMENT,
        language="en",
        written_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
        manage_url="https://book.example.com/appointment/a-token",
        preparation=ADVICE,
        afterwards=AFTERWARDS if kind is Kind.APPOINTMENT_BOOKED else (),
    )
    of_appointment = {name: changes.pop(name) for name in list(changes) if hasattr(APPOINTMENT, name)}
    return replace(made, appointment=replace(APPOINTMENT, **of_appointment), **changes)
