"""The catalogue, and the page of one service."""

from flask import Blueprint, abort, render_template

from app import clock
from app.blueprints.services.offers import offer_of, offers
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT
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
    return render_template(
        "pages/services/show.html",
        whole=practice,
        offer=offer_of(practice, service, clock.now()),
        first_variants=service.variants_for(FIRST_VISIT),
        variants=variants,
        preparation=steps,
    )
