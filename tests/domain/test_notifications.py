"""What may still be sent, when it is tried again, and what may leave the building."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.appointments import State
from app.domain.notifications import (
    BEGUN,
    NOT_COMPLETED,
    OTHER_THERAPIST,
    STOPPED,
    TAKES_PLACE,
    WAS_CANCELLED,
    WAS_MOVED,
    Kind,
    Standing,
    message_domain,
    no_longer_fits,
    not_before,
    wait_before_retry,
    why_not_this_server,
)
from app.domain.policy import QuietHours

NOON = datetime(2027, 2, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("kind", [Kind.APPOINTMENT_BOOKED, Kind.APPOINTMENT_REMINDER, Kind.THERAPIST_MOVED])
def test_what_tells_of_an_appointment_to_come_is_not_sent_once_it_is_cancelled_or_has_begun(
    kind: Kind,
) -> None:
    later, earlier = NOON + timedelta(hours=1), NOON - timedelta(hours=1)
    assert no_longer_fits(kind, Standing(State.BOOKED, later), NOON) is None
    assert no_longer_fits(kind, Standing(State.CANCELLED, later), NOON) == WAS_CANCELLED
    assert no_longer_fits(kind, Standing(State.BOOKED, earlier), NOON) == BEGUN
    assert no_longer_fits(kind, Standing(State.ARRIVED, later), NOON) == BEGUN


def test_a_reminder_of_the_old_time_is_not_sent_but_the_confirmation_is() -> None:
    moved = Standing(State.BOOKED, NOON + timedelta(days=1), same_revision=False)
    assert no_longer_fits(Kind.APPOINTMENT_REMINDER, moved, NOON) == WAS_MOVED
    assert no_longer_fits(Kind.APPOINTMENT_BOOKED, moved, NOON) is None


def test_a_therapist_who_gave_an_appointment_away_is_not_told_of_it_as_theirs() -> None:
    given = Standing(State.BOOKED, NOON + timedelta(days=1), same_therapist=False)
    assert no_longer_fits(Kind.THERAPIST_BOOKED, given, NOON) == OTHER_THERAPIST
    assert no_longer_fits(Kind.THERAPIST_CANCELLED, given, NOON) is None


def test_a_cancellation_is_told_whatever_the_time() -> None:
    over = Standing(State.CANCELLED, NOON - timedelta(days=1))
    assert no_longer_fits(Kind.APPOINTMENT_CANCELLED, over, NOON) is None


def test_the_waits_between_attempts_grow_to_an_hour() -> None:
    waits = [wait_before_retry(attempts).total_seconds() / 60 for attempts in range(1, 10)]
    assert waits == [0, 1, 2, 5, 10, 20, 30, 60, 60]


def test_chance_spreads_the_waits_by_a_quarter() -> None:
    assert wait_before_retry(8, 0.0) == timedelta(minutes=45)
    assert wait_before_retry(8, 1.0) == timedelta(minutes=75)


def test_a_therapist_who_has_it_again_is_not_told_that_it_is_gone() -> None:
    later = NOON + timedelta(days=1)
    kind = Kind.THERAPIST_CANCELLED
    assert no_longer_fits(kind, Standing(State.BOOKED, later), NOON) == TAKES_PLACE
    assert no_longer_fits(kind, Standing(State.BOOKED, later, same_therapist=False), NOON) is None
    assert no_longer_fits(kind, Standing(State.CANCELLED, later), NOON) is None


def test_after_care_is_for_completed_sessions_and_for_who_wants_it() -> None:
    over = NOON - timedelta(hours=3)
    kind = Kind.APPOINTMENT_AFTERCARE
    assert no_longer_fits(kind, Standing(State.COMPLETED, over), NOON) is None
    assert no_longer_fits(kind, Standing(State.BOOKED, over), NOON) == NOT_COMPLETED
    assert no_longer_fits(kind, Standing(State.NO_SHOW, over), NOON) == NOT_COMPLETED
    assert no_longer_fits(kind, Standing(State.COMPLETED, over, aftercare_stopped=True), NOON) == STOPPED


def test_stopping_after_care_does_not_stop_reminders() -> None:
    stopped = Standing(State.BOOKED, NOON + timedelta(days=1), aftercare_stopped=True)
    assert no_longer_fits(Kind.APPOINTMENT_REMINDER, stopped, NOON) is None


def test_a_message_by_plan_that_comes_late_waits_for_the_morning_unless_that_would_be_too_late() -> None:
    night = datetime(2027, 2, 2, 3, tzinfo=UTC)  # 23:00 in Halifax
    morning, soon = datetime(2027, 2, 2, 12, tzinfo=UTC), datetime(2027, 2, 2, 9, tzinfo=UTC)
    zone, later = ZoneInfo("America/Halifax"), NOON + timedelta(days=9)
    assert not_before(Kind.APPOINTMENT_REMINDER, night, later, QuietHours(), zone) == morning
    assert not_before(Kind.APPOINTMENT_REMINDER, night, soon, QuietHours(), zone) == night
    assert not_before(Kind.APPOINTMENT_BOOKED, night, later, QuietHours(), zone) == night


@pytest.mark.parametrize("server", ["127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST.", "::1", "[::1]"])
def test_example_mail_may_go_to_this_computer(server: str) -> None:
    assert why_not_this_server(server, demonstration=True) is None


@pytest.mark.parametrize(
    "server", ["smtp.example.com", "10.0.0.1", "localhost.example.com", "127.0.0.1.example.com", ""]
)
def test_example_mail_goes_nowhere_else(server: str) -> None:
    assert why_not_this_server(server, demonstration=True)
    assert why_not_this_server(server, demonstration=False) is None


@pytest.mark.parametrize(
    ("public_url", "mail_from", "domain"),
    [
        ("https://book.example.com", "hello@example.org", "book.example.com"),
        ("http://127.0.0.1:8000", "hello@example.org", "example.org"),
        ("http://localhost:8000", None, "localhost"),
    ],
)
def test_message_ids_carry_a_real_domain_where_there_is_one(
    public_url: str, mail_from: str | None, domain: str
) -> None:
    assert message_domain(public_url, mail_from) == domain
