"""When a start is free, and the name of what stands against it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.domain.cells import cell_at_or_before
from app.domain.openings import Openings
from app.domain.policy import Policy
from app.domain.practice import Closure, Qualification, Room, Variant
from app.domain.questions import NOTHING, Diaries, Diary, Question
from app.domain.slots import HandsOn, Refusal, Slot, choose_therapist, free_rooms, refusal
from app.domain.wallclock import instant_of, local_time
from tests.domain.builders import (
    HALIFAX,
    LONG_AGO,
    location,
    open_policy,
    practice,
    question,
    service,
    therapist,
    weekly,
)

MONDAY = date(2026, 11, 23)
FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)
PUNCHIIT_HOURS = (*weekly(range(5), "06:00", "20:00"), *weekly((5, 6), "09:00", "12:00"))


def wall(day: date, clock: str) -> datetime:
    """An instant in Halifax."""
    return instant_of(day, time.fromisoformat(clock), HALIFAX)


def taken(day: date, begins: str, ends: str) -> Diary:
    """A diary with one claim."""
    return Diary(((cell_at_or_before(wall(day, begins)), cell_at_or_before(wall(day, ends))),))


def starts(asked: Question, diaries: Diaries | None = None) -> list[str]:
    """The free starts as Halifax wall times."""
    found = Openings(asked, asked.practice.therapists, diaries or {}).slots()
    return [f"{slot.starts_at.astimezone(HALIFAX):%H:%M}" for slot in found]


def punchiit(policy: Policy | None = None) -> Question:
    """The opening hours of a practice that starts at six."""
    whole = practice(location(hours=PUNCHIIT_HOURS), service(), therapist(), policy=policy)
    return question(whole, MONDAY)


def on(asked: Question, day: date) -> Question:
    """The same question for another day."""
    return question(asked.practice, day, now=asked.now)


def test_the_first_start_is_at_opening() -> None:
    assert starts(punchiit())[0] == "06:00"


@pytest.mark.parametrize(
    ("day", "overrun", "last"),
    [
        (FRIDAY, True, "19:00"),
        (FRIDAY, False, "18:45"),
        (SATURDAY, True, "11:00"),
        (SATURDAY, False, "10:45"),
    ],
)
def test_the_last_start_leaves_room_for_the_session_and_by_a_setting_for_the_clean_up(
    day: date, overrun: bool, last: str
) -> None:
    asked = punchiit(open_policy(may_overrun_closing=overrun))
    assert starts(on(asked, day))[-1] == last


def test_noon_is_not_midnight() -> None:
    assert "12:00" not in starts(on(punchiit(), SATURDAY))


def test_a_slot_that_only_touches_another_is_free() -> None:
    diaries = {1: taken(MONDAY, "10:00", "11:15")}
    found = starts(punchiit(), diaries)
    assert "08:45" in found  # 08:45-09:45, turnover until 10:00
    assert "11:15" in found
    assert "09:00" not in found
    assert "11:00" not in found


def test_the_room_must_be_free_too() -> None:
    asked = punchiit()
    diaries = {101: taken(MONDAY, "10:00", "11:15")}
    assert refusal(asked, asked.practice.therapists[0], diaries, wall(MONDAY, "10:30")) is Refusal.NO_ROOM
    two_rooms = practice(location(hours=PUNCHIIT_HOURS, rooms=2), service(), therapist())
    assert "10:30" in starts(question(two_rooms, MONDAY), diaries)


def test_only_a_room_with_the_needed_features_will_do() -> None:
    place = replace(
        location(), rooms=(Room(1, 101, "a", "A"), Room(2, 102, "b", "B", frozenset({"wide table"})))
    )
    whole = practice(place, service(features=frozenset({"wide table"})), therapist())
    asked = question(whole, MONDAY)
    assert [room.slug for room in free_rooms(asked, {}, wall(MONDAY, "10:00"))] == ["b"]
    assert refusal(
        asked, whole.therapists[0], {102: taken(MONDAY, "09:00", "12:00")}, wall(MONDAY, "10:00")
    ) is (Refusal.NO_ROOM)


def test_a_location_without_rooms_needs_none() -> None:
    whole = practice(location(rooms=0), service(), therapist())
    assert refusal(question(whole, MONDAY), whole.therapists[0], {}, wall(MONDAY, "10:00")) is None


def test_nobody_is_offered_for_what_they_are_not_qualified_for() -> None:
    whole = practice(location(), service(), therapist(1, qualified=False))
    assert starts(question(whole, MONDAY)) == []
    assert (
        refusal(question(whole, MONDAY), whole.therapists[0], {}, wall(MONDAY, "10:00"))
        is Refusal.NOT_QUALIFIED
    )


def test_a_qualification_holds_through_its_last_day() -> None:
    expiring = replace(therapist(), qualifications=(Qualification(1, valid_until=FRIDAY),))
    whole = practice(location(), service(), expiring)
    assert starts(question(whole, FRIDAY))[-1] == "23:45"
    assert starts(question(whole, SATURDAY)) == []


@pytest.mark.parametrize(
    ("clock", "reason"),
    [
        ("05:45", Refusal.CLOSED),
        ("08:00", Refusal.NOT_WORKING),
        ("09:07", Refusal.OFF_STEP),
        ("09:05", Refusal.OFF_STEP),
        ("13:00", Refusal.TIME_OFF),
        ("12:00", Refusal.TIME_OFF),
        ("15:30", Refusal.TAKEN),
        ("18:00", None),
    ],
)
def test_each_reason_has_its_name(clock: str, reason: Refusal | None) -> None:
    dana = therapist(hours=weekly(range(5), "09:00", "20:00"))
    asked = question(practice(location(hours=PUNCHIIT_HOURS), service(), dana), MONDAY)
    off = taken(MONDAY, "13:00", "14:00").taken
    diaries = {1: Diary(taken(MONDAY, "15:00", "16:00").taken, off)}
    assert refusal(asked, dana, diaries, wall(MONDAY, clock)) is reason


def test_the_past_the_notice_and_the_horizon_are_told_apart() -> None:
    policy = Policy(notice=timedelta(hours=2), horizon=timedelta(days=3))
    whole = practice(location(), service(), therapist(), policy=policy)
    asked = question(whole, MONDAY, date(2026, 11, 30), now=wall(MONDAY, "10:00"))
    dana = whole.therapists[0]
    assert refusal(asked, dana, {}, wall(MONDAY, "09:45")) is Refusal.PAST
    assert refusal(asked, dana, {}, wall(MONDAY, "11:45")) is Refusal.TOO_SOON
    assert refusal(asked, dana, {}, wall(MONDAY, "12:00")) is None
    assert refusal(asked, dana, {}, wall(date(2026, 11, 26), "10:00")) is None
    assert refusal(asked, dana, {}, wall(date(2026, 11, 26), "10:15")) is Refusal.TOO_FAR


def test_staff_are_not_bound_by_notice_and_horizon_but_by_all_else() -> None:
    policy = Policy(notice=timedelta(hours=48), horizon=timedelta(days=1))
    whole = practice(location(hours=PUNCHIIT_HOURS), service(), therapist(), policy=policy)
    asked = replace(question(whole, MONDAY, now=wall(MONDAY, "07:00")), by_staff=True)
    assert starts(asked)[0] == "07:00"
    assert refusal(asked, whole.therapists[0], {}, wall(MONDAY, "20:00")) is Refusal.CLOSED


def test_a_mistyped_year_is_too_far_for_staff_too() -> None:
    whole = practice(location(), service(), therapist(), policy=Policy(horizon=timedelta(days=30)))
    dana = whole.therapists[0]
    for day, reason in ((date(2028, 11, 20), None), (date(2062, 12, 4), Refusal.TOO_FAR)):
        asked = replace(question(whole, day, now=wall(MONDAY, "10:00")), by_staff=True)
        assert refusal(asked, dana, {}, wall(day, "10:00")) is reason


def test_a_closure_shuts_whole_days() -> None:
    place = replace(location(), closures=(Closure(MONDAY, MONDAY, "Holiday"),))
    whole = practice(place, service(), therapist())
    assert starts(question(whole, MONDAY)) == []
    assert refusal(question(whole, MONDAY), whole.therapists[0], {}, wall(MONDAY, "10:00")) is Refusal.CLOSED


def test_a_window_may_pass_midnight() -> None:
    night = weekly((0,), "22:00", "02:00")
    whole = practice(location(hours=night), service(), therapist())
    both = question(whole, MONDAY, date(2026, 11, 24))
    assert starts(both)[0] == "22:00"
    assert starts(both)[-1] == "01:00"


def test_on_the_spring_day_the_missing_hour_is_not_offered() -> None:
    spring = date(2027, 3, 14)
    found = starts(question(practice(location(), service(), therapist()), spring))
    assert not [clock for clock in found if clock.startswith("02:")]
    assert found[:2] == ["00:00", "00:15"]
    assert "01:45" in found
    assert "03:00" in found


def test_on_the_autumn_day_each_of_the_doubled_hours_is_its_own_slot() -> None:
    autumn = date(2027, 11, 7)
    whole = practice(location(), service(), therapist())
    doubled = [
        slot.starts_at
        for slot in Openings(question(whole, autumn), whole.therapists, {}).slots()
        if f"{slot.starts_at.astimezone(HALIFAX):%H:%M}" == "01:30"
    ]
    assert doubled == [datetime(2027, 11, 7, 4, 30, tzinfo=UTC), datetime(2027, 11, 7, 5, 30, tzinfo=UTC)]


@pytest.mark.parametrize("day", [date(2027, 3, 14), date(2027, 11, 7)])
def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change(day: date) -> None:
    whole = practice(location(hours=weekly((6,), "09:00", "12:00")), service(), therapist())
    assert starts(question(whole, day))[0] == "09:00"


def test_the_server_asks_about_the_exact_minute() -> None:
    asked = punchiit()
    odd = wall(MONDAY, "10:00") + timedelta(seconds=1)
    assert refusal(asked, asked.practice.therapists[0], {}, odd) is Refusal.OFF_STEP


def test_buffers_of_two_services_do_not_overlap() -> None:
    treatment = service(Variant(1, 60, buffer_before=15, buffer_after=30))
    whole = practice(location(hours=PUNCHIIT_HOURS), treatment, therapist())
    diaries = {1: taken(MONDAY, "12:00", "13:00")}
    found = starts(question(whole, MONDAY), diaries)
    assert "10:30" in found  # until 11:30, turnover until 12:00
    assert "10:45" not in found
    assert "13:15" in found
    assert "13:00" not in found


@pytest.mark.parametrize(
    ("dana", "lee", "chosen"),
    [
        (HandsOn(120, 120), HandsOn(60, 900), "Lee"),  # the day counts first
        (HandsOn(60, 600), HandsOn(60, 300), "Lee"),  # then the week
        (HandsOn(60, 300), HandsOn(60, 300), "Dana"),  # then the name
        (HandsOn(), HandsOn(0, 60), "Dana"),
    ],
)
def test_without_preference_whoever_has_least_to_do_gives_it(
    dana: HandsOn, lee: HandsOn, chosen: str
) -> None:
    people = therapist(2, name="Lee"), therapist(1, name="Dana"), therapist(3, name="Ash")
    slot = Slot(LONG_AGO, (1, 2))  # Ash, who has nothing to do, is not free then
    assert choose_therapist(slot, people, {1: dana, 2: lee}).name == chosen


def test_what_is_near_a_lost_time_is_offered_in_time_order() -> None:
    whole = practice(location(), service(), therapist(), policy=open_policy(slot_step=timedelta(hours=1)))
    diaries = {1: taken(MONDAY, "09:30", "14:30")}
    near = Openings(question(whole, MONDAY), whole.therapists, diaries).nearest(wall(MONDAY, "13:00"), 3)
    assert [f"{local_time(slot.starts_at, HALIFAX):%H:%M}" for slot in near] == ["15:00", "16:00", "17:00"]
    near = Openings(question(whole, MONDAY), whole.therapists, diaries).nearest(wall(MONDAY, "11:00"), 3)
    assert [f"{local_time(slot.starts_at, HALIFAX):%H:%M}" for slot in near] == ["07:00", "08:00", "15:00"]


def test_an_empty_diary_remembers_no_questions() -> None:
    asked = punchiit()
    assert refusal(asked, asked.practice.therapists[0], {}, wall(MONDAY, "10:00")) is None
    assert set(vars(NOTHING)) == {"taken", "time_off", "sessions"}


def test_a_start_outside_the_window_is_not_answered_by_accident() -> None:
    asked = punchiit()
    with pytest.raises(ValueError, match="outside the window"):
        refusal(asked, asked.practice.therapists[0], {}, wall(SATURDAY, "10:00"))
