"""Booking for a caller, or for whoever has just walked in, on one page: who, what, with whom, when."""

import secrets
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions.booking import Order, book
from app.actions.day import Click, Marked, mark_arrived
from app.actions.holding import Wish
from app.actions.outcomes import Booked, KeyReused, Refused
from app.actions.previewing import next_start
from app.blueprints.schedule.asked import seen_appointment
from app.blueprints.schedule.asking import kept_token
from app.blueprints.schedule.booking_page import Said, begun, booking_page, choice_of_form, take_day, zone_of
from app.blueprints.schedule.forms import CallerForm
from app.blueprints.schedule.known import caller_of, client_chosen, fill_in, fit_to_visit, is_same_person
from app.domain.appointments import State
from app.domain.choices import Choice
from app.domain.practice import FIRST_VISIT, Practice
from app.domain.wishes import Chaperone, Wishes
from app.store.callers import Caller
from app.store.practice import load_practice
from app.store.transactions import Stale
from app.web.access import actor, signed_in
from app.web.language import _, lazy
from app.web.local_words import short_when_words
from app.web.typed import number_typed

_ALREADY = lazy(
    "This form has booked something else already. What you typed is kept below; check it and book again."
)
_NOBODY_FREE = lazy("Nobody who gives this session is free today any more. Book a time instead.")
_NOT_KNOWN = lazy("That client is no longer known under this number. Type the name, or find them again.")
Answer = str | Response | tuple[str, int]


def book_for_caller() -> Answer:
    """The empty form, or one that a free stretch of the schedule, or a client's page, has begun."""
    practice = load_practice()
    form = CallerForm(formdata=None, data=begun(practice))
    form.offer(practice)
    caller = caller_of(number_typed(request.args.get("client")))
    if caller is not None:
        fill_in(form, caller, practice)
    form.begin()
    fit_to_visit(form, practice)
    return booking_page(practice, form, caller)


def save_booking() -> Answer:
    """Find somebody, show the times of a day, or book one of them. What was typed stays, whatever the answer."""
    practice, form = load_practice(), CallerForm()
    form.offer(practice)
    take_day(form, practice)
    if "forget" in request.form:
        form.client_id.data = form.name.data = form.phone.data = form.email.data = ""
        form.visit.data = FIRST_VISIT
    chosen = caller_of(client_chosen(form))
    if chosen is not None:
        return _filled_in(practice, form, chosen)
    caller = caller_of(form.known_id)
    if "book" in request.form:
        return _checked(practice, form, caller)
    fitted = fit_to_visit(form, practice)
    if fitted:
        flash(_("Chosen to fit that visit: %(session)s.", session=fitted), "info")
    return booking_page(practice, form, caller)


def _filled_in(practice: Practice, form: CallerForm, chosen: Caller) -> Answer:
    """What is known of them changes the form, so that who went straight on to book looks at it once more."""
    form.phone.data = ""
    fill_in(form, chosen, practice)
    if "book" not in request.form:
        return booking_page(practice, form, chosen, Said(just_chosen=True))
    look = _("%(name)s is filled in. Look at session and time, then book.", name=chosen.name)
    return booking_page(practice, form, chosen, Said(problem=look, just_chosen=True)), 422


def _checked(practice: Practice, form: CallerForm, caller: Caller | None) -> Answer:
    if form.known_id is not None and caller is None:
        form.client_id.data = ""
        return booking_page(practice, form, None, Said(problem=_NOT_KNOWN)), 422
    is_known = caller is not None and is_same_person(form, caller)
    sound = form.validate() and form.fits_visit(practice)
    reachable = form.has_way_to_reach(is_needless=is_known or bool(form.walk_in.data))
    starts_at = _start(practice, form)
    if form.aside_for.data != form.about(starts_at):
        form.aside.data = ""
    if not sound or not reachable or not form.says_why() or (starts_at is None and not form.walk_in.data):
        return booking_page(practice, form, caller), 422
    known = caller if is_known else None
    if form.walk_in.data:
        return _walked_in(practice, form, known, starts_at)
    assert starts_at is not None  # noqa: S101 - seen to above
    return _answer(practice, form, known, _order(form, known, starts_at))


def _start(practice: Practice, form: CallerForm) -> datetime | None:
    zone = zone_of(practice, form)
    if zone is None:
        return None
    starts_at = form.chosen_start(zone)
    if form.walk_in.data:
        form.start.errors = []
    return starts_at


def _walked_in(practice: Practice, form: CallerForm, known: Caller | None, shown: datetime | None) -> Answer:
    """The time that the page showed, if it can still be had, else the next one; then the client is here."""
    now = clock.now()
    answer = book(_order(form, known, shown), now) if shown else None
    order = _order(form, known, shown) if shown else None
    if answer is None or isinstance(answer, Refused):
        choice = choice_of_form(practice, form)
        slot = next_start(choice, now) if isinstance(choice, Choice) else None
        if slot is None:
            return booking_page(practice, form, known, Said(problem=_NOBODY_FREE)), 409
        order = _order(form, known, slot.starts_at)
        answer = book(order, now)
    is_here = isinstance(answer, Booked) and _mark_as_here(answer, now)
    assert order is not None  # noqa: S101 - one of the two was made
    return _said(practice, form, known, order, answer, is_here=is_here)


def _mark_as_here(booked: Booked, now: datetime) -> bool:
    """Unless somebody said something of it meanwhile, or it begins hours from now; answers whether they have arrived."""
    seen = seen_appointment(booked.reference)
    try:
        answer = mark_arrived(Click(seen.id, seen.row_version, actor()), now)
    except Stale:
        return seen_appointment(booked.reference).state is State.ARRIVED
    if isinstance(answer, Marked):
        flash(_("%(client)s is marked as arrived.", client=seen.client), "info")
    return isinstance(answer, Marked) or seen.state is State.ARRIVED


def _answer(practice: Practice, form: CallerForm, known: Caller | None, order: Order) -> Answer:
    return _said(practice, form, known, order, book(order, clock.now()))


def _said(
    practice: Practice,
    form: CallerForm,
    known: Caller | None,
    order: Order,
    answer: Booked | Refused | KeyReused,
    *,
    is_here: bool = True,
) -> Answer:
    if isinstance(answer, Booked):
        flash(_success(order, zone_of(practice, form), known, is_here=is_here), "success")
        return redirect(url_for("schedule.appointment", reference=answer.reference))
    if isinstance(answer, Refused):
        said = Said(refusal=answer.refusal, nearest=answer.alternatives, wish=order.wish)
        return booking_page(practice, form, known, said), 409
    form.key.data = secrets.token_urlsafe(16)
    return booking_page(practice, form, known, Said(problem=_ALREADY)), 409


def _order(form: CallerForm, known: Caller | None, starts_at: datetime) -> Order:
    wish = Wish(
        service_slug=form.service_slug,
        minutes=form.minutes,
        visit=form.visit.data,
        starts_at=starts_at,
        location_slug=form.location.data,
        therapist_slug=form.therapist.data or None,
        source="desk",
        gender=form.wishes.gender,
        with_chaperone=form.wishes.chaperone is Chaperone.WANTED,
    )
    order = Order(
        wish=wish,
        name=form.name.data,
        email=form.email.data or None,
        phone=form.phone.data or None,
        actor=actor(),
        principal=f"staff:{signed_in().id}",
        key=form.own_key or secrets.token_urlsafe(16),
        language=form.language.data,
        detail=form.detail.data,
        by_staff=True,
        room_slug=form.room.data or None,
        override=form.override,
        tells_client=form.tells_client,
        screening_token=kept_token(form, known) or None,
        wishes=None if form.wishes == Wishes() else form.wishes,
    )
    return order if known is None else _of_known(order, known)


def _of_known(order: Order, known: Caller) -> Order:
    """What is kept of them counts, not what a form carries along."""
    return replace(order, client_id=known.id, name=known.name, email=known.email, language=known.language)


def _success(order: Order, zone: ZoneInfo | None, known: Caller | None, *, is_here: bool) -> str:
    """What was booked and who hears of it; not ``is_here``: that a walk-in could not be marked as arrived."""
    when = short_when_words(order.wish.starts_at, zone) if zone else ""
    if zone and not is_here:
        said = _("%(name)s is booked for %(when)s, and not marked as arrived.", name=order.name, when=when)
    elif zone:
        said = _("Booked for %(name)s: %(when)s.", name=order.name, when=when)
    else:
        said = _("Booked for %(name)s.", name=order.name)
    call = _("Telephone %(phone)s.", phone=order.phone) if known and order.phone else ""
    return f"{said} {_confirmation(order)} {'' if order.email else call}".rstrip()


def _confirmation(order: Order) -> str:
    if order.email and not order.tells_client:
        return _("No confirmation is sent: you tell them yourself.")
    if order.email:
        return _("The confirmation goes to %(email)s.", email=order.email)
    return _("No e-mail address, so no confirmation is sent.")
