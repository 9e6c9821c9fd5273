"""Where bookings came from, and how booking was for clients, counted."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.extensions import db
from app.models import Appointment
from app.store.numbers import NEVER_PROMISED, Chosen, stretch_of, within


@dataclass(frozen=True, slots=True)
class SourceCount:
    """Bookings that came from somewhere: a link's word, or one of the program's own; none where nothing was noted."""

    source: str | None
    bookings: int


@dataclass(frozen=True, slots=True)
class FeltCount:
    """So many clients of a stretch said that booking felt so: 1, a struggle, to 5, easy."""

    stretch: int
    felt: int
    answers: int


def count_sources(chosen: Chosen) -> list[SourceCount]:
    """Where the bookings of all stretches came from, whatever became of them, most first."""
    wanted = select(Appointment.source, func.count()).where(Appointment.state.not_in(NEVER_PROMISED))
    wanted = wanted.group_by(Appointment.source).order_by(func.count().desc(), Appointment.source)
    return [SourceCount(*row) for row in db.session.execute(within(wanted, chosen))]


def count_felt(chosen: Chosen) -> list[FeltCount]:
    """How booking was, by stretch."""
    wanted = select(stretch_of(chosen), Appointment.booking_felt, func.count())
    wanted = wanted.where(Appointment.booking_felt.is_not(None))
    wanted = wanted.group_by("stretch", Appointment.booking_felt)
    return [FeltCount(*row) for row in db.session.execute(within(wanted, chosen))]
