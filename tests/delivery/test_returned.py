"""Reports that a mail came back, as mail servers write them."""

import pytest

from app.delivery.returned import Returned, read_report

MESSAGE_ID = "<0123456789@book.example.com>"


def report(
    action: str = "failed",
    status: str = "5.1.1",
    *,
    original: str = "message/rfc822",
    recipients: tuple[str, ...] = ("jo@example.com",),
) -> bytes:
    """One, as RFC 3464 shows them."""
    fates = "\r\n".join(
        f"Final-Recipient: rfc822; {one}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} No such\r\n  user here\r\n"
        for one in recipients
    )
    part = {
        "message/rfc822": f"Message-ID: {MESSAGE_ID}\r\nSubject: x\r\n\r\nbody\r\n",
        "text/rfc822-headers": f"Subject: x\r\nMessage-ID:\r\n {MESSAGE_ID}\r\n",
        "text/plain": "nothing\r\n",
    }[original]
    return (
        "From: MAILER-DAEMON@mail.example.net\r\nTo: bookings@example.com\r\n"
        "Message-ID: <bounce-1@mail.example.net>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mail.example.net\r\n\r\n{fates}\r\n"
        f"--b\r\nContent-Type: {original}\r\n\r\n{part}\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_a_refusal_names_address_status_reason_and_mail(original: str) -> None:
    assert read_report(report(original=original)) == Returned(
        "jo@example.com", True, "5.1.1", "550 5.1.1 No such user here", MESSAGE_ID
    )


def test_a_delay_is_no_failure() -> None:
    read = read_report(report("delayed", "4.4.7"))
    assert read is not None
    assert not read.failed


def test_without_the_original_the_address_is_left() -> None:
    read = read_report(report(original="text/plain"))
    assert read is not None
    assert (read.message_id, read.address) == (None, "jo@example.com")


def test_of_several_the_one_who_was_given_up_counts() -> None:
    mixed = report(recipients=("a@example.com", "b@example.com")).replace(
        b"Action: failed", b"Action: relayed", 1
    )
    read = read_report(mixed)
    assert read is not None
    assert (read.address, read.failed) == ("b@example.com", True)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Subject: hello\r\n\r\nI am away until Monday.\r\n",
        report()[:300],
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nx\r\n--b--",
        report().replace(b"Action: failed", b"Action:"),
    ],
)
def test_anything_else_is_not_understood(raw: bytes) -> None:
    assert read_report(raw) is None
