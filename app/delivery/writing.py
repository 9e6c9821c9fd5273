"""An e-mail as the bytes that travel: ASCII throughout, and signed (DKIM) where a key is set.

Written here and not by Flask-Mail's Message: that one sends eight-bit text in lines of any length, which relays may change
(and so break a signature), asks the name service for each message, and takes ten times as long.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr

import dkim
from flask_mail import BadHeaderError, sanitize_address, sanitize_subject

from app.domain.emails import Email, Mailbox

#: What a signature vouches for: whoever changes one of these breaks it. What relays add stays free.
_SIGNED = frozenset(
    b"from to subject date message-id reply-to mime-version content-type auto-submitted "
    b"list-unsubscribe list-unsubscribe-post".split()
)
#: What a mail that nobody could write raises.
UNWRITABLE = (BadHeaderError, UnicodeError)


@dataclass(frozen=True, slots=True)
class Signature:
    """The practice's DKIM key: whose it is, which of theirs, and the key itself (PEM)."""

    domain: str
    selector: str
    key: str

    def signed(self, message: bytes) -> bytes:
        """The message with a signature on top."""
        header: bytes = dkim.sign(
            message,
            self.selector.encode(),
            self.domain.encode(),
            self.key.encode(),
            include_headers=[name for name in _names(message) if name in _SIGNED],
        )
        return header + message


def written(email: Email, now: datetime, signature: Signature | None = None) -> bytes:
    """The message in full. Raises BadHeaderError or UnicodeError for what can't be an e-mail."""
    head = "\n".join(f"{name}: {value}" for name, value in _headers(email, now))
    plain = f"{head}\nMIME-Version: 1.0\n{_body(email)}".replace("\n", "\r\n").encode("ascii")
    return signature.signed(plain) if signature else plain


def bare(address: str) -> str:
    """The address as the envelope wants it, its domain in ASCII. Raises UnicodeError where that can't be."""
    plain = parseaddr(address if address.isascii() else sanitize_address(address))[1]
    plain.encode("ascii")
    return plain


def _headers(email: Email, now: datetime) -> Iterator[tuple[str, str]]:
    yield "Subject", sanitize_subject(_one_line(email.subject))
    yield "From", _mailbox(email.sender)
    yield "To", _mailbox(email.to)
    yield "Date", format_datetime(now)
    yield "Message-ID", _one_line(email.message_id)
    if email.reply_to:
        yield "Reply-To", sanitize_address(_one_line(email.reply_to))
    if email.written_to:
        yield "X-Written-To", sanitize_address(_one_line(email.written_to))
    for name, value in email.headers.items():
        yield name, _one_line(value)


def _body(email: Email) -> str:
    """Text and HTML as alternatives, the files beside them. No encoded line begins with the mark between parts."""
    mark = hashlib.sha256(email.message_id.encode()).hexdigest()[:24]
    told = _parts("alternative", f"=_a{mark}", [_text("plain", email.text), _text("html", email.html)])
    files = list(_files(email))
    return _parts("mixed", f"=_m{mark}", [told, *files]) if files else told


def _files(email: Email) -> Iterator[str]:
    if email.calendar is not None:
        kind = f'text/calendar; method={email.calendar.method}; charset="UTF-8"'
        yield _file(kind, "appointment.ics", email.calendar.content)
    if email.attachment is not None:
        yield _file(
            _one_line(email.attachment.media_type), _one_line(email.attachment.name), email.attachment.content
        )


def _file(kind: str, name: str, content: bytes) -> str:
    shown = f'Content-Disposition: attachment; filename="{name}"\n'
    return f"Content-Type: {kind}\n{shown}{_encoded(content)}"


def _parts(kind: str, mark: str, parts: list[str]) -> str:
    inside = "".join(f"--{mark}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{mark}"\n\n{inside}--{mark}--\n'


def _text(kind: str, text: str) -> str:
    """Quoted-printable: short lines whatever the text, and still to be read with the naked eye."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    readable = binascii.b2a_qp(lines.encode(), istext=True).decode()
    head = f'Content-Type: text/{kind}; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n'
    return f"{head}\n{readable}"


def _encoded(content: bytes) -> str:
    return f"Content-Transfer-Encoding: base64\n\n{base64.encodebytes(content).decode()}"


def _mailbox(box: Mailbox) -> str:
    name, address = _one_line(box.name), _one_line(box.address)
    if name.isascii() and address.isascii():
        return formataddr((name, address))
    return str(sanitize_address((name, address)))


def _one_line(value: str) -> str:
    if "\r" in value or "\n" in value:
        raise BadHeaderError
    return value


def _names(message: bytes) -> list[bytes]:
    """The names of its headers, as they come."""
    head = message.partition(b"\r\n\r\n")[0]
    lines = (line for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t"))
    return [line.partition(b":")[0].strip().lower() for line in lines]
