"""Small practices for tests of the rules: everything has a default, tests name what they are about."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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
from app.domain.questions import Diary, Given, Question, packed
from app.domain.spans import Span
from app.domain.wallclock import day_span

HALIFAX = ZoneInfo("America/Halifax")
PSOAS = Technique(1, "psoas", {"en": "Psoas release"})
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def weekly(days: Iterable[int], opens: str, closes: str) -> tuple[WeeklyWindow, ...]:
    """The same window on several weekdays."""
    return tuple(WeeklyWindow(day, time.fromisoformat(opens), time.fromisoformat(closes)) for day in days)


EVERY_DAY = weekly(range(7), "00:00", "00:00")


def location(
    *, zone: ZoneInfo = HALIFAX, hours: tuple[WeeklyWindow, ...] = EVERY_DAY, rooms: int = 1
) -> Location:
    """A location with numbered rooms (resources 101, 102, ...)."""
    return Location(
        id=1,
        slug="main",
        name="Main",
        zone=zone,
        opening_hours=hours,
        rooms=tuple(Room(n, 100 + n, f"room-{n}", f"Room {n}") for n in range(1, rooms + 1)),
    )


def therapist(
    number: int = 1,
    *,
    name: str = "Dana Reyes",
    hours: tuple[WeeklyWindow, ...] = EVERY_DAY,
    qualified: bool = True,
) -> Therapist:
    """A therapist (resource = number) who works those hours at location 1."""
    return Therapist(
        id=number,
        resource_id=number,
        slug=f"therapist-{number}",
        name=name,
        qualifications=(Qualification(PSOAS.id),) if qualified else (),
        availability_rules=tuple(AvailabilityRule(1, window) for window in hours),
    )


def service(*variants: Variant, features: frozenset[str] = frozenset()) -> Service:
    """A service that needs the psoas technique; 60 minutes and 15 of turnover unless told otherwise."""
    return Service(
        id=1,
        slug="psoas-release",
        name={"en": "Psoas release"},
        techniques=(PSOAS,),
        variants=variants or (Variant(1, 60),),
        room_features=features,
    )


def practice(
    place: Location, treatment: Service, *people: Therapist, policy: Policy | None = None
) -> Practice:
    """A practice of one location and one service, wide open: no notice, a horizon of three years."""
    return Practice(
        slug="example",
        name="Example Bodywork",
        short_code="EX",
        language="en",
        currency="CAD",
        demonstration=True,
        revision=1,
        policy=policy or open_policy(),
        locations=(place,),
        services=(treatment,),
        therapists=people,
        techniques=(PSOAS,),
    )


def open_policy(**changes: object) -> Policy:
    """A policy that stands in nobody's way, with changes."""
    return replace(Policy(notice=timedelta(0), horizon=timedelta(days=1100)), **changes)  # type: ignore[arg-type]


def diary_of(sessions: Iterable[Given], lead: int = 0, tail: int = 0) -> Diary:
    """The diary of who gives these, with buffers of so many cells."""
    given = tuple(sessions)
    taken = tuple((one.first - lead, one.end + tail) for one in given)
    return Diary(taken, (), tuple(packed(lead, tail, one.is_deep) for one in given))


def question(whole: Practice, first: date, last: date | None = None, *, now: datetime = LONG_AGO) -> Question:
    """All starts on these local dates, for the first variant of the first service at the first location."""
    place, treatment = whole.locations[0], whole.services[0]
    assert place.zone is not None
    window = Span(day_span(first, place.zone).starts_at, day_span(last or first, place.zone).ends_at)
    return Question(whole, place, treatment, treatment.variants[0], window, now, recommending=True)
