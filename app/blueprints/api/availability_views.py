"""Free times: of days, of a month at a glance, the next ones."""

from collections.abc import Iterable
from typing import Any

from flask import Response

from app import clock
from app.blueprints.api.answers import DaysAnswer, NextAnswer, TimesAnswer
from app.blueprints.api.asked import asked_choice, asked_range, open_practice
from app.blueprints.api.blueprint import operation
from app.blueprints.api.questions import NextAsked, TimesAsked
from app.blueprints.api.shapes import answer, slot_shape, slot_shapes, zone_of
from app.domain.slots import Slot
from app.store.openings import look, next_by_therapist

_PROBLEMS = (404, 409)


@operation("GET", "/availability", answer=TimesAnswer, query=TimesAsked, public=True, problems=_PROBLEMS)
def availability(asked: dict[str, Any]) -> Response:
    """The free times of a service from one day to another."""
    choice, (first, last) = asked_choice(open_practice(), asked), asked_range(asked)
    free = look(choice, first, last, clock.now()).slots()
    return answer({"time_zone": zone_of(choice).key, "slots": slot_shapes(free, choice)})


@operation("GET", "/availability/days", answer=DaysAnswer, query=TimesAsked, public=True, problems=_PROBLEMS)
def days_with_space(asked: dict[str, Any]) -> Response:
    """The days that have any free time, and how many starts each has."""
    choice, (first, last) = asked_choice(open_practice(), asked), asked_range(asked)
    counts = look(choice, first, last, clock.now()).counts()
    days = [{"date": day.isoformat(), "free": free} for day, free in counts.items()]
    return answer({"time_zone": zone_of(choice).key, "days": days})


@operation("GET", "/availability/next", answer=NextAnswer, query=NextAsked, public=True, problems=_PROBLEMS)
def next_times(asked: dict[str, Any]) -> Response:
    """The next free time of anyone, and of each therapist."""
    choice = asked_choice(open_practice(), asked)
    by_therapist = next_by_therapist(choice, clock.now())
    slugs = {therapist.id: therapist.slug for therapist in choice.therapists}
    return answer(
        {
            "time_zone": zone_of(choice).key,
            "anyone": slot_shape(first_of_all(by_therapist.values()), choice),
            "therapists": [
                {"therapist": slugs[therapist_id], "slot": slot_shape(slot, choice)}
                for therapist_id, slot in by_therapist.items()
            ],
        }
    )


def first_of_all(slots: Iterable[Slot | None]) -> Slot | None:
    """The earliest, with everybody who could give it then; recommended where it is for all of them."""
    found = [slot for slot in slots if slot is not None]
    starts_at = min((slot.starts_at for slot in found), default=None)
    if starts_at is None:
        return None
    same = [slot for slot in found if slot.starts_at == starts_at]
    who = tuple(therapist_id for slot in same for therapist_id in slot.therapist_ids)
    return Slot(starts_at, who, all(slot.recommended for slot in same))
