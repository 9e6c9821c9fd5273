"""Cells as days and times, as people and programs write them; and what a column says of the order of its numbers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.domain.imports import DAYS, DayOrder, Field, Problem, Reading, SheetOfRows, same_name
from app.domain.imports_values import BadCell, is_nothing
from app.domain.wallclock import NoSuchLocalTime, instant_of

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *(
                "january jan janvier janv",
                "february feb fevrier fevr",
                "march mar mars",
                "april apr avril avr",
            ),
            *("may mai", "june jun juin", "july jul juillet juil", "august aug aout"),
            *("september sep sept septembre", "october oct octobre", "november nov novembre"),
            "december dec decembre",
        ),
        1,
    )
    for name in names.split()
}
_LONGEST_MONTH = 20  # with whatever stands around it
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})", re.ASCII)
_MONTH_DAY = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er)?[ -]([^\W\d]+)\.?,?[ -](\d{4})")
_WEEKDAY = re.compile(r"^[^\W\d]+\.?,? (?=[^\W\d]+\.? \d|\d)")
_CLOCK = re.compile(r"(\d{1,2})(?:[:h.](\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE)
_OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.ASCII)
_EARLIEST, _LATEST, _FIRST_BORN = 1970, 2100, 1890
_SHORT_YEAR = 2  # digits: of a birth nobody knows which century


@dataclass(frozen=True, slots=True)
class Told:
    """When something is, as a cell says it: a day, perhaps a time of day; aware only where the cell names its offset."""

    day: date
    at: time | None = None
    instant: datetime | None = None


def birthday_of(text: str, order: DayOrder | None, today: date) -> date | None:
    """A day of birth; none where the cell says nothing."""
    if is_nothing(text) or text.startswith("0000-00-00"):
        return None
    numeric = _NUMERIC.match(text.strip())
    told = None if numeric and len(numeric[3]) == _SHORT_YEAR else _day_of(text.strip(), order)
    if told is None or told[1].strip(" 0:T") or not told[0].year >= _FIRST_BORN or told[0] > today:
        raise BadCell(Problem.BAD_BIRTHDAY)
    return told[0]


def moment_of(text: str, order: DayOrder | None, problem: Problem) -> Told:
    """A day with or without a time of day, in any of the ways in which systems write them."""
    cleaned = " ".join(text.replace("\u202f", " ").replace(" at ", " ").split())
    found = _day_of(cleaned, order)
    if found is None or not _EARLIEST <= found[0].year <= _LATEST:
        raise BadCell(problem)
    day, rest = found
    rest = rest.strip(" ,T")
    if not rest:
        return Told(day)
    offset = _OFFSET.search(rest)
    if offset is None:
        return Told(day, clock_of(rest, problem))
    try:
        instant = datetime.fromisoformat(f"{day.isoformat()}T{rest}")
    except ValueError as error:
        raise BadCell(problem) from error
    return Told(day, None, instant.astimezone(UTC))


def clock_of(text: str, problem: Problem) -> time:
    """A time of day."""
    found = _CLOCK.fullmatch(text.strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    half = (found[3] or "").lower() if found else ""
    if half and not 1 <= hour <= 12:
        raise BadCell(problem)
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    if hour > 23 or minute > 59:
        raise BadCell(problem)
    return time(hour, minute)


def instant_at(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall time, which may not be skipped or come twice when the clocks change."""
    try:
        instant = instant_of(day, at, zone)
    except NoSuchLocalTime as error:
        raise BadCell(Problem.SKIPPED_TIME) from error
    again = datetime.combine(day, at, zone).replace(fold=1).astimezone(UTC)
    if again != instant:
        raise BadCell(Problem.DOUBLED_TIME)
    return instant


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a column's dates say of their order: whether any is written in numbers, and which orders some of them exclude."""

    numeric: bool
    day_first: bool
    month_first: bool

    @property
    def is_open(self) -> bool:
        """Whether somebody must say which number is the day: nothing does, or some say this and others that."""
        return self.numeric and self.day_first == self.month_first

    @property
    def order(self) -> DayOrder | None:
        """The order, where it is plain."""
        if not self.numeric or self.is_open:
            return None
        return DayOrder.DAY_FIRST if self.day_first else DayOrder.MONTH_FIRST


def evidence_of(cells: Iterable[str]) -> Evidence:
    """Look through a column. A date whose two numbers are equal says nothing, and needs nothing."""
    numeric = day_first = month_first = False
    for text in cells:
        found = _NUMERIC.match(text.strip())
        if found is None:
            continue
        first, second = int(found[1]), int(found[2])
        numeric = numeric or first != second
        day_first = day_first or first > 12
        month_first = month_first or second > 12
    return Evidence(numeric, day_first, month_first)


def evidence(sheet: SheetOfRows, reading: Reading) -> dict[Field, Evidence]:
    """What the columns of days say about the order of their numbers."""
    columns = reading.columns_in(sheet.header)
    return {
        one: evidence_of(
            row.cells[columns[shown]] for shown in shows if shown in columns for row in sheet.rows
        )
        for one, shows in DAYS.items()
        if one in columns
    }


def _day_of(text: str, order: DayOrder | None) -> tuple[date, str] | None:
    """The day at the beginning of a text, and what follows it."""
    iso = _ISO.match(text)
    if iso:
        return _made(int(iso[1]), int(iso[2]), int(iso[3]), text[iso.end() :])
    numeric = _NUMERIC.match(text)
    if numeric:
        first, second, year = int(numeric[1]), int(numeric[2]), _year(numeric[3])
        day, month = (second, first) if order is DayOrder.MONTH_FIRST else (first, second)
        if order is None and first != second:
            return None
        return _made(year, month, day, text[numeric.end() :])
    return _named_day(_WEEKDAY.sub("", text, count=1)) or _named_day(text)


def _named_day(text: str) -> tuple[date, str] | None:
    month_first, day_first = _MONTH_DAY.match(text), _DAY_MONTH.match(text)
    found = month_first or day_first
    if found is None:
        return None
    month_name, day = (found[1], found[2]) if month_first else (found[2], found[1])
    month = _month(month_name)
    return _made(int(found[3]), month, int(day), text[found.end() :]) if month else None


@lru_cache(maxsize=64)
def _month(name: str) -> int | None:
    return _MONTHS.get(same_name(name)) if len(name) <= _LONGEST_MONTH else None


def _year(digits: str) -> int:
    """Two digits mean this century: appointments are near."""
    return int(digits) + (0 if len(digits) > _SHORT_YEAR else 2000)


def _made(year: int, month: int, day: int, rest: str) -> tuple[date, str] | None:
    if rest[:1].isalnum() and not rest.startswith("T"):
        return None
    try:
        return date(year, month, day), rest
    except ValueError:
        return None
