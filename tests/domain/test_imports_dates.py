"""Days and times as other systems write them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.imports import DayOrder, Problem
from app.domain.imports_dates import Told, birthday_of, clock_of, evidence_of, instant_at, moment_of
from app.domain.imports_states import state_of
from app.domain.imports_values import BadCell, email_of, minutes_of, name_of, phone_of

TODAY = date(2026, 11, 20)
HALIFAX = ZoneInfo("America/Halifax")
DAY, MONTH = DayOrder.DAY_FIRST, DayOrder.MONTH_FIRST


def moment(text: str, order: DayOrder | None = None) -> Told:
    return moment_of(text, order, Problem.BAD_START)


@pytest.mark.parametrize(
    ("cell", "order", "expected"),
    [
        ("2026-11-24 14:00:00", None, datetime.fromisoformat("2026-11-24T14:00")),
        ("2026-11-24T14:05", None, datetime.fromisoformat("2026-11-24T14:05")),
        ("November 24, 2026 2:00 pm", None, datetime.fromisoformat("2026-11-24T14:00")),
        ("Tue, Nov 24, 2026 at 9:30am", None, datetime.fromisoformat("2026-11-24T09:30")),
        ("24 novembre 2026 14h30", None, datetime.fromisoformat("2026-11-24T14:30")),
        ("24-Nov-2026 14:00", None, datetime.fromisoformat("2026-11-24T14:00")),
        ("1er août 2026 9:00", None, datetime.fromisoformat("2026-08-01T09:00")),
        ("3/4/2026 12:15 AM", DAY, datetime.fromisoformat("2026-04-03T00:15")),
        ("3/4/2026 12:15 PM", MONTH, datetime.fromisoformat("2026-03-04T12:15")),
        ("03.04.26 08:00", DAY, datetime.fromisoformat("2026-04-03T08:00")),
        ("5/5/2026 8 am", None, datetime.fromisoformat("2026-05-05T08:00")),
    ],
)
def test_days_and_times(cell: str, order: DayOrder | None, expected: datetime) -> None:
    assert moment(cell, order) == Told(expected.date(), expected.time())


def test_an_offset_makes_it_an_instant() -> None:
    assert moment("2026-11-24T14:00:00-04:00").instant == datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def test_a_day_alone_has_no_time() -> None:
    assert moment("2026-11-24") == Told(date(2026, 11, 24))


@pytest.mark.parametrize(
    "cell", ["soon", "2026-02-30", "13/13/2026", "3/4/2026", "24 Foo 2026", "2026-11-24 25:00"]
)
def test_days_that_can_not_be_read_are_told(cell: str) -> None:
    with pytest.raises(BadCell) as bad:
        moment(cell)
    assert bad.value.problem is Problem.BAD_START


@given(st.text(max_size=30))
def test_no_text_makes_it_stumble(text: str) -> None:
    for read in (
        lambda: moment(text, DAY),
        lambda: clock_of(text, Problem.BAD_START),
        lambda: minutes_of(text),
        lambda: birthday_of(text, MONTH, TODAY),
        lambda: phone_of(text),
        lambda: email_of(text),
        lambda: state_of(text),
        lambda: name_of(text),
    ):
        try:
            read()
        except BadCell:
            continue


@given(st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2099-12-31")))
def test_what_a_program_writes_is_read_whatever_the_order(when: datetime) -> None:
    expected = Told(when.date(), time(when.hour, when.minute))
    assert moment(f"{when:%Y-%m-%d %H:%M:%S}") == expected
    assert moment(f"{when:%d/%m/%Y %H:%M}", DAY) == expected
    assert moment(f"{when:%m/%d/%Y %I:%M %p}", MONTH) == expected
    assert moment(f"{when:%B %d, %Y %I:%M %p}") == expected


@given(st.lists(st.dates(date(1990, 1, 1), date(2030, 12, 31)), min_size=1, max_size=8))
def test_the_order_is_never_guessed_wrongly(days: list[date]) -> None:
    for order, pattern in ((DAY, "%d/%m/%Y"), (MONTH, "%m/%d/%Y")):
        found = evidence_of(f"{day:{pattern}}" for day in days)
        assert found.order in (order, None)
        is_plain = any(day.day > 12 for day in days)
        assert found.is_open == (not is_plain and any(day.day != day.month for day in days))


def test_a_column_that_says_this_and_that_is_open() -> None:
    assert evidence_of(["13/1/2026", "1/13/2026"]).is_open


@pytest.mark.parametrize(
    ("cell", "order", "born"),
    [
        ("1980-05-04", None, date(1980, 5, 4)),
        ("4/5/1980", DAY, date(1980, 5, 4)),
        ("May 4, 1980", None, date(1980, 5, 4)),
        ("1980-05-04 00:00:00", None, date(1980, 5, 4)),
        ("0000-00-00", None, None),
        ("", None, None),
    ],
)
def test_birthdays(cell: str, order: DayOrder | None, born: date | None) -> None:
    assert birthday_of(cell, order, TODAY) == born


@pytest.mark.parametrize("cell", ["4/5/80", "2027-01-01", "1750-01-01", "4/5/1980", "yesterday"])
def test_birthdays_that_nobody_has_are_told(cell: str) -> None:
    with pytest.raises(BadCell):
        birthday_of(cell, None, TODAY)


@pytest.mark.parametrize(
    ("day", "at", "problem"),
    [
        (date(2026, 3, 8), time(2, 30), Problem.SKIPPED_TIME),
        (date(2026, 11, 1), time(1, 30), Problem.DOUBLED_TIME),
    ],
)
def test_times_of_the_days_on_which_clocks_change_are_told(day: date, at: time, problem: Problem) -> None:
    with pytest.raises(BadCell) as bad:
        instant_at(day, at, HALIFAX)
    assert bad.value.problem is problem
    assert instant_at(day, time(9), HALIFAX).astimezone(HALIFAX).hour == 9
