"""Who is told what, when, and until when."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.appointments import State
from app.domain.notifications import (
    BEGUN,
    BOOKED_TOO_LATE,
    NO_CLIENT_ADDRESS,
    NO_THERAPIST_ADDRESS,
    OTHER_THERAPIST,
    WAS_CANCELLED,
    WAS_MOVED,
    Audience,
    Kind,
    Plan,
    Previous,
    Standing,
    Told,
    message_domain,
    no_longer_fits,
    plans_for_booking,
    plans_for_cancelling,
    plans_for_move,
    reminder_days_of,
    reminder_step,
    wait_before_retry,
    why_not_this_server,
)

HALIFAX = ZoneInfo("America/Halifax")
NOON = datetime(2027, 2, 1, 12, tzinfo=UTC)


def told(starts_at: datetime, **changes: object) -> Told:
    facts: dict[str, object] = {
        "starts_at": starts_at.astimezone(UTC),
        "zone": HALIFAX,
        "therapist_id": 7,
        "client_has_address": True,
        "therapist_has_address": True,
        "reminder_days": (3, 1),
    }
    return Told(**(facts | changes))  # type: ignore[arg-type]


def by_step(plans: list[Plan]) -> dict[str, Plan]:
    return {plan.step: plan for plan in plans}


def test_a_booking_tells_client_and_therapist_at_once_and_plans_two_reminders() -> None:
    plans = by_step(plans_for_booking(told(datetime(2027, 2, 20, 9, tzinfo=HALIFAX)), NOON))
    assert list(plans) == ["booked", "therapist_booked:7", "reminder_3d", "reminder_1d"]
    assert plans["booked"].due_at == plans["therapist_booked:7"].due_at == NOON
    assert plans["therapist_booked:7"].audience is Audience.THERAPIST
    assert all(plan.why_not is None for plan in plans.values())


@pytest.mark.parametrize(
    "day",
    [datetime(2027, 3, 14, 9, tzinfo=HALIFAX), datetime(2027, 11, 7, 9, tzinfo=HALIFAX)],
    ids=["spring", "autumn"],
)
def test_reminders_go_at_the_same_wall_time_also_when_the_clocks_change(day: datetime) -> None:
    plans = by_step(plans_for_booking(told(day), NOON))
    for step, days in (("reminder_3d", 3), ("reminder_1d", 1)):
        local = plans[step].due_at.astimezone(HALIFAX)
        assert (local.date(), local.hour, local.minute) == (day.date() - timedelta(days=days), 9, 0)


def test_the_reminder_a_day_before_the_spring_change_is_23_hours_before() -> None:
    start = datetime(2027, 3, 14, 9, tzinfo=HALIFAX).astimezone(UTC)
    assert start - by_step(plans_for_booking(told(start), NOON))["reminder_1d"].due_at == timedelta(hours=23)


def test_a_reminder_whose_time_has_passed_is_planned_as_skipped_and_says_why() -> None:
    plans = by_step(plans_for_booking(told(NOON + timedelta(days=2)), NOON))
    assert plans["reminder_3d"].why_not == BOOKED_TOO_LATE
    assert plans["reminder_1d"].why_not is None


def test_whoever_has_no_address_is_skipped_with_the_reason() -> None:
    facts = told(NOON + timedelta(days=9), client_has_address=False, therapist_has_address=False)
    plans = plans_for_booking(facts, NOON)
    assert {plan.why_not for plan in plans if plan.audience is Audience.CLIENT} == {NO_CLIENT_ADDRESS}
    assert {plan.why_not for plan in plans if plan.audience is Audience.THERAPIST} == {NO_THERAPIST_ADDRESS}


def test_the_practice_chooses_the_days_of_its_reminders() -> None:
    plans = plans_for_booking(told(NOON + timedelta(days=30), reminder_days=(1, 7, 7, 2)), NOON)
    assert [plan.step for plan in plans[2:]] == ["reminder_7d", "reminder_2d", "reminder_1d"]


def test_a_session_entered_after_it_began_is_confirmed_to_nobody() -> None:
    plans = by_step(plans_for_booking(told(NOON - timedelta(minutes=5)), NOON))
    assert plans["booked"].why_not == BEGUN
    assert plans["therapist_booked:7"].why_not == BEGUN


def test_each_kind_expires_when_it_would_do_harm() -> None:
    start = NOON + timedelta(days=10)
    booked = by_step(plans_for_booking(told(start), NOON))
    assert booked["booked"].expires_at == start
    assert booked["reminder_1d"].expires_at == start - timedelta(hours=2)
    assert by_step(plans_for_move(told(start), None, NOON))["moved"].expires_at == NOON + timedelta(hours=72)
    soon = NOON + timedelta(hours=5)
    assert by_step(plans_for_move(told(soon), None, NOON))["moved"].expires_at == soon
    assert by_step(plans_for_cancelling(told(soon), NOON))["cancelled"].expires_at == NOON + timedelta(
        hours=72
    )


def test_moving_with_the_same_therapist_tells_both_and_plans_new_reminders() -> None:
    plans = plans_for_move(told(NOON + timedelta(days=9)), Previous(7, has_address=True), NOON)
    assert [plan.step for plan in plans] == ["moved", "therapist_moved:7", "reminder_3d", "reminder_1d"]


def test_moving_to_another_therapist_tells_the_one_who_lost_it_and_the_one_who_got_it() -> None:
    plans = plans_for_move(told(NOON + timedelta(days=9)), Previous(4, has_address=True), NOON)
    assert [(plan.kind, plan.therapist_id) for plan in plans[1:3]] == [
        (Kind.THERAPIST_CANCELLED, 4),
        (Kind.THERAPIST_BOOKED, 7),
    ]


def test_cancelling_tells_client_and_therapist() -> None:
    plans = plans_for_cancelling(told(NOON + timedelta(days=9)), NOON)
    assert [plan.step for plan in plans] == ["cancelled", "therapist_cancelled:7"]


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
    minutes = [wait_before_retry(attempts) / timedelta(minutes=1) for attempts in range(1, 11)]
    assert minutes == [0, 1, 2, 5, 10, 20, 30, 60, 60, 60]


def test_a_reminder_step_knows_its_days() -> None:
    assert reminder_days_of(reminder_step(3)) == 3
    assert reminder_days_of("booked") is None


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
