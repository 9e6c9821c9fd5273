"""How a practice file writes weekdays, offsets and prices, both ways."""

import re
from collections.abc import Sequence
from datetime import time, timedelta
from decimal import Decimal

from app.domain.money import decimals_of

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MIDNIGHT = time(0)
ARRIVAL = "arrival"
_OFFSET = re.compile(r"(?P<count>[0-9]{1,5}) (?P<unit>minute|hour|day|week)s?")
_UNITS = {
    "week": timedelta(weeks=1),
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
}
_PRICE = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,3})?")
LONGEST_OFFSET = timedelta(days=90)


def weekdays_named(text: str) -> tuple[int, ...]:
    """The weekdays (Monday is 0) of "Mon-Fri", "Sat, Sun" or "daily". Raises ValueError for anything else."""
    if text.strip().casefold() in ("daily", "every day"):
        return tuple(range(7))
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        begin = _weekday(first)
        found.update(_run(begin, _weekday(last)) if dash else (begin,))
    return tuple(sorted(found))


def named_weekdays(weekdays: Sequence[int]) -> str:
    """Those weekdays in words: runs of three and more with a hyphen."""
    parts: list[str] = []
    for run in _runs(sorted(set(weekdays))):
        parts += [f"{DAYS[run[0]]}-{DAYS[run[-1]]}"] if len(run) > 2 else [DAYS[day] for day in run]
    return ", ".join(parts)


def offset_named(text: str) -> timedelta:
    """The time of "3 days", "24 hours" or "arrival". Raises ValueError for anything else."""
    if text.strip() == ARRIVAL:
        return timedelta(0)
    found = _OFFSET.fullmatch(text.strip())
    if not found:
        raise ValueError('must be a time such as "3 days", "2 hours" or "arrival"')
    offset = int(found["count"]) * _UNITS[found["unit"]]
    if offset > LONGEST_OFFSET:
        raise ValueError(f"must be at most {LONGEST_OFFSET.days} days")
    if offset % timedelta(minutes=5):
        raise ValueError("must be a multiple of 5 minutes")
    return offset


def named_offset(offset: timedelta) -> str:
    """That time in words: in the largest unit that fits."""
    if not offset:
        return "0 minutes"
    for word in ("day", "hour", "minute"):
        if not offset % _UNITS[word]:
            count = offset // _UNITS[word]
            return f"{count} {word}" if count == 1 else f"{count} {word}s"
    raise ValueError("an offset is whole minutes")


def price_named(text: str, currency: str) -> int:
    """The price in the currency's smallest unit, of "95.00". Raises ValueError with the reason."""
    if not _PRICE.fullmatch(text):
        raise ValueError('must be a price such as "95.00"')
    amount = Decimal(text).scaleb(decimals_of(currency))
    if amount != amount.to_integral_value():
        raise ValueError(f"has more decimals than {currency} has")
    if amount >= 10**9:
        raise ValueError("is too large")
    return int(amount)


def named_price(price_minor: int, currency: str) -> str:
    """That price with the currency's decimals."""
    return str(Decimal(price_minor).scaleb(-decimals_of(currency)))


def named_clock(at: time, closing: bool = False) -> str:
    """A time of day; the midnight at which a window closes is 24:00."""
    return "24:00" if closing and at == MIDNIGHT else f"{at:%H:%M}"


def _weekday(text: str) -> int:
    word = text.strip().casefold()
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for number, name in enumerate(names):
        if len(word) >= 3 and name.startswith(word):
            return number
    raise ValueError('must be weekdays such as "Mon-Fri" or "Sat, Sun"')


def _run(first: int, last: int) -> tuple[int, ...]:
    return tuple((first + step) % 7 for step in range((last - first) % 7 + 1))


def _runs(days: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
