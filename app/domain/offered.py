"""Who gives what today: what the public pages say of services and therapists."""

from datetime import date

from app.domain.practice import Practice, Service, Technique, Therapist


def techniques_of(practice: Practice, therapist: Therapist, day: date) -> tuple[Technique, ...]:
    """The techniques that the therapist holds on that day, in the practice's order."""
    held = {one.technique_id for one in therapist.qualifications if _holds(one.valid_until, day)}
    return tuple(technique for technique in practice.techniques if technique.id in held)


def therapists_giving(practice: Practice, service: Service, day: date) -> tuple[Therapist, ...]:
    """Who holds on that day every technique that the service needs, in the practice's order."""
    return tuple(one for one in practice.therapists_for(service) if gives(one, service, day))


def services_given(practice: Practice, therapist: Therapist, day: date) -> tuple[Service, ...]:
    """The services that the therapist is qualified for on that day, in the practice's order."""
    return tuple(service for service in practice.services if gives(therapist, service, day))


def gives(therapist: Therapist, service: Service, day: date) -> bool:
    """Whether the therapist holds on that day all that the service needs."""
    held = {one.technique_id for one in therapist.qualifications if _holds(one.valid_until, day)}
    return all(technique.id in held for technique in service.techniques)


def _holds(until: date | None, day: date) -> bool:
    return until is None or day <= until
