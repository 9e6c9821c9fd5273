"""An e-mail as a value: composed by ``emails``, carried out of the door by ``delivery``."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """An iCalendar file and what it asks the reader's calendar to do: REQUEST, CANCEL or PUBLISH."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Email:
    """One message to one recipient. ``message_id`` is the same on every attempt, so that a repeat can be told."""

    message_id: str
    kind: str
    to: Mailbox
    sender: Mailbox
    reply_to: str | None
    subject: str
    text: str
    html: str
    calendar: CalendarFile | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What our mails promise beside the usual: that a program wrote them, and which notification they are."""
        return {"Auto-Submitted": "auto-generated", "X-Notification-Kind": self.kind}
