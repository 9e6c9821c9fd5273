"""Who is qualified today: what the public pages say of services and therapists."""

from datetime import date

from app.domain.practice import Practice, Service, Technique, Therapist


def techniques_of(practice: Practice, therapist: Therapist, day: date) -> tuple[Technique, ...]:
    """The techniques that the therapist holds on that day, in the practice's order."""
    return tuple(technique for technique in practice.techniques if therapist.holds([technique], day))


def therapists_giving(practice: Practice, service: Service, day: date) -> tuple[Therapist, ...]:
    """Who holds on that day every technique that the service needs, in the practice's order."""
    return tuple(one for one in practice.therapists_for(service) if one.holds(service.techniques, day))


def services_given(practice: Practice, therapist: Therapist, day: date) -> tuple[Service, ...]:
    """The services that the therapist is qualified for on that day, in the practice's order."""
    return tuple(service for service in practice.services if therapist.holds(service.techniques, day))
