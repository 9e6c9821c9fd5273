"""From what somebody chose by name (service, minutes, therapist, place) to what the slot rule is asked about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Location, Practice, Service, Therapist, Variant
from app.domain.questions import Question
from app.domain.readiness import is_published
from app.domain.slots import Refusal
from app.domain.spans import Span
from app.domain.wishes import Gender


@dataclass(frozen=True, slots=True)
class Choice:
    """A service in one variant at a location, with one therapist or, without preference, all who could give it."""

    practice: Practice
    location: Location
    service: Service
    variant: Variant
    therapists: tuple[Therapist, ...]
    visit: str
    chaperones: tuple[Therapist, ...] | None = None  # none: no second person is asked for
    spaced_from: tuple[date, ...] = ()  # the client's deep days on this region
    gender: str | None = None  # of whom the client wants to be treated by

    def question(
        self,
        window: Span,
        now: datetime,
        *,
        by_staff: bool = False,
        promised: bool = False,
        recommending: bool = False,
        setting_aside: Iterable[Refusal] = (),
    ) -> Question:
        """What the slot rule is asked for starts within ``window``."""
        return Question(
            self.practice,
            self.location,
            self.service,
            self.variant,
            window,
            now,
            by_staff,
            promised,
            recommending,
            frozenset(setting_aside),
            self.chaperones,
            self.spaced_from,
            self.gender,
        )


def choose(
    practice: Practice,
    *,
    service_slug: str,
    minutes: int,
    visit: str,
    location_slug: str | None = None,
    therapist_slug: str | None = None,
    gender: Gender = Gender.ANY,
    with_chaperone: bool = False,
) -> Choice | Refusal:
    """What was chosen, or why it can't be had at all: NOT_PUBLISHED, NOT_OFFERED or NEEDS_SCREENING.

    Without a location the first one counts. A therapist who isn't qualified is no error here: the slot rule refuses by name.
    Who is to be treated by a woman or a man is offered nobody else, whoever was named; so nobody may be left.
    """
    service = practice.service(service_slug)
    location = _location(practice, location_slug)
    if not is_published(practice):
        return Refusal.NOT_PUBLISHED
    if service is None or location is None or location.zone is None:
        return Refusal.NOT_OFFERED
    asks = service.is_screened or service.screening is not None
    if asks and not practice.demonstration and not service.asks_before:
        return Refusal.NEEDS_SCREENING
    variant = next((variant for variant in service.variants_for(visit) if variant.minutes == minutes), None)
    able = _therapists(practice, location, service, therapist_slug)
    therapists = tuple(one for one in able if gender in (Gender.ANY, one.gender))
    if visit not in (FIRST_VISIT, RETURNING_VISIT) or variant is None or not therapists:
        return Refusal.NOT_OFFERED
    chaperones = tuple(one for one in practice.therapists if one.may_chaperone) if with_chaperone else None
    return Choice(practice, location, service, variant, therapists, visit, chaperones)


def _location(practice: Practice, slug: str | None) -> Location | None:
    if slug is None:
        return practice.locations[0] if practice.locations else None
    return next((location for location in practice.locations if location.slug == slug), None)


def _therapists(
    practice: Practice, location: Location, service: Service, slug: str | None
) -> tuple[Therapist, ...]:
    if slug is None:
        return practice.therapists_at(location, service)
    therapist = practice.therapist(slug)
    return (therapist,) if therapist else ()
