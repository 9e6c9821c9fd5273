"""The calendar files in the mails."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from app.domain.notifications import Kind
from app.emails.calendars import calendar_file
from app.emails.compose import compose
from development.sample_letters import letter, sample


def entry(content: bytes) -> Event:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(event, Event)
    return event


def test_a_change_updates_the_old_entry_instead_of_adding_one() -> None:
    first = entry(calendar_file(letter(Kind.APPOINTMENT_BOOKED, revision=0), "REQUEST").content)
    second = entry(calendar_file(letter(Kind.APPOINTMENT_MOVED, revision=1), "REQUEST").content)
    assert first["UID"] == second["UID"] == "q8Z3f0Wk2mVb@stillpoint"
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)


@pytest.mark.parametrize(
    ("kind", "method", "status"),
    [
        (Kind.APPOINTMENT_BOOKED, "REQUEST", "CONFIRMED"),
        (Kind.APPOINTMENT_MOVED, "REQUEST", "CONFIRMED"),
        (Kind.APPOINTMENT_ADDRESS, "REQUEST", "CONFIRMED"),
        (Kind.THERAPIST_BOOKED, "REQUEST", "CONFIRMED"),
        (Kind.THERAPIST_MOVED, "REQUEST", "CONFIRMED"),
        (Kind.APPOINTMENT_CANCELLED, "CANCEL", "CANCELLED"),
        (Kind.THERAPIST_CANCELLED, "CANCEL", "CANCELLED"),
    ],
)
def test_the_method_says_what_calendars_shall_do(kind: Kind, method: str, status: str) -> None:
    email = compose(letter(kind))
    assert email.calendar is not None
    assert email.calendar.method == method
    assert Calendar.from_ical(email.calendar.content)["METHOD"] == method
    assert entry(email.calendar.content)["STATUS"] == status


def test_calendars_are_shared_so_the_entry_says_nothing_of_the_session() -> None:
    content = calendar_file(letter(Kind.APPOINTMENT_BOOKED), "REQUEST").content
    written = content.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:Kneaded Tranquility: appointment" in written
    for secret in ("Psoas", "a-token", "/appointment/", "alcohol", "412-555-0199"):
        assert secret not in written


def test_the_place_is_the_address_of_that_day() -> None:
    event = entry(calendar_file(letter(Kind.APPOINTMENT_BOOKED), "PUBLISH").content)
    assert event["LOCATION"] == "100 Example Avenue, Pittsburgh, PA 15205"


def test_a_download_names_neither_organizer_nor_attendee() -> None:
    event = entry(calendar_file(letter(Kind.APPOINTMENT_BOOKED), "PUBLISH").content)
    assert "ORGANIZER" not in event
    assert "ATTENDEE" not in event


@pytest.mark.parametrize("day", [datetime(2027, 3, 14, 9), datetime(2027, 11, 7, 9)])  # noqa: DTZ001
def test_wall_time_and_instant_are_right_on_both_days_of_a_clock_change(day: datetime) -> None:
    zone = ZoneInfo("America/Halifax")
    start = day.replace(tzinfo=zone).astimezone(UTC)
    changed = letter(Kind.APPOINTMENT_BOOKED, starts_at=start, ends_at=start + timedelta(hours=1), zone=zone)
    content = calendar_file(changed, "REQUEST").content
    assert f"DTSTART;TZID=America/Halifax:{day:%Y%m%dT%H%M%S}".encode() in content
    assert entry(content).decoded("DTSTART").astimezone(UTC) == start
    assert b"BEGIN:VTIMEZONE" in content
    assert len(content) < 3000


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    content = calendar_file(letter(Kind.APPOINTMENT_BOOKED, reference="X" * 200), "REQUEST").content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_names_cannot_break_out_of_their_line() -> None:
    changed = letter(Kind.APPOINTMENT_BOOKED)
    hostile = type(changed.to)('Jo "X"; END:VEVENT', "jo@example.com")
    content = calendar_file(letter(Kind.APPOINTMENT_BOOKED, to=hostile), "REQUEST").content
    assert content.count(b"END:VEVENT") == 1 or b"\"Jo 'X'; END:VEVENT\"" in content.replace(b"\r\n ", b"")
    assert len(Calendar.from_ical(content).walk("VEVENT")) == 1


@pytest.mark.parametrize(
    "kind",
    [
        Kind.APPOINTMENT_REMINDER,
        Kind.APPOINTMENT_PREPARATION,
        Kind.APPOINTMENT_AFTERCARE,
        Kind.THERAPIST_CALL_BACK,
        Kind.THERAPIST_AGENDA,
        Kind.ACCOUNT_MESSAGE,
    ],
)
def test_what_changes_no_appointment_carries_no_file(kind: Kind) -> None:
    assert compose(sample(kind)).calendar is None
