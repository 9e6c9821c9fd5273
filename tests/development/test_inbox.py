"""The demonstration's inbox: what is sent to it can be read, and nothing in a mail can hurt the reader."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from development.catcher import catch
from development.inbox import create_inbox
from development.mailbox import Mailbox
from tests.support.smtp import LOOPBACK, free_port


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "inbox")


@pytest.fixture
def reader(mailbox: Mailbox) -> FlaskClient:
    return create_inbox(mailbox).test_client()


@pytest.fixture
def sender(mailbox: Mailbox) -> Iterator[smtplib.SMTP]:
    port = free_port()
    catcher = catch(mailbox, port)
    with smtplib.SMTP(LOOPBACK, port, timeout=10) as connection:
        yield connection
    catcher.stop()


def _mail(subject: str = "Tue 24 Nov 5:30pm is booked", to: str = "ana@example.com") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Practice <bookings@example.com>", to, subject
    mail.set_content("See http://localhost:8000/appointment/abc?x=1&y=2.\n<script>alert(1)</script>\n")
    mail.add_alternative(
        "<html><head></head><body><a href='http://localhost/a'>Move</a></body></html>", subtype="html"
    )
    mail.add_attachment(b"BEGIN:VCALENDAR\r\n", maintype="text", subtype="calendar", filename="session.ics")
    return mail


def test_the_newest_mail_stands_first(sender: smtplib.SMTP, reader: FlaskClient) -> None:
    sender.send_message(_mail("First"))
    sender.send_message(_mail("Second"))
    page = reader.get("/").get_data(as_text=True)
    assert page.index("Second") < page.index("First")
    assert "ana@example.com" in page


def test_an_empty_inbox_says_what_will_come(reader: FlaskClient) -> None:
    assert "No mail yet" in reader.get("/").get_data(as_text=True)


def test_a_mail_shows_its_text_its_headers_and_its_calendar_file(
    sender: smtplib.SMTP, mailbox: Mailbox, reader: FlaskClient
) -> None:
    sender.send_message(_mail())
    page = reader.get(f"/mail/{mailbox.keys()[0]}").get_data(as_text=True)
    assert '<a href="http://localhost:8000/appointment/abc?x=1&amp;y=2" target="_blank"' in page
    assert "BEGIN:VCALENDAR" in page
    assert "Practice &lt;bookings@example.com&gt;" in page
    assert "X-Inbox" not in page


def test_nothing_in_a_mail_is_obeyed(sender: smtplib.SMTP, mailbox: Mailbox, reader: FlaskClient) -> None:
    sender.send_message(_mail("<script>alert(2)</script>"))
    key = mailbox.keys()[0]
    for address in ("/", f"/mail/{key}"):
        assert "<script>alert" not in reader.get(address).get_data(as_text=True)
    letter = reader.get(f"/mail/{key}/html")
    policy = letter.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert '<base target="_blank">' in letter.get_data(as_text=True)


def test_the_calendar_file_can_be_saved(sender: smtplib.SMTP, mailbox: Mailbox, reader: FlaskClient) -> None:
    sender.send_message(_mail())
    answer = reader.get(f"/mail/{mailbox.keys()[0]}/attachment/1")
    assert answer.data == b"BEGIN:VCALENDAR\r\n"
    assert answer.headers["Content-Disposition"] == "attachment; filename=session.ics"


@pytest.mark.parametrize(
    "address", ["/mail/nothing", "/mail/..%2f..%2fetc", "/mail/20261121T025703071595-488b27", "/nowhere"]
)
def test_what_is_not_there_is_a_friendly_404(reader: FlaskClient, address: str) -> None:
    answer = reader.get(address)
    assert answer.status_code == 404
    assert "All messages" in answer.get_data(as_text=True)


def test_bounce_is_refused_for_good(sender: smtplib.SMTP, mailbox: Mailbox) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        sender.send_message(_mail(to="bounce@example.com"))
    assert refused.value.recipients["bounce@example.com"][0] == 550
    assert mailbox.keys() == []


def test_messages_survive_a_restart(sender: smtplib.SMTP, mailbox: Mailbox, tmp_path: Path) -> None:
    sender.send_message(_mail("Kept"))
    assert [mail.subject for mail in Mailbox(tmp_path / "inbox").newest(10)] == ["Kept"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no headers at all",
        b"Content-Type: text/html; charset=nonsense\r\n\r\n\xff\xfe",
        b"Subject: =?x?b?!?=\r\n\r\n",
    ],
)
def test_a_broken_mail_is_shown_all_the_same(
    mailbox: Mailbox, reader: FlaskClient, sender: smtplib.SMTP, content: bytes
) -> None:
    sender.sendmail("a@example.com", ["b@example.com"], content)
    assert reader.get("/").status_code == 200
    assert reader.get(f"/mail/{mailbox.keys()[0]}").status_code == 200
    assert reader.get(f"/mail/{mailbox.keys()[0]}/html").status_code == 200
