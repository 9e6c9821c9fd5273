"""What forms and addresses say, as domain types: instants, dates, small numbers. Anything odd is none, never an error."""

import re
from datetime import UTC, date, datetime

from flask import abort

_FIRST_YEAR, _LAST_YEAR = 1970, 2200
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"\d{1,10}", re.ASCII)
_LARGEST = 2**31 - 1  # what a column of ours holds


def instant_typed(text: str | None) -> datetime | None:
    """An RFC 3339 time with offset, in UTC."""
    if not text or not _INSTANT.fullmatch(text):
        return None
    try:
        instant = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if _FIRST_YEAR <= instant.year <= _LAST_YEAR else None


def date_typed(text: str | None) -> date | None:
    """A date such as 2026-11-24, within reach of any calendar that matters here."""
    if not text or not _DATE.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def number_typed(text: str | None) -> int | None:
    """A whole number that a column can hold, not negative."""
    number = int(text) if text and _NUMBER.fullmatch(text) else None
    return number if number is not None and number <= _LARGEST else None


def version_typed(text: str | None) -> int:
    """The version of what somebody had before them; a form of ours always says it, so without it: 400."""
    version = number_typed(text)
    if version is None:
        abort(400)
    return version
