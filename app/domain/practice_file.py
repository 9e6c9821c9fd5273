"""The practice as a file says it: everything that staff can set, as values without numbers of the database.

What is ``retired`` is kept, since appointments point to it, but nobody is offered it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.domain.consent import ConsentArea
from app.domain.guidance import GuidanceStep
from app.domain.policy import Policy
from app.domain.practice import AddressPeriod, Closure, Texts, WeeklyWindow
from app.domain.screening import ScreeningQuestion
from app.domain.site_questions import FrequentQuestion


@dataclass(frozen=True, slots=True)
class PracticeEntry:
    """The practice itself and its policy."""

    slug: str
    name: str | None
    short_code: str
    language: str = "en"
    currency: str | None = None
    email: str | None = None
    emergency_number: str | None = None
    demonstration: bool = False
    tagline: Texts = field(default_factory=dict)
    about: Texts = field(default_factory=dict)
    reasons: tuple[Texts, ...] = ()
    channels: tuple[Mapping[str, str], ...] = ()
    accent: str | None = None
    embed_origins: tuple[str, ...] = ()
    questions: tuple[FrequentQuestion, ...] = ()
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True, slots=True)
class RoomEntry:
    """A room of a location."""

    slug: str
    name: str
    features: tuple[str, ...] = ()
    retired: bool = False


@dataclass(frozen=True, slots=True)
class LocationEntry:
    """A place where sessions happen."""

    slug: str
    name: str
    zone: str | None = None
    country: str | None = None
    phone: str | None = None
    arrival: Texts = field(default_factory=dict)
    address: tuple[AddressPeriod, ...] = ()
    opening_hours: tuple[WeeklyWindow, ...] = ()
    closures: tuple[Closure, ...] = ()
    rooms: tuple[RoomEntry, ...] = ()
    retired: bool = False


@dataclass(frozen=True, slots=True)
class TechniqueEntry:
    """A way of working that therapists are qualified for."""

    slug: str
    name: Texts
    retired: bool = False


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A guidance plan; a change of its steps makes a new version."""

    slug: str
    name: str
    steps: tuple[GuidanceStep, ...] = ()


@dataclass(frozen=True, slots=True)
class ScreeningSetEntry:
    """Questions before a service; a change of them makes a new version, which is not approved until the owner says so."""

    slug: str
    name: str
    questions: tuple[ScreeningQuestion, ...] = ()
    approved_by: str | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConsentTextEntry:
    """What clients agree to; a change of text or areas makes a new version, which is not approved until the owner says so."""

    slug: str
    name: str
    body: Texts
    areas: tuple[ConsentArea, ...] = ()
    approved_by: str | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DurationEntry:
    """One way to have a service: how long, for whom, at what price (in the currency's smallest unit)."""

    minutes: int
    visit: str = "any"
    price_minor: int | None = None
    buffer_before: int = 0
    buffer_after: int = 15


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """A treatment on offer."""

    slug: str
    name: Texts
    summary: Texts = field(default_factory=dict)
    what_happens: Texts = field(default_factory=dict)
    who_it_suits: Texts = field(default_factory=dict)
    depth: str = "light"
    region: str | None = None
    needs_screening: bool = False
    techniques: tuple[str, ...] = ()
    room_features: tuple[str, ...] = ()
    guidance_plan: str | None = None
    screening_set: str | None = None
    consent_text: str | None = None
    needs_prior_visit: bool = False
    coaches_tools: bool = False
    durations: tuple[DurationEntry, ...] = ()
    retired: bool = False


@dataclass(frozen=True, slots=True)
class QualificationEntry:
    """A technique that a therapist holds, perhaps until a date (included)."""

    technique: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class AvailabilityEntry:
    """A therapist's weekly window at a location."""

    location: str
    window: WeeklyWindow


@dataclass(frozen=True, slots=True)
class TimeOffEntry:
    """A span without work, in UTC."""

    starts_at: datetime
    ends_at: datetime
    label: str | None = None


@dataclass(frozen=True, slots=True)
class TherapistEntry:
    """A person whose diary is booked."""

    slug: str
    name: str
    role_title: Texts = field(default_factory=dict)
    about: Texts = field(default_factory=dict)
    email: str | None = None
    gender: str | None = None
    may_chaperone: bool = False
    limits: Mapping[str, int] = field(default_factory=dict)  # those of their own, by name
    qualifications: tuple[QualificationEntry, ...] = ()
    availability: tuple[AvailabilityEntry, ...] = ()
    time_off: tuple[TimeOffEntry, ...] = ()
    retired: bool = False


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step of a self-care guide. Numbers that nobody gave stay none: "as advised by your therapist"."""

    text: Texts
    seconds: int | None = None
    up_to_seconds: int | None = None
    per_side: bool = False
    reps: int | None = None
    sets: int | None = None


@dataclass(frozen=True, slots=True)
class GuideEntry:
    """An exercise for at home; shown to nobody before a therapist has approved it."""

    slug: str
    title: Texts
    source: str | None = None
    steps: tuple[GuideStep, ...] = ()
    stop_rules: tuple[Texts, ...] = ()
    gate: tuple[str, ...] = ()
    equipment: Texts = field(default_factory=dict)
    approved_by: str | None = None
    approved_at: datetime | None = None
    retired: bool = False
    wait: timedelta | None = None  # allowed so long after a session at the earliest
    goes_with: tuple[str, ...] = ()  # "plan/step", while a file is read; then the steps name the guide


@dataclass(frozen=True, slots=True)
class PracticeFile:
    """Everything that a practice file can say."""

    practice: PracticeEntry
    locations: tuple[LocationEntry, ...] = ()
    techniques: tuple[TechniqueEntry, ...] = ()
    plans: tuple[PlanEntry, ...] = ()
    services: tuple[ServiceEntry, ...] = ()
    therapists: tuple[TherapistEntry, ...] = ()
    guides: tuple[GuideEntry, ...] = ()
    screening_sets: tuple[ScreeningSetEntry, ...] = ()
    consent_texts: tuple[ConsentTextEntry, ...] = ()
