"""Locations in a practice file: address periods, opening hours, closures, rooms."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, time

from app.domain.practice import AddressPeriod, Closure, WeeklyWindow
from app.domain.practice_file import LocationEntry, RoomEntry
from app.domain.practice_file_fields import each, matching
from app.domain.practice_file_reader import MISSING, Table
from app.domain.practice_file_words import weekdays_named
from app.domain.wallclock import MIDNIGHT, is_places_clock, zone_named

_PHONE = re.compile(r"[0-9+() ./x-]{3,40}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def location_of(table: Table) -> LocationEntry:
    """[[location]]"""
    entry = LocationEntry(
        slug=table.slug(),
        name=table.line("name", 120, required=True) or "",
        zone=_zone(table),
        country=matching(table, "country", 2, _COUNTRY, "must be two capital letters such as CA"),
        phone=matching(table, "phone", 40, _PHONE, "must be a telephone number"),
        arrival=table.texts("arrival", 600),
        address=in_order(each(table, "address", _address)),
        opening_hours=tuple(sorted(_windows(table, "opening_hours", "opens", "closes"), key=window_order)),
        closures=tuple(
            sorted(
                each(table, "closures", _closure), key=lambda closure: (closure.starts_on, closure.ends_on)
            )
        ),
        retired=table.flag("retired", default=False),
        rooms=tuple(each(table, "rooms", _room)),
    )
    table.close()
    return entry


def window_order(window: WeeklyWindow) -> tuple[int, time, time, date, date]:
    """The order of windows in a week."""
    earliest, latest = window.valid_from or date.min, window.valid_until or date.max
    return window.weekday, window.opens, window.closes, earliest, latest


def _zone(table: Table) -> str | None:
    name = table.line("zone", 64)
    if name is None:
        return None
    try:
        zone = zone_named(name).key
    except ValueError:
        table.refuse("zone", "must be an IANA time zone such as America/Halifax")
        return None
    if not is_places_clock(zone):
        table.refuse(
            "zone", "must name a place's clock, such as America/Halifax: this one knows no summer time"
        )
        return None
    return zone


def _address(table: Table) -> AddressPeriod:
    period = AddressPeriod(
        valid_from=table.day("from"),
        lines=table.text("lines", 400),
        announced=table.flag("announced", default=False),
        note=table.texts("note", 200),
    )
    if period.lines is None and not period.announced:
        table.refuse("lines", f"{MISSING}: only an announced address may do without")
    return period


def in_order(periods: Iterable[AddressPeriod]) -> tuple[AddressPeriod, ...]:
    """Addresses in the order in which they begin to hold."""
    return tuple(sorted(periods, key=_address_order))


def _address_order(period: AddressPeriod) -> tuple[date, bool, str]:
    return period.valid_from or date.min, period.announced, period.lines or ""


def _windows(table: Table, key: str, opens: str, closes: str) -> Iterator[WeeklyWindow]:
    for inner in table.tables(key):
        yield from window_of(inner, opens, closes)
        inner.close()


def window_of(table: Table, opens_key: str, closes_key: str) -> Iterator[WeeklyWindow]:
    """A window as the file says it: one value for each of its weekdays."""
    weekdays = _weekdays(table)
    opens, closes = table.clock(opens_key), table.clock(closes_key)
    valid_from, valid_until = table.day("from"), table.day("until")
    if opens is not None and closes is not None and closes != MIDNIGHT and closes <= opens:
        table.refuse(
            closes_key, f"must be later than {opens_key} (a window ends on its own day; 24:00 is midnight)"
        )
        return
    if valid_from and valid_until and valid_until < valid_from:
        table.refuse("until", "lies before from")
        return
    if opens is None or closes is None:
        return
    for weekday in weekdays:
        yield WeeklyWindow(weekday, opens, closes, valid_from, valid_until)


def _weekdays(table: Table) -> tuple[int, ...]:
    text = table.line("days", 80, required=True)
    if text is None:
        return ()
    try:
        return weekdays_named(text)
    except ValueError as error:
        table.refuse("days", str(error))
        return ()


def _closure(table: Table) -> Closure | None:
    first, last, label = table.day("from"), table.day("until"), table.line("label", 80)
    if first is None:
        if not table.has("from"):
            table.refuse("from", MISSING)
        return None
    if last and last < first:
        table.refuse("until", "lies before from")
        return None
    return Closure(first, last or first, label)


def _room(table: Table) -> RoomEntry:
    return RoomEntry(
        slug=table.slug(),
        name=table.line("name", 80, required=True) or "",
        features=table.words("features", 80),
        retired=table.flag("retired", default=False),
    )
