"""What a practice's own site shows of us: `embed.js`, the pages for a frame, and the page to which a frame leads.

A frame shows and links, and nothing else: browsers send it none of our cookies, and a page that others can cover must not act.
Whoever picks something is led to a page of our own, outside the frame (docs/decisions/0032).
"""

from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.blueprints.appointments.begun import somebody_begins
from app.blueprints.appointments.booking_query import BookingQuery, read_query
from app.blueprints.appointments.times import times_page
from app.blueprints.embed.carried import Carried, carried
from app.blueprints.embed.script import script
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Practice
from app.domain.readiness import is_published
from app.domain.slots import Refusal
from app.domain.wallclock import local_date
from app.store.practice import load_practice
from app.web.headers import framed_by
from app.web.offers import offers
from app.web.times import stated, zone_of
from app.web.typed import date_typed, instant_typed

blueprint = Blueprint("embed", __name__)


@blueprint.get("/embed.js")
def code() -> AnyResponse:
    """The script for other sites; they keep it for an hour and ask then whether it has changed."""
    return script(load_practice().look, request)


@blueprint.get("/book")
def start() -> AnyResponse | str:
    """A link to share: `?service=`, `?therapist=`, `?src=` are understood; what it does not name is asked for."""
    practice, named = load_practice(), carried()
    service = practice.service(request.args.get("service", ""))
    if service is not None:
        return redirect(url_for("appointments.choose", slug=service.slug, **named.fields))
    if not is_published(practice):
        return render_template("pages/site/not_open.html", whole=practice)
    return render_template("pages/embed/start.html", **_offered(practice, named))


@blueprint.get("/embed/")
def services() -> Response:
    """In a frame: the sessions on offer."""
    practice = load_practice()
    return _framed("services", practice, **_offered(practice, carried()))


@blueprint.get("/embed/<slug>")
def service(slug: str) -> Response:
    """In a frame: how long and for whom, then days and times."""
    query, practice = read_query(slug, request.args), load_practice()
    named, choice = carried(), query.choice
    if query.visit is None or query.minutes is None or isinstance(choice, Refusal):
        return _framed("ways", practice, query=query, named=named, ways=_ways(query), visit_names=_VISITS)
    page = times_page(choice, date_typed(request.args.get("date")), _day_link(query, named), clock.now())
    return _framed("times", practice, query=query, named=named, choice=choice, page=page)


@blueprint.get("/book/<slug>/picked")
def picked(slug: str) -> AnyResponse | str:
    """Out of the frame: what was picked there, to be kept by one click. Nothing is kept before."""
    query, starts_at = read_query(slug, request.args), instant_typed(request.args.get("start"))
    choice = query.choice
    if starts_at is None or query.visit is None or isinstance(choice, Refusal):
        return redirect(query.address("appointments.choose"))
    somebody_begins(clock.now())
    zone = zone_of(choice)
    return render_template(
        "pages/embed/picked.html",
        query=query,
        choice=choice,
        starts_at=starts_at,
        zone=zone,
        start=stated(starts_at, zone),
        other_times=query.address("appointments.time", local_date(starts_at, zone)),
    )


_VISITS = (FIRST_VISIT, RETURNING_VISIT)


def _framed(name: str, practice: Practice, **more: Any) -> Response:
    """A page that the practice's own sites may frame, and nobody else."""
    origins = practice.embed_origins
    page = "closed" if not is_published(practice) else name
    if page == "closed":
        more = {}
    return framed_by(
        render_template(f"pages/embed/{page}.html", whole=practice, origins=origins, **more), origins
    )


def _offered(practice: Practice, named: Carried) -> dict[str, Any]:
    """What is on offer; of one therapist, what that one gives."""
    known = offers(practice, clock.now()) if is_published(practice) else []
    with_whom = practice.therapist(named.therapist or "")
    if with_whom is not None:
        known = [one for one in known if with_whom in one.therapists]
    return {"offers": known, "named": named, "with_whom": with_whom}


def _ways(query: BookingQuery) -> dict[str, Any]:
    """The lengths by visit, or none: where questions come first, or where there is nothing to pick."""
    practice, service = load_practice(), query.service
    if service.screening is not None or not service.variants:
        return {}
    known = {visit: service.variants_for(visit) for visit in _VISITS}
    return {
        "visits": known,
        "places": practice.places if len(practice.places) > 1 and query.location is None else (),
    }


def _day_link(query: BookingQuery, named: Carried) -> Any:
    """From a date to the frame's page for it."""

    def link(day: date) -> str:
        fields: dict[str, Any] = query.fields | named.fields | {"date": day.isoformat()}
        return url_for("embed.service", slug=query.service.slug, **fields)

    return link
