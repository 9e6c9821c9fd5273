"""The tests' own tools: a fresh database for each test, and a mail server that misbehaves as told."""

import smtplib

import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, text

from tests.support.databases import fresh
from tests.support.pages import accessibility_faults
from tests.support.smtp import LOOPBACK, Fault, Sink


def _send(sink: Sink, to: str = "ana@example.com") -> None:
    with smtplib.SMTP(LOOPBACK, sink.port, timeout=1) as connection:
        connection.sendmail(
            "bookings@example.com", [to], b"Subject: Hello\r\nMessage-ID: <1@example>\r\n\r\nText\r\n"
        )


def test_two_databases_know_nothing_of_each_other(backend: str) -> None:
    with fresh(backend) as one, fresh(backend) as other:
        engines = [
            create_engine(address.replace("postgresql:", "postgresql+psycopg:")) for address in (one, other)
        ]
        with engines[0].begin() as rows:
            rows.execute(text("CREATE TABLE only_here (number INTEGER)"))
        with engines[1].begin() as rows, pytest.raises(Exception, match="only_here"):
            rows.execute(text("SELECT * FROM only_here"))
        for engine in engines:
            engine.dispose()


def test_the_sink_keeps_what_it_is_given(smtp_sink: Sink) -> None:
    _send(smtp_sink)
    (taken,) = smtp_sink.wait_for(1)
    assert (taken.subject, taken.message_id, taken.recipients) == (
        "Hello",
        "<1@example>",
        ("ana@example.com",),
    )


def test_the_sink_refuses_recipients_as_told(smtp_sink: Sink) -> None:
    smtp_sink.refuse_recipient("550 5.1.1 Unknown")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        _send(smtp_sink)
    smtp_sink.behave()
    _send(smtp_sink)
    assert len(smtp_sink.taken) == 1


def test_the_sink_refuses_messages_as_told(smtp_sink: Sink) -> None:
    smtp_sink.refuse_message("451 4.3.0 Later")
    with pytest.raises(smtplib.SMTPDataError, match="Later"):
        _send(smtp_sink)
    assert smtp_sink.taken == []


def test_the_sink_hangs_as_told(smtp_sink: Sink) -> None:
    smtp_sink.refuse_message(Fault.HANG)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        _send(smtp_sink)


def test_the_sink_takes_and_then_drops_as_told(smtp_sink: Sink) -> None:
    smtp_sink.refuse_message(Fault.DROP_AFTER_TAKING)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        _send(smtp_sink)
    assert len(smtp_sink.taken) == 1


@pytest.mark.browser
@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_a_page_opens_and_axe_looks_at_it(page: Page) -> None:
    page.set_content("<html lang='en'><title>x</title><main><h1>Hello</h1><img src='data:,'></main></html>")
    assert any("image-alt" in fault for fault in accessibility_faults(page))
