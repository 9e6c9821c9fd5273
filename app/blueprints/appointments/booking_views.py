"""Booking without an account: session, time, details, check, done."""

import secrets
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from app import clock
from app.actions.booking import Order, book
from app.actions.holding import extend_hold, give_back_hold, hold_slot
from app.actions.outcomes import KeyReused, Refused
from app.blueprints.appointments.blueprint import Answer, blueprint
from app.blueprints.appointments.booking_query import BookingQuery, read_query
from app.blueprints.appointments.forms import DetailsForm
from app.blueprints.appointments.kept import Kept, find_kept
from app.blueprints.appointments.times import times_page
from app.domain.appointments import Actor
from app.domain.choices import Choice
from app.domain.readiness import is_published
from app.domain.slots import Refusal
from app.links import done_token
from app.store.practice import load_practice
from app.web.limits import limit
from app.web.next_times import next_of_therapists, shortest_choices
from app.web.sentences import refusal_sentence
from app.web.times import groups_by_day
from app.web.typed import date_typed, instant_typed
from app.web.visitor import visitor


@blueprint.get("/book/<slug>")
def choose(slug: str) -> Answer:
    """First visit or not, how long, with whom."""
    query = read_query(slug, request.args)
    if not is_published(load_practice()):
        return render_template("pages/site/not_open.html", whole=load_practice())
    return render_template("pages/appointments/choose.html", query=query, **_offered(query))


@blueprint.get("/book/<slug>/time")
def time(slug: str) -> Answer:
    """Which day and time."""
    query = read_query(slug, request.args)
    choice = query.choice
    if query.visit is None or isinstance(choice, Refusal):
        return redirect(query.address("appointments.choose"))
    return _times(query, choice)


@blueprint.post("/book/<slug>/hold")
@limit("120 per hour")
def hold(slug: str) -> Answer:
    """Keep the time that was picked; typed details, if any, come along."""
    query, now = read_query(slug, request.form), clock.now()
    starts_at = instant_typed(request.form.get("start"))
    if starts_at is None:
        return (
            _times_typed(query)
            if "date" in request.form
            else _times_again(query, Refused(Refusal.NO_SUCH_TIME))
        )
    held = hold_slot(query.wish(starts_at), visitor(), now)
    if isinstance(held, Refused):
        return _times_again(query, held)
    if request.form.get("name"):
        return _details(slug, _kept(slug, held.token), DetailsForm())
    return redirect(url_for("appointments.details", slug=slug, token=held.token), 303)


@blueprint.get("/book/<slug>/details/<token>")
def details(slug: str, token: str) -> Answer:
    """Who is coming."""
    return _details(slug, _kept(slug, token), DetailsForm())


@blueprint.post("/book/<slug>/check/<token>")
def check(slug: str, token: str) -> Answer:
    """Check your answers; the same form also keeps the time longer, or goes back to the details."""
    kept, form = _kept(slug, token), DetailsForm()
    if "keep" in request.form:
        extend_hold(token, clock.now())
        show = _check if request.form["keep"] == "check" and form.validate_on_submit() else _details
        return show(slug, _kept(slug, token), form)
    if "change" in request.form:
        return _details(slug, kept, form)
    if not form.validate_on_submit():
        return _details(slug, kept, form), 422
    form.key.data = form.key.data or secrets.token_urlsafe(16)
    return _check(slug, kept, form)


@blueprint.post("/book/<slug>/confirm/<token>")
@limit("30 per hour")
def confirm(slug: str, token: str) -> Answer:
    """Book. The same rendered form books once, however often it is sent."""
    kept, form = _kept(slug, token), DetailsForm()
    if not form.validate_on_submit() or not form.key.data:
        return _details(slug, kept, form), 422
    answer = book(_order(kept, form), clock.now())
    if isinstance(answer, KeyReused):
        flash("This form has been sent before with other answers. Please check them once more.", "warning")
        form.key.data = secrets.token_urlsafe(16)
        return _check(slug, kept, form), 422
    if isinstance(answer, Refused):
        return _lost(slug, kept, form, answer), 409
    return redirect(url_for("appointments.done", token=done_token(answer.public_id)), 303)


@blueprint.post("/book/<slug>/leave/<token>")
def leave(slug: str, token: str) -> Answer:
    """Give the time back and go on to the others; typed details, if any, come along."""
    kept = _kept(slug, token)
    give_back_hold(token, clock.now())
    if request.form.get("name"):
        return _times_typed(kept.query)
    return redirect(kept.query.address("appointments.time", kept.local_day), 303)


def _kept(slug: str, token: str) -> Kept:
    kept = find_kept(slug, token, clock.now())
    if kept is None:
        abort(404)
    return kept


def _offered(query: BookingQuery) -> dict[str, Any]:
    practice = load_practice()
    therapists = practice.therapists_for(query.service)
    is_asked = query.visit is not None and len(therapists) > 1
    choices = shortest_choices(practice, query.service, query.visit or "") if is_asked else []
    return {
        "whole": practice,
        "variants": query.service.variants_for(query.visit) if query.visit else (),
        "therapists": therapists,
        "next_with": next_of_therapists(choices, clock.now()),
        "refusal": query.choice if query.choice in (Refusal.NEEDS_SCREENING, Refusal.NOT_PUBLISHED) else None,
    }


def _times(query: BookingQuery, choice: Choice, **more: Any) -> str:
    page = times_page(
        choice,
        date_typed(request.values.get("date")),
        query.day_link("appointments.time"),
        clock.now(),
    )
    return render_template("pages/appointments/time.html", query=query, choice=choice, page=page, **more)


def _times_again(query: BookingQuery, refused: Refused) -> Answer:
    """The times page, with why the picked one can't be had and what is near."""
    choice = query.choice
    if query.visit is None or isinstance(choice, Refusal):
        problem = refusal_sentence(choice if isinstance(choice, Refusal) else refused.refusal)
        return render_template(
            "pages/appointments/choose.html", query=query, problem=problem, **_offered(query)
        ), 422
    nearest = groups_by_day(refused.alternatives, choice)
    taken = refused.refusal in (Refusal.TAKEN, Refusal.NO_ROOM)
    page = _times(
        query, choice, problem=refusal_sentence(refused.refusal), nearest=nearest, typed=request.form
    )
    return page, 409 if taken else 422


def _times_typed(query: BookingQuery) -> Answer:
    """The times of the day asked for; what was typed stays in the page, never in its address."""
    choice = query.choice
    if query.visit is None or isinstance(choice, Refusal):
        return redirect(query.address("appointments.choose"), 303)
    return _times(query, choice, typed=request.form)


def _check(slug: str, kept: Kept, form: DetailsForm) -> str:
    return render_template("pages/appointments/check.html", slug=slug, kept=kept, form=form)


def _details(slug: str, kept: Kept, form: DetailsForm) -> str:
    return render_template("pages/appointments/details.html", slug=slug, kept=kept, form=form)


def _lost(slug: str, kept: Kept, form: DetailsForm, refused: Refused) -> str:
    choice = kept.query.choice
    nearest = [] if isinstance(choice, Refusal) else groups_by_day(refused.alternatives, choice)
    return render_template(
        "pages/appointments/lost.html",
        slug=slug,
        kept=kept,
        form=form,
        problem=refusal_sentence(refused.refusal),
        nearest=nearest,
    )


def _order(kept: Kept, form: DetailsForm) -> Order:
    return Order(
        wish=kept.query.wish(kept.starts_at),
        name=form.name.data,
        email=form.email.data,
        phone=form.phone.data or None,
        note=form.note.data or None,
        actor=Actor("client", form.email.data),
        principal="web",
        key=form.key.data[:64],
        language=form.language.data,
        detail=form.detail.data,
        hold_token=kept.token,
    )
