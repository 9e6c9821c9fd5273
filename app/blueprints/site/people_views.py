"""Who works here: everybody, and one therapist with what they give and when they are free next."""

from dataclasses import dataclass

from flask import Response, abort

from app import clock
from app.blueprints.site.answers import page
from app.blueprints.site.blueprint import blueprint
from app.blueprints.site.facts import therapist_facts
from app.blueprints.site.head import head_of
from app.blueprints.site.opened import opened
from app.domain.practice import RETURNING_VISIT, Location, Practice, Service, Technique, Therapist, text_in
from app.domain.qualified import services_given, techniques_of
from app.domain.wallclock import local_date
from app.web.language import _, speaking
from app.web.local_words import text_words
from app.web.next_times import NextTime, next_of_therapists, shortest_choices


@dataclass(frozen=True, slots=True)
class Given:
    """A service that a therapist gives. ``bookable``: by the public, online; ``next_time``: when this therapist is free for it."""

    service: Service
    bookable: bool
    next_time: NextTime | None


@dataclass(frozen=True, slots=True)
class Person:
    """A therapist as the public pages show them."""

    therapist: Therapist
    techniques: tuple[Technique, ...]
    services: tuple[Service, ...]
    locations: tuple[Location, ...]


@blueprint.get("/therapists/")
def therapists() -> Response:
    """Everybody."""
    practice = opened()
    if not practice.therapists:
        abort(404)
    people = [_person(practice, one) for one in practice.therapists]
    names = ", ".join(one.name for one in practice.therapists)
    head = head_of(practice, _("Who works at %(practice)s: %(names)s.", practice=practice.name, names=names))
    return page("pages/site/therapists.html", whole=practice, people=people, head=head)


@blueprint.get("/therapists/<slug>")
def therapist(slug: str) -> Response:
    """One therapist."""
    practice = opened()
    found = practice.therapist(slug) or abort(404)
    person = _person(practice, found)
    called = text_words(found.role_title) or practice.name
    description = f"{found.name}, {called}. {text_in(found.about, speaking())}"
    return page(
        "pages/site/therapist.html",
        whole=practice,
        person=person,
        given=[_given(practice, service, found) for service in person.services],
        head=head_of(practice, description, therapist_facts(practice, found, person.techniques)),
    )


def _person(practice: Practice, one: Therapist) -> Person:
    today = local_date(clock.now(), practice.first_zone)
    return Person(
        therapist=one,
        techniques=techniques_of(practice, one, today),
        services=services_given(practice, one, today),
        locations=tuple(place for place in practice.locations if one.works_at(place.id)),
    )


def _given(practice: Practice, service: Service, one: Therapist) -> Given:
    choices = shortest_choices(practice, service, RETURNING_VISIT)
    return Given(service, bool(choices), next_of_therapists(choices, clock.now()).get(one.id))
