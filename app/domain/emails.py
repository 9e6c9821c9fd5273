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
class Attachment:
    """A file that goes with the mail: its name (ASCII), its media type, its bytes."""

    name: str
    media_type: str
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
    attachment: Attachment | None = None
    stop_url: str | None = None  # where one click stops mails of this kind (RFC 8058)
    written_to: str | None = None  # whom it was for, where it goes to somebody who tries the program out

    @property
    def headers(self) -> dict[str, str]:
        """What our mails promise beside the usual: that a program wrote them, which notification they are, how to stop them."""
        told = {"Auto-Submitted": "auto-generated", "X-Notification-Kind": self.kind}
        if self.stop_url is None:
            return told
        stop = {
            "List-Unsubscribe": f"<{self.stop_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        return told | stop
