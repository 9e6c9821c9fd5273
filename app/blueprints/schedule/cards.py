"""The card of a session on the day's grid: what it says, its flags, and the clicks that it offers."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import url_for

from app.blueprints.schedule import words
from app.blueprints.schedule.day_facts import Day
from app.domain.appointments import State, may_be_moved
from app.domain.cells import Grid
from app.domain.impact import Trouble
from app.domain.intake import Lack
from app.domain.practice import text_in
from app.domain.workday import possible_marks, shown_state
from app.store.schedule import Absence, DayAppointment
from app.web.language import _

_ACTS_ON_CARD = 2
#: What a click sends that says: the client was asked in the room, and agreed.
TICK = "agreed"
_SIGNS = {
    State.ARRIVED.value: "dot",
    State.COMPLETED.value: "check",
    State.NO_SHOW.value: "cross",
    TICK: "question",
}
_A_LITTLE_LATE = timedelta(minutes=5)
#: How much there is room for, by rows at most: two lines with a button beside them, three lines; else four.
_HEIGHTS = ((7, " card-low"), (10, " card-mid"), (11, ""))
_TALL = " card-tall"
_MINUTE = timedelta(minutes=1)


class Flag(NamedTuple):
    """A fact in two words, its tint, what is said before it to who can't see the sign beside the name, and its own sign."""

    text: str
    tint: str
    spoken: str = ""
    sign: str = "warning"


class Mark(NamedTuple):
    """A click: what it says, what it sends, what it is called aloud, and its sign where words have no room."""

    text: str
    value: str
    spoken: str
    sign: str


class Card(NamedTuple):
    """What the grid's template draws of a session. ``place``: its classes; ``whose``: what the head of its column says, for where
    there is none; ``hint``: name and flags in a line, of which it may have no room for all.
    """

    row: int
    place: str
    reference: str
    time: str
    name: str
    state: str
    word: str | None
    service: str
    whose: str
    flags: tuple[Flag, ...]
    troubled: bool
    hint: str
    marks: tuple[Mark, ...]
    version: int | None  # none: it can't be moved any more
    is_card: bool = True


def card_of(
    day: Day, visible: Grid, one: DayAppointment, lanes: tuple[int, int], room: str | None = None
) -> Card:
    """The card of a session, in the lane where it stands beside others; the room that its column names is not said again."""
    taken = day.taken[one.id]
    row, rows = rows_of(visible, taken.first, taken.end)
    marks = possible_marks(one.state, one.starts_at, one.ends_at, day.now)[:_ACTS_ON_CARD]
    trouble = day.troubles.get(one.id)
    here = one.room or ""
    told = tuple(
        flags(
            one,
            day.now,
            day.absences,
            trouble,
            agreed=one.id not in day.unagreed,
            waits=_waits(day, one),
            lack=day.forms.lack_for(one.id),
        )
    )
    service = f"{text_in(one.service, day.language)} {one.minutes}"
    if day.is_by_room:
        service = f"{one.therapist} · {service}"
    elif here and here != room:
        service = f"{service} · {here}"
    return Card(
        row=row,
        place=_place(row, rows, *lanes),
        reference=one.reference,
        time=words.clock(one.starts_at, day.zone, half=False),
        name=one.client,
        state=state_of(one, day.now),
        word=_word(day, one),
        service=service,
        whose="".join(f" · {said}" for said in _whose(day, one, room)),
        flags=told,
        troubled=trouble is not None,
        hint=_hint(one.client, told),
        marks=tuple(_mark(one, mark) for mark in marks),
        version=one.row_version if may_be_moved(one.state) and one.starts_at > day.now else None,
    )


def _whose(day: Day, one: DayAppointment, room: str | None) -> Iterator[str]:
    """On a phone nothing stands above the cards: room and therapist, but for the name of who is looked at alone."""
    if one.room and (day.is_by_room or one.room == room):
        yield one.room
    if not day.is_by_room and len(day.therapists) > 1:
        yield one.therapist


def _word(day: Day, one: DayAppointment) -> str | None:
    """What a request waits for: a look by who treats, or the desk's approval."""
    if one.state is not State.REQUESTED:
        return None
    return _("to review") if one.id in day.to_review else _("to approve")


def _waits(day: Day, one: DayAppointment) -> bool:
    """A request says so already."""
    return one.id in day.to_review and one.state is not State.REQUESTED


def _hint(name: str, told: Iterable[Flag]) -> str:
    said = ", ".join(f"{flag.spoken} {flag.text}".lstrip() for flag in told)
    return _("%(name)s: %(value)s", name=name, value=said) if said else name


def _mark(one: DayAppointment, mark: State) -> Mark:
    said, what = _deed(mark, one.needs_tick)
    return Mark(
        said,
        f"{one.reference} {one.row_version} {what}",
        _("%(name)s: %(value)s", name=said, value=one.client),
        _SIGNS[what],
    )


def _deed(mark: State, needs_tick: bool) -> tuple[str, str]:
    """What a button says and sends: before a session can be done, that the client was asked in the room and agreed."""
    if mark is State.COMPLETED and needs_tick:
        return str(words.ASKED), TICK
    return str(words.BUTTONS[mark]), mark.value


def rows_of(visible: Grid, first: int, end: int) -> tuple[int, int]:
    """Cells as the first row and how many, cut to what is visible."""
    low, high = max(first, visible.first), min(end, visible.end)
    return low - visible.first + 1, max(0, high - low)


def _place(row: int, rows: int, lane: int, lanes: int) -> str:
    height = next((name for most, name in _HEIGHTS if rows <= most), _TALL)
    beside = f" lane-{lane}-of-{lanes}" if lanes > 1 else ""
    return f"from-{row} rows-{rows}{height}{beside}"


def state_of(one: DayAppointment, now: datetime) -> str:
    """How it stands, as its badge says it."""
    return shown_state(
        one.state,
        one.starts_at,
        one.ends_at,
        now,
        confirmed=one.confirmed,
        cancelled_by=one.cancelled_by,
    )


def flags(
    one: DayAppointment,
    now: datetime,
    absences: Iterable[Absence],
    trouble: Trouble | None,
    *,
    agreed: bool = True,
    waits: bool = False,
    lack: Lack | None = None,
) -> list[Flag]:
    """What else the desk should see at once, the most urgent first; never anything about health. ``agreed``: to what is agreed
    to before such a session, if anything is; ``waits``: somebody has to look at it, though it is promised; ``lack``: what is
    missing of the client's intake form.

    Whatever else is found out about a session gets its line here, and its column in ``store/schedule.py``.
    """
    found = [Flag(_("message failed"), "red")] if one.message_failed else []
    found += [Flag(_("to review"), "amber", sign="question")] if waits else []
    found += _late(one, now)
    if trouble is not None and trouble is not Trouble.TIME_OFF:
        found.append(Flag(str(words.TROUBLES_IN_SHORT[trouble]), "amber", _("no longer fits:")))
    away = any(
        absence.therapist_id == one.therapist_id and absence.span.overlaps(one.span) for absence in absences
    )
    found += [Flag(_("in time off"), "amber")] if away else []
    found += [Flag(_("not asked"), "amber", sign="question")] if one.is_unasked(now) else []
    found += _about_forms(one, agreed, lack)
    found += [Flag(_("first visit"), "blue", sign="dot")] if one.visit == "first" else []
    found += [Flag(f"+ {one.chaperone}", "blue", _("second person:"), "plus")] if one.chaperone else []
    found += [Flag(_("wishes"), "muted", sign="dot")] if one.has_wishes else []
    return found + ([Flag(_("note"), "muted", sign="dot")] if one.has_note else [])


def _about_forms(one: DayAppointment, agreed: bool, lack: Lack | None) -> list[Flag]:
    """That consent or the intake form is missing, or that consent has still to be asked by word of mouth, as at every visit."""
    found = [Flag(_("no consent"), "amber")] if one.needs_tick and not agreed else []
    if lack is not None:
        found.append(Flag(_("form missing") if lack is Lack.FORM else _("parts missing"), "amber"))
    return found + ([Flag(_("ask consent"), "muted", sign="question")] if one.needs_tick and agreed else [])


def _late(one: DayAppointment, now: datetime) -> list[Flag]:
    """As late as somebody noted, else how long they are waited for."""
    if one.minutes_late:
        return [_late_by(one.minutes_late)]
    return [_late_by((now - one.starts_at) // _MINUTE)] if is_waited_for(one, now) else []


def _late_by(minutes: int) -> Flag:
    return Flag(_("%(minutes_late)s min late", minutes_late=minutes), "amber", sign="clock")


def is_waited_for(one: DayAppointment, now: datetime) -> bool:
    """Whether it has begun without the client, as far as anybody has said."""
    return one.state is State.BOOKED and one.starts_at + _A_LITTLE_LATE <= now < one.ends_at


def back_to(day: Day) -> dict[str, str]:
    """What a click on a day's page sends along, to come back to that day as it was looked at."""
    return {"day": day.day.isoformat(), **day.asked.query(location=day.place)}


def mark_button(
    reference: str,
    state: State,
    row_version: int,
    back: Mapping[str, str] | None = None,
    *,
    needs_tick: bool = False,
) -> dict[str, Any]:
    """What a button for one mark needs; ``needs_tick``: consent has still to be asked in the room."""
    said, what = _deed(state, needs_tick)
    return {
        "text": said,
        "url": url_for("schedule.mark", reference=reference),
        "fields": {"state": what, "row_version": row_version, **(back or {})},
    }
