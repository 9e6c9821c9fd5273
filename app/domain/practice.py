"""The practice as values: what the slot rule and the pages know of it. Read once, kept until a setting changes."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from app.domain.consent import ConsentText
from app.domain.guidance import GuidancePlan
from app.domain.look import Look
from app.domain.policy import Limits, Policy
from app.domain.screening import ScreeningSet, must_be_screened
from app.domain.site_questions import FrequentQuestion

Texts = Mapping[str, str]  # language code -> text

ANY_VISIT, FIRST_VISIT, RETURNING_VISIT = "any", "first", "returning"
DEEP = "deep"


def text_in(texts: Texts, language: str) -> str:
    """The text in that language, else in any that there is, else nothing."""
    return texts.get(language) or next((text for text in texts.values() if text), "")


@dataclass(frozen=True, slots=True)
class WeeklyWindow:
    """A window on the wall clock of one weekday (Monday is 0), valid between two dates, both included."""

    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the window exists on that date."""
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class Closure:
    """Dates, both included, on which the location is shut."""

    starts_on: date
    ends_on: date
    label: str | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the location is shut on that date."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class AddressPeriod:
    """An address (``lines`` separated by line breaks) from a date on; an announced one may lack date or lines."""

    valid_from: date | None
    lines: str | None
    announced: bool = False
    note: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Room:
    """A room: a resource with features."""

    id: int
    resource_id: int
    slug: str
    name: str
    features: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Location:
    """A place where sessions happen. ``zone`` is none until the owner has told it; then nothing can be booked there."""

    id: int
    slug: str
    name: str
    zone: ZoneInfo | None
    country: str | None = None
    phone: str | None = None
    arrival: Texts = field(default_factory=dict)
    address_periods: tuple[AddressPeriod, ...] = ()
    opening_hours: tuple[WeeklyWindow, ...] = ()
    closures: tuple[Closure, ...] = ()
    rooms: tuple[Room, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to have a service: how long, for whom, at what price."""

    id: int
    minutes: int
    visit: str = ANY_VISIT
    price_minor: int | None = None
    buffer_before: int = 0
    buffer_after: int = 15

    @property
    def length(self) -> timedelta:
        """How long the session itself lasts."""
        return timedelta(minutes=self.minutes)

    @property
    def occupied(self) -> timedelta:
        """What a diary loses: the session with its buffers."""
        return timedelta(minutes=self.buffer_before + self.minutes + self.buffer_after)

    def suits(self, visit: str) -> bool:
        """Whether it is meant for a first or a returning visit."""
        return self.visit in (ANY_VISIT, visit)


@dataclass(frozen=True, slots=True)
class Technique:
    """A way of working that a therapist must be qualified for."""

    id: int
    slug: str
    name: Texts


@dataclass(frozen=True, slots=True)
class Service:
    """A treatment on offer."""

    id: int
    slug: str
    name: Texts
    summary: Texts = field(default_factory=dict)
    what_happens: Texts = field(default_factory=dict)
    who_it_suits: Texts = field(default_factory=dict)
    depth: str = "light"
    region: str | None = None
    needs_screening: bool = False
    techniques: tuple[Technique, ...] = ()
    room_features: frozenset[str] = frozenset()
    variants: tuple[Variant, ...] = ()
    guidance: GuidancePlan | None = None
    screening: ScreeningSet | None = None  # the newest version of its set of questions
    consent: ConsentText | None = None  # the newest version of what is agreed to before it
    needs_prior_visit: bool = False
    coaches_tools: bool = False  # whoever had it may see the guides that need a tool

    @property
    def is_screened(self) -> bool:
        """Whether it may not be booked without questions about health: because it says so, or because such work always is."""
        return self.needs_screening or must_be_screened(self.depth, self.region)

    @property
    def is_lighter(self) -> bool:
        """Whether it can stand in for deep work: light, with nothing to be asked, agreed to or shown before it."""
        asks = self.is_screened or self.screening is not None or self.consent is not None
        return self.depth == "light" and not asks and not self.needs_prior_visit

    @property
    def asks_before(self) -> bool:
        """Whether its questions, and what is agreed to, are approved by the owner, so that the public may answer and book."""
        approved = self.consent is None or self.consent.approved
        return self.screening is not None and self.screening.approved and approved

    def variants_for(self, visit: str) -> tuple[Variant, ...]:
        """The variants meant for that visit, shortest first; one meant just for it replaces a general one of equal price group."""
        own = tuple(variant for variant in self.variants if variant.visit == visit)
        return own or tuple(variant for variant in self.variants if variant.suits(visit))

    def length_near(self, minutes: int, visit: str) -> int | None:
        """The length for that visit that comes nearest, the shorter one of two; none where the service is not for that visit."""
        lengths = (one.minutes for one in self.variants_for(visit))
        return min(lengths, key=lambda one: (abs(one - minutes), one), default=None)


@dataclass(frozen=True, slots=True)
class Qualification:
    """That a therapist holds a technique, perhaps only until a date (included)."""

    technique_id: int
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class AvailabilityRule:
    """A therapist's weekly window at a location."""

    location_id: int
    window: WeeklyWindow


@dataclass(frozen=True, slots=True)
class Therapist:
    """The person whose diary is booked."""

    id: int
    resource_id: int
    slug: str
    name: str
    role_title: Texts = field(default_factory=dict)
    about: Texts = field(default_factory=dict)
    email: str | None = None
    qualifications: tuple[Qualification, ...] = ()
    availability_rules: tuple[AvailabilityRule, ...] = ()
    gender: str | None = None  # female or male, if they chose to say it
    may_chaperone: bool = False
    limits: Limits | None = None  # their own; none: the practice's

    def works_at(self, location_id: int) -> bool:
        """Whether any rule names the location."""
        return any(rule.location_id == location_id for rule in self.availability_rules)

    def windows_at(self, location_id: int) -> tuple[WeeklyWindow, ...]:
        """The weekly windows at the location."""
        return tuple(rule.window for rule in self.availability_rules if rule.location_id == location_id)

    @property
    def held_until(self) -> dict[int, date | None]:
        """The numbers of the techniques that are held, each with its last day, if it has one."""
        return {one.technique_id: one.valid_until for one in self.qualifications}

    def holds(self, techniques: Iterable[Technique], day: date | None = None) -> bool:
        """Whether they are all held on that day; without one, on some day at least."""
        held = self.held_until
        ends = [held.get(technique.id, date.min) for technique in techniques]
        return all(end is None or (end > date.min if day is None else day <= end) for end in ends)


@dataclass(frozen=True, eq=False)
class Practice:
    """Everything that is configured; retired things are left out. A snapshot is equal to itself only: revisions tell them apart."""

    slug: str
    name: str
    short_code: str
    language: str
    currency: str | None
    demonstration: bool
    revision: int
    policy: Policy
    locations: tuple[Location, ...]
    services: tuple[Service, ...]
    therapists: tuple[Therapist, ...]
    techniques: tuple[Technique, ...] = ()
    tagline: Texts = field(default_factory=dict)
    about: Texts = field(default_factory=dict)
    email: str | None = None
    emergency_number: str | None = None
    channels: tuple[Mapping[str, str], ...] = ()
    reasons: tuple[Texts, ...] = ()
    look: Look = field(default_factory=Look)
    embed_origins: tuple[str, ...] = ()  # sites that may frame the booking pages
    questions: tuple[FrequentQuestion, ...] = ()
    try_out_email: str | None = None  # set: every mail goes there, and nowhere else

    def service(self, slug: str) -> Service | None:
        """The service of that slug."""
        return next((service for service in self.services if service.slug == slug), None)

    def therapist(self, slug: str) -> Therapist | None:
        """The therapist of that slug."""
        return next((therapist for therapist in self.therapists if therapist.slug == slug), None)

    def limits_of(self, therapist: Therapist) -> Limits:
        """The therapist's own limits, else the practice's."""
        return therapist.limits or self.policy.limits

    @cached_property
    def limits_load(self) -> bool:
        """Whether anybody's day has a limit at all."""
        known = (self.policy.limits, *(one.limits for one in self.therapists if one.limits))
        return any(any(astuple(limits)) for limits in known)

    def therapist_with_id(self, therapist_id: int) -> Therapist | None:
        """The therapist of that number."""
        return next((therapist for therapist in self.therapists if therapist.id == therapist_id), None)

    def location(self, slug: str | None) -> Location | None:
        """The location of that slug."""
        return next((location for location in self.locations if location.slug == slug), None)

    @property
    def places(self) -> tuple[Location, ...]:
        """The locations whose clock is known: at others nothing can take place."""
        return tuple(location for location in self.locations if location.zone)

    @property
    def first_zone(self) -> ZoneInfo:
        """The clock by which the practice as a whole counts its days: that of its first location that has one."""
        return next((location.zone for location in self.locations if location.zone), ZoneInfo("UTC"))

    def location_with_id(self, location_id: int) -> Location | None:
        """The location of that number."""
        return next((location for location in self.locations if location.id == location_id), None)

    def therapists_for(self, service: Service) -> tuple[Therapist, ...]:
        """Who holds, on some date at least, every technique that the service needs, in the practice's order."""
        return tuple(therapist for therapist in self.therapists if therapist.holds(service.techniques))

    def therapists_at(self, location: Location, service: Service) -> tuple[Therapist, ...]:
        """Of those, who works at the location; all of them while nobody's working time there has been told."""
        key = (location.id, service.id)
        if key not in self._at:
            able = self.therapists_for(service)
            self._at[key] = tuple(one for one in able if one.works_at(location.id)) or able
        return self._at[key]

    @cached_property
    def _at(self) -> dict[tuple[int, int], tuple[Therapist, ...]]:
        return {}

    @cached_property
    def shortest_sessions(self) -> Mapping[int, Variant]:
        """By therapist id, of all that the therapist gives, the variant that takes least of a diary, buffers included."""
        shortest: dict[int, Variant] = {}
        for service in self.services:
            for therapist in self.therapists_for(service):
                known = [shortest[therapist.id]] if therapist.id in shortest else []
                if known or service.variants:
                    shortest[therapist.id] = min(
                        (*known, *service.variants), key=lambda variant: variant.occupied
                    )
        return shortest

    @property
    def is_solo(self) -> bool:
        """Whether there is nobody to choose between."""
        return len(self.therapists) == 1

    @property
    def phone(self) -> str | None:
        """The first telephone that is known."""
        return next((location.phone for location in self.locations if location.phone), None)
