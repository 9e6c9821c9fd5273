"""The slot rule alone: no database, no web."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.cells import cell_at_or_before
from app.domain.openings import Openings
from app.domain.policy import Policy
from app.domain.practice import (
    AvailabilityRule,
    Location,
    Practice,
    Qualification,
    Room,
    Service,
    Technique,
    Therapist,
    Variant,
    WeeklyWindow,
)
from app.domain.questions import Diaries, Diary, Question
from app.domain.slots import free_masks
from app.domain.spans import Span
from app.domain.wallclock import day_span, days_between
from benchmarks.timing import Figure, timed

_ZONE = ZoneInfo("America/Halifax")
_FIRST, _LAST = date(2027, 3, 1), date(2027, 3, 31)
_PEOPLE = 10


def figures(rounds: int) -> Iterator[Figure]:
    """One month of ten therapists, 60 % booked."""
    practice, diaries = _clinic()
    month = Span(day_span(_FIRST, _ZONE).starts_at, day_span(_LAST, _ZONE).ends_at)
    day = day_span(date(2027, 3, 15), _ZONE)
    yield timed(
        "a day's times, one therapist",
        rounds,
        lambda: Openings(_ask(practice, day), practice.therapists[:1], diaries).slots(),
    )
    yield timed("a month's masks, ten therapists", rounds, lambda: _masks(practice, month, diaries))
    yield timed(
        "a month's times listed, ten therapists",
        rounds,
        lambda: Openings(_ask(practice, month), practice.therapists, diaries).slots(),
    )


def _masks(practice: Practice, month: Span, diaries: Diaries) -> dict[int, int]:
    return free_masks(_ask(practice, month), practice.therapists, diaries)


def _ask(practice: Practice, window: Span) -> Question:
    service = practice.services[0]
    now = datetime(2027, 2, 28, 12, tzinfo=UTC)
    return Question(practice, practice.locations[0], service, service.variants[0], window, now)


def _clinic() -> tuple[Practice, Diaries]:
    chance = random.Random(60)
    hours = tuple(WeeklyWindow(day, time(9), time(17)) for day in range(5))
    technique = Technique(1, "psoas", {"en": "Psoas release"})
    people = tuple(
        Therapist(
            n,
            n,
            f"t{n}",
            f"T{n}",
            qualifications=(Qualification(1),),
            availability_rules=tuple(AvailabilityRule(1, w) for w in hours),
        )
        for n in range(1, _PEOPLE + 1)
    )
    rooms = tuple(Room(n, 100 + n, f"r{n}", f"R{n}") for n in range(1, _PEOPLE + 1))
    place = Location(1, "main", "Main", _ZONE, opening_hours=hours, rooms=rooms)
    service = Service(1, "psoas", {"en": "Psoas"}, techniques=(technique,), variants=(Variant(1, 60),))
    practice = Practice(
        "b",
        "Bench",
        "BE",
        "en",
        "CAD",
        demonstration=True,
        revision=1,
        policy=Policy(horizon=timedelta(days=60)),
        locations=(place,),
        services=(service,),
        therapists=people,
    )
    return practice, {one.resource_id: Diary(tuple(_booked(chance))) for one in people}


def _booked(chance: random.Random) -> Iterator[tuple[int, int]]:
    for day in days_between(_FIRST, _LAST):
        first = cell_at_or_before(datetime.combine(day, time(9), _ZONE).astimezone(UTC))
        for hour in range(0, 96 - 15, 15):
            if chance.random() < 0.6:
                yield first + hour, first + hour + 15
