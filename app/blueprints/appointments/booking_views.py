"""Booking without an account, its first half: which session, and when. The questions between them stand in question_views.py."""

from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request

from app import clock
from app.actions.answered import Answers, answers_for
from app.actions.filling_in import has_typed, take_over
from app.actions.holding import give_back_hold, hold_slot
from app.actions.outcomes import Refused
from app.actions.permitting import spaced
from app.blueprints.appointments.again import known_client
from app.blueprints.appointments.begun import begun_at, somebody_begins
from app.blueprints.appointments.blueprint import Answer, blueprint
from app.blueprints.appointments.booking_query import BookingQuery, read_query
from app.blueprints.appointments.confirming_views import first_page, keep_for_the_next
from app.blueprints.appointments.help_first import help_first
from app.blueprints.appointments.kept import kept_meanwhile, kept_or_404
from app.blueprints.appointments.times import times_page
from app.domain.choices import Choice
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT
from app.domain.readiness import is_published
from app.domain.reviews import deadline_of, with_time_for_review
from app.domain.slots import Refusal
from app.domain.wishes import Gender
from app.store.practice import load_practice
from app.web.language import lazy
from app.web.limits import limit
from app.web.next_times import next_of_therapists, shortest_choices
from app.web.sentences import refusal_sentence
from app.web.times import groups_by_day
from app.web.typed import date_typed, instant_typed
from app.web.visitor import known_visitor, visitor

_NOBODY = lazy("Nobody whom you asked for gives this session. Choose somebody else, or call us.")


@blueprint.get("/book/<slug>")
def choose(slug: str) -> Answer:
    """First visit or not, how long, with whom."""
    query = read_query(slug, request.args)
    if not is_published(load_practice()):
        return render_template("pages/site/not_open.html", whole=load_practice())
    if query.service.screening is None and (page := help_first(query)):
        return page
    somebody_begins(clock.now())
    nobody = query.visit and query.gender is not Gender.ANY and query.choice is Refusal.NOT_OFFERED
    return _choosing(query, str(_NOBODY) if nobody else None)


@blueprint.get("/book/<slug>/time")
def time(slug: str) -> Answer:
    """Which day and time."""
    query = read_query(slug, request.args)
    choice = query.choice
    if query.visit is None or isinstance(choice, Refusal):
        return redirect(query.address("appointments.choose"))
    answers = answers_for(query.service, known_visitor(), clock.now())
    if _must_answer(query, answers):
        return redirect(query.address("appointments.questions"))
    return help_first(query) or _times(query, choice, answers)


@blueprint.post("/book/<slug>/hold")
@limit("120 per hour")
def hold(slug: str) -> Answer:
    """Keep the time that was picked; what was typed for another comes along."""
    query, now = read_query(slug, request.form), clock.now()
    answers = answers_for(query.service, known_visitor(), now)
    if _must_answer(query, answers):
        return redirect(query.address("appointments.questions"), 303)
    if page := help_first(query):
        return page, 409
    starts_at = instant_typed(request.form.get("start"))
    if starts_at is None:
        return _times_again(query, Refused(Refusal.NO_SUCH_TIME))
    if answers and answers.is_review and deadline_of(now, starts_at, load_practice().policy) is None:
        return _times_again(query, Refused(Refusal.TOO_SOON))
    held = hold_slot(query.wish(starts_at), visitor(), now)
    if isinstance(held, Refused):
        return _times_again(query, held)
    take_over(held.token, visitor(), begun_at(), now)
    return redirect(first_page(kept_or_404(slug, held.token)), 303)


@blueprint.post("/book/<slug>/leave/<token>")
def leave(slug: str, token: str) -> Answer:
    """Give the time back and go on to the others; what was typed waits for the next that is picked."""
    kept = kept_or_404(slug, token)
    keep_for_the_next(kept)
    give_back_hold(token, clock.now())
    return redirect(kept.query.address("appointments.time", kept.local_day), 303)


def _must_answer(query: BookingQuery, answers: Answers | None) -> bool:
    """Whether the questions come first; they do so again once what was answered has been booked with."""
    return query.service.screening is not None and not (answers and answers.may_book)


def _choosing(query: BookingQuery, problem: str | None = None) -> str:
    return render_template("pages/appointments/choose.html", query=query, problem=problem, **_offered(query))


def _offered(query: BookingQuery) -> dict[str, Any]:
    practice, service = load_practice(), query.service
    therapists = practice.therapists_for(service)
    asks_all = service.screening is not None  # then one page asks visit, length and with whom
    visit = query.visit or (RETURNING_VISIT if asks_all else None)
    is_asked = visit is not None and len(therapists) > 1
    choices = shortest_choices(practice, service, visit or "") if is_asked else []
    return {
        "whole": practice,
        "asks_all": asks_all,
        "sessions": [(one, service.variants_for(one)) for one in (FIRST_VISIT, RETURNING_VISIT)],
        "variants": service.variants_for(query.visit) if query.visit else (),
        "therapists": therapists,
        "asks_gender": len(therapists) > 1 and any(one.gender for one in therapists),
        "next_with": next_of_therapists(choices, clock.now()),
        "refusal": query.choice if query.choice in (Refusal.NEEDS_SCREENING, Refusal.NOT_PUBLISHED) else None,
    }


def _times(query: BookingQuery, choice: Choice, answers: Answers | None, **more: Any) -> str:
    known, now = known_client(query.service), clock.now()
    who = known_visitor()
    page = times_page(
        _offerable(spaced(choice, known.client_ids) if known else choice, answers),
        date_typed(request.values.get("date")),
        query.day_link("appointments.time"),
        now,
    )
    return render_template(
        "pages/appointments/time.html",
        query=query,
        choice=choice,
        page=page,
        answers=answers,
        kept_times=kept_meanwhile(query, now),
        has_typed=who is not None and has_typed(who, query.service.id, begun_at(), now),
        **more,
    )


def _offerable(choice: Choice, answers: Answers | None) -> Choice:
    """Where a therapist has to look first, only times that leave the time for that."""
    if answers is None or not answers.is_review:
        return choice
    policy = with_time_for_review(choice.practice.policy)
    return replace(choice, practice=replace(choice.practice, policy=policy))


def _times_again(query: BookingQuery, refused: Refused) -> Answer:
    """The times page, with why the picked one can't be had and what is near."""
    choice = query.choice
    if query.visit is None or isinstance(choice, Refusal):
        problem = refusal_sentence(choice if isinstance(choice, Refusal) else refused.refusal)
        return _choosing(query, problem), 422
    answers = answers_for(query.service, known_visitor(), clock.now())
    nearest = groups_by_day(refused.alternatives, choice)
    taken = refused.refusal in (Refusal.TAKEN, Refusal.NO_ROOM)
    problem = refusal_sentence(refused.refusal)
    page = _times(query, choice, answers, problem=problem, nearest=nearest)
    return page, 409 if taken else 422
