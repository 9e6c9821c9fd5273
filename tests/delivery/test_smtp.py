"""What each way of a mail server to answer, or not to, means."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask

from app.delivery.connection import Patience
from app.delivery.outcomes import Again, Failed, Outcome, Sent
from app.delivery.recipients import addressed
from app.delivery.smtp import Courier
from app.domain.emails import CalendarFile, Email, Mailbox
from app.extensions import mail
from config import Settings
from tests.delivery.servers import silent, talking, tls_talk, without_farewell
from tests.delivery.test_writing import zone_of
from tests.support.settings import settings
from tests.support.smtp import Fault, Sink, free_port

NOW = datetime(2026, 11, 20, 14, tzinfo=UTC)
HURRY = Patience(connect=1, command=1, message=2)
EMAIL = Email(
    message_id="<0123456789@book.example.com>",
    kind="appointment_booked",
    to=Mailbox("Jo Park", "jo@example.com"),
    sender=Mailbox("Body, Mind & Söhne", "bookings@example.com"),
    reply_to="hello@example.com",
    subject="Tuesday 24 November 2026, 2:30 pm: booked",
    text="Your appointment is booked\n",
    html="<p>Your appointment is booked</p>",
    calendar=CalendarFile("REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
)


@contextmanager
def courier(
    port: int, *, demonstration: bool = False, server: str = "127.0.0.1", **chosen: Any
) -> Iterator[Courier]:
    """A courier to that server, which waits seconds where the real one waits minutes."""
    app = Flask(__name__)
    app.config.update(
        MAIL_SERVER=server, MAIL_PORT=port, MAIL_DEFAULT_SENDER="bookings@example.com", **chosen
    )
    mail.init_app(app)
    with app.app_context(), Courier(demonstration=demonstration, patience=HURRY) as opened:
        yield opened


def deliver(port: int, email: Email = EMAIL, **chosen: Any) -> Outcome:
    with courier(port, **chosen) as opened:
        return opened.deliver(addressed(email, None), NOW)


def test_a_message_arrives_whole(smtp_sink: Sink) -> None:
    assert deliver(smtp_sink.port) == Sent()
    (taken,) = smtp_sink.taken
    assert taken.recipients == ("jo@example.com",)
    assert taken.sender == "bookings@example.com"
    assert taken.message_id == EMAIL.message_id
    assert taken.subject == EMAIL.subject
    assert taken.text().strip() == EMAIL.text.strip()
    assert taken.html().strip() == EMAIL.html
    assert taken.calendar() == EMAIL.calendar.content if EMAIL.calendar else None
    assert taken.message["Auto-Submitted"] == "auto-generated"
    assert taken.message["X-Notification-Kind"] == "appointment_booked"
    assert taken.message["Reply-To"] == "hello@example.com"
    assert parseaddr(str(taken.message["From"])) == ("Body, Mind & Söhne", "bookings@example.com")
    (part,) = (part for part in taken.message.walk() if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"


def test_one_connection_carries_many_messages(smtp_sink: Sink) -> None:
    with courier(smtp_sink.port) as opened:
        first = opened._connected()
        assert [
            opened.deliver(addressed(replace(EMAIL, message_id=f"<{n}@example.com>"), None), NOW)
            for n in range(5)
        ] == [Sent()] * 5
        assert opened._connected() is first
    assert len(smtp_sink.taken) == 5


def test_a_name_full_of_foreign_letters_arrives(smtp_sink: Sink) -> None:
    name = "Łucja Ångström-Żółć " * 5
    assert deliver(smtp_sink.port, replace(EMAIL, to=Mailbox(name.strip(), "jo@example.com"))) == Sent()
    raw = dict(smtp_sink.taken[0].message.raw_items())["To"]
    assert str(make_header(decode_header(raw))) == f"{name.strip()} <jo@example.com>"


@pytest.mark.parametrize("answer", ["450 4.2.1 Busy", "451 Later", "452 4.2.2 Full"])
def test_a_temporary_refusal_means_again(smtp_sink: Sink, answer: str) -> None:
    smtp_sink.refuse_recipient(answer)
    outcome = deliver(smtp_sink.port)
    assert isinstance(outcome, Again)
    assert answer[:3] in outcome.reason
    assert not outcome.server_down
    smtp_sink.behave()
    smtp_sink.refuse_message(answer)
    assert isinstance(deliver(smtp_sink.port), Again)


@pytest.mark.parametrize("answer", ["550 5.1.1 Unknown", "552 5.2.2 Full", "554 No"])
def test_a_refusal_for_good_means_failed(smtp_sink: Sink, answer: str) -> None:
    smtp_sink.refuse_recipient(answer)
    outcome = deliver(smtp_sink.port)
    assert isinstance(outcome, Failed)
    assert answer[:3] in outcome.reason
    smtp_sink.behave()
    smtp_sink.refuse_message(answer)
    assert isinstance(deliver(smtp_sink.port), Failed)


def test_after_a_refusal_the_next_message_still_goes(smtp_sink: Sink) -> None:
    smtp_sink.at_recipient = lambda envelope, attempt: "550 Unknown" if attempt == 1 else None
    with courier(smtp_sink.port) as opened:
        assert isinstance(opened.deliver(addressed(EMAIL, None), NOW), Failed)
        assert opened.deliver(addressed(EMAIL, None), NOW) == Sent()


def test_a_server_that_is_not_there_means_again() -> None:
    outcome = deliver(free_port())
    assert isinstance(outcome, Again)
    assert outcome.server_down


def test_a_silent_server_holds_us_for_seconds_not_for_ever() -> None:
    began = time.monotonic()
    with talking(silent) as port:
        outcome = deliver(port)
    assert isinstance(outcome, Again)
    assert outcome.server_down
    assert time.monotonic() - began < 5


def test_a_server_that_never_answers_the_end_of_a_message_means_again(smtp_sink: Sink) -> None:
    smtp_sink.refuse_message(Fault.HANG)
    began = time.monotonic()
    outcome = deliver(smtp_sink.port)
    assert isinstance(outcome, Again)
    assert 1.5 < time.monotonic() - began < 6  # the long wait, not the short one


def test_a_slow_server_is_waited_for(smtp_sink: Sink) -> None:
    smtp_sink.pause = 1.5  # longer than a command may take
    assert deliver(smtp_sink.port) == Sent()


def test_a_line_cut_before_the_answer_means_again(smtp_sink: Sink) -> None:
    smtp_sink.refuse_message(Fault.DROP_AFTER_TAKING)
    assert isinstance(deliver(smtp_sink.port), Again)


def test_what_was_taken_stays_sent_whatever_happens_at_the_farewell() -> None:
    taken: list[bytes] = []
    with talking(without_farewell(taken)) as port:
        assert deliver(port) == Sent()
    assert len(taken) == 1


def test_a_connection_that_broke_meanwhile_is_opened_anew(smtp_sink: Sink) -> None:
    with courier(smtp_sink.port) as opened:
        assert opened.deliver(addressed(EMAIL, None), NOW) == Sent()
        connection = opened._connection
        assert connection is not None
        assert connection.host is not None
        connection.host.close()
        assert opened.deliver(addressed(EMAIL, None), NOW) == Sent()


@pytest.mark.parametrize("local_part", ["ü", "jo\ud800"])
def test_an_address_that_no_server_takes_fails_at_once(smtp_sink: Sink, local_part: str) -> None:
    email = replace(EMAIL, to=Mailbox("", f"{local_part}@example.com"))
    assert isinstance(deliver(smtp_sink.port, email), Failed)


def test_a_line_break_in_a_header_fails_at_once(smtp_sink: Sink) -> None:
    for hostile in (
        replace(EMAIL, subject="a\r\nBcc: x@example.com"),
        replace(EMAIL, to=Mailbox("a\nb", "jo@example.com")),
    ):
        assert isinstance(deliver(smtp_sink.port, hostile), Failed)
    assert smtp_sink.taken == []


def test_a_server_without_encryption_gets_nothing_when_encryption_is_asked_for(smtp_sink: Sink) -> None:
    outcome = deliver(smtp_sink.port, MAIL_USE_TLS=True)
    assert isinstance(outcome, Again)
    assert "encryption" in outcome.reason
    assert smtp_sink.taken == []


def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path) -> None:
    with talking(tls_talk(tmp_path)) as port:
        outcome = deliver(port, MAIL_USE_SSL=True)
    assert isinstance(outcome, Again)
    assert "certificate" in outcome.reason


def test_a_mail_signed_here_arrives_with_a_signature_that_verifies(smtp_sink: Sink) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chosen = Settings.from_environment(
        settings("sqlite:///none.db", DKIM_KEY=secret.decode(), DKIM_SELECTOR="desk")
    )
    assert deliver(smtp_sink.port, SETTINGS=chosen) == Sent()
    (taken,) = smtp_sink.taken
    assert "d=example.com" in str(taken.message["DKIM-Signature"])
    assert dkim.verify(taken.raw, dnsfunc=zone_of(key))


def test_example_data_goes_to_this_computer_only() -> None:
    outcome = deliver(25, server="mail.example.com", demonstration=True)
    assert isinstance(outcome, Failed)
    assert "example data" in outcome.reason
