"""Nobody is written to by plan in the night: what is due then goes the evening before, or the next morning."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.policy import QuietHours
from app.domain.wallclock import instant_near


def moved_earlier(instant: datetime, quiet: QuietHours, zone: ZoneInfo) -> datetime:
    """The instant, or, if it lies in the night of that zone, the evening before that night. For what must be known in time."""
    local = instant.astimezone(zone)
    at = local.time()
    if not quiet.hold_at(at):
        return instant
    return _at(local, -1 if _after_midnight(at, quiet) else 0, quiet.evening, zone)


def moved_later(instant: datetime, quiet: QuietHours, zone: ZoneInfo) -> datetime:
    """The instant, or, if it lies in the night of that zone, the end of that night. For what can wait."""
    local = instant.astimezone(zone)
    at = local.time()
    if not quiet.hold_at(at):
        return instant
    return _at(local, 0 if _after_midnight(at, quiet) else 1, quiet.ends, zone)


def _after_midnight(at: time, quiet: QuietHours) -> bool:
    """Whether the night that holds this hour began the day before. A quiet time within one day counts as its early end."""
    return at < quiet.ends


def _at(local: datetime, days: int, at: time, zone: ZoneInfo) -> datetime:
    return instant_near(local.date() + timedelta(days=days), at, zone)
