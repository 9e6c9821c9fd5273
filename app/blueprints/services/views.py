"""The catalogue, and the page of one service."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, abort, request

from app import clock
from app.blueprints.services.talk_first import talk_first
from app.blueprints.site.answers import page
from app.blueprints.site.facts import service_facts
from app.blueprints.site.head import head_of
from app.blueprints.site.opened import opened
from app.domain.emergency import emergency_numbers, emergency_words
from app.domain.guidance import AFTER, BEFORE, GuidanceStep
from app.domain.placeholders import GENERAL, filled
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Practice, Service, text_in
from app.domain.readiness import is_published
from app.store.practice import load_practice
from app.web.language import _, speaking
from app.web.offers import offer_of, offers

blueprint = Blueprint("services", __name__)


@blueprint.get("/services/")
def index() -> Response:
    """Everything on offer."""
    practice = load_practice()
    if not is_published(practice):
        return page("pages/site/not_open.html", whole=practice)
    names = ", ".join(text_in(service.name, speaking()) for service in practice.services)
    said = _("Sessions and prices of %(practice)s: %(names)s.", practice=practice.name, names=names)
    return page(
        "pages/services/index.html",
        whole=practice,
        offers=offers(practice, clock.now()),
        head=head_of(practice, said),
    )


@blueprint.get("/services/<slug>")
def show(slug: str) -> Response:
    """One service: what happens, who it suits, who should talk to us first, durations, prices, who gives it, before and after."""
    practice = opened()
    service = practice.service(slug) or abort(404)
    return page(
        "pages/services/show.html",
        whole=practice,
        offer=offer_of(practice, service, clock.now()),
        first_variants=service.variants_for(FIRST_VISIT),
        variants=service.variants_for(RETURNING_VISIT),
        preparation=_steps(practice, service, BEFORE),
        aftercare=_steps(practice, service, AFTER),
        talk=talk_first(practice, service),
        head=head_of(practice, text_in(service.summary, speaking()), service_facts(practice, service)),
    )


def _steps(practice: Practice, service: Service, moment: str) -> tuple[GuidanceStep, ...]:
    """What a returning client reads before or after the shortest session, in words for everybody."""
    variants = service.variants_for(RETURNING_VISIT)
    usual = variants[0].minutes if variants else 0
    steps = service.guidance.steps_for(RETURNING_VISIT, usual, moment) if service.guidance else ()
    known = _numbers(practice, request.args.get("location"))
    return tuple(_in_general(step, known) for step in steps)


def _numbers(practice: Practice, slug: str | None) -> dict[str, str]:
    """Whom to call: at the place that the address means; where it means none, each place's emergency number with its name."""
    place = practice.location(slug)
    return {
        "phone": (place.phone if place else None) or practice.phone or "",
        "emergency_number": emergency_words(emergency_numbers(practice, place)),
    }


def _in_general(step: GuidanceStep, known: Mapping[str, str]) -> GuidanceStep:
    """The step as everybody may read it: placeholders become general words."""
    general = {code: {**GENERAL.get(code, GENERAL["en"]), **known} for code in step.text}
    return replace(step, text={code: filled(text, general[code]) for code, text in step.text.items()})
