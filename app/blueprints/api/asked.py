"""From a question's names to what the slot rule is asked about; whatever can't be had is named by its field."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.actions.holding import Wish
from app.domain.choices import Choice, choose
from app.domain.practice import Practice, Service
from app.domain.readiness import is_published
from app.domain.slots import Refusal
from app.store.practice import load_practice
from app.web.problems import Problem, invalid
from app.web.sentences import refusal_sentence

_LONGEST_RANGE = timedelta(days=31)
_NO_SUCH = {
    "location": "There is no such location.",
    "therapist": "There is no such therapist for this service.",
    "duration": "The service is not given for that long.",
    "service": "There is no such service.",
}


def open_practice() -> Practice:
    """The practice. Raises Problem while the public may not see it."""
    practice = load_practice()
    if not is_published(practice):
        raise Problem("not-open", "Online booking is not open yet.")
    return practice


def asked_service(practice: Practice, slug: str) -> Service:
    """The service of that name. Raises Problem, a 404."""
    service = practice.service(slug)
    if service is None:
        raise Problem("not-found", _NO_SUCH["service"])
    return service


def asked_range(asked: Mapping[str, Any]) -> tuple[date, date]:
    """From which day to which. Raises Problem where that is backwards or too wide."""
    first, last = asked["from_"], asked["to"]
    if last < first:
        raise invalid(to="This lies before from.")
    if last - first >= _LONGEST_RANGE:
        raise invalid(to="A range is at most 31 days, both included.")
    return first, last


def asked_choice(practice: Practice, asked: Mapping[str, Any]) -> Choice:
    """The choice that an address names. Raises Problem."""
    service = asked_service(practice, asked["service"])
    wrong = wrong_names(practice, service, asked)
    if wrong:
        raise invalid(**wrong)
    choice = choose(
        practice,
        service_slug=service.slug,
        minutes=minutes_asked(service, asked),
        visit=asked["visit"],
        location_slug=asked.get("location"),
        therapist_slug=asked.get("therapist"),
    )
    if isinstance(choice, Refusal):
        raise cannot_be_had(choice)
    return choice


def asked_wish(practice: Practice, said: Mapping[str, Any]) -> Wish:
    """What a body wants to book, whether or not there is such a thing: that the action finds out."""
    service = practice.service(said["service"])
    return Wish(
        service_slug=said["service"],
        minutes=minutes_asked(service, said) if service else 0,
        visit=said["visit"],
        starts_at=said["starts_at"],
        location_slug=said["location"],
        therapist_slug=said["therapist"],
        source="api",
    )


def minutes_asked(service: Service, asked: Mapping[str, Any]) -> int:
    """How long; the shortest where it was left open."""
    if "duration" in asked:
        return int(asked["duration"])
    return min((variant.minutes for variant in service.variants_for(asked["visit"])), default=0)


def wrong_names(practice: Practice, service: Service | None, asked: Mapping[str, Any]) -> dict[str, str]:
    """By field what doesn't exist, or not for that service."""
    if service is None:
        return {"service": _NO_SUCH["service"]}
    location, therapist = asked.get("location"), asked.get("therapist")
    lengths = {variant.minutes for variant in service.variants_for(asked["visit"])}
    given_by = {one.slug for one in practice.therapists_for(service)}
    wrong = {
        "location": location is not None and all(one.slug != location for one in practice.locations),
        "therapist": therapist is not None and therapist not in given_by,
        "duration": "duration" in asked and asked["duration"] not in lengths,
    }
    return {field: _NO_SUCH[field] for field, is_wrong in wrong.items() if is_wrong}


def cannot_be_had(refusal: Refusal) -> Problem:
    """What is said of a service that can't be had at all, whatever the time."""
    if refusal is Refusal.NOT_PUBLISHED:
        return Problem("not-open", "Online booking is not open yet.")
    return invalid(service=refusal_sentence(refusal))
