"""The questions before a session that needs them, and what follows: on to the times, a telephone number, or help now.

What was answered stands in no address, no cookie and no flashed sentence. The server alone decides; a page that is opened
without answers leads back here.
"""

from flask import abort, redirect, render_template, request

from app import clock
from app.actions.answered import answers_for
from app.actions.screening import answer_questions, today
from app.blueprints.appointments.again import known_client
from app.blueprints.appointments.begun import somebody_begins
from app.blueprints.appointments.blueprint import Answer, blueprint
from app.blueprints.appointments.booking_query import BookingQuery, read_query
from app.blueprints.appointments.outcome import outcome_page
from app.blueprints.appointments.questions_form import QuestionsForm, questions_form
from app.domain.emergency import emergency_numbers
from app.domain.practice import Practice, Service
from app.domain.readiness import is_published
from app.domain.screening import Outcome
from app.domain.slots import Refusal
from app.store.practice import load_practice
from app.web.language import speaking
from app.web.limits import limit
from app.web.visitor import known_visitor, visitor


@blueprint.get("/book/<slug>/questions")
def questions(slug: str) -> Answer:
    """One fact a question, each with its why. Who has answered within this visit goes on, or begins again for whoever it is now."""
    query = read_query(slug, request.args)
    if isinstance(query.choice, Refusal) or not is_published(load_practice()):
        return redirect(query.address("appointments.choose"))
    answers = answers_for(query.service, known_visitor(), clock.now())
    if query.service.screening is None or ("again" not in request.args and answers and answers.may_book):
        return redirect(query.address("appointments.time"))
    if request.args.get("again") == "1":  # not where the booking itself leads back here
        somebody_begins(clock.now())
    return _page(query, form_for(query.service, is_empty=True))


@blueprint.post("/book/<slug>/questions")
@limit("60 per hour")
def answer(slug: str) -> Answer:
    """Keep the answers; what follows from them is said by the next page, not by its address."""
    query, now = read_query(slug, request.form), clock.now()
    if query.service.screening is None:
        abort(404)
    form = form_for(query.service)
    if not form.is_sound(today(now)):
        return _page(query, form), 422
    known = known_client(query.service)
    kept = answer_questions(
        query.service,
        form.said,
        visitor(),
        now,
        wishes=form.wishes,
        client_ids=known.client_ids if known else (),
    )
    if kept.outcome in (Outcome.CALL, Outcome.URGENT):
        practice = load_practice()
        numbers = emergency_numbers(practice, practice.location(query.location))
        return outcome_page(query.service, kept.outcome, form.said, now, emergency=numbers)
    return redirect(query.address("appointments.time"), 303)


def form_for(service: Service, *, is_empty: bool = False) -> QuestionsForm:
    """The questions of a service, with the offer of a second person where the practice has anybody for that."""
    if service.screening is None:
        abort(404)
    practice = load_practice()
    offers = may_offer_chaperone(practice)
    return questions_form(service.screening, speaking(), with_chaperone=offers, is_empty=is_empty)


def may_offer_chaperone(practice: Practice) -> bool:
    """Whether there could be anybody beside the therapist."""
    return len(practice.therapists) > 1 and any(one.may_chaperone for one in practice.therapists)


def _page(query: BookingQuery, form: QuestionsForm) -> str:
    return render_template("pages/appointments/questions.html", query=query, form=form)
