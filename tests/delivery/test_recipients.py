"""Who gets a mail is decided in one place, and while a practice is tried out that is one person."""

import re

import pytest

from app.delivery.recipients import TryOut, addressed
from app.delivery.writing import written
from app.domain.emails import Email
from app.domain.notifications import Kind
from app.emails.compose import compose
from app.emails.try_out import try_out_words
from development.sample_letters import WRITTEN, sample
from tests.support.run import ROOT

OWN = "owner@example.org"


def diverted(email: Email) -> Email:
    return addressed(email, TryOut(OWN, *try_out_words("en", email.to.address))).email


MAILS = {kind: compose(sample(kind)) for kind in Kind}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_mail_goes_to_whoever_tries_the_practice_out(kind: Kind) -> None:
    mail, was = diverted(MAILS[kind]), MAILS[kind]
    assert (mail.to.address, mail.written_to) == (OWN, was.to.address)
    assert mail.subject == f"[Try-out] {was.subject}"
    first = mail.text.splitlines()[0]
    assert first.startswith("Try-out: this mail was written to ")
    assert was.to.address in first
    assert was.to.address in mail.html
    assert mail.stop_url is None
    head = written(mail, WRITTEN).partition(b"\r\n\r\n")[0].decode().replace("\r", "")
    assert re.findall(r"(?im)^to: .*", head) == [f"To: {OWN}"]
    assert f"X-Written-To: {was.to.address}" in head
    assert not re.search(r"(?im)^(cc|bcc|list-unsubscribe)", head)
    assert mail.message_id == was.message_id
    assert b"text/calendar" not in written(mail, WRITTEN), "a calendar would write to the client"


@pytest.mark.parametrize("kind", Kind)
def test_without_a_try_out_a_mail_goes_as_it_is(kind: Kind) -> None:
    assert addressed(MAILS[kind], None).email == MAILS[kind]


def test_what_would_open_somebody_elses_account_comes_without_its_links() -> None:
    mail = diverted(MAILS[Kind.ACCOUNT_MESSAGE])
    assert "http" not in mail.text + mail.html
    assert "left out while you try things out" in mail.text


def test_who_books_themselves_gets_the_invitation_too() -> None:
    own = next(mail for mail in MAILS.values() if mail.calendar)
    assert (
        addressed(own, TryOut(own.to.address, "[Try-out]", "said", "withheld")).email.calendar == own.calendar
    )


def test_ones_own_account_mails_come_whole() -> None:
    own = MAILS[Kind.ACCOUNT_MESSAGE]
    mail = addressed(own, TryOut(own.to.address.upper(), "[Try-out]", "said", "withheld")).email
    assert re.search(r"https?://", own.text)
    assert "withheld" not in mail.text


def test_there_is_one_way_out_of_the_door() -> None:
    """Only ``addressed`` makes what the courier carries, and only the courier hands anything over."""
    found: dict[str, set[str]] = {
        " Addressed(": set(),
        "connection.hand_over(": set(),
        ".sendmail(": set(),
        "mail.send(": set(),
    }
    for path in (ROOT / "app").rglob("*.py"):
        text = path.read_text("utf-8")
        for call, files in found.items():
            if call in text:
                files.add(path.relative_to(ROOT / "app").as_posix())
    assert found == {
        " Addressed(": {"delivery/recipients.py"},
        "connection.hand_over(": {"delivery/smtp.py"},
        ".sendmail(": {"delivery/connection.py"},
        "mail.send(": set(),
    }
