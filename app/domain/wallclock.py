"""Between the wall clock of a place and UTC, right on the days when the clocks change."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from app.domain.spans import Span

MIDNIGHT = time(0)
#: Zones that tzdata lists but that are nobody's place: they depend on the machine or have no meaning.
_NOT_PLACES = frozenset({"localtime", "Factory"})


class NoSuchLocalTime(ValueError):
    """The clocks were put forward over that time: it does not exist on that day."""


@cache  # looking through the list of zones takes 20 ms, and every booking asks
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name. Raises ValueError when there is none."""
    if name in _NOT_PLACES or name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as America/Halifax")
    return ZoneInfo(name)


def is_places_clock(name: str) -> bool:
    """Whether a zone's name is that of a place's own clock, or of UTC. EST or Etc/GMT+5 are clocks without summer time, which who
    types them hardly ever means.
    """
    return name in ("UTC", "Etc/UTC") or ("/" in name and not name.startswith("Etc/"))


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time. Of a time that happens twice the first; raises NoSuchLocalTime for one that doesn't happen."""
    instant = datetime.combine(day, at, zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != datetime.combine(day, at):
        raise NoSuchLocalTime(f"{at:%H:%M} does not exist on {day.isoformat()}: the clocks go forward")
    return instant


def instant_near(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Like instant_of, but a time that the clocks skip becomes the moment at which they are put forward plus the rest."""
    return datetime.combine(day, at, zone).astimezone(UTC)


@lru_cache(maxsize=2048)  # the same few days are asked about for every therapist and room
def day_span(day: date, zone: ZoneInfo) -> Span:
    """The local day, midnight to midnight: 23, 24 or 25 hours."""
    return Span(instant_near(day, MIDNIGHT, zone), instant_near(day + timedelta(days=1), MIDNIGHT, zone))


@lru_cache(maxsize=8192)
def window_span(day: date, opens: time, closes: time, zone: ZoneInfo) -> Span:
    """A wall-clock window of a day; ``closes`` at or before ``opens`` means on the next day (00:00: midnight)."""
    last_day = day if closes > opens else day + timedelta(days=1)
    start, end = instant_near(day, opens, zone), instant_near(last_day, closes, zone)
    return Span(start, max(start, end))


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The date on the wall clock."""
    return instant.astimezone(zone).date()


def local_time(instant: datetime, zone: ZoneInfo) -> datetime:
    """The same instant on the wall clock (aware)."""
    return instant.astimezone(zone)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every date from ``first`` to ``last``, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def same_wall_time_days_before(instant: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The instant that shows the same wall time ``days`` days earlier: what people mean by "72 hours before"."""
    local = instant.astimezone(zone)
    earlier = local.date() - timedelta(days=days)
    return datetime.combine(earlier, local.time(), zone).replace(fold=local.fold).astimezone(UTC)
