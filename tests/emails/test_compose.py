"""What each e-mail says."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.domain.addresses import Address
from app.domain.emails import Email
from app.domain.notifications import Kind
from app.emails.compose import FOLDER, compose
from app.emails.facts import AccountLetter, Price
from tests.emails.letters import CLIENT, PRACTICE, START, letter

EXPECTED = Path(__file__).parent / "expected"
ABOUT_APPOINTMENTS = [kind for kind in Kind if kind is not Kind.ACCOUNT_MESSAGE]
TO_CLIENTS = [kind for kind in ABOUT_APPOINTMENTS if kind.startswith("appointment")]
CANCELLED = {Kind.APPOINTMENT_CANCELLED: "client", Kind.THERAPIST_CANCELLED: "client"}


def composed(kind: Kind, **changes: object) -> Email:
    return compose(letter(kind, **({"cancelled_by": CANCELLED.get(kind)} | changes)))


def as_told(email: Email) -> str:
    return f"Subject: {email.subject}\n\n{email.text}"


def compare(name: str, email: Email) -> None:
    assert as_told(email) == (EXPECTED / f"{name}.txt").read_text()


@pytest.mark.parametrize("kind", ABOUT_APPOINTMENTS)
def test_each_kind_says_what_it_should(kind: Kind) -> None:
    compare(kind, composed(kind))


def test_a_reader_who_wants_no_detail_gets_neither_the_session_nor_advice() -> None:
    email = composed(Kind.APPOINTMENT_BOOKED, may_say_all=False)
    compare("appointment_booked_without_detail", email)
    for body in (email.text, email.html, email.subject):
        assert "psoas" not in body.lower()
        assert "alcohol" not in body


def test_a_cancellation_by_the_practice_is_sorry() -> None:
    compare("appointment_cancelled_by_clinic", composed(Kind.APPOINTMENT_CANCELLED, cancelled_by="clinic"))


def test_an_appointment_given_to_a_colleague_is_no_cancellation() -> None:
    compare("therapist_cancelled_handed_over", composed(Kind.THERAPIST_CANCELLED, cancelled_by=None))


def test_after_the_time_for_free_changes_the_mail_says_to_call() -> None:
    compare(
        "appointment_reminder_late",
        composed(Kind.APPOINTMENT_REMINDER, written_at=START - timedelta(hours=5)),
    )


def test_an_address_that_is_not_known_yet_will_be_confirmed() -> None:
    address = Address(None, to_be_confirmed=True, note="We move early in the year.")
    email = composed(Kind.APPOINTMENT_BOOKED, address=address)
    compare("appointment_booked_before_a_move", email)
    assert "The address will be confirmed." in email.html
    assert "We move early in the year." in email.html


@pytest.mark.parametrize("kind", ABOUT_APPOINTMENTS)
def test_no_subject_names_technique_region_or_service(kind: Kind) -> None:
    subject = composed(kind).subject.lower()
    assert "kneaded tranquility" in subject
    assert not re.search("psoas|release|abdom|massage|pain", subject)
    assert "\n" not in subject


@pytest.mark.parametrize("kind", TO_CLIENTS)
def test_html_and_text_tell_the_same(kind: Kind) -> None:
    email = composed(kind)
    shown = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", email.html.partition("<body")[2])))
    for fact in ("Tuesday 24 November 2026, 2:30 pm", "3:30 pm", "KT-7F3MQ", "Dana Reyes", "412-555-0135"):
        assert fact in shown
        assert fact in email.text


@pytest.mark.parametrize("kind", ABOUT_APPOINTMENTS)
def test_html_is_light_enough_needs_no_style_sheet_and_knows_the_dark(kind: Kind) -> None:
    html = composed(kind).html
    assert len(html.encode()) < 100_000
    assert 'style="' in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html
    assert "<script" not in html
    assert "http://" not in html


@pytest.mark.parametrize("kind", TO_CLIENTS)
def test_there_is_one_main_button(kind: Kind) -> None:
    assert composed(kind).html.count('class="button"') == 1


def test_what_people_typed_stays_text_in_html() -> None:
    email = composed(Kind.THERAPIST_BOOKED, client='<script>alert("x")</script> & Söhne')
    assert "<script>" not in email.html
    assert "&lt;script&gt;" in email.html
    assert '<script>alert("x")</script> & Söhne' in email.text


def test_line_breaks_in_names_never_reach_the_subject() -> None:
    email = compose(
        AccountLetter("<1@example.com>", CLIENT, PRACTICE, "en", "Reset\r\nBcc: x@example.com", "Hello")
    )
    assert email.subject == "Reset Bcc: x@example.com"


def test_an_account_message_keeps_its_words_and_its_link() -> None:
    text = "Choose a new password here:\n\nhttps://book.example.com/staff/reset/token\n\nThe link works for an hour."
    email = compose(AccountLetter("<1@example.com>", CLIENT, PRACTICE, "en", "Your password", text))
    compare("account_message", email)
    assert 'href="https://book.example.com/staff/reset/token"' in email.html
    assert email.calendar is None


def test_headers_say_that_a_program_wrote_it_and_which_notification() -> None:
    assert composed(Kind.APPOINTMENT_REMINDER).headers == {
        "Auto-Submitted": "auto-generated",
        "X-Notification-Kind": "appointment_reminder",
    }


@pytest.mark.parametrize("day", [datetime(2027, 3, 14, 9), datetime(2027, 11, 7, 9)])  # noqa: DTZ001
def test_the_wall_time_is_right_on_both_days_of_a_clock_change(day: datetime) -> None:
    zone = ZoneInfo("America/Halifax")
    start = day.replace(tzinfo=zone).astimezone(UTC)
    email = composed(Kind.APPOINTMENT_BOOKED, starts_at=start, ends_at=start + timedelta(hours=1), zone=zone)
    assert "9:00 am" in email.subject
    assert "until 10:00 am, Atlantic Time" in email.text


def test_a_tax_that_comes_on_top_is_said() -> None:
    assert "Price: $95 plus 14% tax\n" in composed(
        Kind.APPOINTMENT_BOOKED, price=Price(9500, "CAD", "14")
    ).text.replace("CA$", "$")


def test_a_demonstration_says_so_in_every_mail() -> None:
    demonstration = letter(Kind.APPOINTMENT_BOOKED).practice
    changed = type(demonstration)(
        demonstration.name, demonstration.url, demonstration.mailbox, demonstration=True
    )
    email = composed(Kind.APPOINTMENT_BOOKED, practice=changed)
    assert "demonstration" in email.text
    assert "demonstration" in email.html


def test_our_words_promise_nothing() -> None:
    written = "\n".join(path.read_text() for path in FOLDER.rglob("*.*")).lower()
    assert not re.search(r"toxin|detox|\bcure", written)
