"""The columns of the day's grid: a therapist's, a room's, a weekday's; in rows of five minutes."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.blueprints.schedule import words
from app.blueprints.schedule.cards import Card, is_waited_for, rows_of
from app.blueprints.schedule.column_items import (
    Opening,
    Owner,
    Stretch,
    absences_of,
    attended_by,
    booking_url_for,
    cards_of,
    claimed_by,
    openings_of,
    stretches_of,
)
from app.blueprints.schedule.day_facts import Day
from app.domain import cells
from app.domain.cells import Grid
from app.domain.practice import Room, Therapist
from app.store.remembered import Remembered, remembered
from app.store.schedule import DayAppointment
from app.web.language import _

#: Some dozens of days of a large practice; a column is some kilobytes.
_MOST_REMEMBERED = 1_000


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
    owner = Owner(
        key=therapist.slug,
        name=therapist.name,
        resource_id=therapist.resource_id,
        working=day.working(therapist),
        booking_url=booking_url_for(day, {"therapist": therapist.slug}),
        therapist=therapist,
    )
    rooms = {one.room for one in own if one.room}
    return _column(day, visible, owner, own, rooms.pop() if len(rooms) == 1 else None)


def _room_column(day: Day, visible: Grid, room: Room | None, sessions: Sequence[DayAppointment]) -> Column:
    """A room's, or that of sessions whose room is none of those."""
    if room is None:
        known = {one.id for one in day.location.rooms}
        own = [one for one in sessions if one.room_id not in known]
        owner = Owner("", _("No room"), None, day.open, "", is_room=True)
    else:
        own = [one for one in sessions if one.room_id == room.id]
        url = booking_url_for(day, {"room": room.slug})
        owner = Owner(room.slug, room.name, room.resource_id, day.open, url, is_room=True)
    return _column(day, visible, owner, own, None)


def _column(day: Day, visible: Grid, owner: Owner, own: Sequence[DayAppointment], room: str | None) -> Column:
    """As it was made before, if nothing of what it is made of has changed."""
    known: Remembered[Column] = remembered("columns", _MOST_REMEMBERED)
    return known.get(
        _facts(day, visible, owner, own, room), lambda: _made_column(day, visible, owner, own, room)
    )


def _facts(
    day: Day, visible: Grid, owner: Owner, own: Sequence[DayAppointment], room: str | None
) -> Hashable:
    """All that a column is made of: what it comes to say besides belongs here too. The practice's settings are meant by their revision."""
    numbers = [one.id for one in own]
    return (
        (day.practice.revision, day.language, day.location.id, day.day, day.asked, day.open, visible),
        len(day.therapists) > 1,
        (owner.key, owner.name, owner.resource_id, owner.is_room, owner.working, owner.booking_url, room),
        tuple([one.content for one in own]),
        tuple(map(day.troubles.get, numbers)),
        tuple(map(day.to_review.get, numbers)),
        day.unagreed.intersection(numbers),
        tuple(map(day.forms.lack_for, numbers)),
        (tuple(day.absences), tuple(day.attended), claimed_by(day, owner)),
        _moment(own, day.now),
    )


def _moment(own: Iterable[DayAppointment], now: datetime) -> Hashable:
    """What of the present a column shows: between two rows nothing changes but how late somebody is, which is told in minutes."""
    if any(cells.is_between_cells(one.starts_at) or cells.is_between_cells(one.ends_at) for one in own):
        return now
    minute = now.replace(second=0, microsecond=0) if any(is_waited_for(one, now) for one in own) else None
    return cells.cell_at_or_before(now), cells.cell_at_or_after(now), minute


def _made_column(
    day: Day, visible: Grid, owner: Owner, own: Sequence[DayAppointment], room: str | None
) -> Column:
    off = not owner.working and not own and not any(attended_by(day, owner))
    shown = [one for one in own if day.asked.wants(one.state)]
    cards = list(cards_of(day, visible, shown, room))
    openings = list(openings_of(day, visible, owner)) if day.books else []
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
        stretches=() if off else tuple(stretches_of(day, visible, owner, own, shown)),
        items=tuple(sorted([*cards, *openings], key=lambda item: item.row)),
        is_beside=any(attended_by(day, owner)),
    )


def _note(day: Day, owner: Owner, room: str | None, off: bool) -> str:
    if off:
        return _("closed") if owner.is_room else _("off today")
    if owner.is_room:
        return ""
    said = [room] if room else []
    absences = [(mask, label) for mask, label in absences_of(day, owner.therapist) if mask & owner.working]
    away = cells.union(mask for mask, _ in absences)
    for first, end in day.grid.stretches(owner.working & ~away):
        begins, ends = cells.instant_of_cell(first), cells.instant_of_cell(end)
        said.append(
            _(
                "%(starts_at)s to %(ends_at)s",
                starts_at=words.short_hour(begins, day.zone),
                ends_at=words.short_hour(ends, day.zone),
            )
        )
    said += dict.fromkeys(label for _, label in absences)
    return " · ".join(said) or _("not working today")
