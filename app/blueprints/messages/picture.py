"""The last thirty days as bars, the numbers of today, and what is wrong with sending."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from app.blueprints.messages.asked import Asked
from app.domain.notifications import OPEN_FATES, Fate
from app.domain.said import said
from app.domain.wallclock import day_span, days_between, local_date
from app.store.ledger import DayCount, Sending, count_days
from app.web.language import _, ngettext
from app.web.local_words import clock_words, in_words, number_words, short_day_words, short_when_words

DAYS = 30
_COLUMN, _BAR, _UP, _DOWN = 20, 14, 100, 36
_SMALLEST = 2.0  # what there is at all can be seen
_WORKER_WITHIN = timedelta(minutes=3)
_LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DayBar:
    """A day's messages."""

    day: date
    sent: int
    skipped: int
    failed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Month:
    """The last thirty days, today last, and how many messages are planned after today."""

    days: Sequence[DayBar]
    ahead: int

    def total(self, name: str) -> int:
        """The sum over all days: of sent, skipped, failed or waiting."""
        return sum(getattr(day, name) for day in self.days)


def load_month(now: datetime, zone: ZoneInfo, therapist_id: int | None) -> Month:
    """Counted by the day on which messages were due, on the practice's own wall clock."""
    today = local_date(now, zone)
    days = list(days_between(today - timedelta(days=DAYS - 1), today))
    edges = [*(day_span(day, zone).starts_at for day in days), day_span(today, zone).ends_at]
    counts = count_days(edges, therapist_id)
    bars = [_bar(day, [one for one in counts if one.stretch == number]) for number, day in enumerate(days)]
    later = _bar(today, [one for one in counts if one.stretch == DAYS])
    return Month(bars, later.waiting)


def _bar(day: date, counts: Sequence[DayCount]) -> DayBar:
    by_state = Counter({one.state: one.count for one in counts})
    waiting = sum(by_state[state.value] for state in OPEN_FATES)
    return DayBar(
        day, by_state[Fate.SENT.value], by_state[Fate.SKIPPED.value], by_state[Fate.FAILED.value], waiting
    )


def tiles(month: Month, calls: int) -> list[dict[str, Any]]:
    """The numbers above the picture; each leads to what it counts."""
    today, failed = month.days[-1], month.total("failed")
    return [
        _tile(today.sent, _("sent today"), Asked(state="sent", first=today.day, last=today.day).href()),
        _tile(
            today.waiting,
            _("still to go today"),
            Asked(state="planned", first=today.day, last=today.day).href(),
        ),
        _tile(month.ahead, _("planned after today"), Asked(state="planned").href()),
        _tile(failed, _("failed in 30 days"), Asked(state="failed").href(), "red" if failed else None),
        _tile(calls, _("to call instead"), url_for("messages.calls"), "amber" if calls else None),
    ]


def _tile(number: int, text: str, href: str, tint: str | None = None) -> dict[str, Any]:
    return {"number": number, "text": text, "href": href, "tint": tint}


def drawn(month: Month) -> dict[str, Any]:
    """The bars: upwards what was sent, what was not needed and what still waits; downwards, so that it stands out, what failed."""
    highest = max([day.sent + day.skipped + day.waiting for day in month.days] + [1])
    deepest = max([day.failed for day in month.days] + [1])
    busiest = max(month.days, key=lambda day: day.sent)
    return {
        "width": DAYS * _COLUMN,
        "height": _UP + _DOWN,
        "floor": _UP,
        "columns": [
            _column(number, day, highest, max(deepest, highest // 4)) for number, day in enumerate(month.days)
        ],
        "labels": [short_day_words(month.days[number].day) for number in (0, DAYS // 2)],
        "busiest": busiest if busiest.sent else None,
        "rows": [
            {"day": day, "href": Asked(first=day.day, last=day.day).href()}
            for day in reversed(month.days)
            if day.sent or day.skipped or day.failed or day.waiting
        ],
    }


def _column(number: int, day: DayBar, highest: int, deepest: int) -> list[dict[str, Any]]:
    left, floor, parts = number * _COLUMN + (_COLUMN - _BAR) // 2, float(_UP), []
    for name in ("sent", "waiting", "skipped"):
        count = getattr(day, name)
        if count:
            tall = max(_SMALLEST, count / highest * (_UP - 3 * _SMALLEST))
            floor -= tall
            parts.append(_part(name, left, floor, tall))
    if day.failed:
        parts.append(_part("failed", left, _UP + 1.0, max(4.0, day.failed / deepest * (_DOWN - 2))))
    return parts


def _part(name: str, left: int, top: float, tall: float) -> dict[str, Any]:
    return {"name": name, "x": left, "y": round(top, 1), "width": _BAR, "height": round(tall, 1)}


def troubles(sending: Sending, now: datetime, zone: ZoneInfo) -> list[dict[str, str]]:
    """What keeps messages from going out, worst first; nothing on a good day."""
    found = []
    if sending.held_since is not None:
        found.append(_held(short_when_words(sending.held_since, zone)))
    if sending.worker_seen_at is None or now - sending.worker_seen_at > _WORKER_WITHIN:
        found.append(_unseen(_seen(sending.worker_seen_at, now, zone) if sending.worker_seen_at else None))
    if sending.again:
        found.append(_tried_again(sending))
    elif not found and sending.oldest_due is not None and now - sending.oldest_due > _LATE:
        late = _(
            "%(late)s should have gone by now, the oldest at %(time)s.",
            late=number_words(sending.late),
            time=clock_words(sending.oldest_due, zone),
        )
        found.append(_trouble(_("Messages are late"), late, kind="warning"))
    return found


def _held(since: str) -> dict[str, str]:
    return _trouble(
        _("Sending is held"),
        _(
            "Since %(since)s nothing is sent. Messages wait and lose nothing but time; whoever runs the program lets them go on with “flask outbox release”.",
            since=since,
        ),
    )


def _unseen(at: str | None) -> dict[str, str]:
    seen = (
        _("The program that sends was last seen %(at)s.", at=at)
        if at
        else _("The program that sends was never seen.")
    )
    wait = _(
        "Bookings are safe, and their messages wait. Tell whoever runs the program: “flask worker” has to run."
    )
    return _trouble(_("Nothing is being sent"), f"{seen} {wait}")


def _tried_again(sending: Sending) -> dict[str, str]:
    why = in_words(sending.why or said("unknown")).rstrip(".")
    text = ngettext(
        "%(again)s message waits for another try. The last reason: %(why)s. It is tried again by itself, more and more seldom.",
        "%(again)s messages wait for another try. The last reason: %(why)s. They are tried again by themselves, more and more seldom.",
        sending.again,
        again=number_words(sending.again),
        why=why,
    )
    title = ngettext("A message could not be handed over", "Messages could not be handed over", sending.again)
    return _trouble(title, text, kind="warning")


def _seen(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    return (
        _("at %(time)s", time=clock_words(at, zone))
        if local_date(at, zone) == local_date(now, zone)
        else short_when_words(at, zone)
    )


def _trouble(title: str, text: str, kind: str = "error") -> dict[str, str]:
    return {"title": title, "text": text, "kind": kind}
