"""A therapist's diary as a calendar file to subscribe to: when and where, never who or what for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from app.domain.appointments import State
from app.domain.spans import Span

_PRODUCT = "-//Stillpoint//Diary//EN"
#: How often programs may look again; they take it as advice.
_AGAIN = timedelta(minutes=15)
_STATUS = {State.REQUESTED: "TENTATIVE", State.CANCELLED: "CANCELLED"}


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A session."""

    uid: str
    revision: int
    state: State
    span: Span
    minutes: int
    place: str | None
    changed_at: datetime
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class FeedPause:
    """Time off."""

    uid: str
    span: Span


@dataclass(frozen=True, slots=True)
class Diary:
    """All that the file says."""

    name: str
    entries: tuple[FeedEntry, ...]
    pauses: tuple[FeedPause, ...]


def feed_file(diary: Diary) -> bytes:
    """The file; the same diary makes the same bytes, so that programs can be told that nothing has changed.

    Times are in UTC, which every calendar shows on its owner's clock; no zone can be misunderstood then.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _line(diary.name))
    calendar.add("x-wr-calname", _line(diary.name))
    calendar.add("refresh-interval", _AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    for entry in diary.entries:
        calendar.add_component(_session(entry))
    for pause in diary.pauses:
        calendar.add_component(_pause(pause))
    content: bytes = calendar.to_ical()
    return content


def _line(name: str) -> str:
    """A name on one line, whatever is kept of it: a bare line break would end the file for programs."""
    return " ".join(name.split())


def _session(entry: FeedEntry) -> Event:
    title = "Request" if entry.state is State.REQUESTED else "Session"
    title += ", as second person" if entry.is_second else ""
    event = _event(f"{entry.uid}@stillpoint", entry.span, f"{title}, {entry.minutes} min", entry.changed_at)
    event.add("sequence", entry.revision)
    event.add("status", _STATUS.get(entry.state, "CONFIRMED"))
    event.add("transp", "TRANSPARENT" if entry.state is State.CANCELLED else "OPAQUE")
    if entry.place:
        event.add("location", _line(entry.place))
    return event


def _pause(pause: FeedPause) -> Event:
    event = _event(f"{pause.uid}@stillpoint", pause.span, "Time off", pause.span.starts_at)
    event.add("sequence", 0)
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("x-microsoft-cdo-busystatus", "OOF")
    return event


def _event(uid: str, span: Span, title: str, changed_at: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", span.starts_at)
    event.add("dtend", span.ends_at)
    event.add("summary", title)
    event.add("class", "PRIVATE")
    return event
