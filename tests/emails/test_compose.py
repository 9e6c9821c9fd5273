"""What each e-mail says, and to whom."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.domain.emails import Email, Mailbox
from app.domain.notifications import Kind
from app.emails.compose import FOLDER, compose
from app.emails.facts import AccountLetter, Advice, Before, Price
from development.sample_letters import CLIENT, LINKS, PRACTICE, START, ZONE, agenda, letter, sample
from tests.emails.markup import Element, parsed, shown_text

TO_CLIENTS = [kind for kind in Kind if kind.startswith("appointment")]
TO_STAFF = [kind for kind in Kind if kind.startswith("therapist") and kind is not Kind.THERAPIST_AGENDA]
WITHOUT_A_BUTTON = (
    Kind.APPOINTMENT_AFTERCARE,
    Kind.APPOINTMENT_DECLINED,
    Kind.APPOINTMENT_LAPSED,
    Kind.ACCOUNT_MESSAGE,
)
WITH_A_BUTTON = [kind for kind in Kind if kind not in WITHOUT_A_BUTTON]


def composed(kind: Kind, **changes: Any) -> Email:
    return compose(letter(kind, **changes))


def both(email: Email) -> tuple[str, str]:
    """Text, where dates have their year, and what HTML shows, where near ones have none."""
    return email.text.replace(" 2026, ", ", "), shown_text(email.html)


def links(email: Email) -> dict[str, str]:
    """What a link in the HTML says -> where it goes."""
    anchors = [element for element in parsed(email.html).walk() if element.name == "a"]
    return {"".join(anchor.texts()): anchor.attributes["href"] for anchor in anchors}


def buttons(email: Email) -> list[Element]:
    return [element for element in parsed(email.html).walk() if "button" in element.classes]


@pytest.mark.parametrize("kind", WITH_A_BUTTON)
def test_there_is_one_main_button(kind: Kind) -> None:
    assert len(buttons(compose(sample(kind)))) == 1


@pytest.mark.parametrize("kind", TO_CLIENTS)
def test_html_and_text_tell_the_same(kind: Kind) -> None:
    for shown in both(composed(kind)):
        for fact in ("Tuesday 24 November, 2:30 pm", "Dana Reyes", "412-555-0135", "Hello Jo."):
            assert fact in shown


@pytest.mark.parametrize("kind", TO_CLIENTS)
def test_every_link_of_the_html_is_in_the_text_too(kind: Kind) -> None:
    email = composed(kind)
    addresses = [address for address in links(email).values() if address.startswith("https")]
    assert [address for address in addresses if address not in email.text] == []


def test_a_reminder_asks_to_confirm_and_offers_the_other_ways() -> None:
    email = composed(Kind.APPOINTMENT_REMINDER)
    assert links(email) | {"412-555-0135": ""} == {
        "I'll be there": LINKS.confirm,
        "Another time": LINKS.move,
        "Cancel": LINKS.cancel,
        "I am ill": LINKS.cannot_come,
        "412-555-0135": "",
    }
    (button,) = buttons(email)
    assert [one.attributes["href"] for one in button.walk() if one.name == "a"] == [LINKS.confirm]
    for shown in both(email):
        assert "This 60-minute place with Dana Reyes is kept for you." in shown
        assert "until Monday 23 November, 2:30 pm" in shown


def test_the_confirmation_says_when_we_write_again_and_what_to_do_when_something_feels_wrong() -> None:
    for shown in both(composed(Kind.APPOINTMENT_BOOKED)):
        assert "We write again on Saturday 21 November and on Monday 23 November" in shown
        assert "All of it stands on your appointment's page already." in shown
        assert "IF SOMETHING FEELS WRONG" in shown.upper()
        assert "Call 911 at once" in shown


def test_what_was_all_said_already_is_not_promised_again() -> None:
    for shown in both(composed(Kind.APPOINTMENT_BOOKED, still_to_come=())):
        assert "We write again" not in shown


def test_the_emergency_number_stands_once() -> None:
    unnamed = (Advice("Help", "Call the emergency number."),)
    for shown in both(composed(Kind.APPOINTMENT_AFTERCARE, feels_wrong=unnamed)):
        assert shown.count("In an emergency call 911.") == 1
    for shown in both(composed(Kind.APPOINTMENT_AFTERCARE)):
        assert "In an emergency" not in shown


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (START - timedelta(hours=3), "today"),
        (datetime(2026, 11, 24, 0, 0, tzinfo=ZONE), "today"),
        (datetime(2026, 11, 23, 23, 59, tzinfo=ZONE), "tomorrow"),
        (START - timedelta(days=1), "tomorrow"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=ZONE), "on Tuesday 24 November"),
        (START - timedelta(days=7), "on Tuesday 24 November"),
    ],
)
def test_preparation_says_how_near_the_day_is(written: datetime, said: str) -> None:
    email = composed(Kind.APPOINTMENT_PREPARATION, written_at=written.astimezone(UTC))
    for shown in both(email):
        assert f"Your appointment is {said}." in shown


def test_who_comes_at_six_in_the_morning_reads_tomorrow_the_evening_before() -> None:
    zone = ZoneInfo("America/Halifax")
    six = datetime(2026, 11, 24, 6, 0, tzinfo=zone).astimezone(UTC)
    seven_pm = datetime(2026, 11, 23, 19, 0, tzinfo=zone).astimezone(UTC)
    email = composed(
        Kind.APPOINTMENT_PREPARATION,
        starts_at=six,
        ends_at=six + timedelta(hours=1),
        zone=zone,
        written_at=seven_pm,
    )
    for shown in both(email):
        assert "Your appointment is tomorrow." in shown
        assert "Tomorrow, Tuesday 24 November, 6:00 am" in shown
    assert email.subject == "Tue 24 Nov, 6:00 am: before your appointment"


def test_a_move_names_the_old_time_and_who_it_was_with() -> None:
    last_week = START - timedelta(days=7)
    for shown in both(composed(Kind.APPOINTMENT_MOVED, before=Before(last_week, "Sam Lee"))):
        assert "Tuesday 17 November, 2:30 pm, with Sam Lee" in shown
    for kind in (Kind.APPOINTMENT_MOVED, Kind.THERAPIST_MOVED):
        for shown in both(composed(kind, before=Before(last_week))):
            assert "Tuesday 17 November, 2:30 pm\n" in shown


@pytest.mark.parametrize("kind", [Kind.APPOINTMENT_CANCELLED, Kind.THERAPIST_CANCELLED])
def test_a_cancelled_appointment_is_called_by_the_time_that_the_reader_knew(kind: Kind) -> None:
    email = composed(kind, before=Before(START - timedelta(days=7)))
    for shown in both(email):
        assert "Tuesday 17 November, 2:30 pm" in shown
        assert "24 November" not in shown
    assert email.subject.startswith("Tue 17 Nov, 2:30 pm: ")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cancelled_by": "clinic"}, "We are sorry"),
        ({"cancelled_by": "late"}, "after the time for free changes"),
        ({"cancelled_by": "late", "change_is_free": True}, "There is no fee for you."),
        ({"cancelled_by": "client"}, "Nothing else is needed"),
    ],
)
def test_a_cancellation_says_what_follows_from_it(changes: dict[str, object], said: str) -> None:
    for shown in both(composed(Kind.APPOINTMENT_CANCELLED, **changes)):
        assert said in shown
        assert "ill" not in re.findall(r"\w+", shown.lower())


def test_who_was_ill_may_change_without_fee_also_late() -> None:
    late = START - timedelta(hours=2)
    email = composed(Kind.APPOINTMENT_REMINDER, written_at=late, change_is_free=True)
    assert "Free change: at any time; there is no fee for you" in email.text
    assert "the time for it has passed" in composed(Kind.APPOINTMENT_REMINDER, written_at=late).text


def test_after_the_time_for_changes_who_has_no_phone_number_of_ours_is_asked_to_write() -> None:
    mute = type(PRACTICE)(PRACTICE.name, PRACTICE.url, PRACTICE.mailbox)
    email = composed(Kind.APPOINTMENT_PREPARATION, practice=mute)
    assert "please write to us" in email.text
    assert "Running late" not in email.text


def test_aftercare_asks_how_it_went_with_four_links_that_say_nothing_of_the_answer() -> None:
    email = composed(Kind.APPOINTMENT_AFTERCARE)
    asked = {words: href for words, href in links(email).items() if "/check-in/" in href}
    assert list(asked) == ["Better", "The same", "Worse", "I need help"]
    assert not re.search("better|same|worse|help", "".join(asked.values()))
    silent = composed(Kind.APPOINTMENT_AFTERCARE, asks_how_it_went=False)
    assert "/check-in/" not in silent.html + silent.text
    assert len(buttons(silent)) == 1


def test_only_aftercare_can_be_stopped_by_one_click() -> None:
    stoppable = {kind for kind in Kind if compose(sample(kind)).stop_url}
    assert stoppable == {Kind.APPOINTMENT_AFTERCARE}
    headers = composed(Kind.APPOINTMENT_AFTERCARE).headers
    assert headers["List-Unsubscribe"] == f"<{LINKS.stop_aftercare}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert LINKS.choices in composed(Kind.APPOINTMENT_AFTERCARE).text


@pytest.mark.parametrize("kind", Kind)
def test_headers_say_that_a_program_wrote_it_and_which_notification(kind: Kind) -> None:
    headers = compose(sample(kind)).headers
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Notification-Kind"] == kind.value


@pytest.mark.parametrize("kind", TO_STAFF)
def test_colleagues_read_whose_appointment_it_is(kind: Kind) -> None:
    for shown in both(composed(kind, to_therapist=False)):
        assert "Dana Reyes" in shown


def test_a_therapist_reads_of_illness_but_not_what_it_is() -> None:
    for shown in both(composed(Kind.THERAPIST_CANCELLED, cancelled_by="late", illness=True)):
        assert "Because of illness, no fee." in shown


def test_a_call_back_is_neutral() -> None:
    email = composed(Kind.THERAPIST_CALL_BACK)
    assert email.subject == "Please call Jo Park about KT-7F3MQ"
    for shown in both(email):
        assert not re.search("psoas|worse|pain|feel|ill|check", shown.lower().replace("will", ""))


def test_an_agenda_has_sessions_gaps_flags_and_changes() -> None:
    email = compose(agenda())
    assert email.subject == "Tuesday 24 November: 5 sessions, first at 9:00 am"
    for shown in both(email):
        for fact in (
            "Robin Vale",
            "KT-9C4TR",
            "Willow",
            "first visit",
            "75 minutes",
            "New: 4:00 pm",
            "11:45 am",
        ):
            assert fact in shown


def test_an_agenda_of_one_session_counts_right() -> None:
    assert compose(agenda(sessions=agenda().sessions[:1])).subject.endswith(": 1 session, at 9:00 am")


def test_an_account_message_keeps_its_words_and_its_link() -> None:
    email = compose(sample(Kind.ACCOUNT_MESSAGE))
    assert (
        links(email)["https://book.example.com/staff/reset/token"]
        == "https://book.example.com/staff/reset/token"
    )
    assert email.calendar is None


@pytest.mark.parametrize("day", [datetime(2027, 3, 14, 9), datetime(2027, 11, 7, 9)])  # noqa: DTZ001
def test_the_wall_time_is_right_on_both_days_of_a_clock_change(day: datetime) -> None:
    zone = ZoneInfo("America/Halifax")
    start = day.replace(tzinfo=zone).astimezone(UTC)
    email = composed(Kind.APPOINTMENT_BOOKED, starts_at=start, ends_at=start + timedelta(hours=1), zone=zone)
    assert "9:00 am" in email.subject
    assert "until 10:00 am, Atlantic Time" in email.text


def test_a_far_date_has_its_year() -> None:
    email = composed(Kind.APPOINTMENT_BOOKED, written_at=START - timedelta(days=300))
    assert "Tuesday 24 November 2026, 2:30 pm" in shown_text(email.html)
    assert "2026" not in shown_text(composed(Kind.APPOINTMENT_BOOKED).html)
    assert "Tuesday 24 November 2026, 2:30 pm" in composed(Kind.APPOINTMENT_BOOKED).text


def test_a_tax_that_comes_on_top_is_said() -> None:
    email = composed(Kind.APPOINTMENT_BOOKED, price=Price(9500, "CAD", "14"))
    assert "Price: $95 plus 14% tax\n" in email.text


def test_a_demonstration_says_so_in_every_mail_about_appointments() -> None:
    shown = type(PRACTICE)(PRACTICE.name, PRACTICE.url, PRACTICE.mailbox, demonstration=True)
    for kind in Kind:
        if kind not in (Kind.ACCOUNT_MESSAGE, Kind.THERAPIST_AGENDA):
            email = composed(kind, practice=shown)
            assert "demonstration" in email.text
            assert "demonstration" in email.html


@pytest.mark.parametrize("kind", [*TO_CLIENTS, *TO_STAFF])
def test_what_people_typed_stays_text(kind: Kind) -> None:
    hostile = '<script>alert("x")</script> & {{ 7*7 }} %(name)s'
    email = composed(
        kind,
        client=hostile,
        therapist=hostile,
        arrival=hostile,
        service=hostile,
        to=Mailbox(hostile, "a@example.com"),
    )
    assert "<script" not in email.html
    assert "49" not in email.text + email.subject
    assert not re.search(r"\b(onload|onerror)=", email.html)


def test_markdown_in_a_name_is_not_read_as_markdown() -> None:
    email = composed(Kind.THERAPIST_BOOKED, client="[Jo](https://evil.example) **Park**")
    assert "evil.example" not in "".join(links(email).values())
    assert "[Jo](https://evil.example) **Park**" in shown_text(email.html)


def test_line_breaks_in_what_people_typed_never_reach_the_subject() -> None:
    broken = "Jo\r\nBcc: x@example.com\r\n\r\nPark\u2028"
    for kind in TO_STAFF:
        assert not set("\r\n\u2028") & set(
            composed(kind, client=broken, therapist=broken, to_therapist=False).subject
        )
    account = compose(
        AccountLetter("<1@example.com>", CLIENT, PRACTICE, "en", "Reset\r\nBcc: x@example.com", "Hi")
    )
    assert account.subject == "Reset Bcc: x@example.com"


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Jo Park", "Hello Jo."),
        ("Anne-Marie O'Brien", "Hello Anne-Marie."),
        ("Dr. Park", "Hello."),
        ("<b>", "Hello."),
    ],
)
def test_the_first_name_greets_where_it_is_plainly_one(name: str, greeting: str) -> None:
    email = composed(Kind.APPOINTMENT_BOOKED, to=Mailbox(name, "a@example.com"))
    assert email.text.startswith(f"{greeting} ")


def test_our_words_promise_nothing() -> None:
    written = "\n".join(path.read_text() for path in FOLDER.rglob("*.*")).lower()
    assert not re.search(r"toxin|detox|\bcure", written)
