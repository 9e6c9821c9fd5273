"""Booking without an account, its second half: who is coming, what is agreed to, check, confirm.

Nothing is kept between these pages but the time: what was typed travels in the forms, by POST only.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from app import clock
from app.actions.answered import Answers, answers_for, chaperone_of
from app.actions.booking import Order, book
from app.actions.holding import extend_hold
from app.actions.outcomes import KeyReused, Refused
from app.blueprints.appointments.again import forget, known_client
from app.blueprints.appointments.blueprint import Answer, blueprint
from app.blueprints.appointments.booking_query import gender_typed
from app.blueprints.appointments.consent_form import TERMS, ConsentForm, consent_form
from app.blueprints.appointments.forms import DETAILS, DetailsForm
from app.blueprints.appointments.help_first import help_first
from app.blueprints.appointments.kept import Kept, find_kept
from app.domain.appointments import Actor
from app.domain.choices import Choice
from app.domain.clients import Pressure
from app.domain.slots import Refusal
from app.domain.text import folded
from app.domain.wishes import Chaperone, Wishes
from app.links import done_token
from app.store.consents import holds
from app.store.returning import Returning
from app.web.language import _, chosen_now, speaking
from app.web.limits import limit
from app.web.sentences import refusal_sentence
from app.web.times import groups_by_day
from app.web.visitor import known_visitor

#: What a form that comes after these pages carries along (and, by area, what was agreed to).
CARRIED = (*DETAILS, *TERMS)


@dataclass(frozen=True, slots=True)
class Filled:
    """Everything that has been typed so far, and for whom this browser books if that is known."""

    details: DetailsForm
    consent: ConsentForm | None
    answers: Answers | None
    known: Returning | None

    @property
    def carried(self) -> dict[str, str]:
        """As hidden fields of the next form."""
        return self.details.sent | (self.consent.sent if self.consent else {})

    @property
    def chaperone(self) -> Chaperone:
        """Whether a second person is wanted."""
        return chaperone_of(self.answers, self.known.wishes if self.known else None)

    @property
    def areas_before(self) -> str:
        """What was named last time and is to be left alone again. The pages say that it is, and never what."""
        if self.known is None or not self.details.same_areas.data or not is_same(self.known, self.details):
            return ""
        return self.known.wishes.avoid


@blueprint.get("/book/<slug>/details/<token>")
def details(slug: str, token: str) -> Answer:
    """Who is coming; who came by a link of ours, and has agreed before, goes on to the check."""
    kept = kept_or_404(slug, token)
    known = known_client(kept.service)
    if known is None:
        return details_page(slug, kept)
    form = DetailsForm(formdata=None, data=_known_details(known) | _known_wishes(kept, known.wishes))
    form.key.data = secrets.token_urlsafe(16)
    filled = Filled(form, _consent_asked(kept, known, form, is_empty=True), _answers(kept), known)
    if not known.email:
        return details_page(slug, kept, filled)
    return _consent(slug, kept, filled) if filled.consent else _check(slug, kept, filled)


@blueprint.post("/book/<slug>/check/<token>")
def check(slug: str, token: str) -> Answer:
    """What is agreed to, then check your answers; the same form also keeps the time longer, or goes back."""
    kept, wants = kept_or_404(slug, token), request.form
    filled = _filled(kept)
    if "keep" in wants:
        extend_hold(token, clock.now())
        return _kept_longer(slug, kept_or_404(slug, token), filled, wants["keep"])
    if wants.get("change") == "details" or not filled.details.validate_on_submit():
        page = details_page(slug, kept, filled)
        return page if "change" in wants else (page, 422)
    if filled.consent is not None:
        if wants.get("change") == "consent" or "stop_word" not in wants:
            return _consent(slug, kept, _asking_consent(kept, filled))
        if not filled.consent.validate_on_submit():
            return _consent(slug, kept, filled), 422
    filled.details.key.data = filled.details.key.data or secrets.token_urlsafe(16)
    return _check(slug, kept, filled)


@blueprint.post("/book/<slug>/confirm/<token>")
@limit("30 per hour")
def confirm(slug: str, token: str) -> Answer:
    """Book. The same rendered form books once, however often it is sent."""
    kept = kept_or_404(slug, token)
    filled = _filled(kept)
    if not filled.details.validate_on_submit() or not filled.details.key.data:
        return details_page(slug, kept, filled), 422
    if filled.consent is not None and not filled.consent.validate_on_submit():
        return _consent(slug, kept, filled), 422
    answer = book(_order(kept, filled), clock.now())
    if isinstance(answer, KeyReused):
        flash(_("This form has been sent before with other answers. Please check them once more."), "warning")
        filled.details.key.data = secrets.token_urlsafe(16)
        return _check(slug, kept, filled), 422
    if isinstance(answer, Refused):
        return _refused(slug, kept, filled, answer)
    return redirect(url_for("appointments.done", token=done_token(answer.public_id)), 303)


def kept_or_404(slug: str, token: str) -> Kept:
    """The time that was picked."""
    kept = find_kept(slug, token, gender_typed(request.values.get("with")), clock.now())
    if kept is None:
        abort(404)
    return kept


def details_page(slug: str, kept: Kept, filled: Filled | None = None) -> str:
    """Who is coming."""
    filled = filled or _filled(kept)
    return _page("details", slug, kept, filled)


def _filled(kept: Kept) -> Filled:
    form, known = DetailsForm(data={"tools": _usual_tools(kept)}), known_client(kept.service)
    form.follow_page(chosen_now())
    return Filled(form, _consent_asked(kept, known, form), _answers(kept), known)


def _usual_tools(kept: Kept) -> str:
    """What is agreed to before deep work speaks of hands; tools come in only if the client says so."""
    return "hands" if kept.service.consent else "tools"


def _answers(kept: Kept) -> Answers | None:
    return answers_for(kept.service, known_visitor(), clock.now())


def _consent_asked(
    kept: Kept, known: Returning | None, form: DetailsForm, *, is_empty: bool = False
) -> ConsentForm | None:
    """What has to be agreed to; nothing by whom we know, as long as what they agreed to holds."""
    text, answers = kept.service.consent, _answers(kept)
    if text is None:
        return None
    comes_along = "stop_word" in request.form and not is_empty
    if known and is_same(known, form) and not comes_along and holds(known.client_ids, text):
        return None
    is_minor = bool(answers and answers.is_minor)
    return consent_form(text, speaking(), is_minor=is_minor, is_empty=is_empty)


def _asking_consent(kept: Kept, filled: Filled) -> Filled:
    """The page for it: empty at first, as it was filled in for who comes back to it."""
    if "stop_word" in request.form:
        return filled
    empty = _consent_asked(kept, None, filled.details, is_empty=True)
    return Filled(filled.details, empty, filled.answers, filled.known)


def is_same(known: Returning, form: DetailsForm) -> bool:
    """Whether the form still names the client whose link was opened: another name or address means somebody else."""
    same_address = (form.email.data or "").lower() == (known.email or "").lower()
    return same_address and folded(form.name.data or "") == folded(known.name)


def _known_details(known: Returning) -> dict[str, object]:
    return {
        "name": known.name,
        "email": known.email,
        "phone": known.phone,
        "language": known.language,
        "detail": known.detail,
    }


def _known_wishes(kept: Kept, before: Wishes) -> dict[str, object]:
    """What was wished for last time, as the form says it; the areas to leave alone only by whether there were any."""
    said = before != Wishes()
    return {
        "pressure": before.pressure or Pressure.UNKNOWN.value,
        "tools": ("tools" if before.tools else "hands") if said else _usual_tools(kept),
        "companion": before.companion,
        "same_areas": bool(before.avoid),
    }


def _kept_longer(slug: str, kept: Kept, filled: Filled, where: str) -> str:
    """The same page again, with more time."""
    if where == "check" and filled.details.validate_on_submit():
        return _check(slug, kept, filled)
    if where == "consent":
        return _consent(slug, kept, _asking_consent(kept, filled))
    return details_page(slug, kept, filled)


def _consent(slug: str, kept: Kept, filled: Filled) -> str:
    return _page("consent", slug, kept, filled)


def _check(slug: str, kept: Kept, filled: Filled) -> str:
    return _page("check", slug, kept, filled)


def _page(name: str, slug: str, kept: Kept, filled: Filled, **more: Any) -> str:
    return render_template(
        f"pages/appointments/{name}.html", slug=slug, kept=kept, filled=filled, form=filled.details, **more
    )


def _refused(slug: str, kept: Kept, filled: Filled, refused: Refused) -> Answer:
    if refused.refusal is Refusal.NOT_ANSWERED:
        if filled.known and not is_same(filled.known, filled.details):
            forget()  # it is for somebody else, who answers for themselves
        flash(_("Please answer the questions once more: they belong to one person and one booking."), "info")
        address = kept.query.address("appointments.questions")
        return redirect(f"{address}{'&' if '?' in address else '?'}again=1", 303)
    if refused.refusal is Refusal.PLEASE_CALL and (page := help_first(kept.query)):
        return page, 409
    choice = kept.query.choice
    nearest = groups_by_day(refused.alternatives, choice) if isinstance(choice, Choice) else []
    said = refusal_sentence(refused.refusal)
    return _page("lost", slug, kept, filled, problem=said, nearest=nearest), 409


def _order(kept: Kept, filled: Filled) -> Order:
    form, known = filled.details, filled.known
    wishes = form.wishes(kept.query.gender, filled.chaperone, filled.areas_before)
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
        client_id=known.client_id if known and is_same(known, form) else None,
        screening_token=filled.answers.token if filled.answers else None,
        visitor=known_visitor(),
        consent=filled.consent.terms if filled.consent else None,
        read_version=filled.consent.text.id if filled.consent else None,
        wishes=None if wishes == Wishes() else wishes,
    )
