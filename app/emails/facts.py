"""What an e-mail is composed from: everything true at the moment of sending, and nothing that must be looked up."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.addresses import Address
from app.domain.emails import Mailbox
from app.domain.notifications import Kind


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """The practice as its mails show it. ``mailbox`` is what they are sent from."""

    name: str
    url: str
    mailbox: Mailbox
    phone: str | None = None
    reply_to: str | None = None
    emergency_number: str | None = None
    demonstration: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    """What was agreed, in the currency's smallest unit; ``tax_percent`` comes on top where there is one."""

    minor: int
    currency: str
    tax_percent: str | None = None


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """The appointment as it stands now; ``address`` is the one of its date. ``price`` is none where none was agreed."""

    public_id: str
    reference: str
    revision: int
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    address: Address
    therapist: str
    client: str
    service: str
    minutes: int
    first_visit: bool
    free_change_until: datetime
    price: Price | None = None
    room: str | None = None
    arrival: str = ""
    booked_by_staff: bool = False
    cancelled_by: str | None = None  # client, late, clinic; none: it is not cancelled


@dataclass(frozen=True, slots=True)
class Advice:
    """A guidance step in the reader's language: when it applies, and what to do, in Markdown."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail about an appointment, to its client or to a therapist.

    ``may_say_all`` is the contact's choice; without it the body leaves out the session's name and all advice.
    """

    kind: Kind
    message_id: str
    to: Mailbox
    practice: PracticeFacts
    appointment: AppointmentFacts
    language: str
    written_at: datetime
    manage_url: str | None = None
    may_say_all: bool = True
    preparation: tuple[Advice, ...] = ()
    afterwards: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountLetter:
    """A message about a staff account; its words were written when it was decided."""

    message_id: str
    to: Mailbox
    practice: PracticeFacts
    language: str
    subject: str
    text: str
