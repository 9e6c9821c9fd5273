"""What a change of settings does to what is booked, by the slot rule itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.cells import cells_touched
from app.domain.impact import Booked, Configured, Trouble, impact, troubles
from app.domain.policy import Policy
from app.domain.practice import (
    AddressPeriod,
    AvailabilityRule,
    Closure,
    Location,
    Practice,
    Qualification,
    Room,
    Service,
    Technique,
    Therapist,
    Variant,
    WeeklyWindow,
)
from app.domain.questions import Diary
from app.domain.spans import Span

HALIFAX = ZoneInfo("America/Halifax")
MONDAY = date(2026, 11, 23)
PSOAS = Technique(1, "psoas", {"en": "Psoas"})
HOUR = Variant(1, 60, price_minor=9500, buffer_before=0, buffer_after=15)
WEEK = tuple(WeeklyWindow(day, time(8), time(20)) for day in range(7))
LOCATION = Location(
    1,
    "main",
    "Main",
    HALIFAX,
    address_periods=(AddressPeriod(None, "1 Old Street"),),
    opening_hours=WEEK,
    rooms=(
        Room(1, 10, "one", "One", frozenset({"table"})),
        Room(2, 11, "two", "Two", frozenset({"table", "heated"})),
    ),
)
THERAPIST = Therapist(
    1,
    20,
    "dana",
    "Dana",
    qualifications=(Qualification(1),),
    availability_rules=tuple(AvailabilityRule(1, window) for window in WEEK),
)
SERVICE = Service(1, "psoas-release", {"en": "Psoas release"}, techniques=(PSOAS,), variants=(HOUR,))
PRACTICE = Practice(
    "example",
    "Example",
    "EX",
    "en",
    "CAD",
    True,
    1,
    Policy(),
    (LOCATION,),
    (SERVICE,),
    (THERAPIST,),
    (PSOAS,),
)
OLD = Configured(PRACTICE)


def at(hour: int, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time(hour), HALIFAX).astimezone(UTC)


def booked(hour: int = 10, **changes: object) -> Booked:
    return replace(Booked(1, 1, 1, 1, 1, HOUR, at(hour)), **changes)  # type: ignore[arg-type]


def with_location(**changes: object) -> Configured:
    return Configured(replace(PRACTICE, locations=(replace(LOCATION, **changes),)))  # type: ignore[arg-type]


def with_therapist(**changes: object) -> Configured:
    return Configured(replace(PRACTICE, therapists=(replace(THERAPIST, **changes),)))  # type: ignore[arg-type]


def with_service(**changes: object) -> Configured:
    return Configured(replace(PRACTICE, services=(replace(SERVICE, **changes),)))  # type: ignore[arg-type]


def hit_by(new: Configured, *appointments: Booked, old: Configured = OLD) -> list[Trouble]:
    return [hit.trouble for hit in impact(old, new, appointments or [booked()])]


def test_nothing_is_hit_where_nothing_has_changed() -> None:
    assert hit_by(Configured(PRACTICE)) == []


@pytest.mark.parametrize(
    ("new", "trouble"),
    [
        (Configured(replace(PRACTICE, locations=())), Trouble.LOCATION_RETIRED),
        (Configured(replace(PRACTICE, therapists=())), Trouble.THERAPIST_RETIRED),
        (Configured(replace(PRACTICE, services=())), Trouble.SERVICE_RETIRED),
        (with_location(rooms=LOCATION.rooms[1:]), Trouble.ROOM_RETIRED),
        (with_location(rooms=()), Trouble.ROOM_RETIRED),
        (with_location(zone=ZoneInfo("America/Vancouver")), Trouble.CLOCK_CHANGED),
        (with_location(address_periods=(AddressPeriod(None, "2 New Street"),)), Trouble.ADDRESS_CHANGED),
        (with_location(opening_hours=()), Trouble.CLOSED),
        (with_location(closures=(Closure(MONDAY, MONDAY),)), Trouble.CLOSED),
        (with_therapist(qualifications=()), Trouble.NOT_QUALIFIED),
        (
            with_therapist(qualifications=(Qualification(1, MONDAY - timedelta(days=1)),)),
            Trouble.NOT_QUALIFIED,
        ),
        (with_therapist(availability_rules=()), Trouble.NOT_WORKING),
        (Configured(PRACTICE, {20: Diary(time_off=(cells_touched(Span(at(9), at(11))),))}), Trouble.TIME_OFF),
        (with_service(room_features=frozenset({"heated"})), Trouble.NO_ROOM),
    ],
)
def test_a_change_names_what_it_hits(new: Configured, trouble: Trouble) -> None:
    assert hit_by(new) == [trouble]


@pytest.mark.parametrize(
    "new",
    [
        with_therapist(name="Dana Reyes", about={"en": "Calm."}),
        with_therapist(qualifications=(Qualification(1, MONDAY),)),
        with_location(closures=(Closure(MONDAY + timedelta(days=1), MONDAY + timedelta(days=1)),)),
        with_location(
            address_periods=(
                AddressPeriod(None, "1 Old Street"),
                AddressPeriod(None, None, True, {"en": "soon"}),
            )
        ),
        with_location(
            address_periods=(
                AddressPeriod(None, "1 Old Street"),
                AddressPeriod(MONDAY + timedelta(days=1), "2 New Street"),
            )
        ),
        with_service(variants=(Variant(2, 90, price_minor=1),)),
        with_service(room_features=frozenset({"table"})),
        Configured(
            replace(
                PRACTICE,
                policy=Policy(
                    notice=timedelta(days=9), horizon=timedelta(days=1), slot_step=timedelta(hours=2)
                ),
            )
        ),
        Configured(PRACTICE, {20: Diary(time_off=(cells_touched(Span(at(12), at(13))),))}),
        Configured(PRACTICE, {99: Diary(time_off=(cells_touched(Span(at(9), at(11))),))}),
    ],
)
def test_other_changes_leave_it_alone(new: Configured) -> None:
    assert hit_by(new) == []


def test_time_off_that_touches_only_the_buffer_hits_too() -> None:
    assert hit_by(Configured(PRACTICE, {20: Diary(time_off=(cells_touched(Span(at(11), at(12))),))})) == [
        Trouble.TIME_OFF
    ]


def test_what_stood_against_it_before_is_no_news() -> None:
    old = with_location(opening_hours=())
    assert hit_by(with_location(opening_hours=(), closures=(Closure(MONDAY, MONDAY),)), old=old) == []


def test_a_new_reason_is_told_even_where_an_old_one_stands() -> None:
    old = with_location(opening_hours=())
    new = Configured(replace(old.practice, therapists=()))
    assert hit_by(new, old=old) == [Trouble.THERAPIST_RETIRED]


def test_bringing_something_back_hits_nothing() -> None:
    assert hit_by(OLD, old=Configured(replace(PRACTICE, therapists=(), services=()))) == []


def test_the_last_session_of_the_day_is_hit_when_overrun_is_turned_off() -> None:
    strict = Configured(replace(PRACTICE, policy=Policy(may_overrun_closing=False)))
    assert hit_by(strict, booked(18), booked(19)) == [Trouble.CLOSED]


def test_an_address_that_was_not_known_yet_may_become_known() -> None:
    old = with_location(address_periods=(AddressPeriod(MONDAY, None, True, {"en": "to be told"}),))
    new = with_location(address_periods=(AddressPeriod(MONDAY, "2 New Street", True),))
    assert hit_by(new, old=old) == []


def test_an_appointment_keeps_the_length_it_was_booked_with() -> None:
    long = replace(HOUR, minutes=180)
    shorter = with_location(opening_hours=tuple(replace(window, closes=time(12)) for window in WEEK))
    assert hit_by(shorter, booked(10), booked(10, appointment_id=2, variant=long)) == [Trouble.CLOSED]


def test_a_room_of_its_own_is_not_replaced_by_another() -> None:
    """The rule asks about the room it was given, although another one would do."""
    worse = replace(LOCATION.rooms[0], features=frozenset())
    old = with_service(room_features=frozenset({"table"}))
    new = Configured(replace(old.practice, locations=(replace(LOCATION, rooms=(worse, LOCATION.rooms[1])),)))
    assert hit_by(new, old=old) == [Trouble.NO_ROOM]


def test_both_days_of_a_clock_change_are_asked_on_the_wall_clock() -> None:
    spring, autumn = date(2027, 3, 14), date(2027, 11, 7)
    later = with_location(opening_hours=tuple(replace(window, opens=time(10)) for window in WEEK))
    appointments = [booked(starts_at=at(hour, day)) for day in (spring, autumn) for hour in (9, 10)]
    assert [hit.booked.starts_at for hit in impact(OLD, later, appointments)] == [
        at(9, spring),
        at(9, autumn),
    ]


def test_all_troubles_of_an_appointment_can_be_asked_for() -> None:
    poor = with_therapist(qualifications=(), availability_rules=())
    assert troubles(poor, booked()) == {Trouble.NOT_QUALIFIED, Trouble.NOT_WORKING}
    assert troubles(OLD, booked()) == frozenset()


def test_the_second_person_s_time_off_hits_the_session_and_nobody_else_s_does() -> None:
    mia = replace(THERAPIST, id=2, resource_id=21, slug="mia", name="Mia", may_chaperone=True)
    old = Configured(replace(PRACTICE, therapists=(THERAPIST, mia)))
    off = Diary(time_off=(cells_touched(Span(at(9), at(12))),))
    new = replace(old, time_off={21: off})
    alone, accompanied = booked(), booked(chaperone_id=2)
    assert impact(old, new, [alone]) == []
    assert [hit.trouble for hit in impact(old, new, [accompanied])] == [Trouble.NO_CHAPERONE]
    gone = Configured(PRACTICE)
    assert [hit.trouble for hit in impact(old, gone, [accompanied])] == [Trouble.NO_CHAPERONE]
    assert troubles(old, accompanied) == frozenset()
