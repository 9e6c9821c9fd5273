"""When is a start free? The one rule, as named masks.

Everything that can stand against a start is a mask over cells of 5 minutes, with a name: the refusal. A start is free
where no mask has its bit; the refusal of a start is the first mask that has it. The page that lists slots, the form that
books, the staff's move and the settings pages' warnings all ask here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from app.domain import cells, hours, wallclock
from app.domain.chaperones import others_than, who_could_come
from app.domain.gaps import Gaps
from app.domain.load import load_masks, too_close
from app.domain.practice import Room, Therapist
from app.domain.questions import NOTHING, Diaries, Diary, Question, occupied_cells


class Refusal(StrEnum):
    """Why a start is not free, in the order in which reasons are given; the last ones are no masks but said before any is asked."""

    PAST = "past"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    OFF_STEP = "off_step"
    CLOSED = "closed"
    NOT_QUALIFIED = "not_qualified"
    NOT_WORKING = "not_working"
    TIME_OFF = "time_off"
    TAKEN = "taken"
    NO_ROOM = "no_room"
    LEAVES_GAP = "leaves_gap"
    DAY_FULL = "day_full"
    DEEP_DAY_FULL = "deep_day_full"
    DEEP_IN_A_ROW = "deep_in_a_row"
    HANDS_ON_FULL = "hands_on_full"
    NEEDS_BREAK = "needs_break"
    TOO_CLOSE = "too_close"
    NO_CHAPERONE = "no_chaperone"
    NOT_WISHED = "not_wished"

    NO_SUCH_TIME = "no_such_time"
    NOT_OFFERED = "not_offered"
    NEEDS_SCREENING = "needs_screening"
    NOT_PUBLISHED = "not_published"
    TOO_MANY = "too_many"
    BOOKED_ALREADY = "booked_already"
    PLEASE_CALL = "please_call"
    NOT_ANSWERED = "not_answered"
    NEEDS_CONSENT = "needs_consent"
    NEEDS_PRIOR_VISIT = "needs_prior_visit"


_ORDER = list(Refusal)
#: Reasons that another start, or another day, may not have; those that are masks.
MENDED_BY_ANOTHER_TIME = frozenset(_ORDER[: _ORDER.index(Refusal.NOT_WISHED) + 1])
#: Reasons that come from what is configured, not from other bookings or the clock.
CONFIGURED = frozenset(
    {
        Refusal.CLOSED,
        Refusal.NOT_QUALIFIED,
        Refusal.NOT_WORKING,
        Refusal.TIME_OFF,
        Refusal.NO_ROOM,
        Refusal.NO_CHAPERONE,
    }
)
#: The limits of a therapist's load, as their masks come.
_LIMITS = (
    Refusal.DAY_FULL,
    Refusal.DEEP_DAY_FULL,
    Refusal.DEEP_IN_A_ROW,
    Refusal.HANDS_ON_FULL,
    Refusal.NEEDS_BREAK,
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A possible start and who could give the session then (therapist ids, in the practice's order).

    It is recommended when it leaves none of them a gap that is too short for any session.
    """

    starts_at: datetime
    therapist_ids: tuple[int, ...]
    recommended: bool = False


def masks_against(
    question: Question, therapist: Therapist, diaries: Diaries
) -> Iterator[tuple[Refusal, int]]:
    """Every named mask that can stand against a start with that therapist."""
    asking = _Asking(question, diaries)
    yield from asking.shared
    yield from _own_masks(asking, therapist)


@dataclass(frozen=True)
class _Asking:
    """A question with the diaries, and what is the same for all therapists: worked out once."""

    question: Question
    diaries: Diaries

    @cached_property
    def shared(self) -> list[tuple[Refusal, int]]:
        """The masks that don't depend on who gives the session."""
        return list(_asked_about(self.question, _shared_masks(self.question, self.diaries)))

    @cached_property
    def seconds(self) -> Mapping[int, int]:
        """By therapist id when each of those asked for could be the second person."""
        return who_could_come(self.question, self.diaries)


def _asked_about(question: Question, masks: Iterator[tuple[Refusal, int]]) -> Iterator[tuple[Refusal, int]]:
    """Without what staff set aside."""
    if not question.setting_aside:
        return masks
    return (named for named in masks if named[0] not in question.setting_aside)


def _shared_masks(question: Question, diaries: Diaries) -> Iterator[tuple[Refusal, int]]:
    grid, everything = question.grid, question.grid.all
    yield Refusal.PAST, grid.cells(grid.first, cells.cell_at_or_after(question.now))
    if not question.by_staff:
        yield Refusal.TOO_SOON, grid.cells(grid.first, cells.cell_at_or_after(question.not_before))
    yield Refusal.TOO_FAR, grid.cells(cells.cell_at_or_before(question.not_after) + 1, grid.end)
    yield Refusal.OFF_STEP, everything & ~question.on_step
    yield Refusal.CLOSED, everything & ~question.fits_in_hours(question.open_cells)
    yield Refusal.NO_ROOM, _no_room(question, diaries)
    yield Refusal.TOO_CLOSE, too_close(question)


def _own_masks(asking: _Asking, therapist: Therapist) -> Iterator[tuple[Refusal, int]]:
    """Those that differ from therapist to therapist."""
    own = list(_asked_about(asking.question, _masks_of_diary(asking, therapist)))
    yield from own
    yield Refusal.LEAVES_GAP, _leaves_gap(asking, therapist, (*asking.shared, *own))


def _masks_of_diary(asking: _Asking, therapist: Therapist) -> Iterator[tuple[Refusal, int]]:
    question, diary = asking.question, _diary_of(therapist, asking.diaries)
    grid, everything = question.grid, question.grid.all
    available = hours.available_cells(grid, question.location, therapist)
    yield Refusal.NOT_QUALIFIED, _not_qualified(question, therapist)
    yield Refusal.NOT_WISHED, everything if question.gender not in (None, therapist.gender) else 0
    yield Refusal.NOT_WORKING, everything & ~question.fits_in_hours(available)
    yield Refusal.TIME_OFF, everything & ~question.fits_in(diary.not_off(grid))
    yield Refusal.TAKEN, everything & ~question.fits_in(diary.untaken(grid))
    if not question.promised:
        yield from zip(_LIMITS, load_masks(question, therapist, diary), strict=True)
    if question.chaperones is not None:
        yield Refusal.NO_CHAPERONE, everything & ~others_than(therapist, asking.seconds)


def refusal(
    question: Question,
    therapist: Therapist,
    diaries: Diaries,
    starts_at: datetime,
    reasons: Iterable[Refusal] = Refusal,
) -> Refusal | None:
    """Why a session can't start then with that therapist (of several reasons the first in their order), or None where it can.

    ``reasons`` limits what is asked about.
    """
    if starts_at != cells.instant_of_cell(cells.cell_at_or_before(starts_at)):
        return Refusal.OFF_STEP
    bit = question.grid.bit(cells.cell_at_or_before(starts_at))
    if not bit & question.asked:
        raise ValueError("the start lies outside the window that was asked about")
    asked_about = frozenset(reasons)
    against = masks_against(question, therapist, diaries)
    found = (reason for reason, mask in against if reason in asked_about and mask & bit)
    return min(found, key=_ORDER.index, default=None)


def free_masks(question: Question, therapists: Sequence[Therapist], diaries: Diaries) -> dict[int, int]:
    """By therapist id the free starts with that therapist, as masks of the question's grid.

    The masks of ``masks_against``; those that are the same for everybody are made once.
    """
    asking = _Asking(question, diaries)
    left = question.asked & ~cells.union(mask for _, mask in asking.shared)
    return {
        therapist.id: left and left & ~cells.union(mask for _, mask in _own_masks(asking, therapist))
        for therapist in therapists
    }


def who_is_free(
    question: Question, therapists: Sequence[Therapist], diaries: Diaries, starts_at: datetime
) -> tuple[int, ...]:
    """The ids of those with whom a session can start then, in the order given."""
    cell = cells.cell_at_or_before(starts_at)
    if starts_at != cells.instant_of_cell(cell):
        return ()
    masks = free_masks(question, therapists, diaries)
    return tuple(therapist_id for therapist_id, mask in masks.items() if mask & question.grid.bit(cell))


def gapless_masks(question: Question, therapists: Sequence[Therapist], diaries: Diaries) -> dict[int, int]:
    """By therapist id the starts, free or not, that leave no gap too short for any session; none where gaps don't matter."""
    if not question.marks_gapless:
        return {therapist.id: 0 for therapist in therapists}
    return {one.id: Gaps(question, one, _diary_of(one, diaries)).gapless for one in therapists}


def possible_mask(question: Question, therapists: Sequence[Therapist]) -> int:
    """The starts that would be free if nothing were booked: what "how full is the day" is measured against."""
    return cells.union(free_masks(question, therapists, {}).values())


def free_rooms(question: Question, diaries: Diaries, starts_at: datetime) -> list[Room]:
    """The rooms with the needed features that are free for the whole occupied span, in the location's order."""
    from_cell, to_cell = occupied_cells(starts_at, question.variant)
    wanted = question.grid.cells(from_cell, to_cell)
    return [
        room
        for room in _suitable_rooms(question)
        if not wanted & ~_diary_of(room, diaries).untaken(question.grid)
    ]


def resources_of(question: Question, therapists: Iterable[Therapist]) -> list[int]:
    """Whose diaries decide: the therapists', those of the rooms that would do, and of who could be the second person."""
    rooms = _suitable_rooms(question) if needs_room(question) else []
    people = (*therapists, *(question.chaperones or ()))
    numbers = [person.resource_id for person in people] + [room.resource_id for room in rooms]
    return list(dict.fromkeys(numbers))


def needs_room(question: Question) -> bool:
    """Whether a session takes a room: always where the location has any, or where the service asks for features."""
    return bool(question.location.rooms or question.service.room_features)


class HandsOn(NamedTuple):
    """How many minutes a therapist treats people, on a day and in its week (Monday to Sunday)."""

    that_day: int = 0
    that_week: int = 0


def choose_therapist(
    slot: Slot, therapists: Sequence[Therapist], hands_on: Mapping[int, HandsOn]
) -> Therapist:
    """Who gives a session booked without preference, so that the work is shared out fairly.

    Of those who are qualified and free then: the one with fewest hands-on minutes that day, then that week, then by name.
    """
    able = (therapist for therapist in therapists if therapist.id in slot.therapist_ids)
    return min(able, key=lambda one: (hands_on.get(one.id, HandsOn()), one.name, one.id))


def _not_qualified(question: Question, therapist: Therapist) -> int:
    grid = question.grid
    held = therapist.held_until
    missing = 0
    for technique in question.service.techniques:
        if technique.id not in held:
            return grid.all
        until = held[technique.id]
        if until is not None:
            expired = wallclock.day_span(until, question.zone).ends_at
            missing |= grid.cells(cells.cell_at_or_before(expired), grid.end)
    return missing


def _diary_of(resource: Therapist | Room, diaries: Diaries) -> Diary:
    return diaries.get(resource.resource_id, NOTHING)


def _suitable_rooms(question: Question) -> list[Room]:
    return [room for room in question.location.rooms if question.service.room_features <= room.features]


def _no_room(question: Question, diaries: Diaries) -> int:
    if not needs_room(question):
        return 0
    fits = (
        question.fits_in(_diary_of(room, diaries).untaken(question.grid))
        for room in _suitable_rooms(question)
    )
    return question.grid.all & ~cells.union(fits)


def _leaves_gap(asking: _Asking, therapist: Therapist, others: Sequence[tuple[Refusal, int]]) -> int:
    """Not where every start in a stretch would leave one: a gap beats an empty hour."""
    question, diaries = asking.question, asking.diaries
    if not question.forbids_gaps:
        return 0
    possible = question.grid.all & ~cells.union(mask for _, mask in others)
    gaps = Gaps(question, therapist, _diary_of(therapist, diaries))
    return possible & ~(gaps.gapless | gaps.unavoidable(possible))
