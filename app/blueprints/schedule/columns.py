"""The columns of the day's grid: a therapist's, a room's, a weekday's; in rows of five minutes."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from app.blueprints.schedule import words
from app.blueprints.schedule.cards import Card, card_of, is_waited_for, rows_of
from app.blueprints.schedule.day_facts import Day, taken_by
from app.domain import cells
from app.domain.cells import Grid
from app.domain.practice import Room, Therapist
from app.domain.questions import NOTHING
from app.domain.wallclock import local_time
from app.store.remembered import Remembered, remembered
from app.store.schedule import Attended, DayAppointment
from app.web.language import _

#: Some dozens of days of a large practice; a column is some kilobytes.
_MOST_REMEMBERED = 1_000
_SHORTEST_OPENING = 6  # cells
_SIGN = 3  # rows: a label needs as many


class Stretch(NamedTuple):
    """A part of a column that is no session (closed, away, time-off, break, held, other, buffer); its label where there is room."""

    place: str
    label: str


class Opening(NamedTuple):
    """A free stretch: a click books. ``at`` is its first time as a clock says it, for who clicks further down."""

    row: int
    place: str
    href: str
    label: str
    at: str
    is_card: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column; its items stand in the order of time."""

    key: str
    name: str
    note: str
    href: str | None
    off: bool
    begins: str  # the instant of its first row
    now_row: int | None
    stretches: tuple[Stretch, ...]
    items: tuple[Card | Opening, ...]
    is_beside: bool  # whether it has a colleague's session in it


@dataclass(frozen=True)
class _Owner:
    """Whose column it is: what a therapist's and a room's have in common."""

    key: str
    name: str
    resource_id: int | None
    working: int
    booking_url: str
    is_room: bool = False
    therapist: Therapist | None = None


def columns_of(day: Day, visible: Grid) -> list[Column]:
    """The day's columns, of therapists or of rooms."""
    if not day.is_by_room:
        return [therapist_column(day, visible, one) for one in therapists_of(day)]
    sessions = sessions_asked(day)
    columns = [_room_column(day, visible, room, sessions) for room in day.location.rooms]
    known = {room.id for room in day.location.rooms}
    if any(one.room_id not in known for one in sessions):
        columns.append(_room_column(day, visible, None, sessions))
    return columns


def therapists_of(day: Day) -> list[Therapist]:
    """Who belongs to the place, and who has something there on that day all the same."""
    busy = {one.therapist_id for one in day.kept} | {one.chaperone_id for one in day.attended}
    return [
        one
        for one in day.therapists
        if one.works_at(day.location.id) or one.id in busy or one.slug == day.asked.therapist
    ]


def sessions_asked(day: Day) -> list[DayAppointment]:
    """The sessions of the therapists who are shown, whatever their state."""
    shown = {one.id for one in day.therapists}
    return [one for one in day.kept if one.therapist_id in shown]


def therapist_column(day: Day, visible: Grid, therapist: Therapist) -> Column:
    """A therapist's own."""
    own = [one for one in day.kept if one.therapist_id == therapist.id]
    owner = _Owner(
        key=therapist.slug,
        name=therapist.name,
        resource_id=therapist.resource_id,
        working=day.working(therapist),
        booking_url=_booking_url(day, {"therapist": therapist.slug}),
        therapist=therapist,
    )
    rooms = {one.room for one in own if one.room}
    return _column(day, visible, owner, own, rooms.pop() if len(rooms) == 1 else None)


def _room_column(day: Day, visible: Grid, room: Room | None, sessions: Sequence[DayAppointment]) -> Column:
    """A room's, or that of sessions whose room is none of those."""
    if room is None:
        known = {one.id for one in day.location.rooms}
        own = [one for one in sessions if one.room_id not in known]
        owner = _Owner("", _("No room"), None, day.open, "", is_room=True)
    else:
        own = [one for one in sessions if one.room_id == room.id]
        url = _booking_url(day, {"room": room.slug})
        owner = _Owner(room.slug, room.name, room.resource_id, day.open, url, is_room=True)
    return _column(day, visible, owner, own, None)


def _column(
    day: Day, visible: Grid, owner: _Owner, own: Sequence[DayAppointment], room: str | None
) -> Column:
    """As it was made before, if nothing of what it is made of has changed."""
    known: Remembered[Column] = remembered("columns", _MOST_REMEMBERED)
    return known.get(
        _facts(day, visible, owner, own, room), lambda: _made_column(day, visible, owner, own, room)
    )


def _facts(
    day: Day, visible: Grid, owner: _Owner, own: Sequence[DayAppointment], room: str | None
) -> Hashable:
    """All that a column is made of: what it comes to say besides belongs here too. The practice's settings are meant by their revision."""
    numbers = [one.id for one in own]
    return (
        (day.practice.revision, day.language, day.location.id, day.day, day.asked, day.open, visible),
        (owner.key, owner.name, owner.resource_id, owner.is_room, owner.working, owner.booking_url, room),
        tuple([one.content for one in own]),
        tuple(map(day.troubles.get, numbers)),
        tuple(map(day.to_review.get, numbers)),
        day.unagreed.intersection(numbers),
        (tuple(day.absences), tuple(day.attended), _claimed(day, owner)),
        _moment(own, day.now),
    )


def _moment(own: Iterable[DayAppointment], now: datetime) -> Hashable:
    """What of the present a column shows: between two rows nothing changes but how late somebody is, which is told in minutes."""
    if any(cells.is_between_cells(one.starts_at) or cells.is_between_cells(one.ends_at) for one in own):
        return now
    minute = now.replace(second=0, microsecond=0) if any(is_waited_for(one, now) for one in own) else None
    return cells.cell_at_or_before(now), cells.cell_at_or_after(now), minute


def _made_column(
    day: Day, visible: Grid, owner: _Owner, own: Sequence[DayAppointment], room: str | None
) -> Column:
    off = not owner.working and not own and not any(_attended(day, owner))
    shown = [one for one in own if day.asked.wants(one.state)]
    cards = list(_cards(day, visible, shown, room))
    openings = list(_openings(day, visible, owner)) if day.books else []
    now_row = rows_of(visible, cells.cell_at_or_before(day.now), visible.end)[0]
    is_now = visible.first <= cells.cell_at_or_before(day.now) < visible.end
    return Column(
        key=owner.key,
        name=owner.name,
        note=_note(day, owner, room, off),
        href=None,
        off=off,
        begins=cells.instant_of_cell(visible.first).isoformat(),
        now_row=now_row if is_now else None,
        stretches=() if off else tuple(_stretches(day, visible, owner, own, shown)),
        items=tuple(sorted([*cards, *openings], key=lambda item: item.row)),
        is_beside=any(_attended(day, owner)),
    )


def _note(day: Day, owner: _Owner, room: str | None, off: bool) -> str:
    if off:
        return _("closed") if owner.is_room else _("off today")
    said = [room] if room else []
    if owner.is_room:
        return ""
    for first, end in day.grid.stretches(owner.working):
        begins, ends = cells.instant_of_cell(first), cells.instant_of_cell(end)
        said.append(
            _(
                "%(starts_at)s to %(ends_at)s",
                starts_at=words.short_hour(begins, day.zone),
                ends_at=words.short_hour(ends, day.zone),
            )
        )
    return " · ".join(said) or _("not working today")


def _stretches(
    day: Day, visible: Grid, owner: _Owner, own: Sequence[DayAppointment], shown: Sequence[DayAppointment]
) -> Iterator[Stretch]:
    """What is no working time and why, what is being booked just now, what is left out by the filter, and buffers."""
    within = day.grid.cells(visible.first, visible.end)
    for kind, mask, label in _reasons(day, owner, own, shown):
        for first, end in day.grid.stretches(mask & within):
            yield _stretch(visible, kind, first, end, label)
    for one in shown:
        taken = day.taken[one.id]
        if taken.before < taken.first:
            yield _stretch(visible, "buffer", taken.before, taken.first, _("set-up"))
        if taken.end < taken.after:
            yield _stretch(visible, "buffer", taken.end, taken.after, _("turnover"))


def _reasons(
    day: Day, owner: _Owner, own: Sequence[DayAppointment], shown: Sequence[DayAppointment]
) -> Iterator[tuple[str, int, str]]:
    grid, away = day.grid, cells.union(mask for _, mask, _ in _absences(day, owner))
    yield "closed", grid.all & ~day.open, _("closed")
    pause = _between(owner.working) & day.open
    yield "break", pause, _("break")
    yield "away", day.open & ~owner.working & ~pause & ~away, _("not working")
    yield from _absences(day, owner)
    taken, drawn, beside = day.mask(own), day.mask(shown), 0
    for mask, label in _attended(day, owner):
        beside |= mask
        yield "beside", mask, label
    yield "held", _taken(day, owner) & owner.working & ~taken & ~beside, _("being booked")
    yield "other", taken & ~drawn, ""


def _attended(day: Day, owner: _Owner) -> Iterator[tuple[int, str]]:
    """Where somebody is the second person in a colleague's session."""
    if owner.therapist is not None:
        for one in day.attended:
            if one.chaperone_id == owner.therapist.id:
                taken = taken_by(one)
                yield day.grid.cells(taken.before, taken.after), beside_words(one, day.zone)


def beside_words(one: Attended, zone: ZoneInfo) -> str:
    """What a second person's own column says of it: whose session it is and when; on a phone nothing else says the time."""
    begins, ends = words.clock(one.starts_at, zone), words.clock(one.ends_at, zone)
    return _(
        "second person with %(therapist)s, %(begins)s to %(ends)s",
        therapist=one.therapist,
        begins=begins,
        ends=ends,
    )


def _absences(day: Day, owner: _Owner) -> Iterator[tuple[str, int, str]]:
    if owner.therapist is not None:
        for one in day.absences:
            if one.therapist_id == owner.therapist.id:
                yield "time-off", owner.working & day.grid.outward(one.span), one.label or _("time off")


def _between(mask: int) -> int:
    """What lies between the first and the last set bit and is not set: a pause."""
    if not mask:
        return 0
    return ((1 << mask.bit_length()) - 1) & ~((mask & -mask) - 1) & ~mask


def _stretch(visible: Grid, kind: str, first: int, end: int, label: str) -> Stretch:
    row, rows = rows_of(visible, first, end)
    kinds = kind if kind == "buffer" else f"off off-{kind}"
    return Stretch(f"{kinds} from-{row} rows-{rows}", label if rows >= _SIGN else "")


def _openings(day: Day, visible: Grid, owner: _Owner) -> Iterator[Opening]:
    """Free stretches that are still to come; a click books into them."""
    if owner.resource_id is None:
        return
    away = cells.union(mask for _, mask, _ in _absences(day, owner))
    past = day.grid.cells(day.grid.first, cells.cell_at_or_after(day.now))
    free = owner.working & ~away & ~past & ~_taken(day, owner)
    step = cells.cells_in(day.practice.policy.slot_step)
    for first, end in day.grid.stretches(free):
        begins = first + (-(first - day.grid.first)) % step
        if end - begins >= _SHORTEST_OPENING:
            yield _opening(day, visible, owner, begins, end)


def _booking_url(day: Day, asks: Mapping[str, str]) -> str:
    """Where a column's free stretches lead, but for the time; an address takes long to make, so it is made once."""
    return f"{day.booking_url}?{urlencode({**asks, 'location': day.location.slug, 'day': day.day.isoformat()})}&near="


def _opening(day: Day, visible: Grid, owner: _Owner, begins: int, end: int) -> Opening:
    instant = cells.instant_of_cell(begins)
    at = f"{local_time(instant, day.zone):%H:%M}"
    row, rows = rows_of(visible, begins, end)
    href = f"{owner.booking_url}{at.replace(':', '%3A')}"
    return Opening(row, f"from-{row} rows-{rows}", href, words.clock(instant, day.zone), at)


def _taken(day: Day, owner: _Owner) -> int:
    return day.grid.covering(_claimed(day, owner))


def _claimed(day: Day, owner: _Owner) -> Sequence[cells.Stretch]:
    """What is claimed of a therapist or a room; of a column that is neither, nothing."""
    return () if owner.resource_id is None else day.diaries.get(owner.resource_id, NOTHING).taken


def _cards(day: Day, visible: Grid, shown: Sequence[DayAppointment], room: str | None) -> Iterable[Card]:
    lanes = _lanes(day, shown)
    return (card_of(day, visible, one, lanes.get(one.id, (1, 1)), room) for one in shown)


def _lanes(day: Day, shown: Sequence[DayAppointment]) -> Mapping[int, tuple[int, int]]:
    """Side by side where two overlap; the database forbids it, imported or repaired data may still show it."""
    spans = [(day.taken[one.id].first, day.taken[one.id].end, one.id) for one in shown]
    if all(one[1] <= other[0] for one, other in pairwise(spans)):
        return {}
    found: dict[int, tuple[int, int]] = {}
    for first, end, number in spans:
        rivals = [other for other in spans if other[0] < end and first < other[1]]
        if len(rivals) in (2, 3):
            found[number] = (rivals.index((first, end, number)) + 1, len(rivals))
    return found
