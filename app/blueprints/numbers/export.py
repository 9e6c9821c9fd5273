"""Appointments for a spreadsheet."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from app.blueprints.numbers.booking_tables import source_words
from app.blueprints.numbers.wording import lines
from app.domain.appointments import State
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, text_in
from app.domain.wallclock import local_time, zone_named
from app.store.numbers import Chosen, ExportLine, list_for_export
from app.web.language import lazy

_HEAD = (
    *(
        lazy("Reference"),
        lazy("Day"),
        lazy("Begins"),
        lazy("Ends"),
        lazy("Time zone"),
        lazy("Minutes"),
        lazy("Location"),
        lazy("Therapist"),
        lazy("Room"),
        lazy("Service"),
    ),
    *(
        lazy("Visit"),
        lazy("State"),
        lazy("Cancelled by"),
        lazy("Minutes late"),
        lazy("Source"),
        lazy("Booked on"),
        lazy("Client number"),
    ),
)


_STATES = {
    State.REQUESTED: lazy("requested"),
    State.BOOKED: lazy("booked"),
    State.ARRIVED: lazy("arrived"),
    State.COMPLETED: lazy("completed"),
    State.NO_SHOW: lazy("no show"),
    State.CANCELLED: lazy("cancelled"),
    State.DECLINED: lazy("declined"),
    State.LAPSED: lazy("lapsed"),
}
_VISITS = {FIRST_VISIT: lazy("first"), RETURNING_VISIT: lazy("returning")}
#: As whose a cancellation counts.
_CANCELLED_BY = {"clinic": lazy("the practice"), "client": lazy("client"), "late": lazy("late")}


def appointments_written(chosen: Chosen, language: str) -> Iterator[str]:
    """As comma-separated values, line by line: a client is a number, and what clients wrote is not in it."""
    return lines([str(name) for name in _HEAD], (_row(one, language) for one in list_for_export(chosen)))


def _row(one: ExportLine, language: str) -> list[str | int | None]:
    begins = datetime.fromisoformat(one.wall_time)
    booked = local_time(one.created_at, zone_named(one.zone))
    return [
        one.reference,
        begins.date().isoformat(),
        f"{begins:%H:%M}",
        f"{begins + timedelta(minutes=one.minutes):%H:%M}",
        one.zone,
        one.minutes,
        one.location,
        one.therapist,
        one.room,
        text_in(one.service, language),
        str(_VISITS.get(one.visit, one.visit)),
        str(_STATES[State(one.state)]),
        one.cancelled_by and str(_CANCELLED_BY.get(one.cancelled_by, one.cancelled_by)),
        one.minutes_late,
        source_words(one.source),
        booked.date().isoformat(),
        one.client_id,
    ]
