"""Free times as pages show them: of a day, of a month, the next one. Each a few queries, whatever the history."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
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
    question = choice.question(window, now, by_staff=by_staff, recommending=True)
    resources = resources_of(question, choice.therapists)
    counted = question.practice.limits_load
    diaries = load_diaries(question.span, now, resources, ignoring_appointment=moving, counted=counted)
    return Openings(question, choice.therapists, diaries)


def next_slots(choices: Sequence[Choice], now: datetime) -> list[Slot | None]:
    """For each choice the first free slot from now on, within the horizon. One look at the diaries serves all."""
    found: dict[int, Slot] = {}
    for window in _looks(choices, now):
        missing = [number for number in range(len(choices)) if number not in found]
        if not missing:
            break
        openings = _look_at_all([choices[number] for number in missing], window, now)
        firsts = zip(missing, (one.first() for one in openings), strict=True)
        found |= {number: slot for number, slot in firsts if slot is not None}
    return [found.get(number) for number in range(len(choices))]


def next_by_therapist(choice: Choice, now: datetime) -> dict[int, Slot | None]:
    """By therapist id, in the choice's order, the first slot that is free with each of them."""
    found: dict[int, Slot] = {}
    for window in _looks([choice], now):
        missing = tuple(therapist for therapist in choice.therapists if therapist.id not in found)
        if not missing:
            break
        found |= look_within(replace(choice, therapists=missing), window, now).first_by_therapist()
    return {therapist.id: found.get(therapist.id) for therapist in choice.therapists}


def _looks(choices: Sequence[Choice], now: datetime) -> Iterator[Span]:
    """One window after the other, up to the horizon."""
    begin, length = now, _FIRST_LOOK
    end = now + max((one.practice.policy.horizon for one in choices), default=timedelta(0)) + _A_DAY
    while begin < end:
        yield Span(begin, begin + length)
        begin, length = begin + length, _FURTHER_LOOK


def _look_at_all(choices: Sequence[Choice], window: Span, now: datetime) -> list[Openings]:
    questions = [choice.question(window, now) for choice in choices]
    pairs = list(zip(questions, choices, strict=True))
    resources = {one for asked, choice in pairs for one in resources_of(asked, choice.therapists)}
    around = Span(
        min(asked.span.starts_at for asked in questions), max(asked.span.ends_at for asked in questions)
    )
    counted = any(asked.practice.limits_load for asked in questions)
    diaries = load_diaries(around, now, resources, counted=counted)
    return [Openings(asked, choice.therapists, diaries) for asked, choice in pairs]
