"""What an e-mail is composed from: everything true at the moment of sending, and nothing that must be looked up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.addresses import Address
from app.domain.agenda import AgendaChanged, AgendaFlag
from app.domain.care import CheckInAnswer
from app.domain.emails import Attachment, Mailbox
from app.domain.notifications import Kind
from app.domain.spans import Span


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
    change_is_free: bool = False  # the client may change it without fee also past the deadline
    confirmed: bool = False  # the client has said that they come
    requested: bool = False  # it waits for the practice's answer
    review_until: datetime | None = None  # when that answer comes at the latest
    altered: bool = False  # it was accepted, but not as it was asked for
    lapsed: bool = False  # nobody answered in time
    illness: bool = False  # for staff only: the client gave illness as the reason


@dataclass(frozen=True, slots=True)
class GuideLink:
    """A self-care guide behind the reader's link."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Advice:
    """A guidance step in the reader's language: when it applies, and what to do, in Markdown, its placeholders filled."""

    label: str
    text: str
    guides: tuple[GuideLink, ...] = ()  # self-care guides that go with it and may be seen by the reader


@dataclass(frozen=True, slots=True)
class Before:
    """What the reader was told last, where a change is what the letter tells."""

    starts_at: datetime
    therapist: str | None = None  # only where another one has taken over


@dataclass(frozen=True, slots=True)
class ClientLinks:
    """Where a client's clicks go. Each opens a page; only the buttons there act."""

    manage: str
    confirm: str
    move: str
    cancel: str
    cannot_come: str
    changed: str  # that something is different since they booked
    intake: str  # the form that is filled in once
    choices: str  # how much mails say, and which ones come
    check_in: Mapping[CheckInAnswer, str]
    again: str  # this client's next booking
    stop_aftercare: str  # what List-Unsubscribe names


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail about an appointment, to its client, to a therapist, or to another member of the staff.

    ``may_say_all`` is the contact's choice; without it the body leaves out the session's name and all advice.
    """

    kind: Kind
    message_id: str
    to: Mailbox
    practice: PracticeFacts
    appointment: AppointmentFacts
    language: str
    written_at: datetime
    links: ClientLinks | None = None  # clients only
    may_say_all: bool = True
    preparation: tuple[Advice, ...] = ()  # what applies before the session and is told now
    aftercare: tuple[Advice, ...] = ()  # what applies after the session and is told now
    feels_wrong: tuple[Advice, ...] = ()  # what to do when something feels wrong afterwards
    asks_how_it_went: bool = False
    asks_intake: bool = False  # some of the form is missing, or it should be said to be true again
    asks_what_changed: bool = False  # in the first reminder of sessions before which questions are asked
    still_to_come: tuple[datetime, ...] = ()  # when more about preparing will be written
    before: Before | None = None
    to_therapist: bool = False  # the appointment's own; else the letter says whose appointment it is


@dataclass(frozen=True, slots=True)
class AgendaSession:
    """One session of a therapist's day."""

    starts_at: datetime
    ends_at: datetime
    client: str
    service: str
    reference: str
    room: str | None = None
    flags: tuple[AgendaFlag, ...] = ()


@dataclass(frozen=True, slots=True)
class AgendaBeside:
    """A colleague's session in which the therapist is the second person: when, where and whose."""

    starts_at: datetime
    ends_at: datetime
    therapist: str
    room: str | None = None


@dataclass(frozen=True, slots=True)
class AgendaChange:
    """What has become of a session of this day since the agenda before."""

    at: datetime  # the session's start, or the one it had on this day
    client: str
    change: AgendaChanged


@dataclass(frozen=True, slots=True)
class AgendaLetter:
    """A therapist's day: what is booked, what is free between, what has changed."""

    message_id: str
    to: Mailbox
    practice: PracticeFacts
    language: str
    day: date
    zone: ZoneInfo
    sessions: tuple[AgendaSession, ...]
    gaps: tuple[Span, ...] = ()  # free working time between and around the sessions
    changes: tuple[AgendaChange, ...] = ()
    sheet: Attachment | None = None  # the day on paper
    beside: tuple[AgendaBeside, ...] = ()  # where they are the second person


@dataclass(frozen=True, slots=True)
class AccountLetter:
    """A message about a staff account; its words were written when it was decided."""

    message_id: str
    to: Mailbox
    practice: PracticeFacts
    language: str
    subject: str
    text: str
