"""The catalogue, and the page of one service."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, abort, render_template, request

from app import clock
from app.blueprints.services.offers import offer_of, offers
from app.domain.emergency import emergency_numbers, emergency_words
from app.domain.guidance import GuidanceStep
from app.domain.placeholders import GENERAL, filled
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Practice
from app.domain.readiness import is_published
from app.store.practice import load_practice

blueprint = Blueprint("services", __name__)


@blueprint.get("/services/")
def index() -> str:
    """Everything on offer."""
    practice = load_practice()
    if not is_published(practice):
        return render_template("pages/site/not_open.html", whole=practice)
    return render_template("pages/services/index.html", whole=practice, offers=offers(practice, clock.now()))


@blueprint.get("/services/<slug>")
def show(slug: str) -> str:
    """One service: what happens, who it suits, durations, prices, who gives it, how to prepare."""
    practice = load_practice()
    service = practice.service(slug)
    if service is None or not is_published(practice):
        abort(404)
    variants = service.variants_for(RETURNING_VISIT)
    usual = variants[0].minutes if variants else 0
    steps = service.guidance.steps_for(RETURNING_VISIT, usual, "before") if service.guidance else ()
    known = _numbers(practice, request.args.get("location"))
    return render_template(
        "pages/services/show.html",
        whole=practice,
        offer=offer_of(practice, service, clock.now()),
        first_variants=service.variants_for(FIRST_VISIT),
        variants=variants,
        preparation=tuple(_in_general(step, known) for step in steps),
    )


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
