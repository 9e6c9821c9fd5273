"""E-mails as bytes: short ASCII lines, headers that nothing can be smuggled into, and signatures that verify."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask_mail import BadHeaderError

from app.delivery.writing import Signature, written
from app.domain.emails import Attachment, CalendarFile, Email, Mailbox

NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)
EMAIL = Email(
    message_id="<0123456789@book.example.com>",
    kind="appointment_aftercare",
    to=Mailbox("Zoë Ångström", "zoe@example.com"),
    sender=Mailbox("Body, Mind & Söhne", "bookings@example.com"),
    reply_to="hello@example.com",
    subject="Mardi 24 novembre 2026, 14 h 30 : réservé",
    text="Vous êtes attendue.\n.\nFrom here on: = and \u2028 stay.   \n" + "x" * 2000 + "\n",
    html="<p>" + "Très long. " * 400 + "</p>",
    calendar=CalendarFile("REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    stop_url="https://book.example.com/messages/stop/token",
)


def test_no_line_is_longer_than_mail_allows_and_all_is_ascii() -> None:
    message = written(EMAIL, NOW)
    assert message.isascii()
    assert max(map(len, message.split(b"\r\n"))) <= 998
    assert b"\n" not in message.replace(b"\r\n", b"")


def test_what_is_read_is_what_was_written() -> None:
    read = message_from_bytes(written(EMAIL, NOW), policy=policy.default)
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == EMAIL.text
    assert html.get_content().strip() == EMAIL.html
    assert read["Subject"] == EMAIL.subject
    assert read["To"].addresses[0].display_name == "Zoë Ångström"
    assert read["From"].addresses[0].display_name == EMAIL.sender.name
    assert read["Date"].datetime == NOW
    assert read["Message-ID"] == EMAIL.message_id
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in read.iter_attachments()] == ["text/calendar"]


def test_a_file_goes_along() -> None:
    sheet = Attachment("day-sheet-2026-11-24.pdf", "application/pdf", b"%PDF-1.4" + bytes(range(256)) * 400)
    message = written(replace(EMAIL, calendar=None, attachment=sheet), NOW)
    assert message.isascii()
    read = message_from_bytes(message, policy=policy.default)
    (part,) = read.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == ("application/pdf", sheet.name)
    assert part.get_content() == sheet.content
    with pytest.raises(BadHeaderError):
        written(replace(EMAIL, attachment=replace(sheet, name="a\nb")), NOW)


def test_without_a_calendar_there_are_only_the_alternatives() -> None:
    read = message_from_bytes(written(replace(EMAIL, calendar=None), NOW), policy=policy.default)
    assert read.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("field", ["subject", "message_id", "reply_to", "stop_url"])
def test_no_header_holds_a_line_break(field: str) -> None:
    hostile: dict[str, Any] = {field: "a\r\nBcc: x@example.com"}
    with pytest.raises(BadHeaderError):
        written(replace(EMAIL, **hostile), NOW)


def test_a_signature_verifies_and_breaks_with_what_it_vouches_for() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    message = written(EMAIL, NOW, Signature("example.com", "desk", secret.decode()))
    assert dkim.verify(message, dnsfunc=zone_of(key))
    for before, after in ((b"attendue", b"attendus"), (b"<bookings@", b"<booking2@")):
        assert before in message
        assert not dkim.verify(message.replace(before, after), dnsfunc=zone_of(key))
    signed = message.partition(b"h=")[2].partition(b";")[0].lower()
    for name in (b"from", b"to", b"subject", b"date", b"message-id", b"list-unsubscribe-post"):
        assert name in signed


def zone_of(key: rsa.RSAPrivateKey) -> object:
    """The name service as far as a verifier asks it: one key."""
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.split(b"\n")[1:-2])
    return lambda name, timeout=5: record if name == b"desk._domainkey.example.com." else None
