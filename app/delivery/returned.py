"""Reading a delivery status notification (RFC 3464): what a mail server says of a mail that it could not deliver."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parseaddr

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Returned:
    """One recipient's fate. ``failed``: given up; else the server says that it is still trying, or has delivered."""

    address: str
    failed: bool
    status: str
    said: str
    message_id: str | None


def read_report(raw: bytes) -> Returned | None:
    """What the report says of its mail; of several recipients, of one who was given up. None: it is no such report."""
    report = message_from_bytes(raw, policy=policy.default)
    fates = list(_fates(report))
    return next((fate for fate in fates if fate.failed), fates[0] if fates else None)


def _fates(report: EmailMessage) -> Iterator[Returned]:
    if report.get_content_type() != "multipart/report":
        return
    parts = list(report.walk())
    message_id = next(filter(None, map(_original_id, parts)), None)
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            yield from filter(None, (_fate(block, message_id) for block in _blocks(part)))


def _blocks(part: Message) -> list[Message]:
    """The first is about the report, the others about one recipient each."""
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _fate(block: Message, message_id: str | None) -> Returned | None:
    action = _field(block, "Action").lower()
    recipient = _field(block, "Original-Recipient") or _field(block, "Final-Recipient")
    if not action or not recipient:
        return None
    said = _field(block, "Diagnostic-Code").partition(";")[2] or _field(block, "Diagnostic-Code")
    address = parseaddr(recipient.rpartition(";")[2].strip())[1]
    return Returned(address, action == "failed", _field(block, "Status"), said.strip()[:_LONGEST], message_id)


def _original_id(part: Message) -> str | None:
    """The Message-ID of the mail that the report is about, which comes with it, whole or only its headers."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        return _field(inner, "Message-ID") or None if isinstance(inner, Message) else None
    if kind == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        headers = payload if isinstance(payload, bytes) else b""
        return _field(message_from_bytes(headers, policy=policy.default), "Message-ID") or None
    return None


def _field(block: Message, name: str) -> str:
    """In one line; a header that can't be read counts as missing."""
    try:
        return " ".join(str(block.get(name, "")).split())
    except (ValueError, LookupError):
        return ""
