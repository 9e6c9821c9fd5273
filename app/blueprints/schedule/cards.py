"""The card of a session on the day's grid: what it says, its flags, and the clicks that it offers."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import url_for

from app.blueprints.schedule import words
from app.blueprints.schedule.day_facts import Day
from app.domain.appointments import State, may_be_moved
from app.domain.cells import Grid
from app.domain.impact import Trouble
from app.domain.practice import text_in
from app.domain.workday import possible_marks
from app.store.schedule import Absence, DayAppointment

_ACTS_ON_CARD = 2
#: What a click sends that says: the client was asked in the room, and agreed.
TICK = "agreed"
_A_LITTLE_LATE = timedelta(minutes=5)
#: How much there is room for, by rows at most: one line, two lines, two lines with a button, three lines; else four.
_HEIGHTS = ((4, " card-line"), (7, " card-low"), (10, " card-mid"), (11, ""))
_TALL = " card-tall"
_MINUTE = timedelta(minutes=1)


class Flag(NamedTuple):
    """A fact in two words, its tint, and what is said before it to who can't see the sign beside the name."""

    text: str
    tint: str
    spoken: str = ""


class Card(NamedTuple):
    """What the grid's template draws of a session. ``place``: its classes; ``marks``: what a click says, what it sends, and what it is called aloud."""

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
    marks: tuple[tuple[str, str, str], ...]
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
    whose = here if day.is_by_room else one.therapist
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
        state=shown_state(one, day.now),
        word=_word(day, one),
        service=service,
        whose=f" · {whose}" if whose else "",
        flags=tuple(
            flags(
                one,
                day.now,
                day.absences,
                trouble,
                agreed=one.id not in day.unagreed,
                waits=_waits(day, one),
            )
        ),
        troubled=trouble is not None,
        marks=tuple(_mark(one, mark) for mark in marks),
        version=one.row_version if may_be_moved(one.state) and one.starts_at > day.now else None,
    )


def _word(day: Day, one: DayAppointment) -> str | None:
    """What a request waits for: a look by who treats, or the desk's approval."""
    if one.state is not State.REQUESTED:
        return None
    return "to review" if one.id in day.to_review else "to approve"


def _waits(day: Day, one: DayAppointment) -> bool:
    """A request says so already."""
    return one.id in day.to_review and one.state is not State.REQUESTED


def _mark(one: DayAppointment, mark: State) -> tuple[str, str, str]:
    said, what = _deed(mark, one.needs_tick)
    return said, f"{one.reference} {one.row_version} {what}", f"{said}: {one.client}"


def _deed(mark: State, needs_tick: bool) -> tuple[str, str]:
    """What a button says and sends: before a session can be done, that the client was asked in the room and agreed."""
    if mark is State.COMPLETED and needs_tick:
        return words.ASKED, TICK
    return words.BUTTONS[mark], mark.value


def rows_of(visible: Grid, first: int, end: int) -> tuple[int, int]:
    """Cells as the first row and how many, cut to what is visible."""
    low, high = max(first, visible.first), min(end, visible.end)
    return low - visible.first + 1, max(0, high - low)


def _place(row: int, rows: int, lane: int, lanes: int) -> str:
    height = next((name for most, name in _HEIGHTS if rows <= most), _TALL)
    beside = f" lane-{lane}-of-{lanes}" if lanes > 1 else ""
    return f"from-{row} rows-{rows}{height}{beside}"


def shown_state(one: DayAppointment, now: datetime) -> str:
    """Its state; over and still booked is unresolved, booked may be confirmed by the client, arrived and begun is in session."""
    if one.state is State.BOOKED and one.ends_at <= now:
        return "unresolved"
    if one.state is State.BOOKED and one.confirmed:
        return "confirmed"
    if one.state is State.ARRIVED and one.starts_at <= now:
        return "in_session"
    return one.state.value


def flags(
    one: DayAppointment,
    now: datetime,
    absences: Iterable[Absence],
    trouble: Trouble | None,
    *,
    agreed: bool = True,
    waits: bool = False,
) -> list[Flag]:
    """What else the desk should see at once, the most urgent first; never anything about health. ``agreed``: to what is agreed
    to before such a session, if anything is; ``waits``: somebody has to look at it, though it is promised.

    Whatever else is found out about a session gets its line here, and its column in ``store/schedule.py``.
    """
    found = [Flag("message failed", "red")] if one.message_failed else []
    found += [Flag("to review", "amber")] if waits else []
    found += _late(one, now)
    if trouble is not None and trouble is not Trouble.TIME_OFF:
        found.append(Flag(words.TROUBLES_IN_SHORT[trouble], "amber", "no longer fits:"))
    away = any(
        absence.therapist_id == one.therapist_id and absence.span.overlaps(one.span) for absence in absences
    )
    found += [Flag("in time off", "amber")] if away else []
    found += [Flag("not asked", "amber")] if one.is_unasked(now) else []
    found += _about_consent(one, agreed)
    found += [Flag("first visit", "blue")] if one.visit == "first" else []
    found += [Flag(f"+ {one.chaperone}", "blue", "second person:")] if one.chaperone else []
    found += [Flag("wishes", "muted")] if one.has_wishes else []
    return found + ([Flag("note", "muted")] if one.has_note else [])


def _about_consent(one: DayAppointment, agreed: bool) -> list[Flag]:
    """That it is missing, or that it has still to be asked by word of mouth, as at every visit."""
    if not one.needs_tick:
        return []
    return [Flag("ask consent", "muted")] if agreed else [Flag("no consent", "amber")]


def _late(one: DayAppointment, now: datetime) -> list[Flag]:
    """As late as somebody noted, else how long they are waited for."""
    if one.minutes_late:
        return [Flag(f"{one.minutes_late} min late", "amber")]
    if is_waited_for(one, now):
        return [Flag(f"{(now - one.starts_at) // _MINUTE} min late", "amber")]
    return []


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
