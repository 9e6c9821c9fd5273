"""What stands in a column of the day: stretches that keep it from being booked, openings, sessions side by side."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from app.blueprints.schedule import words
from app.blueprints.schedule.cards import Card, card_of, rows_of
from app.blueprints.schedule.day_facts import Day, taken_by
from app.domain import cells
from app.domain.cells import Grid
from app.domain.practice import Therapist
from app.domain.questions import NOTHING
from app.domain.wallclock import local_time
from app.store.schedule import Attended, DayAppointment
from app.web.language import _

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


@dataclass(frozen=True)
class Owner:
    """Whose column it is: what a therapist's and a room's have in common."""

    key: str
    name: str
    resource_id: int | None
    working: int
    booking_url: str
    is_room: bool = False
    therapist: Therapist | None = None


def stretches_of(
    day: Day, visible: Grid, owner: Owner, own: Sequence[DayAppointment], shown: Sequence[DayAppointment]
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
    day: Day, owner: Owner, own: Sequence[DayAppointment], shown: Sequence[DayAppointment]
) -> Iterator[tuple[str, int, str]]:
    absences = list(absences_of(day, owner.therapist))
    grid, away = day.grid, cells.union(mask for mask, _ in absences)
    yield "closed", grid.all & ~day.open, _("closed")
    pause = _between(owner.working) & day.open
    yield "break", pause, _("break")
    yield "away", day.open & ~owner.working & ~pause & ~away, _("not working")
    for mask, label in absences:
        yield "time-off", owner.working & mask, label
    taken, drawn, beside = day.mask(own), day.mask(shown), 0
    for mask, label in attended_by(day, owner):
        beside |= mask
        yield "beside", mask, label
    yield "held", _taken(day, owner) & owner.working & ~taken & ~beside, _("being booked")
    yield "other", taken & ~drawn, ""


def attended_by(day: Day, owner: Owner) -> Iterator[tuple[int, str]]:
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


def absences_of(day: Day, therapist: Therapist | None) -> Iterator[tuple[int, str]]:
    """When a therapist is off on that day, and what that is called; of a room, nothing."""
    for one in day.absences:
        if therapist is not None and one.therapist_id == therapist.id:
            yield day.grid.outward(one.span), one.label or _("time off")


def past_of(day: Day) -> int:
    """What of that day nobody can book any more, because it has begun."""
    return day.grid.cells(day.grid.first, cells.cell_at_or_after(day.now))


def _between(mask: int) -> int:
    """What lies between the first and the last set bit and is not set: a pause."""
    if not mask:
        return 0
    return ((1 << mask.bit_length()) - 1) & ~((mask & -mask) - 1) & ~mask


def _stretch(visible: Grid, kind: str, first: int, end: int, label: str) -> Stretch:
    row, rows = rows_of(visible, first, end)
    kinds = kind if kind == "buffer" else f"off off-{kind}"
    return Stretch(f"{kinds} from-{row} rows-{rows}", label if rows >= _SIGN else "")


def openings_of(day: Day, visible: Grid, owner: Owner) -> Iterator[Opening]:
    """Free stretches that are still to come; a click books into them."""
    if owner.resource_id is None:
        return
    away = cells.union(mask for mask, _ in absences_of(day, owner.therapist))
    free = owner.working & ~away & ~past_of(day) & ~_taken(day, owner)
    step = cells.cells_in(day.practice.policy.slot_step)
    for first, end in day.grid.stretches(free):
        begins = first + (-(first - day.grid.first)) % step
        if end - begins >= _SHORTEST_OPENING:
            yield _opening(day, visible, owner, begins, end)


def booking_url_for(day: Day, asks: Mapping[str, str]) -> str:
    """Where a column's free stretches lead, but for the time; an address takes long to make, so it is made once."""
    return f"{day.booking_url}?{urlencode({**asks, 'location': day.location.slug, 'day': day.day.isoformat()})}&near="


def _opening(day: Day, visible: Grid, owner: Owner, begins: int, end: int) -> Opening:
    instant = cells.instant_of_cell(begins)
    at = f"{local_time(instant, day.zone):%H:%M}"
    row, rows = rows_of(visible, begins, end)
    href = f"{owner.booking_url}{at.replace(':', '%3A')}"
    return Opening(row, f"from-{row} rows-{rows}", href, words.clock(instant, day.zone), at)


def _taken(day: Day, owner: Owner) -> int:
    return day.grid.covering(claimed_by(day, owner))


def claimed_by(day: Day, owner: Owner) -> Sequence[cells.Stretch]:
    """What is claimed of a therapist or a room; of a column that is neither, nothing."""
    return () if owner.resource_id is None else day.diaries.get(owner.resource_id, NOTHING).taken


def cards_of(day: Day, visible: Grid, shown: Sequence[DayAppointment], room: str | None) -> Iterable[Card]:
    """The sessions as cards, side by side where they overlap."""
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
