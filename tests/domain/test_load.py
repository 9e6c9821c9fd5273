"""What one person's hands can give in a day, how near to each other deep work lies, and who could be the second person."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from app.domain.cells import cell_at_or_before
from app.domain.chaperones import free_chaperones
from app.domain.openings import Openings
from app.domain.overriding import LOAD
from app.domain.policy import Limits
from app.domain.practice import AvailabilityRule, Therapist, Variant
from app.domain.questions import Diaries, Diary, Given, Question
from app.domain.slots import Refusal, refusal, resources_of
from app.domain.wallclock import instant_of
from tests.domain.builders import (
    HALIFAX,
    diary_of,
    location,
    open_policy,
    practice,
    question,
    service,
    therapist,
    weekly,
)

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
UNLIMITED = Limits(0, 0, 0, 0, 0, 0)
DEEP, LIGHT = True, False


def limited(*, depth: str = "deep", spacing: int = 0, own: Limits | None = None, **numbers: int) -> Question:
    """All of a Monday, for 60 minutes without buffers, with no limit but these."""
    limits = replace(UNLIMITED, **numbers)
    policy = open_policy(limits=limits, spacing_days=spacing, slot_step=timedelta(minutes=5))
    treatment = replace(service(Variant(1, 60, buffer_after=0)), depth=depth)
    person = replace(therapist(), limits=own)
    return question(practice(location(rooms=0), treatment, person, policy=policy), MONDAY)


def wall(clock: str, day: date = MONDAY) -> datetime:
    """An instant in Halifax."""
    return instant_of(day, time.fromisoformat(clock), HALIFAX)


def gives(*sessions: tuple[str, int, bool], day: date = MONDAY) -> Diaries:
    """The diary of who gives these: begin, minutes, whether deep."""
    found = []
    for clock, minutes, is_deep in sessions:
        first = cell_at_or_before(wall(clock, day))
        found.append(Given(first, first + minutes // 5, is_deep))
    return {1: diary_of(found)}


def why_not(asked: Question, diaries: Diaries, clock: str, day: date = MONDAY) -> Refusal | None:
    """What stands against that start."""
    asked = question(asked.practice, day) if day != MONDAY else asked
    return refusal(asked, asked.practice.therapists[0], diaries, wall(clock, day))


def on(asked: Question, *days: date) -> Question:
    """The same, for a client with deep work on those days."""
    return replace(asked, spaced_from=days)


def test_after_as_many_sessions_as_may_be_the_day_is_full_for_every_kind() -> None:
    two = gives(("08:00", 60, DEEP), ("20:00", 30, LIGHT))
    for depth in ("deep", "light"):
        asked = limited(depth=depth, sessions_a_day=2)
        assert why_not(asked, two, "12:00") is Refusal.DAY_FULL
        assert why_not(asked, two, "12:00", TUESDAY) is None
    assert why_not(limited(sessions_a_day=3), two, "12:00") is None


def test_three_deep_ones_stop_the_fourth_but_no_light_one() -> None:
    three = gives(("08:00", 60, DEEP), ("12:00", 60, DEEP), ("16:00", 60, DEEP))
    assert why_not(limited(deep_a_day=3), three, "20:00") is Refusal.DEEP_DAY_FULL
    assert why_not(limited(deep_a_day=3, depth="light"), three, "20:00") is None
    assert why_not(limited(deep_a_day=4), three, "20:00") is None


def test_light_sessions_don_t_count_as_deep_ones() -> None:
    light = gives(("08:00", 60, LIGHT), ("12:00", 60, LIGHT), ("16:00", 60, LIGHT))
    assert why_not(limited(deep_a_day=1), light, "20:00") is None


@pytest.mark.parametrize(
    ("clock", "reason"),
    [
        ("10:00", Refusal.DEEP_IN_A_ROW),  # at once after the second
        ("10:25", Refusal.DEEP_IN_A_ROW),  # after a pause that is no break
        ("10:30", None),  # after a break
        ("07:00", Refusal.DEEP_IN_A_ROW),
        ("06:35", Refusal.DEEP_IN_A_ROW),
        ("06:30", None),
    ],
)
def test_a_third_deep_session_in_a_row_needs_a_break_before_or_after_the_two(
    clock: str, reason: Refusal | None
) -> None:
    two = gives(("08:00", 60, DEEP), ("09:00", 60, DEEP))
    assert why_not(limited(deep_in_a_row=2, break_minutes=30), two, clock) is reason


def test_a_deep_session_between_two_others_joins_them_to_a_row() -> None:
    apart = gives(("08:00", 60, DEEP), ("10:40", 60, DEEP))
    asked = limited(deep_in_a_row=2, break_minutes=45)
    assert why_not(asked, apart, "09:20") is Refusal.DEEP_IN_A_ROW
    assert why_not(replace(asked, service=replace(asked.service, depth="light")), apart, "09:20") is None
    assert why_not(limited(deep_in_a_row=3, break_minutes=45), apart, "09:20") is None


def test_with_a_break_on_one_side_it_joins_only_the_other() -> None:
    apart = gives(("08:00", 60, DEEP), ("11:00", 60, DEEP))
    asked = limited(deep_in_a_row=2, break_minutes=30)
    assert why_not(asked, apart, "09:05") is None
    assert why_not(asked, apart, "09:45") is None


def test_a_lighter_session_parts_the_row() -> None:
    parted = gives(("08:00", 60, DEEP), ("09:00", 60, DEEP), ("10:00", 60, LIGHT))
    assert why_not(limited(deep_in_a_row=2, break_minutes=30), parted, "11:00") is None
    assert why_not(limited(deep_in_a_row=2, break_minutes=30), parted, "07:00") is Refusal.DEEP_IN_A_ROW


def test_the_minutes_of_a_day_are_counted_without_buffers() -> None:
    five_hours = gives(("06:00", 150, LIGHT), ("12:00", 150, LIGHT))
    assert why_not(limited(hands_on_minutes=360), five_hours, "20:00") is None
    assert why_not(limited(hands_on_minutes=355), five_hours, "20:00") is Refusal.HANDS_ON_FULL


def test_a_session_longer_than_anybody_may_treat_in_a_day_is_never_free() -> None:
    assert why_not(limited(hands_on_minutes=55), {}, "10:00") is Refusal.HANDS_ON_FULL


@pytest.mark.parametrize(
    ("clock", "reason"),
    [
        ("11:10", Refusal.NEEDS_BREAK),
        ("11:25", Refusal.NEEDS_BREAK),
        ("11:30", None),
        ("07:00", Refusal.NEEDS_BREAK),
        ("06:30", None),
    ],
)
def test_after_so_much_work_a_pause_has_to_come(clock: str, reason: Refusal | None) -> None:
    three_hours = gives(("08:00", 90, LIGHT), ("09:40", 80, LIGHT))  # until 11:00, with ten minutes between
    asked = limited(break_after_minutes=180, break_minutes=30)
    assert why_not(asked, three_hours, clock) is reason


def test_a_session_laid_into_the_pause_takes_the_break_away() -> None:
    apart = gives(("08:00", 90, LIGHT), ("11:00", 60, LIGHT))
    asked = limited(break_after_minutes=180, break_minutes=30)
    assert why_not(asked, apart, "09:45") is Refusal.NEEDS_BREAK  # 15 minutes on either side
    assert why_not(asked, apart, "09:30") is None  # then a break until 11:00


def test_a_long_session_alone_needs_no_break_within() -> None:
    asked = limited(break_after_minutes=45, break_minutes=30)
    assert why_not(asked, {}, "10:00") is None
    assert why_not(asked, gives(("11:15", 30, LIGHT)), "10:00") is Refusal.NEEDS_BREAK


def test_every_local_day_stands_for_itself() -> None:
    late = gives(("22:00", 60, DEEP), ("23:00", 60, DEEP))
    asked = limited(deep_in_a_row=2, break_minutes=30, sessions_a_day=2, deep_a_day=2)
    assert why_not(asked, late, "00:00", TUESDAY) is None
    assert why_not(asked, late, "12:00") is Refusal.DAY_FULL


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 14), 23), (date(2026, 11, 1), 25)])
def test_the_day_is_the_locations_also_when_its_clocks_change(day: date, hours: int) -> None:
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    edges = gives(("01:00", 45, DEEP), ("22:30", 60, DEEP), day=day)
    asked = limited(sessions_a_day=2)
    assert why_not(asked, edges, "12:00", day) is Refusal.DAY_FULL
    assert why_not(asked, edges, "23:55", before) is None
    assert why_not(asked, edges, "00:00", after) is None
    begins, ends = question(asked.practice, day).days
    assert ends - begins == hours * 12


def test_no_limit_at_all_looks_at_nothing() -> None:
    full = gives(*((f"{hour:02}:00", 60, DEEP) for hour in range(6, 20)))
    assert why_not(limited(), full, "20:00") is None
    assert not limited().practice.limits_load


def test_a_therapists_own_limits_count_instead_of_the_practices() -> None:
    one = gives(("08:00", 60, DEEP))
    assert why_not(limited(sessions_a_day=5, own=replace(UNLIMITED, sessions_a_day=1)), one, "12:00") is (
        Refusal.DAY_FULL
    )
    assert why_not(limited(sessions_a_day=1, own=UNLIMITED), one, "12:00") is None


def test_a_single_start_sees_the_whole_of_its_day() -> None:
    asked = limited(sessions_a_day=2)
    short = replace(
        asked, window=replace(asked.window, ends_at=asked.window.starts_at + timedelta(minutes=5))
    )
    assert short.span.ends_at >= wall("00:00", TUESDAY)
    unlimited = replace(limited(), recommending=False)
    short = replace(
        unlimited, window=replace(asked.window, ends_at=asked.window.starts_at + timedelta(minutes=5))
    )
    assert short.span.ends_at == wall("01:05")


def test_what_a_person_can_t_give_another_still_can() -> None:
    asked = limited(sessions_a_day=1)
    whole = replace(asked.practice, therapists=(therapist(1), therapist(2, name="Ana")))
    found = Openings(question(whole, MONDAY), whole.therapists, gives(("08:00", 60, DEEP))).slots()
    assert {slot.therapist_ids for slot in found} == {(2,)}


@pytest.mark.parametrize(
    ("deep_on", "free"),
    [
        (date(2026, 11, 20), True),  # the Friday before: three days
        (date(2026, 11, 21), False),
        (MONDAY, False),
        (date(2026, 11, 25), False),  # also before one that is booked already
        (date(2026, 11, 26), True),
    ],
)
def test_between_two_deep_sessions_of_a_client_lie_some_days_looking_both_ways(
    deep_on: date, free: bool
) -> None:
    asked = on(limited(spacing=3), deep_on)
    for clock in ("00:00", "12:00", "23:55"):
        aside = replace(asked, setting_aside=frozenset({Refusal.OFF_STEP}))
        assert why_not(aside, {}, clock) is (None if free else Refusal.TOO_CLOSE)


def test_light_work_may_follow_at_once_and_without_a_number_all_may() -> None:
    assert why_not(on(limited(spacing=3, depth="light"), MONDAY), {}, "12:00") is None
    assert why_not(on(limited(spacing=0), MONDAY), {}, "12:00") is None


def second(number: int, hours: tuple[str, str] = ("00:00", "00:00")) -> Therapist:
    """Somebody at work then, who gives nothing."""
    rules = tuple(AvailabilityRule(1, window) for window in weekly(range(7), *hours))
    return replace(therapist(number, name=f"Second {number}", qualified=False), availability_rules=rules)


def accompanied(*people: Therapist) -> Question:
    """A session of an hour and a quarter of clearing up, for which one of these is asked for."""
    treatment = service(Variant(1, 60, buffer_after=15))
    whole = practice(location(rooms=0), treatment, therapist(), *people, policy=open_policy())
    return replace(question(whole, MONDAY), chaperones=(whole.therapists[0], *people))


def test_who_gives_the_session_is_no_second_person() -> None:
    assert why_not(accompanied(), {}, "10:00") is Refusal.NO_CHAPERONE
    assert why_not(accompanied(second(2)), {}, "10:00") is None


def test_the_second_person_is_at_work_and_free_for_all_that_the_session_takes() -> None:
    asked = accompanied(second(2, ("09:00", "17:00")))
    booked = {2: gives(("12:00", 60, LIGHT))[1]}
    away = {2: Diary(time_off=booked[2].taken)}
    assert why_not(asked, {}, "08:45") is Refusal.NO_CHAPERONE
    assert why_not(asked, {}, "16:00") is None  # clearing up may go on after work
    assert why_not(asked, {}, "16:15") is Refusal.NO_CHAPERONE
    for diaries in (booked, away):
        assert why_not(asked, diaries, "10:45") is None
        assert why_not(asked, diaries, "11:00") is Refusal.NO_CHAPERONE
        assert why_not(asked, diaries, "13:00") is None


def test_of_several_any_that_is_free_will_do_in_the_order_asked_for() -> None:
    asked = accompanied(second(2), second(3))
    dana, diaries = asked.practice.therapists[0], {2: gives(("12:00", 60, LIGHT))[1]}
    assert why_not(asked, diaries, "12:00") is None
    assert [one.id for one in free_chaperones(asked, dana, diaries, wall("12:00"))] == [3]
    assert [one.id for one in free_chaperones(asked, dana, diaries, wall("14:00"))] == [2, 3]
    assert resources_of(asked, [dana]) == [1, 2, 3]


def test_who_asks_for_nobody_needs_nobody() -> None:
    assert why_not(replace(accompanied(), chaperones=None), {}, "10:00") is None


@pytest.mark.parametrize("reason", sorted(LOAD))
def test_staff_are_told_of_each_limit_and_may_set_it_aside_by_name(reason: Refusal) -> None:
    numbers = {
        Refusal.DAY_FULL: {"sessions_a_day": 1},
        Refusal.DEEP_DAY_FULL: {"deep_a_day": 1},
        Refusal.DEEP_IN_A_ROW: {"deep_in_a_row": 1, "break_minutes": 30},
        Refusal.HANDS_ON_FULL: {"hands_on_minutes": 60},
        Refusal.NEEDS_BREAK: {"break_after_minutes": 60, "break_minutes": 30},
        Refusal.TOO_CLOSE: {"spacing": 3},
    }
    asked = replace(on(limited(**numbers[reason]), MONDAY), by_staff=True)  # type: ignore[arg-type]
    diaries = gives(("08:00", 60, DEEP))
    assert why_not(asked, diaries, "09:00") is reason
    assert why_not(replace(asked, setting_aside=frozenset({reason})), diaries, "09:00") is None
