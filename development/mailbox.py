"""Messages as files: one .eml each, so that a restart keeps them."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

# The catcher writes these two in front of what it was given; they are not part of the message.
RECIPIENTS = "X-Inbox-Recipients"
RECEIVED = "X-Inbox-Received"

_KEY = re.compile(r"\d{8}T\d{12}-[0-9a-f]{6}")


@dataclass(frozen=True)
class Attachment:
    """A part of a message that is kept as a file."""

    number: int
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One message as a reader wants it."""

    key: str
    received_at: datetime
    sender: str
    recipients: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[Attachment, ...]


class Mailbox:
    """A folder of received messages."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, content: bytes, recipients: list[str], received_at: datetime) -> str:
        """Keeps a message; answers its key. The file appears whole or not at all."""
        key = f"{received_at:%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}"
        listed = ", ".join(recipients).replace("\r", "").replace("\n", "")
        front = f"{RECIPIENTS}: {listed}\r\n{RECEIVED}: {received_at.isoformat()}\r\n"
        unfinished = self._folder / f"{key}.part"
        unfinished.write_bytes(front.encode("utf-8", "replace") + content)
        unfinished.replace(self._path(key))
        return key

    def keys(self) -> list[str]:
        """The keys of all messages, newest first."""
        return sorted((path.stem for path in self._folder.glob("*.eml")), reverse=True)

    def find(self, key: str) -> Mail | None:
        """The message with this key, or None; any text may be asked for."""
        if not _KEY.fullmatch(key) or not self._path(key).is_file():
            return None
        return _read(self._path(key))

    def newest(self, limit: int) -> list[Mail]:
        """The newest messages, newest first."""
        return [_read(self._path(key)) for key in self.keys()[:limit]]

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.eml"


# A message never changes once its file is there, so it is read once.
@lru_cache(maxsize=500)
def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    own = {RECIPIENTS.lower(), RECEIVED.lower()}
    return Mail(
        key=path.stem,
        received_at=_received_at(path.stem),
        sender=_one_line(message.get("From")),
        recipients=_one_line(message.get(RECIPIENTS) or message.get("To")),
        subject=_one_line(message.get("Subject")) or "(no subject)",
        text=_body(message, "plain"),
        html=_body(message, "html"),
        headers=tuple((name, str(value)) for name, value in message.items() if name.lower() not in own),
        attachments=_attachments(message),
    )


def _received_at(key: str) -> datetime:
    return datetime.strptime(key.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


def _one_line(value: object) -> str:
    return " ".join(str(value or "").split())


def _content(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _as_text(part: EmailMessage) -> str:
    try:
        return _content(part).decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:  # a character set nobody knows
        return _content(part).decode("utf-8", "replace")


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return _as_text(part) if isinstance(part, EmailMessage) else ""


def _attachments(message: EmailMessage) -> tuple[Attachment, ...]:
    bodies = {id(message.get_body((kind,))) for kind in ("plain", "html")}
    parts = (part for part in message.walk() if not part.is_multipart() and id(part) not in bodies)
    return tuple(
        Attachment(
            number,
            _one_line(part.get_filename()) or f"part-{number}",
            part.get_content_type(),
            _content(part),
        )
        for number, part in enumerate(parts, start=1)
    )
