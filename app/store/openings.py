"""Free times as pages show them: of a day, of a month, the next one. Each a few queries, whatever the history."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from app.domain.choices import Choice
from app.domain.openings import Openings
from app.domain.slots import Slot, resources_of
from app.domain.spans import Span
from app.domain.wallclock import day_span
from app.store.diaries import load_diaries

#: How far to look for the next free time at first, and then at a time: most are found within the week.
_FIRST_LOOK, _FURTHER_LOOK = timedelta(days=7), timedelta(days=31)
_A_DAY = timedelta(days=1)


def look(
    choice: Choice,
    first: date,
    last: date,
    now: datetime,
    *,
    by_staff: bool = False,
    moving: int | None = None,
) -> Openings:
    """What is free from one local date to another, both included; ``moving`` is an appointment that counts as away."""
    zone = choice.location.zone
    assert zone is not None  # noqa: S101 - a choice has a location with a zone
    window = Span(day_span(first, zone).starts_at, day_span(last, zone).ends_at)
    return look_within(choice, window, now, by_staff=by_staff, moving=moving)


def look_within(
    choice: Choice, window: Span, now: datetime, *, by_staff: bool = False, moving: int | None = None
) -> Openings:
    """The same for a span of time."""
    question = choice.question(window, now, by_staff=by_staff)
    resources = resources_of(question, choice.therapists)
    diaries = load_diaries(question.span, now, resources, ignoring_appointment=moving)
    return Openings(question, choice.therapists, diaries)


def next_slots(choices: Sequence[Choice], now: datetime) -> list[Slot | None]:
    """For each choice the first free slot from now on, within the horizon. One look at the diaries serves all."""
    found: dict[int, Slot] = {}
    begin, length = now, _FIRST_LOOK
    horizon_ends = now + max((one.practice.policy.horizon for one in choices), default=_A_DAY) + _A_DAY
    while begin < horizon_ends and len(found) < len(choices):
        open_ones = {number: choice for number, choice in enumerate(choices) if number not in found}
        found |= _first_slots(open_ones, Span(begin, begin + length), now)
        begin, length = begin + length, _FURTHER_LOOK
    return [found.get(number) for number in range(len(choices))]


def next_by_therapist(choice: Choice, now: datetime) -> dict[int, Slot | None]:
    """By therapist id, in the choice's order, the first slot that is free with each of them."""
    alone = [choice.with_therapist(therapist) for therapist in choice.therapists]
    return {one.therapists[0].id: slot for one, slot in zip(alone, next_slots(alone, now), strict=True)}


def _first_slots(choices: dict[int, Choice], window: Span, now: datetime) -> dict[int, Slot]:
    questions = {number: choice.question(window, now) for number, choice in choices.items()}
    resources = {
        one for number, asked in questions.items() for one in resources_of(asked, choices[number].therapists)
    }
    around = Span(
        min(one.span.starts_at for one in questions.values()),
        max(one.span.ends_at for one in questions.values()),
    )
    diaries = load_diaries(around, now, resources)
    firsts = {
        number: Openings(asked, choices[number].therapists, diaries).first()
        for number, asked in questions.items()
    }
    return {number: slot for number, slot in firsts.items() if slot is not None}
