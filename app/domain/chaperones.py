"""The second person in the room: who of the practice could be there for the whole of a session."""

from collections.abc import Mapping
from datetime import datetime

from app.domain import cells, hours
from app.domain.practice import Therapist
from app.domain.questions import NOTHING, Diaries, Question


def who_could_come(question: Question, diaries: Diaries) -> Mapping[int, int]:
    """By therapist id the starts at which each of those asked for could be there."""
    return {one.id: _could_come(question, one, diaries) for one in question.chaperones or ()}


def others_than(therapist: Therapist, seconds: Mapping[int, int]) -> int:
    """The starts at which somebody else than the therapist could be there."""
    return cells.union(mask for number, mask in seconds.items() if number != therapist.id)


def free_chaperones(
    question: Question, therapist: Therapist, diaries: Diaries, starts_at: datetime
) -> list[Therapist]:
    """Who could be there at that start, in the order in which they were asked for."""
    bit = question.grid.bit(cells.cell_at_or_before(starts_at))
    return [
        one
        for one in question.chaperones or ()
        if one.id != therapist.id and bit & _could_come(question, one, diaries)
    ]


def _could_come(question: Question, person: Therapist, diaries: Diaries) -> int:
    """Works then at the location, is not off, and has nothing else during all that the session takes from a diary."""
    diary = diaries.get(person.resource_id, NOTHING)
    at_work = question.fits_in_hours(hours.available_cells(question.grid, question.location, person))
    return at_work & question.fits_in(diary.untaken(question.grid) & diary.not_off(question.grid))
