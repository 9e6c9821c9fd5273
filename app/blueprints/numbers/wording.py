"""How the numbers are written: on the page, and in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from app.blueprints.numbers.tables import Cell, Column, Kind, Table
from app.domain.numbers import Every, Stretch
from app.domain.spreadsheets import harmless
from app.web import local_words
from app.web.language import _
from app.web.local_words import (
    days_words,
    decimal_words,
    month_words,
    number_words,
    pattern_words,
    short_day_words,
)

_DASH = "\u2013"
#: So that a spreadsheet knows which letters they are.
BYTE_ORDER_MARK = "\ufeff"


def stretch_words(stretch: Stretch, every: Every, year: int) -> str:
    """Mon 23 Nov; 23 to 29 Nov; November 2026. With the year where it is not this one."""
    first, last = stretch.first, stretch.last
    if every is Every.MONTH and first.day == 1:
        return month_words(first)
    if first == last:
        return short_day_words(first) + ("" if first.year == year else f" {first.year}")
    begins = str(first.day) if first.month == last.month else _day(first)
    return _("%(begins)s to %(day)s", begins=begins, day=_day(last)) + (
        "" if last.year == year else f" {last.year}"
    )


def tick_words(stretch: Stretch, every: Every) -> str:
    """The same under a picture, in few letters: 23 Nov; Nov 2026."""
    return pattern_words(stretch.first, "MMM y") if every is Every.MONTH else _day(stretch.first)


def _day(day: date) -> str:
    return pattern_words(day, "d MMM")


def cell_words(cell: Cell, column: Column, every: Every, year: int) -> str:
    """A cell as the page shows it."""
    if isinstance(cell, Stretch):
        return stretch_words(cell, every, year)
    if cell is None or isinstance(cell, str):
        return cell or _DASH
    if column.kind is Kind.PERCENT:
        return percent_words(cell)
    if column.kind is Kind.HOURS:
        return _("%(hours)s h", hours=decimal_words(cell / 60))
    if column.kind is Kind.DAYS:
        return days_words(cell)
    if column.kind is Kind.MEAN:
        return decimal_words(cell)
    return number_words(cell)


def percent_words(part: float | None) -> str:
    """45 %; 4.5 % where whole ones would hide much."""
    if part is None:
        return _DASH
    return local_words.percent_words(part, 1 if 0 < part < 0.1 else 0)


def written(table: Table) -> Iterator[str]:
    """The table as comma-separated values, line by line."""
    yield from lines(_head(table.columns), (_row(row, table.columns) for row in _rows(table)))


def lines(head: Sequence[str], rows: Iterable[Sequence[str | int | float | None]]) -> Iterator[str]:
    """Comma-separated values: no cell is taken for a formula, Unicode is recognised."""
    yield BYTE_ORDER_MARK + _line(head)
    for row in rows:
        yield _line([harmless(cell) if isinstance(cell, str) else cell for cell in row])


def _rows(table: Table) -> Iterator[tuple[Cell, ...]]:
    """Without the row that sums up: whoever adds a column up would count everything twice. Clients can't be added up."""
    yield from table.rows
    if table.key == "clients" and table.total:
        yield table.total


def _head(columns: Iterable[Column]) -> list[str]:
    head: list[str] = []
    for column in columns:
        is_stretch = column.kind is Kind.STRETCH
        head += [_("First day"), _("Last day")] if is_stretch else [_with_unit(column)]
    return head


def _with_unit(column: Column) -> str:
    if column.kind is Kind.HOURS:
        return _("%(column)s, hours", column=column.name)
    if column.kind is Kind.DAYS:
        return _("%(column)s, days", column=column.name)
    return f"{column.name}, %" if column.kind is Kind.PERCENT else str(column.name)


def _row(row: Iterable[Cell], columns: Iterable[Column]) -> list[str | int | float | None]:
    found: list[str | int | float | None] = []
    for cell, column in zip(row, columns, strict=True):
        if isinstance(cell, Stretch):
            found += [cell.first.isoformat(), cell.last.isoformat()]
        elif column.kind is Kind.STRETCH:
            found += [cell, None]
        elif isinstance(cell, int | float) and column.kind is Kind.HOURS:
            found.append(round(cell / 60, 2))
        elif isinstance(cell, int | float) and column.kind is Kind.PERCENT:
            found.append(round(cell * 100, 1))
        elif isinstance(cell, int | float) and column.kind is Kind.MEAN:
            found.append(round(cell, 2))
        else:
            found.append(cell)
    return found


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
