"""When a client is written to by plan: the ten rules of the guidance schedule, on a wall clock."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.guidance import AFTER, BEFORE, Condition, GuidanceStep
from app.domain.moments import (
    COMES_AGAIN,
    DONE_TOO_LATE,
    NOT_AHEAD,
    Moment,
    SessionSpan,
    moments_after,
    moments_before,
    once_completed,
    step_name,
)
from app.domain.policy import Policy

HALIFAX = ZoneInfo("America/Halifax")
POLICY = Policy()
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def step(key: str, moment: str, offset: timedelta, **more: object) -> GuidanceStep:
    return GuidanceStep(key, moment, offset, {"en": key}, {"en": key}, **more)  # type: ignore[arg-type]


DEEP = (
    step("week", BEFORE, timedelta(days=7), condition=Condition.BOOKED_AHEAD),
    step("three-days", BEFORE, timedelta(days=3)),
    step("day-before", BEFORE, timedelta(days=1)),
    step("hours-before", BEFORE, timedelta(hours=3)),
    step("arrival", BEFORE, timedelta(0)),
    step("help", AFTER, timedelta(0)),
    step("evening", AFTER, timedelta(hours=2)),
    step("next-day", AFTER, timedelta(days=1), check_in=True),
    step("week-after", AFTER, timedelta(days=7), condition=Condition.NO_NEXT_SESSION),
)


def session(starts_at: datetime, hours: float = 1) -> SessionSpan:
    assert isinstance(starts_at.tzinfo, ZoneInfo)
    start = starts_at.astimezone(UTC)
    return SessionSpan(start, start + timedelta(hours=hours), starts_at.tzinfo)


def before(
    starts_at: datetime, decided_at: datetime = LONG_AGO, policy: Policy = POLICY
) -> dict[str, Moment]:
    return {one.step: one for one in moments_before(session(starts_at), DEEP, policy, decided_at)}


def after(starts_at: datetime, next_at: datetime | None = None) -> dict[str, Moment]:
    return {one.step: one for one in moments_after(session(starts_at), DEEP, POLICY, next_at)}


def wall(moment: Moment, zone: ZoneInfo = HALIFAX) -> str:
    return f"{moment.due_at.astimezone(zone):%a %m-%d %H:%M}"


#: Two days on which the clocks change in each of six zones, and 14:00 sessions then: every step's wall time.
CHANGES = [
    ("America/Vancouver", (2027, 3, 14), (2027, 11, 7)),
    ("America/Toronto", (2027, 3, 14), (2027, 11, 7)),
    ("Europe/London", (2027, 3, 28), (2027, 10, 31)),
    ("Europe/Berlin", (2027, 3, 28), (2027, 10, 31)),
    ("Australia/Lord_Howe", (2027, 4, 4), (2027, 10, 3)),
    ("Australia/Sydney", (2027, 4, 4), (2027, 10, 3)),
]


@pytest.mark.parametrize(
    ("name", "day"), [(name, day) for name, *days in CHANGES for day in days], ids=lambda value: str(value)
)
def test_every_step_is_right_to_the_minute_on_the_days_when_the_clocks_change(
    name: str, day: tuple[int, int, int]
) -> None:
    zone = ZoneInfo(name)
    start = datetime(*day, 14, 0, tzinfo=zone)
    ahead, following = before(start), after(start)
    for key, days in (("before_7d", -7), ("before_3d", -3), ("before_1d", -1)):
        expected = datetime.combine(start.date() + timedelta(days=days), start.time(), zone)
        assert ahead[key].due_at == expected.astimezone(UTC), key
    assert ahead["before_3h"].due_at == start.astimezone(UTC) - timedelta(hours=3)
    end = start.astimezone(UTC) + timedelta(hours=1)
    assert following["after_2h"].due_at == end + timedelta(hours=2)
    for key, days in (("after_1d", 1), ("after_7d", 7)):
        expected = datetime.combine(start.date() + timedelta(days=days), time(15), zone)
        assert following[key].due_at == expected.astimezone(UTC), key


def test_rule_1_the_example_of_the_spring_change_in_halifax() -> None:
    ahead = before(datetime(2027, 3, 14, 9, tzinfo=HALIFAX))
    assert wall(ahead["before_3d"]) == "Thu 03-11 09:00"
    assert wall(ahead["before_1d"]) == "Sat 03-13 09:00"
    assert ahead["before_1d"].due_at == datetime(2027, 3, 13, 13, tzinfo=UTC)  # 23 hours before
    # Three hours before is 06:00, which is night: the evening before.
    assert wall(ahead["before_3h"]) == "Sat 03-13 19:00"


def test_rule_2_a_client_at_six_gets_the_three_hours_advice_at_seven_the_evening_before() -> None:
    ahead = before(datetime(2027, 6, 10, 6, tzinfo=HALIFAX))
    assert wall(ahead["before_3h"]) == "Wed 06-09 19:00"
    assert wall(ahead["before_1d"]) == "Tue 06-08 19:00"  # a day before is 06:00, too


def test_rule_2_after_a_late_session_the_evening_s_advice_comes_in_the_morning() -> None:
    following = after(datetime(2027, 6, 10, 19, 30, tzinfo=HALIFAX))
    assert wall(following["after_2h"]) == "Fri 06-11 08:00"


def test_the_advice_for_the_arrival_rides_with_the_last_message_ahead() -> None:
    ahead = before(datetime(2027, 6, 10, 14, tzinfo=HALIFAX))
    assert ahead["before_3h"].carries == ("hours-before", "arrival")


def test_reminders_are_the_practice_s_days_also_where_the_plan_says_nothing_there() -> None:
    start = datetime(2027, 6, 10, 14, tzinfo=HALIFAX)
    ahead = before(start, policy=replace(POLICY, reminder_days=(2,)))
    assert [(one.step, one.reminds) for one in ahead.values()] == [
        ("before_7d", False),
        ("before_3d", False),
        ("before_2d", True),
        ("before_1d", False),
        ("before_3h", False),
    ]


def test_the_week_before_is_only_for_who_booked_eight_days_ahead() -> None:
    start = datetime(2027, 6, 20, 14, tzinfo=HALIFAX)
    assert before(start, start - timedelta(days=8))["before_7d"].why_not is None
    late = before(start, start - timedelta(days=8) + timedelta(minutes=1))["before_7d"]
    assert (late.why_not, late.carries) == (NOT_AHEAD, ())


def test_nothing_is_worth_sending_later_than_the_practice_s_lead_before_the_start() -> None:
    start = datetime(2027, 6, 10, 14, tzinfo=HALIFAX)
    ahead = before(start)
    assert {start - one.expires_at for one in ahead.values()} == {timedelta(hours=2)}
    short = moments_before(
        session(start),
        (step("soon", BEFORE, timedelta(hours=1)),),
        replace(POLICY, reminder_days=()),
        LONG_AGO,
    )
    assert start - short[0].expires_at == timedelta(minutes=40)


def test_steps_that_lie_near_together_are_one_message() -> None:
    start = datetime(2027, 6, 10, 14, tzinfo=HALIFAX)
    near = (step("a", BEFORE, timedelta(hours=24)), step("b", BEFORE, timedelta(hours=23, minutes=30)))
    (only,) = moments_before(session(start), near, replace(POLICY, reminder_days=(1,)), LONG_AGO)
    assert (only.step, only.carries, only.reminds) == ("before_1d", ("a", "b"), True)


def test_after_care_is_a_message_for_each_step_but_the_one_for_when_something_feels_wrong() -> None:
    following = after(datetime(2027, 6, 10, 14, tzinfo=HALIFAX))
    assert [one.carries for one in following.values()] == [("evening",), ("next-day",), ("week-after",)]


def test_a_week_later_is_not_for_who_comes_again_within_the_week() -> None:
    start = datetime(2027, 6, 10, 14, tzinfo=HALIFAX)
    assert after(start, start + timedelta(days=6))["after_7d"].why_not == COMES_AGAIN
    assert after(start, start + timedelta(days=9))["after_7d"].why_not is None


def test_what_was_due_before_the_mark_goes_at_once_as_one_message_and_what_is_too_late_not_at_all() -> None:
    start = datetime(2027, 6, 10, 14, tzinfo=HALIFAX)
    moments = moments_after(session(start), DEEP, POLICY)
    prompt = once_completed(moments, session(start), POLICY, session(start).ends_at)
    assert [one.due_at for one in prompt] == [one.due_at for one in moments]
    next_morning = datetime(2027, 6, 11, 14, 30, tzinfo=HALIFAX).astimezone(UTC)
    late = once_completed(moments, session(start), POLICY, next_morning)
    assert [(one.step, one.carries) for one in late] == [
        ("after_2h", ("evening", "next-day")),
        ("after_7d", ("week-after",)),
    ]
    three_days = once_completed(moments, session(start), POLICY, next_morning + timedelta(days=3, hours=1))
    assert [(one.step, one.why_not) for one in three_days] == [
        ("after_2h", DONE_TOO_LATE),
        ("after_1d", DONE_TOO_LATE),
        ("after_7d", None),
    ]


def test_a_session_marked_in_the_night_is_followed_up_in_the_morning() -> None:
    start = datetime(2027, 6, 10, 18, tzinfo=HALIFAX)
    moments = moments_after(session(start), DEEP, POLICY)
    at_night = datetime(2027, 6, 10, 23, tzinfo=HALIFAX).astimezone(UTC)
    assert wall(once_completed(moments, session(start), POLICY, at_night)[0]) == "Fri 06-11 08:00"


@pytest.mark.parametrize(
    ("offset", "name"),
    [
        (timedelta(days=7), "before_7d"),
        (timedelta(hours=36), "before_36h"),
        (timedelta(hours=3), "before_3h"),
        (timedelta(minutes=90), "before_90m"),
    ],
)
def test_a_moment_is_called_by_its_offset(offset: timedelta, name: str) -> None:
    assert step_name(BEFORE, offset) == name
