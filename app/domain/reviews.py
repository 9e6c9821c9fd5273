"""A therapist's look at a session before it is promised: until when, and what may come of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.policy import Policy
from app.domain.practice import Service, Variant


class Decision(StrEnum):
    """What came of a review. Without one it settled itself: the request was called off before anybody decided."""

    ACCEPTED = "accepted"
    CHANGED = "changed"
    DECLINED = "declined"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Review:
    """That somebody has to look, since when and until when; what came of it, once it is decided."""

    appointment_id: int
    screening_id: int | None
    opened_at: datetime
    deadline_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    decision: Decision | None = None
    has_words: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.decided_at is None


@dataclass(frozen=True, slots=True)
class Altered:
    """What a request is accepted as: another service or length, perhaps with somebody else. None: as it was asked for."""

    service_slug: str | None = None
    minutes: int | None = None
    therapist_slug: str | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """A session that a request may become."""

    service: Service
    variant: Variant


def deadline_of(now: datetime, starts_at: datetime, policy: Policy) -> datetime | None:
    """Until when a therapist has to answer a request that is made now; none where no time is left for that.

    So many hours from now, and so long before the session at the latest, whichever comes first.
    """
    soon = now + timedelta(hours=policy.review_hours)
    deadline = min(soon, starts_at - _ahead_of_session(policy))
    return deadline if deadline > now else None


def with_time_for_review(policy: Policy) -> Policy:
    """The same policy for who needs a review: the public finds only times for which there is a deadline still ahead."""
    notice = max(policy.notice, _ahead_of_session(policy) + timedelta(minutes=1))
    return replace(policy, notice=notice)


def _ahead_of_session(policy: Policy) -> timedelta:
    return timedelta(hours=policy.review_before_hours)


def redated(deadline_at: datetime, starts_at: datetime, policy: Policy) -> datetime:
    """The deadline of a request that goes to another start: never later than promised, earlier where the session is."""
    return min(deadline_at, starts_at - _ahead_of_session(policy))


def alternatives(
    services: Sequence[Service], service_id: int, minutes: int, visit: str
) -> tuple[Alternative, ...]:
    """What a request for that session may be accepted as instead: the same but shorter, or lighter and no longer."""
    asked = next((one for one in services if one.id == service_id), None)
    own = () if asked is None else tuple(_shorter(asked, minutes, visit))
    return (*own, *_lighter(services, service_id, minutes, visit))


def _shorter(service: Service, minutes: int, visit: str) -> Iterable[Alternative]:
    return (
        Alternative(service, variant)
        for variant in sorted(service.variants_for(visit), key=lambda one: one.minutes)
        if variant.minutes < minutes
    )


def _lighter(services: Iterable[Service], service_id: int, minutes: int, visit: str) -> Iterable[Alternative]:
    """Light work that needs nothing before it; being shown a tool is no session in its place."""
    return (
        Alternative(service, variant)
        for service in services
        if service.id != service_id and service.is_lighter and not service.coaches_tools
        for variant in service.variants_for(visit)
        if variant.minutes <= minutes
    )
