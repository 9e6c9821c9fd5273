"""The "book again" link of a mail: this client's next booking, with what is known filled in; never what was answered before."""

from typing import Any

from flask import abort, redirect, render_template, url_for
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from app import clock
from app.actions.screening import nothing_changed, still_holds
from app.blueprints.appointments.again import remember, returning
from app.blueprints.appointments.begun import somebody_begins
from app.blueprints.appointments.blueprint import Answer, blueprint
from app.blueprints.appointments.booking_query import BookingQuery
from app.blueprints.appointments.help_first import help_first
from app.domain.practice import Service, text_in
from app.domain.screening import Outcome
from app.domain.slots import Refusal
from app.domain.wishes import Chaperone
from app.store.consents import holds
from app.store.practice import load_practice
from app.store.returning import Returning
from app.web.filters import minutes_words
from app.web.language import _, lazy, speaking, suggest
from app.web.limits import limit
from app.web.spoken_form import SpokenForm
from app.web.visitor import known_visitor, visitor

_SAME, _CHANGED = "no", "yes"


class AgainForm(SpokenForm):
    """How long and with whom this time, and whether anything has changed."""

    minutes = RadioField(lazy("How long?"), coerce=int)
    therapist = RadioField(lazy("With whom?"))
    second = RadioField(
        lazy("A second person of our team in the room?"),
        choices=[
            SelectChoice(Chaperone.WANTED.value, lazy("Yes, as last time")),
            SelectChoice(Chaperone.DECLINED.value, lazy("No, thank you")),
        ],
    )
    changed = RadioField(
        lazy("Has anything about your health changed since you last told us?"),
        choices=[
            SelectChoice(_SAME, lazy("No, nothing")),
            SelectChoice(_CHANGED, lazy("Yes, or I'm not sure")),
        ],
        validate_choice=False,
    )


@blueprint.get("/book/again/<token>")
@limit("60 per minute")
def again(token: str) -> Answer:
    """What they had last, and what is still asked."""
    known, service = _linked(token)
    return _page(token, known, service, _form(known, service, is_empty=True))


@blueprint.post("/book/again/<token>")
@limit("30 per hour")
def again_now(token: str) -> Answer:
    """On to the times; by way of the questions where something has changed, or what was said is too old."""
    (known, service), now = _linked(token), clock.now()
    form, asks = _form(known, service), _answers_hold(known, service)
    if not form.validate_on_submit() or (asks and form.changed.data not in (_SAME, _CHANGED)):
        if asks and not form.changed.data:
            form.changed.errors = [_("Please choose one of the two.")]
        return _page(token, known, service, form), 422
    somebody_begins(now)
    remember(token, now, _second(known, form))
    query = _query(known, service, form)
    if page := help_first(query):
        return page, 409
    return redirect(query.address(_next(known, service, said_same=form.changed.data == _SAME)), 303)


def _next(known: Returning, service: Service, *, said_same: bool) -> str:
    """Where it goes on."""
    if service.screening is None:
        return "appointments.time"
    answered = nothing_changed(service, known.client_ids, visitor(), clock.now()) if said_same else None
    may_book = answered is not None and answered.outcome in (Outcome.OK, Outcome.REVIEW)
    return "appointments.time" if may_book else "appointments.questions"


def _answers_hold(known: Returning, service: Service) -> bool:
    """Whether it is enough to ask if anything has changed: not of a browser that has just told of something grave."""
    return still_holds(service, known.client_ids, clock.now(), visitor=known_visitor())


def _linked(token: str) -> tuple[Returning, Service]:
    known = returning(token)
    if known is None:
        abort(404)
    service = load_practice().service(known.service)
    if service is None or not service.variants_for(known.visit):
        abort(404)
    suggest(known.language)
    return known, service


def _form(known: Returning, service: Service, *, is_empty: bool = False) -> AgainForm:
    practice = load_practice()
    minutes = [one.minutes for one in service.variants_for(known.visit)]
    nearest = min(minutes, key=lambda one: abs(one - known.minutes))
    people = practice.therapists_for(service)
    chosen = known.therapist if known.therapist in [one.slug for one in people] else ""
    usual = {"minutes": nearest, "therapist": chosen, "second": known.wishes.chaperone.value}
    form = AgainForm(formdata=None, data=usual) if is_empty else AgainForm(data=usual)
    if known.wishes.chaperone is not Chaperone.WANTED:
        del form.second
    form.minutes.choices = [SelectChoice(one, minutes_words(one)) for one in minutes]
    form.therapist.choices = [
        SelectChoice("", _("No preference")),
        *(SelectChoice(p.slug, p.name) for p in people),
    ]
    return form


def _second(known: Returning, form: AgainForm) -> Chaperone:
    """Whoever had a second person has one again, unless they say that they want none."""
    return Chaperone(form.second.data) if form.second else known.wishes.chaperone


def _query(known: Returning, service: Service, form: AgainForm) -> BookingQuery:
    locations = [one.slug for one in load_practice().locations]
    return BookingQuery(
        service=service,
        visit=known.visit,
        minutes=form.minutes.data,
        therapist=form.therapist.data or None,
        location=known.location if known.location in locations else None,
        source="again",
        gender=known.wishes.gender,
        with_chaperone=_second(known, form) is Chaperone.WANTED,
    )


def _page(token: str, known: Returning, service: Service, form: AgainForm) -> str:
    query = _query(known, service, form)
    return render_template(
        "pages/appointments/again.html",
        token=token,
        known=known,
        service=service,
        form=form,
        closed=query.choice in (Refusal.NEEDS_SCREENING, Refusal.NOT_PUBLISHED),
        choose_url=url_for("appointments.choose", slug=service.slug),
        **_sections(known, service),
    )


def _sections(known: Returning, service: Service) -> dict[str, Any]:
    """What is done already, without what was said."""
    return {
        "name": text_in(service.name, speaking()),
        "has_details": bool(known.email),
        "answers_hold": _answers_hold(known, service),
        "consent_holds": service.consent is not None and holds(known.client_ids, service.consent),
    }
