"""The second person in the room: who of the practice could be there for the whole of a session."""

from collections.abc import Iterable
from datetime import datetime

from app.domain import cells, hours
from app.domain.practice import Therapist
from app.domain.questions import NOTHING, Diaries, Question


def unaccompanied(question: Question, therapist: Therapist, diaries: Diaries) -> int:
    """The starts at which nobody but the therapist could be there; none where no second person is asked for."""
    if question.chaperones is None:
        return 0
    return question.grid.all & ~cells.union(
        _could_come(question, one, diaries) for one in _others(question, therapist)
    )


def free_chaperones(
    question: Question, therapist: Therapist, diaries: Diaries, starts_at: datetime
) -> list[Therapist]:
    """Who could be there at that start, in the order in which they were asked for."""
    bit = question.grid.bit(cells.cell_at_or_before(starts_at))
    return [one for one in _others(question, therapist) if bit & _could_come(question, one, diaries)]


def _others(question: Question, therapist: Therapist) -> Iterable[Therapist]:
    return (one for one in question.chaperones or () if one.id != therapist.id)


def _could_come(question: Question, person: Therapist, diaries: Diaries) -> int:
    """Works then at the location, is not off, and has nothing else during all that the session takes from a diary."""
    diary = diaries.get(person.resource_id, NOTHING)
    at_work = question.fits_in_hours(hours.available_cells(question.grid, question.location, person))
    return at_work & question.fits_in(diary.untaken(question.grid) & diary.not_off(question.grid))
